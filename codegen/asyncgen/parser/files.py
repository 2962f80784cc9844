"""The files that references reach: which may be read, and each once."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin

from asyncgen.diagnostics import Diagnostics, Place
from asyncgen.parser.load import load, load_bytes
from asyncgen.parser.source import Source, display_name

if TYPE_CHECKING:
    from asyncgen.parser.remote import Remote

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

    `refs` puts files in the place of URLs; `remote` fetches what other URLs name, and without it none is.
    """

    def __init__(
        self,
        root: Source,
        diagnostics: Diagnostics,
        allow_paths: tuple[Path, ...],
        refs: Mapping[str, Path],
        remote: Remote | None,
    ) -> None:
        self._diagnostics = diagnostics
        self._refs = refs
        self._remote = remote
        self._folder = root.path.parent if root.path else Path.cwd()
        self._allowed = tuple(path.resolve() for path in (self._folder, *allow_paths))
        self._sources: dict[Path | str, Source | None] = {root.path.resolve() if root.path else Path(): root}
        self._urls: dict[Source, str] = {}
        self._by_url: dict[str, Source | Problem | None] = {}

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(source for source in self._sources.values() if source is not None)

    def open(self, location: str, source: Source, place: Place) -> Source | Problem | None:
        """The file that a reference in `source`, at `place`, names. None when it was found but cannot be read, as reported."""
        if _URL.match(location) and not source.url:
            return self._open_url(location, place)
        base = self._urls.get(source)
        if base is not None:
            url = _joined(base, location)
            if url in self._refs or url in self._by_url:
                return self._open_url(url, place)
        if source.url:
            return self._open_url(_joined(source.url, location), place)
        folder = source.path.parent if source.path else self._folder
        unescaped, literal = folder / unquote(location), folder / location
        is_literal = not _is_file(unescaped) and _is_file(literal)
        return self._open_path(literal if is_literal else unescaped, location, folder, place)

    def _open_url(self, url: str, place: Place) -> Source | Problem | None:
        """The one place where a reference meets the network."""
        if url not in self._by_url:
            path = self._refs.get(url)
            self._by_url[url] = self._fetch(url) if path is None else self._open_instead(url, path, place)
        return self._by_url[url]

    def _open_instead(self, url: str, path: Path, place: Place) -> Source | Problem | None:
        if not path.is_file():
            message = f"$ref '{url}' points nowhere: there is no file '{path}' to read in its place"
            return Problem("AG204", message)
        source = self._read(path, place)
        if isinstance(source, Source):
            self._urls[source] = url
        return source

    def _fetch(self, url: str) -> Source | Problem | None:
        from asyncgen.parser.remote import CannotFetch, shown  # costs an import of the network's libraries

        name = shown(url)
        if self._remote is None:
            ways = ["keep a copy beside the document and refer to that", f"give --ref {name}=FILE"]
            ways += ["let it be fetched with --allow-remote"] if url.lower().startswith("https:") else []
            hint = f"{', '.join(ways[:-1])}, or {ways[-1]}"
            return Problem("AG203", f"$ref '{name}' is a URL, and asyncgen reads files only", hint)
        too_much = self._too_much()
        if too_much is not None:
            return too_much
        try:
            fetched = self._remote.fetch(url)
        except CannotFetch as reason:
            what = "points nowhere" if reason.code == "AG204" else "is not fetched"
            return Problem(reason.code, f"$ref '{name}' {what}: {reason}", reason.hint or None)
        if fetched.url != url and fetched.url in self._by_url:
            return self._by_url[fetched.url]
        source = load_bytes(fetched.raw, shown(fetched.url), None, self._diagnostics)
        self._sources[fetched.url] = self._by_url[fetched.url] = source
        if source is not None:
            source.url = fetched.url
            self._remember_id(source)
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
            too_much = self._too_much()
            if too_much is not None:
                return too_much
            source = load(path, self._diagnostics, at=place)
            self._sources[identity] = source
            if source is not None:
                self._remember_id(source)
        return self._sources[identity]

    def _too_much(self) -> Problem | None:
        total = sum(len(source.raw) for source in self.sources)
        if len(self._sources) < MAX_FILES and total <= MAX_TOTAL_BYTES:
            return None
        limits = f"{MAX_FILES} files of {MAX_TOTAL_BYTES // 1024**2} MB together"
        return Problem("AG208", f"the document reaches more than {limits}")

    def _remember_id(self, source: Source) -> None:
        """The URL that a JSON Schema file gives itself: references to it, and from it, may be meant by that."""
        data = source.data
        if isinstance(data, dict) and not {"asyncapi", "openapi", "swagger"} & data.keys():
            identifier = data.get("$id")
            if isinstance(identifier, str) and _URL.match(identifier):
                url = identifier.partition("#")[0]
                if source.url and _host(source.url) != _host(url):
                    return  # what was fetched from one host does not speak for another
                self._urls[source] = url
                self._by_url.setdefault(url, source)


def _host(url: str) -> str:
    return url.partition("//")[2].partition("/")[0].lower()


def _joined(base: str, location: str) -> str:
    try:
        return urljoin(base, location)
    except ValueError:  # no URL; what it is called says so where it is opened
        return location


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
