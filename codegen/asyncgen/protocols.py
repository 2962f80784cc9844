"""The protocols that can be generated: one folder each beside the templates, described by its protocol.toml.

Nothing else in the tool knows a protocol: what a binding's field is and does, which security schemes there are and which
names are taken stands in that file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Level = Literal["server", "channel", "operation", "message"]
Becomes = Literal["argument", "setting", "default", "nothing"]


@dataclass(frozen=True, slots=True)
class BindingField:
    """What asyncgen makes of one field of a binding. `type` is a JSON Schema type, or `schema`."""

    name: str
    type: str
    becomes: Becomes
    effect: str
    minimum: int | None = None


@dataclass(frozen=True, slots=True)
class Credential:
    """A field of the generated settings that a security scheme needs."""

    name: str
    about: str
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Protocol:
    """One folder of templates.

    `speaks` are the values of a server's `protocol` that it serves, `tls` those of them that mean TLS. `address` is what
    an address has to match on the wire, and `address_rule` says so to people.
    """

    name: str
    folder: Path
    title: str
    speaks: tuple[str, ...]
    tls: frozenset[str]
    requirements: tuple[str, ...]
    address: re.Pattern[str] | None
    address_rule: str
    address_override: str | None
    security: Mapping[str, tuple[str, ...]]
    bindings: Mapping[Level, Mapping[str, BindingField]]
    credentials: Mapping[str, Credential]
    reserved: Mapping[str, frozenset[str]]


def templates_folder() -> Path:
    """Where the templates are: in the installed package, else two folders up in a checkout."""
    here = Path(__file__).resolve().parent
    installed = here / "templates"
    return installed if installed.is_dir() else here.parent.parent / "templates"


def load_protocols(folder: Path) -> Mapping[str, Protocol]:
    """Every protocol that `folder` offers, by name, in alphabetical order."""
    found = sorted(folder.glob("*/protocol.toml"))
    return {path.parent.name: _read(path) for path in found}


def _read(path: Path) -> Protocol:
    facts: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    address = facts.get("address", {})
    return Protocol(
        name=path.parent.name,
        folder=path.parent,
        title=facts["title"],
        speaks=tuple(facts["protocols"]),
        tls=frozenset(facts.get("tls", ())),
        requirements=tuple(facts["requirements"]),
        address=re.compile(address["pattern"]) if "pattern" in address else None,
        address_rule=address.get("rule", ""),
        address_override=address.get("override"),
        security={scheme: tuple(needs) for scheme, needs in facts.get("security", {}).items()},
        bindings={
            level: {name: BindingField(name=name, **field) for name, field in fields.items()}
            for level, fields in facts.get("bindings", {}).items()
        },
        credentials={name: Credential(name=name, **field) for name, field in facts.get("credentials", {}).items()},
        reserved={scope: frozenset(names) for scope, names in facts.get("reserved", {}).items()},
    )
