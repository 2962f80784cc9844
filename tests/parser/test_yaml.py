"""YAML is read as version 1.2 has it, and as plain data."""

import math
import time
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("off", "off"),
        ("yes", "yes"),
        ("No", "No"),
        ("y", "y"),
        ("n", "n"),
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("tRUE", "tRUE"),
        ("null", None),
        ("~", None),
        ("", None),
        ("Null", None),
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T10:00:00Z", "2024-01-01T10:00:00Z"),
        ("12:30:00", "12:30:00"),
        ("1_000", "1_000"),
        ("0777", 777),
        ("0o17", 15),
        ("0x1f", 31),
        ("0b11", "0b11"),
        ("-5", -5),
        ("+5", 5),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("6.8523015e+5", 685230.15),
        (".inf", math.inf),
        ("-.Inf", -math.inf),
        ("1.2.3", "1.2.3"),
        ("-", None),
        ("'5'", "5"),
        ('"true"', "true"),
        ("!!str 5", "5"),
        ("!!int '5'", 5),
        ("!!float 5", 5.0),
        ("!!null ''", None),
        ("! 5", "5"),
        ("|-\n  5", "5"),
    ],
)
def test_a_scalar_means_what_the_core_schema_says(loaded: Any, text: str, value: object) -> None:
    if text == "-":
        assert loaded("a:\n  -\n").data == {"a": [None]}
        return
    read = loaded(f"a: {text}\n").data["a"]
    assert read == value
    assert type(read) is type(value)


def test_not_a_number_is_one(loaded: Any) -> None:
    assert math.isnan(loaded("a: .nan").data["a"])


@pytest.mark.parametrize("key", ["on", "yes", "n", "200", "1.0", "true", "null", "~", "0x1f", "2024-01-01", "'200'"])
def test_a_key_is_a_string_as_it_is_written(loaded: Any, key: str) -> None:
    assert loaded(f"{key}: a\n").data == {key.strip("'"): "a"}


def test_a_quoted_and_a_plain_number_are_the_same_key(loaded: Any) -> None:
    assert loaded("200: a\n'200': b\n").found == ["2:1 AG107 duplicate key '200', first at spec.yaml:1:1"]


def test_of_duplicate_keys_both_places_are_named(loaded: Any) -> None:
    result = loaded("a:\n  b: 1\n  c: 2\n  b: {d: 3}\n")
    assert result.found == ["4:3 AG107 duplicate key 'b', first at spec.yaml:2:3"]
    assert result.data == {"a": {"b": 1, "c": 2}}


def test_a_merge_key_takes_over_members_that_the_map_does_not_have(loaded: Any) -> None:
    text = "base: &base {a: 1, b: 2}\nmore: &more {b: 3, c: 4}\none:\n  <<: *base\n  b: 5\ntwo:\n  d: 6\n  <<: [*base, *more]\n"
    data = loaded(text).data
    assert data["one"] == {"a": 1, "b": 5}
    assert data["two"] == {"a": 1, "b": 2, "c": 4, "d": 6}
    assert data["base"] == {"a": 1, "b": 2}


def test_a_merged_member_stands_where_it_was_written(loaded: Any) -> None:
    result = loaded("base: &base\n  a: 1\none:\n  <<: *base\n  b: 5\n")
    assert result.at("one", "a") == (2, 6)
    assert result.at("one", "b") == (5, 6)


def test_a_quoted_merge_key_is_a_key(loaded: Any) -> None:
    assert loaded("'<<': {a: 1}\n").data == {"<<": {"a": 1}}


def test_a_merge_key_takes_maps_only(loaded: Any) -> None:
    assert loaded("a:\n  <<: 5\n").found == ["2:7 AG112 '<<' takes a map or a list of maps"]


def test_an_alias_stands_for_its_anchor(loaded: Any) -> None:
    assert loaded("a: &x [1, 2]\nb: *x\nc: &y name\n*y : 3\n").data == {
        "a": [1, 2],
        "b": [1, 2],
        "c": "name",
        "name": 3,
    }


def test_an_anchor_can_be_set_again(loaded: Any) -> None:
    assert loaded("a: &x 1\nb: *x\nc: &x 2\nd: *x\n").data == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_an_alias_without_anchor_is_an_error(loaded: Any) -> None:
    result = loaded("a: *x\n")
    assert result.found == ["1:4 AG110 the alias '*x' has no anchor '&x' before it"]
    assert result.hints == ["a value that begins with * must be quoted"]


def test_an_alias_inside_its_own_anchor_is_an_error(loaded: Any) -> None:
    assert loaded("a: &x\n  b: *x\n").found == ["2:6 AG110 the alias '*x' stands inside its own anchor"]


def test_aliases_of_aliases_end_in_an_error_at_once(loaded: Any) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join(f'*a{n - 1}' for _ in range(9))}]" for n in range(1, 60)]
    begun = time.perf_counter()
    result = loaded("\n".join(lines))
    assert time.perf_counter() - begun < 1
    assert len(result.found) == 1
    assert result.found[0].startswith("6:") and "AG109" in result.found[0]


def test_aliases_of_maps_under_merge_keys_end_in_an_error_too(loaded: Any) -> None:
    members = ", ".join(f"k{n}: 1" for n in range(2000))
    lines = [f"a: &a {{{members}}}", *(f"b{n}: {{<<: *a}}" for n in range(2000))]
    begun = time.perf_counter()
    assert "AG109" in loaded("\n".join(lines)).found[0]
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_ends_in_an_error(loaded: Any, opening: str) -> None:
    found = loaded(opening * 100_000).found
    assert len(found) == 1
    assert "AG108" in found[0] or "AG111" in found[0]


def test_nesting_by_aliases_counts(loaded: Any) -> None:
    lines = ["a0: &a0 [1]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 300))]
    assert "AG108 values are nested more than 200 deep" in loaded("\n".join(lines)).found[0]


@pytest.mark.parametrize(
    "tag", ["!version", "!!python/object/apply:os.getcwd", "!!timestamp", "!!binary", "!<tag:x,1:y>"]
)
def test_a_tag_builds_no_object(loaded: Any, tag: str) -> None:
    result = loaded(f"a: {tag} abc\n")
    assert result.data == {"a": "abc"}
    assert [found[:10] for found in result.found] == ["1:4 AG113 "]


def test_a_tag_of_a_collection_is_ignored(loaded: Any) -> None:
    result = loaded("a: !!set {b, c}\nd: !!map {e: 1}\n")
    assert result.data == {"a": {"b": None, "c": None}, "d": {"e": 1}}
    assert result.found == ["1:4 AG113 the tag '!!set' has no meaning here; the value is read without it"]


@pytest.mark.parametrize("text", ["? [a, b]\n: c\n", "{a: 1}: b\n", "a: {{ broker }}\n"])
def test_a_key_that_is_no_string_is_an_error(loaded: Any, text: str) -> None:
    assert "AG111 a key must be a string, not a map or a list" in loaded(text).found[0]


def test_a_number_that_is_too_long_is_an_error(loaded: Any) -> None:
    assert loaded(f"a: {'9' * 5000}").found == ["1:4 AG114 the number has 5000 digits, more than can be read"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: b: c\n", "1:5 AG104 not valid YAML: a ': ' stands where no key can be"),
        ("a:\n\tb: 1\n", "2:1 AG104 a tab stands where YAML wants spaces"),
        ("a: @b\n", "1:4 AG104 no value can begin with '@'"),
        ("a: {b: 1\n", "2:1 AG104 not valid YAML: a ',' or '}' is missing"),
        ("a: [1, 2\nb: 1\n", "2:2 AG104 not valid YAML: a ',' or ']' is missing"),
        ("a: 'b\n\nc: 1\n", "1:4 AG104 not valid YAML: a quoted string is not closed"),
        ("a: 1\n  b: 2\n", "2:4 AG104 not valid YAML: a ': ' stands where no key can be"),
        ("a:\n  b: 1\n c: 2\n", "3:2 AG104 not valid YAML: this is not a key of the object that is open here"),
        ("a\nb: 1\n", "2:2 AG104 not valid YAML: a ': ' stands where no key can be"),
        ('a: "\\q"\n', "1:5 AG104 not valid YAML: this escape means nothing in double quotes"),
        ("a: b\x01c\n", "1:5 AG104 the control character U+0001 is not allowed in YAML"),
        ("ä: 'ö\x01'\n", "1:6 AG104 the control character U+0001 is not allowed in YAML"),
    ],
)
def test_a_syntax_error_is_one_finding_where_it_is(loaded: Any, text: str, found: str) -> None:
    result = loaded(text)
    assert result.source is None
    assert result.found == [found]
