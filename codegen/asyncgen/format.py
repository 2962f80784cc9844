"""Formats what was rendered: ruff, black, or nothing."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from asyncgen.render import GeneratedFile

Formatter = Literal["ruff", "black", "none"]


def format_files(files: Sequence[GeneratedFile], formatter: Formatter) -> tuple[GeneratedFile, ...]:
    """The files in the formatter's style; those copied into every package have it already."""
    match formatter:
        case "ruff":
            return _ruff(files)
        case "black":
            return _black(files)
        case "none":
            return tuple(files)


def _rendered(file: GeneratedFile) -> bool:
    return file.path.endswith(".py") and not file.copied


def _ruff(files: Sequence[GeneratedFile]) -> tuple[GeneratedFile, ...]:
    from ruff import find_ruff_bin

    with tempfile.TemporaryDirectory(prefix="asyncgen-") as folder:
        for file in filter(_rendered, files):
            path = Path(folder, file.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8", newline="\n")
        command = [
            find_ruff_bin(),
            "format",
            "--isolated",
            "--no-cache",
            "--quiet",
            "--target-version",
            "py311",
            folder,
        ]
        subprocess.run(command, check=True, capture_output=True, text=True)
        return tuple(
            replace(file, text=Path(folder, file.path).read_text(encoding="utf-8")) if _rendered(file) else file
            for file in files
        )


def _black(files: Sequence[GeneratedFile]) -> tuple[GeneratedFile, ...]:
    import black

    mode = black.Mode(target_versions={black.mode.TargetVersion.PY311})
    return tuple(
        replace(file, text=black.format_str(file.text, mode=mode)) if _rendered(file) else file for file in files
    )
