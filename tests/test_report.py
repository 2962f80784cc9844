"""Findings as text, JSON, SARIF and GitHub's workflow commands."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from asyncgen import __version__, report
from asyncgen.diagnostics import Diagnostic, Severity

SARIF_SCHEMA = Path(__file__).parents[1] / "fixtures" / "schemas" / "sarif-2.1.0.json"


def finding(**changes: Any) -> Diagnostic:
    fields: dict[str, Any] = {
        "code": "AG204",
        "severity": Severity.ERROR,
        "message": "$ref '#/a' points nowhere",
        "file": "specs/orders.yaml",
        "line": 31,
        "column": 13,
        "hint": "did you mean '#/b'?",
        "source_line": "      $ref: '#/a'",
        "pointer": "#/channels/a/$ref",
    }
    return Diagnostic(**(fields | changes))


def test_text_is_a_line_each() -> None:
    assert report.as_text([finding(), finding(code="AG340", severity=Severity.INFO, line=40)]) == (
        "specs/orders.yaml:31:13: error[AG204] $ref '#/a' points nowhere\n"
        "specs/orders.yaml:40:13: info[AG340] $ref '#/a' points nowhere\n"
    )


def test_verbose_text_shows_the_source_line_and_the_hint() -> None:
    assert report.as_text([finding()], verbose=True) == (
        "specs/orders.yaml:31:13: error[AG204] $ref '#/a' points nowhere\n"
        "    31 |       $ref: '#/a'\n"
        "       |             ^ did you mean '#/b'?\n"
    )


def test_a_finding_without_a_source_line_keeps_its_hint() -> None:
    assert report.excerpt(finding(source_line="")) == ["       | did you mean '#/b'?"]
    assert report.excerpt(finding(source_line="", hint=None)) == []


def test_a_mark_stands_below_tabs() -> None:
    assert report.excerpt(finding(source_line="\t\ta: b", column=3, hint=None))[1] == "       | \t\t^"


def test_what_a_document_says_stays_on_its_line() -> None:
    assert report.as_text([finding(message="no field 'a\nb\x1b[31m'")]).endswith("no field 'a\\nb\\x1b[31m'\n")


def test_json_is_a_list_of_objects() -> None:
    assert json.loads(report.as_json([finding()])) == [
        {
            "file": "specs/orders.yaml",
            "line": 31,
            "column": 13,
            "severity": "error",
            "code": "AG204",
            "message": "$ref '#/a' points nowhere",
            "hint": "did you mean '#/b'?",
            "pointer": "#/channels/a/$ref",
        }
    ]
    assert json.loads(report.as_json([])) == []


@pytest.mark.parametrize(
    "findings",
    [
        [],
        [finding()],
        [
            finding(),
            finding(code="AG320", severity=Severity.WARNING, hint=None, pointer=None),
            finding(code="AG340", severity=Severity.INFO, file="/tmp/a b/ö.yaml"),
            finding(file="<stdin>", message="ü\n'\"\u2028"),
        ],
    ],
)
def test_sarif_is_valid(findings: list[Diagnostic]) -> None:
    schema = json.loads(SARIF_SCHEMA.read_bytes())
    for definition in schema["definitions"].values():  # its pattern for languages has a bracket too many
        definition["properties"].get("language", {}).pop("pattern", None)
    validator = jsonschema_rs.Draft4Validator(schema, validate_formats=True)
    log = json.loads(report.as_sarif(findings))
    assert [error.message for error in validator.iter_errors(log)] == []
    assert len(log["runs"][0]["results"]) == len(findings)


def test_sarif_says_what_where_and_by_which_rule() -> None:
    log = json.loads(report.as_sarif([finding(code="AG320", severity=Severity.WARNING), finding()]))
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("asyncgen", __version__)
    assert [rule["id"] for rule in driver["rules"]] == ["AG204", "AG320"]
    assert [(each["ruleId"], each["ruleIndex"], each["level"]) for each in run["results"]] == [
        ("AG320", 1, "warning"),
        ("AG204", 0, "error"),
    ]
    result = run["results"][1]
    assert result["message"]["text"] == "$ref '#/a' points nowhere (did you mean '#/b'?)"
    assert result["locations"][0] == {
        "physicalLocation": {
            "artifactLocation": {"uri": "specs/orders.yaml"},
            "region": {"startLine": 31, "startColumn": 13},
        },
        "logicalLocations": [{"fullyQualifiedName": "#/channels/a/$ref"}],
    }


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a b/ö#1.yaml", "a%20b/%C3%B6%231.yaml"),
        ("/tmp/a b.yaml", "file:///tmp/a%20b.yaml"),
        ("<stdin>", "%3Cstdin%3E"),
    ],
)
def test_files_are_uris_in_sarif(file: str, uri: str) -> None:
    log = json.loads(report.as_sarif([finding(file=file)]))
    assert log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_github_commands_annotate_the_file() -> None:
    assert report.as_github([finding(hint=None)]) == (
        "::error file=specs/orders.yaml,line=31,col=13,title=AG204 a $ref points nowhere::$ref '#/a' points nowhere\n"
    )


@pytest.mark.parametrize(
    ("severity", "command"), [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "notice")]
)
def test_github_has_a_command_for_each_severity(severity: Severity, command: str) -> None:
    assert report.as_github([finding(severity=severity)]).startswith(f"::{command} ")


def test_github_commands_are_escaped() -> None:
    shown = report.as_github([finding(file="a,b:c%.yaml", message="100%\r\n::error::x", hint="two\nlines")])
    assert shown == (
        "::error file=a%2Cb%3Ac%25.yaml,line=31,col=13,title=AG204 a $ref points nowhere"
        "::100%25%0D%0A::error::x%0Atwo%0Alines\n"
    )


@pytest.mark.parametrize(
    ("findings", "documents", "summary"),
    [
        ([], 1, "1 document: nothing to say"),
        ([finding(), finding(line=2), finding(severity=Severity.WARNING)], 3, "3 documents: 2 errors, 1 warning"),
        ([finding(severity=Severity.INFO)], 2, "2 documents: 1 note"),
    ],
)
def test_the_summary_counts(findings: list[Diagnostic], documents: int, summary: str) -> None:
    assert report.as_summary(findings, documents) == summary
