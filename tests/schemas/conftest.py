"""Models made from a few schemas, ready to validate and to write real JSON."""

from __future__ import annotations

import importlib
import itertools
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter, ValidationError

from asyncgen.diagnostics import Diagnostics, Place, Position
from asyncgen.document import Schema
from asyncgen.schemas.bundle import Bundle, SchemaUse
from asyncgen.schemas.models import models
from asyncgen.schemas.normalise import normalise

TEMPLATES = Path(__file__).parents[2] / "templates"


@dataclass(frozen=True, eq=False)
class File:
    """A file of which only the pointers matter."""

    name: str
    data: Any

    def position(self, pointer: tuple[str | int, ...], *, key: bool = False) -> Position:
        return Position(1, 1)

    def line(self, number: int) -> str:
        return ""


@dataclass
class Files:
    """Follows references between files that are known by their names."""

    root: File
    others: Mapping[str, File] = field(default_factory=dict)

    def follow(self, value: Any, place: Place) -> tuple[Any, Place]:
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            name, _, fragment = value["$ref"].partition("#")
            source: Any = self.others[name] if name else place.source
            value, place = source.data, Place(source)
            for part in fragment.split("/")[1:]:
                key: Any = part.replace("~1", "/").replace("~0", "~")
                key = int(key) if isinstance(value, list) else key
                value, place = value[key], place.child(key)
        return value, place


@dataclass
class Generated:
    """What became of a document's schemas."""

    bundle: Bundle
    diagnostics: Diagnostics
    folder: Path

    @property
    def source(self) -> str:
        return models(self.bundle).source

    @property
    def codes(self) -> list[str]:
        return [found.code for found in self.diagnostics]

    @property
    def messages(self) -> list[str]:
        return [f"{found.pointer} {found.code} {found.message}" for found in self.diagnostics]

    @property
    def module(self) -> ModuleType:
        name = self.folder.name
        if f"{name}.models" not in sys.modules:
            (self.folder / "__init__.py").touch()
            made = models(self.bundle)
            for file in ("_types.py", "_checks.py"):
                (self.folder / file).write_bytes((TEMPLATES / file).read_bytes())
            (self.folder / "models.py").write_text(made.source, encoding="utf-8")
            (self.folder / "_schemas.py").write_text(made.schemas or "", encoding="utf-8")
            sys.path.insert(0, str(self.folder.parent))
            importlib.import_module(f"{name}.models")
            sys.path.pop(0)
        return sys.modules[f"{name}.models"]

    def adapter(self, name: str) -> TypeAdapter[Any]:
        return TypeAdapter(getattr(self.module, name))

    def decode(self, name: str, text: str) -> Any:
        return self.adapter(name).validate_json(text, by_alias=True, by_name=False)

    def encode(self, name: str, value: Any) -> Any:
        return json.loads(self.adapter(name).dump_json(value, by_alias=True, exclude_unset=True))

    def accepts(self, name: str, text: str) -> bool:
        """Whether JSON text is accepted; what comes out again must be the same."""
        try:
            value = self.decode(name, text)
        except ValidationError:
            return False
        assert self.encode(name, value) == json.loads(text)
        return True


_NUMBERS = itertools.count()
"""So that no two of the packages have one name."""

Generate = Callable[..., Generated]


def use(file: File, *pointer: str, name: str = "", schema_format: str | None = None) -> SchemaUse:
    """A use of the schema at a pointer, called by its last part unless a name is given."""
    value: Any = file.data
    for part in pointer:
        value = value[part]
    place = Place(file, pointer)
    return SchemaUse(place.json_pointer, Schema(value, place, schema_format), name or pointer[-1])


@pytest.fixture(scope="module")
def generate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generate]:
    """Makes models of all schemas of a document, in YAML or as data, that holds `schemas`, or of other places in it."""

    def make(
        document: str | dict[str, Any], *uses: tuple[str, str], schema_format: str | None = None, **others: str
    ) -> Generated:
        schemas: Any = yaml.safe_load(document) if isinstance(document, str) else document
        file = File("asyncapi.yaml", schemas if "components" in schemas else {"components": {"schemas": schemas}})
        files = {f"{name}.yaml": File(f"{name}.yaml", yaml.safe_load(other)) for name, other in others.items()}
        diagnostics = Diagnostics()
        wanted = [use(file, *pointer.split("/"), name=name, schema_format=schema_format) for pointer, name in uses] or [
            use(file, "components", "schemas", name, schema_format=schema_format)
            for name in file.data["components"]["schemas"]
        ]
        bundle = normalise(wanted, Files(file, files), diagnostics)
        folder = tmp_path_factory.mktemp(f"generated_{next(_NUMBERS)}", numbered=False)
        return Generated(bundle, diagnostics, folder)

    known = set(sys.modules)
    yield make
    for name in set(sys.modules) - known:
        if name.startswith("generated"):
            del sys.modules[name]
