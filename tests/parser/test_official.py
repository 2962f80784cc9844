"""The specification's own examples are read with nothing to say about them."""

from pathlib import Path

import pytest

from asyncgen.diagnostics import Diagnostics
from asyncgen.parser.load import load
from asyncgen.parser.read import read
from asyncgen.parser.resolve import resolve
from asyncgen.parser.validate import validate

OFFICIAL = Path(__file__).parents[2] / "fixtures" / "official"
DOCUMENTS = sorted(
    path for path in OFFICIAL.rglob("*.y*ml") if path.parent.name != "common" and "examples" in path.parts
)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(OFFICIAL).as_posix())
def test_an_official_example_is_read(path: Path) -> None:
    diagnostics = Diagnostics()
    source = load(path, diagnostics)
    assert source is not None
    common = path.parent.parent / "common"
    resolved = resolve(source, diagnostics, allow_paths=[common] if common.is_dir() else [])
    document = read(resolved, diagnostics)
    assert document is not None
    validate(resolved, document, diagnostics)
    assert [str(found) for found in diagnostics if found.code != "AG203"] == []
    assert document.channels and document.operations


@pytest.mark.parametrize("version", ["2.6", "3.0"])
def test_the_order_service_is_read(version: str) -> None:
    path = OFFICIAL.parent / "order_service" / f"asyncapi-{version}.yaml"
    diagnostics = Diagnostics()
    source = load(path, diagnostics)
    assert source is not None
    resolved = resolve(source, diagnostics)
    document = read(resolved, diagnostics)
    assert document is not None
    validate(resolved, document, diagnostics)
    assert [str(found) for found in diagnostics] == []
    assert [source.path.name for source in resolved.files if source.path] == [path.name, "schemas.yaml"]
