"""Every fixture under fixtures/invalid: all its findings, whole, with lines. `--update` rewrites what is expected.

A case is a folder: the document, files that it refers to, expected.txt, and command.txt where more is given than
`generate DOCUMENT --protocol kafka`. Where nothing is an error a package is written, and the findings are warnings.
"""

from pathlib import Path

import pytest

from asyncgen import cli
from asyncgen.codes import CODES

INVALID = Path(__file__).parents[1] / "fixtures" / "invalid"
CASES = sorted(path.name for path in INVALID.iterdir() if path.is_dir())

WITHOUT_A_CASE = {
    "AG101": "takes a file that may not be opened, which root may: tests/parser/test_load.py",
    "AG115": "takes a file of 64 MB: tests/parser/test_load.py",
    "AG208": "takes a thousand files: tests/parser/test_resolve.py",
    "AG210": "takes a network: tests/parser/test_remote.py",
    "AG701": "is about the output, not the document: tests/test_cli.py",
}
OF_VALIDATE_ALONE = {code for code in CODES if "AG330" <= code < "AG350"}
"""What the official schemas forbid, examples and unused components: `generate` has nothing to say about them."""


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_with_a_document_is_explained(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], update: bool
) -> None:
    monkeypatch.chdir(INVALID / case)
    document = next(path.name for path in sorted(Path().glob("asyncapi.*")))
    package = tmp_path / "package"
    more = Path("command.txt").read_text(encoding="utf-8").split() if Path("command.txt").is_file() else []
    with pytest.raises(SystemExit) as end:
        cli.main(["generate", document, "--protocol", "kafka", "--output", str(package), "--verbose", *more])
    shown = capsys.readouterr()
    if update:
        Path("expected.txt").write_text(shown.err, encoding="utf-8")
    assert shown.err == Path("expected.txt").read_text(encoding="utf-8")
    has_errors = ": error[" in shown.err
    assert end.value.code == (1 if has_errors else 0)
    assert package.exists() != has_errors
    assert bool(shown.out) != has_errors


def test_every_code_has_a_case() -> None:
    cases = [*INVALID.glob("*/expected.txt"), *(INVALID.parent / "validate").glob("*/expected.txt")]
    expected = "".join(case.read_text(encoding="utf-8") for case in cases)
    missing = {code for code in CODES if f"[{code}] " not in expected and code not in OF_VALIDATE_ALONE}
    assert missing == set(WITHOUT_A_CASE)
