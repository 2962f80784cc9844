"""Whatever is given, reading ends, says where things are wrong, and never raises."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from asyncgen.diagnostics import Diagnostics
from asyncgen.parser.load import load_bytes
from asyncgen.parser.read import read
from asyncgen.parser.resolve import resolve
from asyncgen.parser.validate import validate

WORDS = (
    "info title version servers host url protocol variables security channels address messages message oneOf payload headers"
    " parameters schema schemaFormat enum default location operations action channel reply traits bindings kafka components"
    " publish subscribe operationId messageId correlationId examples tags name x-a $ref securitySchemes flows scopes"
).split()
POINTERS = [
    "#",
    "#/channels/c",
    "#/components/messages/m",
    "#/channels",
    "#/info",
    "x.yaml",
    "https://e.com/x",
    "#/a/b",
]

values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["send", "receive", "c", "{p}/a", *POINTERS]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*WORDS, "c", "m", "p"]), inner, max_size=5)
        | st.sampled_from(POINTERS).map(lambda pointer: {"$ref": pointer})
    ),
    max_leaves=30,
)


def read_all(data: bytes) -> Diagnostics:
    diagnostics = Diagnostics()
    source = load_bytes(data, "spec", None, diagnostics)
    resolved = resolve(source, diagnostics) if source else None
    document = read(resolved, diagnostics) if resolved else None
    if resolved is not None and document is not None:
        validate(resolved, document, diagnostics)
    else:
        assert diagnostics.has_errors()
    for found in diagnostics:
        assert found.line >= 1
        assert 1 <= found.column <= len(found.source_line or "") + 1
    return diagnostics


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["2.6.0", "3.0.0"]),
    st.fixed_dictionaries(
        {},
        optional={
            "info": values,
            "servers": st.dictionaries(st.sampled_from("cmp"), values, max_size=2),
            "channels": st.dictionaries(st.sampled_from("cmp"), values, max_size=2),
            "operations": st.dictionaries(st.sampled_from("cmp"), values, max_size=2),
            "components": values,
        },
    ),
)
def test_any_document_is_read_or_refused(version: str, members: dict[str, Any]) -> None:
    read_all(json.dumps({"asyncapi": version, **members}).encode())


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=" \n\t\r:-[]{}'\"&*!|>?#%@,ab1.~<\ufeff\x85\u2028\x00é", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    read_all(text.encode())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    read_all(data)
