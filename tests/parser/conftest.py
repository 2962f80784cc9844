"""What the tests of the parser have in common: reading texts that stand in the test."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from asyncgen.diagnostics import Diagnostics
from asyncgen.document import Document
from asyncgen.parser.load import Source, load, load_bytes
from asyncgen.parser.read import read
from asyncgen.parser.resolve import Resolved, resolve
from asyncgen.parser.validate import validate


@dataclass(frozen=True)
class Loaded:
    """A text that was loaded, and what was found in it: `line:column CODE message`."""

    source: Source | None
    found: list[str]
    hints: list[str | None]

    @property
    def data(self) -> object:
        assert self.source is not None, self.found
        return self.source.data

    def at(self, *pointer: str | int, key: bool = False) -> tuple[int, int]:
        assert self.source is not None, self.found
        position = self.source.position(pointer, key=key)
        return position.line, position.column


@dataclass(frozen=True)
class Reading:
    """A document that was read from a folder: `file:line:column CODE message` of what was found."""

    resolved: Resolved
    given: Document | None
    found: list[str]
    hints: list[str | None]

    @property
    def document(self) -> Document:
        assert self.given is not None, self.found
        return self.given


@pytest.fixture
def loaded() -> Callable[..., Loaded]:
    """Loads a text or bytes under a name."""

    def load_text(text: str | bytes, name: str = "spec.yaml") -> Loaded:
        diagnostics = Diagnostics()
        data = text if isinstance(text, bytes) else text.encode()
        source = load_bytes(data, name, Path(name), diagnostics)
        found = [f"{one.line}:{one.column} {one.code} {one.message}" for one in diagnostics]
        return Loaded(source, found, [one.hint for one in diagnostics])

    return load_text


@pytest.fixture
def reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Reading]:
    """Reads `spec.yaml`, the first text, among other files by their names."""

    def read_text(text: str, files: dict[str, str] | None = None, **options: object) -> Reading:
        for name, content in {"spec.yaml": text, **(files or {})}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        diagnostics = Diagnostics()
        source = load(Path("spec.yaml"), diagnostics)
        assert source is not None, list(diagnostics)
        resolved = resolve(source, diagnostics, **options)  # type: ignore[arg-type]
        document = read(resolved, diagnostics)
        if document is not None:
            validate(resolved, document, diagnostics)
        found = [f"{one.file}:{one.line}:{one.column} {one.code} {one.message}" for one in diagnostics]
        return Reading(resolved, document, found, [one.hint for one in diagnostics])

    return read_text
