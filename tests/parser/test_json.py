"""JSON is read by its own rules, and its places are as exact as YAML's."""

import json
import time
from typing import Any

import pytest


def test_places_in_json(loaded: Any) -> None:
    result = loaded('{\n\t"a": {"b": [1, {"ü\\n": "x"}, null]},\r\n\t"c": -1.5e3\n}', "spec.json")
    assert result.data == {"a": {"b": [1, {"ü\n": "x"}, None]}, "c": -1500.0}
    assert result.at("a") == (2, 7)
    assert result.at("a", key=True) == (2, 2)
    assert result.at("a", "b", 1, "ü\n") == (2, 25)
    assert result.at("a", "b", 1, "ü\n", key=True) == (2, 18)
    assert result.at("a", "b", 2) == (2, 31)
    assert result.at("c") == (3, 7)


def test_a_place_that_is_not_there_is_the_nearest_above(loaded: Any) -> None:
    assert loaded('{"a": {"b": 1}}', "spec.json").at("a", "x", "y") == (1, 7)


def test_strings_may_hold_what_looks_like_structure(loaded: Any) -> None:
    text = '{"a": "{\\"b\\": [", "c\\\\": "]}", "d": 1}'
    result = loaded(text, "spec.json")
    assert result.at("d") == (1, text.index("1") + 1)


def test_surrogate_pairs_and_del_are_characters(loaded: Any) -> None:
    assert loaded('{"a": "\\ud83d\\ude00\x7f"}', "spec.json").data == {"a": "😀\x7f"}


@pytest.mark.parametrize("escape", ["\\ud83d", "\\ude00", "\\ude00\\ud83d", "\\\\\\ud83d"])
def test_half_a_surrogate_pair_is_an_error(loaded: Any, escape: str) -> None:
    assert any("AG114" in found for found in loaded(f'{{"a": "{escape}"}}', "spec.json").found)


def test_an_escaped_backslash_is_no_surrogate(loaded: Any) -> None:
    assert loaded('{"a": "\\\\ud83d"}', "spec.json").found == []


def test_of_duplicate_names_both_places_are_named(loaded: Any) -> None:
    result = loaded('{"a": {"b": {"c": 1},\n "b": {"d": 2}}}', "spec.json")
    assert result.found == ["2:2 AG107 duplicate key 'b', first at spec.json:1:8"]
    assert result.at("a", "b", "d") == (2, 13)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1,}', "1:8 AG105 not valid JSON: a ',' stands before '}'"),
        ('{"a": [1,\n]}', "1:9 AG105 not valid JSON: a ',' stands before ']'"),
        ('{"a": 1\n "b": 2}', "2:2 AG105 not valid JSON: a ',' is missing before this"),
        ('{"a" 1}', "1:6 AG105 not valid JSON: a ':' is missing before this"),
        ("{'a': 1}", "1:2 AG105 not valid JSON: strings are written in double quotes"),
        ('{"a": 1} // b', "1:10 AG105 not valid JSON: there is more text after the end of the value"),
        ('{"a": // b\n1}', "1:7 AG105 not valid JSON: JSON has no comments"),
        ('{"a": nul}', "1:7 AG105 not valid JSON: a value is due here"),
        ('{"a": NaN}', "1:7 AG105 not valid JSON: NaN is not a value that JSON has"),
        ('{"a": "b', "1:7 AG105 not valid JSON: the string that begins here is not closed"),
        ('{"a": "\\q"}', "1:8 AG105 not valid JSON: this escape means nothing"),
        ('{"a": [1, 2', "1:11 AG105 not valid JSON: the text ends in the middle of a value"),
        ('{"a": 1}\n{"a": 2}', "2:1 AG106 the file holds more than one JSON value"),
    ],
)
def test_a_syntax_error_is_one_finding_where_it_is(loaded: Any, text: str, found: str) -> None:
    result = loaded(text, "spec.json")
    assert result.source is None
    assert result.found == [found]


def test_flow_style_yaml_is_yaml_unless_the_file_says_json(loaded: Any) -> None:
    assert loaded("{a: 1, b: [x]}", "spec.yaml").data == {"a": 1, "b": ["x"]}
    assert "AG105" in loaded("{a: 1}", "spec.json").found[0]


def test_broken_json_in_a_file_called_yaml_is_told_as_json(loaded: Any) -> None:
    assert "AG105" in loaded('{"a": 1, "b": {"c": 2}', "spec.yaml").found[0]


def test_deep_nesting_ends_in_an_error(loaded: Any) -> None:
    assert loaded("[" * 100_000, "spec.json").found == ["1:201 AG108 values are nested more than 200 deep"]
    nested = '{"a":' * 300 + "1" + "}" * 300
    assert "AG108" in loaded(nested, "spec.json").found[0]


def test_a_number_that_is_too_long_is_an_error(loaded: Any) -> None:
    assert loaded(f'{{"a": {"9" * 5000}}}', "spec.json").found == ["1:7 AG114 a number has more than 4300 digits"]


def test_places_of_a_large_file_are_found_by_one_scan(loaded: Any) -> None:
    result = loaded(json.dumps({f"k{n}": {"a": [n]} for n in range(20_000)}, indent=1), "spec.json")
    begun = time.perf_counter()
    places = [result.at(f"k{n}", "a", 0) for n in range(20_000)]
    assert time.perf_counter() - begun < 2
    assert places[-1] == (99_999, 4)
