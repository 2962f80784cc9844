"""The whole flow, on one page.

    path or bytes
      └ load      -> Source         text, data, position of every node
      └ resolve   -> Resolved       every file reached, every $ref's target, every value's origin
      └ read      -> Document       v2 or v3, same result: channels, operations, messages, servers, security
      └ validate  -> diagnostics    on Resolved and Document
      └ plan      -> Package        names and types final, schemas normalised into one bundle
      └ models    -> source         of models.py, from one call of the engine
      └ render    -> [GeneratedFile(path, text)]
      └ format    -> [GeneratedFile]
      └ write     -> Report         written, unchanged, removed; the manifest

Each step is a function from one frozen type to the next. All of them report into one `Diagnostics`; with an error among
them nothing is written. `generate` stops before `write`, which is the command's.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asyncgen._version import __version__
from asyncgen.config import Config, UsageError, is_package_name
from asyncgen.diagnostics import Diagnostic, Diagnostics, Severity
from asyncgen.document import Document
from asyncgen.format import format_files
from asyncgen.naming import snake_case
from asyncgen.output import Manifest, digest, is_intact, read_manifest
from asyncgen.package import Package
from asyncgen.parser.load import Source, load, load_bytes
from asyncgen.parser.read import read
from asyncgen.parser.resolve import Resolved, resolve
from asyncgen.parser.validate import validate
from asyncgen.plan import plan
from asyncgen.protocols import Protocol, load_protocols, templates_folder
from asyncgen.render import GeneratedFile, render


@dataclass(frozen=True, slots=True)
class Result:
    """What a generation came to. Without `files` it failed, or, where `up_to_date` says so, there was nothing to do."""

    output: Path
    diagnostics: tuple[Diagnostic, ...]
    failed: bool
    files: tuple[GeneratedFile, ...] = ()
    manifest: Manifest | None = None
    package: Package | None = None
    up_to_date: bool = False


def generate(config: Config) -> Result:
    """Make every file of a package in memory. Raises UsageError for what no document could mend."""
    diagnostics = Diagnostics()
    source = _load(config, diagnostics)
    resolved = _resolve(config, source, diagnostics) if source else None
    document = read(resolved, diagnostics) if resolved else None
    if resolved is None or document is None:
        return Result(config.output or Path(), tuple(diagnostics), failed=True)
    validate(resolved, document, diagnostics)

    protocols = _protocols(config, document)
    output = config.output if config.output is not None else Path(_package_name(document))
    manifest = _manifest(config, resolved, document, protocols, output)
    before = read_manifest(output)
    if before and not config.force and not config.strict and before.same_input(manifest) and is_intact(output, before):
        failed = diagnostics.has_errors(strict=config.strict)
        return Result(output, tuple(diagnostics), failed, manifest=before, up_to_date=not failed)

    planning = Diagnostics()
    package = plan(document, resolved, protocols, role=config.role, name=output.absolute().name, diagnostics=planning)
    broken = diagnostics.has_errors()
    for found in planning:  # what planning warns of in a document with errors is mostly a consequence of them
        if found.severity is Severity.ERROR or not broken:
            diagnostics.add(found)
    if diagnostics.has_errors(strict=config.strict):
        return Result(output, tuple(diagnostics), failed=True)

    from asyncgen.schemas.models import models  # the engine is the heaviest import of all

    made = models(package.bundle)
    files = format_files(render(package, made, templates_folder()), config.formatter)
    return Result(
        output=output,
        diagnostics=tuple(diagnostics),
        failed=False,
        files=files,
        manifest=Manifest(
            generator=manifest.generator,
            spec=manifest.spec,
            options=manifest.options,
            requirements=tuple(sorted({*package.requirements, *made.requirements})),
            models=package.models,
            files={file.path: digest(file.text.encode("utf-8")) for file in files},
        ),
        package=package,
    )


def _load(config: Config, diagnostics: Diagnostics) -> Source | None:
    if isinstance(config.spec, bytes):
        return load_bytes(config.spec, "<stdin>", None, diagnostics)
    if not config.spec.exists() or config.spec.is_dir():
        kind = "a folder, not a file" if config.spec.is_dir() else "no such file"
        raise UsageError(f"{config.spec}: {kind}", "give the path of an AsyncAPI document, in YAML or JSON")
    return load(config.spec, diagnostics)


def _resolve(config: Config, source: Source, diagnostics: Diagnostics) -> Resolved:
    remote = None
    if config.allow_remote:
        from asyncgen.parser.remote import Remote, cache_folder

        remote = Remote(cache_folder())
    return resolve(source, diagnostics, allow_paths=config.allow_paths, refs=config.refs, remote=remote)


def _protocols(config: Config, document: Document) -> tuple[Protocol, ...]:
    """Those asked for; without any, those of the document's servers that asyncgen has."""
    available = load_protocols(templates_folder())
    by_name = {spoken: protocol for protocol in available.values() for spoken in (protocol.name, *protocol.speaks)}
    unknown = [name for name in config.protocols if name not in by_name]
    offer = f"asyncgen has {', '.join(available)}"
    if unknown:
        raise UsageError(f"unknown protocol '{unknown[0]}'", offer)
    names = config.protocols or tuple(server.protocol for server in document.servers)
    found = {by_name[name].name: by_name[name] for name in names if name in by_name}
    if not found:
        spoken = sorted({server.protocol for server in document.servers})
        why = f"its servers speak {', '.join(spoken)}" if spoken else "it names no servers"
        raise UsageError(f"the document does not say which protocol to generate: {why}", f"give --protocol: {offer}")
    return tuple(found[name] for name in sorted(found))


def _package_name(document: Document) -> str:
    name = snake_case(document.info.title)
    if not is_package_name(name):
        raise UsageError(f"no package can be named after the title '{document.info.title}'", "give --output")
    return name


def _manifest(
    config: Config, resolved: Resolved, document: Document, protocols: tuple[Protocol, ...], output: Path
) -> Manifest:
    """The part of the manifest that is known before anything is made."""
    hashed = hashlib.sha256()
    for source in resolved.files:
        hashed.update(len(source.raw).to_bytes(8, "big") + source.raw)
    options: Mapping[str, Any] = {
        "formatter": config.formatter,
        "package": output.absolute().name,
        "protocols": [protocol.name for protocol in protocols],
        "role": config.role,
    }
    return Manifest(
        generator=__version__,
        spec={
            "path": _relative(resolved.root, output),
            "sha256": hashed.hexdigest(),
            "asyncapi": document.version,
            "title": document.info.title,
            "version": document.info.version,
        },
        options=options,
        requirements=(),
        models={},
    )


def _relative(root: Source, output: Path) -> str:
    """The document as seen from the package: the same wherever the two lie together."""
    if root.path is None:
        return "-"
    return Path(os.path.relpath(root.path, output.absolute())).as_posix()
