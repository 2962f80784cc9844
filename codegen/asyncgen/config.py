"""The options of one run, from wherever they came."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from asyncgen.format import Formatter

Role = Literal["application", "client"]


class UsageError(Exception):
    """What was asked for cannot be: no such file, an unknown protocol, a name that cannot be a package's."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Config:
    """One generation. Without `protocols` those of the document's servers are made; without `output`, a folder named after
    the title in the working directory.

    `allow_paths` are folders outside the document's own that references may reach, `refs` puts local files in the place of
    URLs, and `allow_remote` lets other https URLs be fetched.
    """

    spec: Path | bytes
    output: Path | None = None
    protocols: tuple[str, ...] = ()
    role: Role = "application"
    formatter: Formatter = "ruff"
    allow_paths: tuple[Path, ...] = ()
    allow_remote: bool = False
    refs: Mapping[str, Path] = field(default_factory=dict)
    force: bool = False
    strict: bool = False

    def __post_init__(self) -> None:
        name = self.output.absolute().name if self.output is not None else None
        if name is not None and not is_package_name(name):
            raise UsageError(
                f"the output's last part is the package's name, and '{name}' cannot be one",
                "take letters, digits and underscores, and no keyword of Python",
            )


def is_package_name(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name)
