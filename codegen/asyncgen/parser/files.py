"""The files that references reach: which may be read, and each once."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin

from asyncgen.diagnostics import Diagnostics, Place
from asyncgen.parser.load import load
from asyncgen.parser.source import Source, display_name

MAX_FILES = 1000
"""How many files one document may reach."""

MAX_TOTAL_BYTES = 256 * 1024 * 1024
"""How large they may be together."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a reference cannot be followed, or what is odd about it."""

    code: str
    message: str
    hint: str | None = None


class Files:
    """Reads the files that references name, each once, from the document's folder and the folders that are allowed.

    `refs` puts files in the place of URLs.
    """

    def __init__(
        self, root: Source, diagnostics: Diagnostics, allow_paths: tuple[Path, ...], refs: Mapping[str, Path]
    ) -> None:
        self._diagnostics = diagnostics
        self._refs = refs
        self._folder = root.path.parent if root.path else Path.cwd()
        self._allowed = tuple(path.resolve() for path in (self._folder, *allow_paths))
        self._sources: dict[Path, Source | None] = {root.path.resolve() if root.path else Path(): root}
        self._urls: dict[Source, str] = {}
        self._by_url: dict[str, Source] = {}

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(source for source in self._sources.values() if source is not None)

    def open(self, location: str, source: Source, place: Place) -> Source | Problem | None:
        """The file that a reference in `source`, at `place`, names. None when it was found but cannot be read, as reported."""
        if _URL.match(location):
            return self._open_url(location, place)
        base = self._urls.get(source)
        if base is not None:
            url = urljoin(base, location)
            if url in self._refs or url in self._by_url:
                return self._open_url(url, place)
        folder = source.path.parent if source.path else self._folder
        unescaped, literal = folder / unquote(location), folder / location
        is_literal = not _is_file(unescaped) and _is_file(literal)
        return self._open_path(literal if is_literal else unescaped, location, folder, place)

    def _open_url(self, url: str, place: Place) -> Source | Problem | None:
        """The one place where a reference meets the network: no URL is read, only files that stand for one."""
        if url in self._by_url:
            return self._by_url[url]
        path = self._refs.get(url)
        if path is None:
            hint = f"keep a copy beside the document and refer to that, or give --ref {url}=FILE"
            return Problem("AG203", f"$ref '{url}' is a URL, and asyncgen reads files only", hint)
        if not path.is_file():
            return Problem("AG204", f"$ref '{url}' points nowhere: there is no file '{path}' to read in its place")
        source = self._read(path, place)
        if isinstance(source, Source):
            self._urls[source] = url
            self._by_url[url] = source
        return source

    def _open_path(self, path: Path, location: str, folder: Path, place: Place) -> Source | Problem | None:
        try:
            resolved = path.resolve()
            is_folder = resolved.is_dir()
        except (OSError, ValueError):  # a name that no file can have
            return Problem("AG204", f"$ref '{location}' points nowhere: there is no such file")
        if not any(resolved.is_relative_to(allowed) for allowed in self._allowed):
            hint = f"if that is meant: --allow-path {display_name(resolved.parent)}"
            return Problem("AG202", f"$ref '{location}' leaves the document's folder", hint)
        if is_folder or not resolved.is_file():
            why = "it is a folder" if is_folder else "there is no such file"
            near = self._from_root(location, folder) or _like(resolved, location)
            return Problem("AG204", f"$ref '{location}' points nowhere: {why}", near)
        return self._read(resolved, place)

    def _from_root(self, location: str, folder: Path) -> str | None:
        """What a reference should be that was written as seen from the document instead of from its own file."""
        if folder == self._folder or not _is_file(self._folder / location):
            return None
        meant = os.path.relpath(self._folder / location, folder).replace(os.sep, "/")
        return f"paths are relative to the file that they stand in: did you mean '{meant}'?"

    def _read(self, path: Path, place: Place) -> Source | Problem | None:
        identity = path.resolve()
        if identity not in self._sources:
            total = sum(len(source.raw) for source in self.sources)
            if len(self._sources) >= MAX_FILES or total > MAX_TOTAL_BYTES:
                limits = f"{MAX_FILES} files of {MAX_TOTAL_BYTES // 1024**2} MB together"
                return Problem("AG208", f"the document reaches more than {limits}")
            source = load(path, self._diagnostics, at=place)
            self._sources[identity] = source
            if source is not None:
                self._remember_id(source)
        return self._sources[identity]

    def _remember_id(self, source: Source) -> None:
        """The URL that a JSON Schema file gives itself: references to it, and from it, may be meant by that."""
        data = source.data
        if isinstance(data, dict) and not {"asyncapi", "openapi", "swagger"} & data.keys():
            identifier = data.get("$id")
            if isinstance(identifier, str) and _URL.match(identifier):
                url = identifier.partition("#")[0]
                self._urls[source] = url
                self._by_url.setdefault(url, source)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _like(path: Path, location: str) -> str | None:
    """A file in the same folder with a name like this one's, as the reference would have to name it."""
    try:
        names = sorted(entry.name for entry in path.parent.iterdir() if entry.is_file())
    except OSError:
        return None
    near = [name for name in names if Path(name).stem == path.name] or difflib.get_close_matches(path.name, names, n=1)
    folder, slash, _ = location.rpartition("/")
    return f"did you mean '{folder}{slash}{near[0]}'?" if near else None
