"""A 2.x document and its translation by the official converter give the same Document.

fixtures/converter holds the converter's own pairs. What differs is listed, each with its reason.
"""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asyncgen.diagnostics import Diagnostics
from asyncgen.document import Document
from asyncgen.parser.load import load
from asyncgen.parser.read import read
from asyncgen.parser.resolve import resolve

PAIRS = Path(__file__).parents[2] / "fixtures" / "converter"

UNNAMED = "2.x gives the operation no name; the converter makes one from channel and action"
ANONYMOUS = "the converter names messages of such operations by 'subscribe' alone, in every channel the same"
CIRCULAR = "the schema refers to itself by where it stands, which the converter changes"
KEYED = "the converter gives the message a key in its channel; in 2.x it has the name of its file"
ADDRESS = "the converter takes the component's key for the address of a channel that is a reference"
SCHEMA = "the converter drops the schema of a parameter that is a reference"
INCOMPLETE = "the converter's expected output was cut short: it has no operations"

EXPECTED: dict[str, dict[str, str]] = {
    "": {
        ".channels[1].messages[3].name": ANONYMOUS,
        ".channels[1].messages[4].name": KEYED,
        ".operations[1].name": UNNAMED,
        ".operations[2].name": UNNAMED,
        ".operations[2].messages[2].name": ANONYMOUS,
        ".operations[2].messages[3].name": KEYED,
    },
    "-with-custom-schema-format": {},
    "-with-deep-local-references": {
        ".channels[0].messages[0].payload.value": CIRCULAR,
        ".channels[1].messages[1].payload.value": CIRCULAR,
        ".operations[0].messages[0].payload.value": CIRCULAR,
        ".operations[1].name": UNNAMED,
        ".operations[2].name": UNNAMED,
        ".operations[2].messages[1].payload.value": CIRCULAR,
    },
    "-with-mixed-parameters": {
        ".channels[0].parameters[6].enum": SCHEMA,
        ".operations": INCOMPLETE,
    },
    "-with-reference-parameter": {".channels[0].parameters[0].description": SCHEMA},
    "-with-servers-and-channels-components": {
        ".channels[1].address": ADDRESS,
        ".channels[1].messages[3].name": ANONYMOUS,
        ".channels[1].messages[4].name": KEYED,
        ".operations[1].name": UNNAMED,
        ".operations[2].name": UNNAMED,
        ".operations[2].messages[2].name": ANONYMOUS,
        ".operations[2].messages[3].name": KEYED,
    },
}


def document(name: str) -> Document:
    diagnostics = Diagnostics()
    source = load(PAIRS / name, diagnostics)
    assert source is not None
    refs = {"https://example.com/message": PAIRS / "message.yaml"}
    found = read(resolve(source, diagnostics, refs=refs), diagnostics)
    assert found is not None
    return found


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Where two documents differ, at the deepest place; the channel of an operation is compared once, among the channels."""
    if dataclasses.is_dataclass(one) and type(one) is type(other):
        for field in dataclasses.fields(one):
            if field.compare and not path.endswith(".channel"):
                yield from differences(getattr(one, field.name), getattr(other, field.name), f"{path}.{field.name}")
    elif isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        for index, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            yield from differences(mine, theirs, f"{path}[{index}]")
    elif one != other:
        yield path


@pytest.mark.parametrize("pair", EXPECTED)
def test_a_pair_gives_the_same_document(pair: str) -> None:
    old, new = document(f"for-3.0.0{pair}.yml"), document(f"from-2.6.0{pair}.yml")
    assert sorted(differences(old, new)) == sorted(EXPECTED[pair])


def test_an_operation_has_the_channel_that_it_is_found_in() -> None:
    for pair in EXPECTED:
        for found in (document(f"for-3.0.0{pair}.yml"), document(f"from-2.6.0{pair}.yml")):
            assert all(any(one.channel is channel for channel in found.channels) for one in found.operations)


def test_a_3_1_document_reads_as_its_3_0_original() -> None:
    text = (PAIRS / "from-2.6.0.yml").read_text(encoding="utf-8")
    newer = PAIRS / "from-2.6.0.yml"
    diagnostics = Diagnostics()
    from asyncgen.parser.load import load_bytes

    source = load_bytes(text.replace("asyncapi: 3.0.0", "asyncapi: 3.1.0").encode(), "new.yml", newer, diagnostics)
    assert source is not None
    refs = {"https://example.com/message": PAIRS / "message.yaml"}
    found = read(resolve(source, diagnostics, refs=refs), diagnostics)
    assert found == document("from-2.6.0.yml")
    assert found is not None and found.version == "3.1.0"
