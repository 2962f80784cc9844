"""Findings as they are collected: once each, in order, a line each."""

import pytest

from asyncgen.diagnostics import Diagnostics, Place
from asyncgen.parser.load import load_bytes


def place(text: str) -> Place:
    source = load_bytes(text.encode(), "spec.json", None, Diagnostics())
    assert source is not None
    return Place(source, ("a",))


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\nb", "a\\nb"), ("a\x1b[2Jb", "a\\u001b[2Jb"), ("a\x9bb", "a\\u009bb"), ("a\u2028b", "a\\u2028b"), ("ä\\b", "ä\\b")],
)  # fmt: skip
def test_a_document_does_not_steer_the_terminal(text: str, shown: str) -> None:
    diagnostics = Diagnostics()
    diagnostics.report("AG311", place('{"a": 1}'), f"there is no '{text}'", hint=f"did you mean '{text}'?")
    (found,) = diagnostics
    assert found.message == f"there is no '{shown}'"
    assert found.hint == f"did you mean '{shown}'?"


def test_a_source_line_keeps_its_columns() -> None:
    diagnostics = Diagnostics()
    diagnostics.report("AG311", place('{"\x9b":\t1, "a": 2}'), "there is no such thing")
    (found,) = diagnostics
    assert (found.column, found.source_line) == (15, '{"\ufffd":\t1, "a": 2}')


def test_a_finding_is_collected_once_and_in_order_of_its_place() -> None:
    diagnostics = Diagnostics()
    second = place('{"b": 1,\n"a": 2}')
    for at in (second, Place(second.source, ("b",)), second):
        diagnostics.report("AG311", at, "there is no such thing")
    assert [(found.line, found.column) for found in diagnostics] == [(1, 7), (2, 6)]
