"""The manifest, and the only writing of files: all of a package or nothing, and nobody else's work."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from asyncgen.diagnostics import Diagnostic, Severity
from asyncgen.render import GeneratedFile

MANIFEST = ".asyncgen.json"
_JOURNAL = ".asyncgen.journal"
_NEW = ".asyncgen-new"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `.asyncgen.json` in a generated package says. `files` has the SHA-256 of each by its path in the package."""

    generator: str
    spec: Mapping[str, Any]
    options: Mapping[str, Any]
    requirements: tuple[str, ...]
    models: Mapping[str, str]
    files: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        content = {
            "generator": self.generator,
            "spec": dict(self.spec),
            "options": dict(self.options),
            "requirements": list(self.requirements),
            "models": dict(self.models),
            "files": dict(self.files),
        }
        return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"

    def same_input(self, other: Manifest) -> bool:
        return (self.generator, self.spec, self.options) == (other.generator, other.spec, other.options)


@dataclass(frozen=True, slots=True)
class Report:
    """What became of every file, by its path in the package."""

    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What writing would do; `conflicts` are the files that it must not touch."""

    written: Mapping[str, bytes]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    conflicts: tuple[Diagnostic, ...]


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read_manifest(output: Path) -> Manifest | None:
    """The manifest of an earlier run, None where there is none that can be read."""
    try:
        content = json.loads((output / MANIFEST).read_bytes())
        return Manifest(
            generator=content["generator"],
            spec=content["spec"],
            options=content["options"],
            requirements=tuple(content["requirements"]),
            models=content["models"],
            files=content["files"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_intact(output: Path, manifest: Manifest) -> bool:
    """Whether every file of the manifest is there as it was written."""
    return all(_digest_of(output / path) == known for path, known in manifest.files.items())


def compare(output: Path, files: Sequence[GeneratedFile], manifest: Manifest) -> Changes:
    """What `write` would do to the folder `output` to make it hold `files` and the manifest."""
    before = read_manifest(output)
    known = before.files if before else {}
    contents = {file.path: file.text.encode("utf-8") for file in files}
    written: dict[str, bytes] = {}
    unchanged: list[str] = []
    conflicts: list[Diagnostic] = []
    if before is None and _holds_anything(output):
        conflicts.append(_conflict(output, "the folder holds files, and asyncgen did not make it"))
    for path, content in contents.items():
        there = _digest_of(output / path)
        if there == digest(content):
            unchanged.append(path)
            continue
        written[path] = content
        if there is not None and there != known.get(path):
            why = "was edited since it was generated" if path in known else "was not made by asyncgen"
            conflicts.append(_conflict(output / path, f"{path} {why}"))
    removed = [path for path in known if path not in contents and _within(output, path)]
    for path in list(removed):
        there = _digest_of(output / path)
        if there is None:
            removed.remove(path)
        elif there != known[path]:
            conflicts.append(_conflict(output / path, f"{path} is no longer generated, but was edited since it was"))
    text = manifest.text().encode("utf-8")
    if _digest_of(output / MANIFEST) != digest(text):
        written[MANIFEST] = text
    return Changes(written, tuple(unchanged), tuple(removed), tuple(conflicts))


def write(output: Path, changes: Changes) -> Report:
    """Carry out the changes: the new files beside their targets first, then a journal, then the renames.

    Raises OSError when something cannot be written; then the folder is as it was, or the next run finishes what the
    journal says.
    """
    if changes.written or changes.removed:
        made: list[Path] = []
        try:
            output.mkdir(parents=True, exist_ok=True)
            for path, content in changes.written.items():
                target = output / path
                target.parent.mkdir(parents=True, exist_ok=True)
                made.append(target.with_name(target.name + _NEW))
                _write_durably(made[-1], content)
            journal = {"write": list(changes.written), "remove": list(changes.removed)}
            made.append(output / (_JOURNAL + _NEW))
            _write_durably(made[-1], json.dumps(journal).encode("utf-8"))
            made[-1].replace(output / _JOURNAL)
        except BaseException:
            for new in made:
                new.unlink(missing_ok=True)
            raise
        _finish(output, output / _JOURNAL)
    written = tuple(path for path in changes.written if path != MANIFEST)
    return Report(written, changes.unchanged, changes.removed)


def recover(output: Path) -> None:
    """Finish what an interrupted run had decided to do, by its journal; throw away what it had only begun."""
    journal = output / _JOURNAL
    if journal.is_file():
        _finish(output, journal)
    elif read_manifest(output) is not None:
        for leftover in output.rglob("*" + _NEW):
            leftover.unlink()


def _finish(output: Path, journal: Path) -> None:
    steps = json.loads(journal.read_bytes())
    for path in filter(partial(_within, output), steps["write"]):
        target = output / path
        new = target.with_name(target.name + _NEW)
        if new.exists():  # else an earlier run came as far as this
            new.replace(target)
    for path in filter(partial(_within, output), steps["remove"]):
        (output / path).unlink(missing_ok=True)
        _remove_empty_folders((output / path).parent, output)
    journal.unlink()


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _remove_empty_folders(folder: Path, top: Path) -> None:
    while folder != top and not any(entry.name != "__pycache__" for entry in folder.iterdir()):
        for entry in folder.glob("__pycache__/*.pyc"):
            entry.unlink()
        if (folder / "__pycache__").is_dir():
            (folder / "__pycache__").rmdir()
        folder.rmdir()
        folder = folder.parent


def _digest_of(path: Path) -> str | None:
    try:
        return digest(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _within(output: Path, path: str) -> bool:
    """Whether a manifest's path stays in the package: a manifest that somebody wrote must not name files elsewhere."""
    top = Path(os.path.abspath(output))
    return top in Path(os.path.normpath(top / path)).parents


def _holds_anything(output: Path) -> bool:
    return output.is_dir() and any(_foreign(output))


def _foreign(output: Path) -> Iterator[Path]:
    return (path for path in output.iterdir() if not path.name.endswith(_NEW) and path.name != "__pycache__")


def _conflict(path: Path, message: str) -> Diagnostic:
    return Diagnostic(
        code="AG701",
        severity=Severity.ERROR,
        message=f"{message}; nothing was written",
        file=os.path.relpath(path),
        hint="choose another --output, or overwrite it with --force",
    )
