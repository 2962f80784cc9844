"""`asyncgen validate` and `asyncgen explain`: what they find, where they say it, and how they end."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from asyncgen import cli
from asyncgen.codes import CODES

FIXTURES = Path(__file__).parents[1] / "fixtures"
CASES = sorted(path.name for path in (FIXTURES / "validate").iterdir() if path.is_dir())
HEAD = "asyncapi: 3.0.0\ninfo: {title: Orders, version: '1'}\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    assert isinstance(end.value.code, int)
    return end.value.code


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_with_a_document_is_explained(
    case: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], update: bool
) -> None:
    monkeypatch.chdir(FIXTURES / "validate" / case)

    code = run("validate", "asyncapi.yaml", "--verbose")

    shown = capsys.readouterr().out
    if update:
        Path("expected.txt").write_text(shown, encoding="utf-8")
    assert shown == Path("expected.txt").read_text(encoding="utf-8")
    assert code == (1 if ": error[" in shown else 0)


def test_findings_go_to_standard_output_and_the_summary_to_standard_error(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("one.yaml").write_text(HEAD + "chanels: {}\n")

    assert run("validate", "one.yaml") == 1

    shown = capsys.readouterr()
    assert shown.out == "one.yaml:3:1: error[AG330] the document has no field 'chanels'\n"
    assert shown.err == "1 document: 1 error\n"


def test_a_valid_document_ends_with_0(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("one.yaml").write_text(HEAD)

    assert run("validate", "one.yaml") == 0

    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "1 document: nothing to say\n")


def test_every_document_is_checked(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.yaml").write_text(HEAD + "chanels: {}\n")
    Path("b.yaml").write_text("asyncapi: 1.2.0\n")
    Path("c.yaml").write_text(HEAD + "channels: {a: {address: 'a/{b}'}}\n")

    assert run("validate", "c.yaml", "b.yaml", "a.yaml") == 1

    shown = capsys.readouterr()
    assert [line.split(" ")[0] for line in shown.out.splitlines()] == ["a.yaml:3:1:", "b.yaml:1:11:", "c.yaml:3:25:"]
    assert shown.err == "3 documents: 2 errors, 1 warning\n"


def test_what_two_documents_share_is_said_once(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("shared.yaml").write_text("Order: {payload: {type: text}}\n")
    text = HEAD + "channels: {a: {address: a, messages: {m: {$ref: 'shared.yaml#/Order'}}}}\n"
    Path("a.yaml").write_text(text)
    Path("b.yaml").write_text(text)

    assert run("validate", "a.yaml", "b.yaml") == 1

    assert [line.split(" ")[0] for line in capsys.readouterr().out.splitlines()] == ["shared.yaml:1:25:"]


def test_the_document_may_come_from_standard_input() -> None:
    arguments = [sys.executable, "-m", "asyncgen", "validate", "-"]
    done = subprocess.run(arguments, input=HEAD + "chanels: {}\n", capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == "<stdin>:3:1: error[AG330] the document has no field 'chanels'\n"


def test_warnings_count_when_strict(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("one.yaml").write_text(HEAD + "channels: {a: {address: 'a/{b}'}}\n")
    assert run("validate", "one.yaml") == 0
    assert run("validate", "one.yaml", "--strict") == 1
    assert capsys.readouterr().err == "1 document: 1 warning\n" * 2


def test_information_does_not_count_when_strict(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "channels: {a: {address: a}}\ncomponents: {schemas: {Order: {type: object}}}\n"
    Path("one.yaml").write_text(HEAD + text)
    assert run("validate", "one.yaml", "--strict") == 0
    assert capsys.readouterr().err == "1 document: 1 note\n"


@pytest.mark.parametrize("arguments", [["missing.yaml"], ["."], ["one.yaml", "missing.yaml"], []])
def test_what_is_no_file_ends_with_2_before_anything_is_read(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    Path("one.yaml").write_text(HEAD + "chanels: {}\n")
    assert run("validate", *arguments) == 2
    assert capsys.readouterr().out == ""


def test_references_reach_what_is_allowed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("specs").mkdir()
    Path("shared.yaml").write_text("Order: {payload: {type: string}}\n")
    reference = "channels: {a: {address: a, messages: {m: {$ref: '../shared.yaml#/Order'}}}}\n"
    Path("specs/one.yaml").write_text(HEAD + reference)
    assert run("validate", "specs/one.yaml") == 1
    assert "error[AG202]" in capsys.readouterr().out
    assert run("validate", "specs/one.yaml", "--allow-path", ".") == 0


def test_a_file_stands_for_a_url(here: Path) -> None:
    Path("shared.yaml").write_text("Order: {payload: {type: string}}\n")
    url = "https://example.com/shared.yaml"
    Path("one.yaml").write_text(HEAD + f"channels: {{a: {{address: a, messages: {{m: {{$ref: '{url}#/Order'}}}}}}}}\n")
    assert run("validate", "one.yaml") == 1
    assert run("validate", "one.yaml", "--ref", f"{url}=shared.yaml") == 0


def test_other_formats_go_to_standard_output_whole(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("one.yaml").write_text(HEAD + "chanels: {}\n")
    assert run("validate", "one.yaml", "--format", "json") == 1
    assert [found["code"] for found in json.loads(capsys.readouterr().out)] == ["AG330"]
    assert run("validate", "one.yaml", "--format", "sarif") == 1
    assert json.loads(capsys.readouterr().out)["version"] == "2.1.0"
    assert run("validate", "one.yaml", "--format", "github") == 1
    assert capsys.readouterr().out.startswith("::error file=one.yaml,line=3,col=1,")


def test_generating_stays_lenient(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "asyncapi: 3.0.0\ninfo: {title: One, version: 1}\nchanels: {}\nchannels: {}\noperations: {}\n"
    Path("one.yaml").write_text(text)
    assert run("generate", "one.yaml", "--protocol", "kafka") == 0
    assert "error[" not in capsys.readouterr().err
    assert run("validate", "one.yaml") == 1


def test_checking_imports_nothing_that_generating_needs() -> None:
    code = (
        "import sys, asyncgen.validation, asyncgen.report\n"
        "heavy = {'jinja2', 'datamodel_code_generator', 'pydantic', 'black', 'rich'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_readme_shows_all_options() -> None:
    readme = (FIXTURES.parent / "README.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"^```\n(asyncgen validate .*?)^```$", readme, re.MULTILINE | re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-m", "asyncgen", "validate", "--help"], capture_output=True, text=True, check=True
    )
    offered = set(re.findall(r"--[a-z-]+", done.stdout.partition("Options:")[2].partition("Example:")[0]))
    assert set(re.findall(r"--[a-z-]+", shown)) == offered - {"--help", "--debug"}


def test_explain_prints_title_severity_explanation_and_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", "ag204") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("AG204 error: a $ref points nowhere\n\n")
    assert CODES["AG204"].explanation in shown
    assert shown.endswith("\nExample:\n\n    " + CODES["AG204"].example + "\n")


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", code) == 0
    assert capsys.readouterr().out.startswith(f"{code} ")


@pytest.mark.parametrize(
    ("code", "hint"), [("AG2044", "did you mean 'AG204'?"), ("what", "codes are those from AG101 to")]
)
def test_an_unknown_code_ends_with_2_and_the_nearest(code: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", code) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith(f"asyncgen: there is no code '{code}'\n")
    assert hint in shown.err
