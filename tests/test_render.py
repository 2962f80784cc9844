"""Text of a document is data in the generated code, whatever it is."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncgen.render import docstring, inline, literal, without_unused_imports

TRICKY = [
    'ends with a quote"',
    'three """ quotes',
    '"""',
    "back\\slash",
    "ends with a backslash\\",
    'both \\"',
    "{{ braces }} {% raw %} # hash",
    "null \x00 byte",
    "right-to-left \u202e override",
    "lines\nand \r\nlines\u2028and more",
    "''' \"\"\" '''",
    "émoji 🎉",
    "",
]


@pytest.mark.parametrize("text", TRICKY)
def test_a_docstring_is_one_string_and_nothing_else(text: str) -> None:
    assert is_one_string(docstring(text))


@given(st.text())
def test_any_text_is_a_docstring(text: str) -> None:
    assert is_one_string(docstring(text))


@given(st.text())
def test_any_text_stays_between_the_quotes_of_a_template(text: str) -> None:
    assert is_one_string(f'"""{inline(text)} over Kafka."""')


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.lists(inner).map(tuple),
)


@given(JSON)
def test_a_literal_is_the_value(value: object) -> None:
    assert ast.literal_eval(literal(value)) == value


def test_a_long_line_of_prose_is_wrapped() -> None:
    text = ast.literal_eval(docstring("word " * 40))
    assert max(map(len, text.splitlines())) <= 80


def test_a_table_and_code_are_not_wrapped() -> None:
    table = "|" + " cell |" * 30 + "\n    code" + " code" * 40
    assert ast.literal_eval(docstring(table)).splitlines() == table.splitlines()


def test_imports_that_nothing_uses_are_left_out() -> None:
    source = (
        "import x\n\nfrom h import i\nfrom d import e\n\nfrom a import b, c\nfrom f import g\n\n__all__ = ['g']\nb()\n"
    )
    assert without_unused_imports(source) == "import x\n\nfrom a import b\nfrom f import g\n\n__all__ = ['g']\nb()\n"


def is_one_string(source: str) -> bool:
    module = ast.parse(f"def f():\n    {source}\n")
    body = module.body[0].body  # type: ignore[attr-defined]
    return len(body) == 1 and isinstance(body[0].value, ast.Constant) and isinstance(body[0].value.value, str)
