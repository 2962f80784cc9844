"""Files: how they are encoded, where their values stand, and what makes nothing of them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from asyncgen.diagnostics import Diagnostics, Position
from asyncgen.parser import load as load_module
from asyncgen.parser import yaml_text
from asyncgen.parser.load import load, load_bytes

SPEC = """\
asyncapi: 3.0.0
info: {title: Ordërs, "version": '1'}
servers:
  - &first
    host: localhost
  - *first
'empty':
text: |
  one
  two
"""


@pytest.mark.parametrize("name", ["spec.yaml", "spec.yml", "spec"])
def test_every_value_and_key_has_a_place(loaded: Any, name: str) -> None:
    result = loaded(SPEC, name)
    assert result.at() == (1, 1)
    assert result.at("asyncapi") == (1, 11)
    assert result.at("asyncapi", key=True) == (1, 1)
    assert result.at("info") == (2, 7)
    assert result.at("info", "title") == (2, 15)
    assert result.at("info", "version") == (2, 34)
    assert result.at("info", "version", key=True) == (2, 23)
    assert result.at("servers", 0) == (4, 5)
    assert result.at("servers", 0, "host") == (5, 11)
    assert result.at("servers", 1) == (6, 5)
    assert result.at("servers", 1, "host") == (5, 11)
    assert result.at("empty", key=True) == (7, 1)
    assert result.at("text") == (8, 7)


def test_without_libyaml_the_same_is_read(loaded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = loaded(SPEC)
    monkeypatch.setattr(yaml_text, "_parser", yaml.SafeLoader)
    slow = loaded(SPEC)
    assert slow.data == fast.data
    assert sorted(slow.source.offsets.spots.values()) == sorted(fast.source.offsets.spots.values())


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(loaded: Any, ending: str) -> None:
    result = loaded(SPEC.replace("\n", ending))
    assert result.at("info", "version") == (2, 34)
    assert result.at("servers", 0, "host") == (5, 11)
    assert result.source.line(5) == "    host: localhost"
    assert result.data["text"] == "one\ntwo\n"


def test_other_line_separators_end_no_line(loaded: Any) -> None:
    result = loaded("a: 'x\u2028y'\nb: 1\n")
    assert result.at("b") == (2, 4)
    assert result.source.line(2) == "b: 1"


def test_a_byte_order_mark_is_no_character(loaded: Any) -> None:
    assert loaded(b"\xef\xbb\xbfa: 1\n").at("a") == (1, 4)
    assert loaded(b'\xef\xbb\xbf{"a": 1}', "spec.json").at("a") == (1, 7)


def test_columns_count_characters(loaded: Any) -> None:
    assert loaded("äöü😀: {b: 1}\n").at("äöü😀", "b") == (1, 11)


def test_a_line_that_is_not_there_is_empty(loaded: Any) -> None:
    assert loaded("a: 1").source.line(5) == ""


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "---\n...\n", "null\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_an_error(loaded: Any, text: str | bytes) -> None:
    assert loaded(text).found == ["1:1 AG103 the file is empty"]


def test_several_documents_are_an_error(loaded: Any) -> None:
    assert loaded("a: 1\n---\nb: 2\n").found == ["2:1 AG106 the file holds more than one YAML document"]


def test_an_empty_second_document_is_none(loaded: Any) -> None:
    assert loaded("---\na: 1\n---\n").data == {"a": 1}
    assert loaded("a: 1\n...\n").data == {"a": 1}


def test_a_file_that_is_not_utf8_is_an_error_at_the_byte(loaded: Any) -> None:
    assert loaded("a: 1\nb: ä\n".encode("latin-1")).found == ["2:4 AG102 the file is not UTF-8: byte 0xe4 at offset 8"]
    assert loaded("a: 1".encode("utf-16")).found == ["1:1 AG102 the file is not UTF-8: it looks like UTF-16"]


def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    diagnostics = Diagnostics()
    assert load(tmp_path / "missing.yaml", diagnostics) is None
    assert load(tmp_path, diagnostics) is None
    assert [found.code for found in diagnostics] == ["AG101", "AG101"]
    assert [found.message.rpartition(": ")[2] for found in diagnostics] == [
        "is a directory",
        "no such file or directory",
    ]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_module, "MAX_BYTES", 10)
    (tmp_path / "spec.yaml").write_text("a: 1234567890")
    diagnostics = Diagnostics()
    assert load(tmp_path / "spec.yaml", diagnostics) is None
    assert [found.code for found in diagnostics] == ["AG115"]


def test_a_source_knows_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "spec.yaml").write_text("a: 1")
    source = load(Path("spec.yaml"), Diagnostics())
    assert source is not None
    assert (source.name, source.path, source.raw) == ("spec.yaml", tmp_path / "spec.yaml", b"a: 1")


def test_standard_input_has_no_path() -> None:
    source = load_bytes(b"a: 1", "<stdin>", None, Diagnostics())
    assert source is not None
    assert (source.name, source.path) == ("<stdin>", None)


def test_a_schema_in_a_language_of_its_own_is_text(loaded: Any) -> None:
    result = loaded('syntax = "proto3";\n', "order.proto")
    assert result.data == 'syntax = "proto3";\n'
    assert result.source.position(("message",)) == Position(1, 1)
