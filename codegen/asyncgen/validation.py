"""Checking documents without generating anything: all that is wrong with them, and what may be.

path or bytes
  └ load, resolve, read -> Document       as for generating, with what that reports
  └ validate  -> diagnostics              what no schema says
  └ structure -> diagnostics              what the official schemas say; what generating shrugs off is an error here
  └ examples, unused -> diagnostics       examples and defaults by their own schemas, components that nothing uses
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from asyncgen.diagnostics import Diagnostics
from asyncgen.parser.examples import check_examples
from asyncgen.parser.load import Source, load, load_bytes
from asyncgen.parser.read import read
from asyncgen.parser.resolve import Resolved, resolve
from asyncgen.parser.structure import Specifications, check_structure
from asyncgen.parser.unused import check_unused
from asyncgen.parser.validate import validate

if TYPE_CHECKING:
    from asyncgen.parser.remote import Remote


def validate_documents(
    specs: Iterable[Path | bytes],
    *,
    allow_paths: Sequence[Path] = (),
    allow_remote: bool = False,
    refs: Mapping[str, Path] | None = None,
) -> Diagnostics:
    """Every finding about some documents. Raises UsageError for a path that is no file's, before anything is read."""
    specs = list(specs)
    for spec in specs:
        if isinstance(spec, Path) and not spec.is_file():
            from asyncgen.config import UsageError  # brings with it what only generating needs

            kind = "a folder, not a file" if spec.is_dir() else "no such file"
            raise UsageError(f"{spec}: {kind}", "give the paths of AsyncAPI documents, in YAML or JSON")
    specifications = Specifications()
    remote = _remote() if allow_remote else None
    found = Diagnostics()
    for spec in specs:
        diagnostics = Diagnostics()
        source = _load(spec, diagnostics)
        if source is not None:
            resolved = resolve(source, diagnostics, allow_paths=allow_paths, refs=refs, remote=remote)
            diagnostics = _check(resolved, diagnostics, specifications)
        for diagnostic in diagnostics:
            found.add(diagnostic)
    return found


def _remote() -> Remote:
    from asyncgen.parser.remote import Remote, cache_folder

    return Remote(cache_folder())


def _load(spec: Path | bytes, diagnostics: Diagnostics) -> Source | None:
    if isinstance(spec, bytes):
        return load_bytes(spec, "<stdin>", None, diagnostics)
    return load(spec, diagnostics)


def _check(resolved: Resolved, diagnostics: Diagnostics, specifications: Specifications) -> Diagnostics:
    document = read(resolved, diagnostics)
    if document is None:
        return diagnostics
    validate(resolved, document, diagnostics)
    check_examples(resolved, document, diagnostics)
    check_unused(resolved, document, diagnostics)
    checked = Diagnostics()
    for found in check_structure(resolved, document.version, specifications, diagnostics):
        checked.add(found)
    return checked
