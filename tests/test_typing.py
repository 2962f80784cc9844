"""Right uses of a generated package are accepted and wrong ones refused, by mypy and by pyright."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PACKAGES = HERE.parent / "fixtures" / "order_service" / "expected"
RIGHT = HERE / "typing" / "right.py"
WRONG = HERE / "typing" / "wrong.py"

pytestmark = pytest.mark.slow


def mypy(folder: Path) -> dict[int, str]:
    """The errors of mypy by line."""
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", "cache", "--no-error-summary", "uses.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    errors = re.findall(r"^uses.py:(\d+): error: (.*)$", done.stdout, re.MULTILINE)
    assert done.returncode in (0, 1), done.stderr
    assert len(errors) == done.stdout.count("error:"), done.stdout
    return {int(line): message for line, message in errors}


def pyright(folder: Path) -> dict[int, str]:
    """The errors of pyright by line."""
    config = {"typeCheckingMode": "strict", "pythonVersion": "3.11", "include": ["uses.py"]}
    (folder / "pyrightconfig.json").write_text(json.dumps(config))
    command = [str(Path(sys.executable).parent / "pyright"), "--pythonpath", sys.executable, "--outputjson"]
    done = json.loads(subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout)
    assert done["summary"]["filesAnalyzed"] == 1
    return {each["range"]["start"]["line"] + 1: each["message"] for each in done["generalDiagnostics"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with both packages of the Order Service."""
    for name in ("order_service", "order_client"):
        shutil.copytree(PACKAGES / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_right_uses_are_accepted(checker: Callable[[Path], dict[int, str]], folder: Path) -> None:
    shutil.copy(RIGHT, folder / "uses.py")
    assert checker(folder) == {}


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_wrong_uses_are_refused_and_nothing_else(checker: Callable[[Path], dict[int, str]], folder: Path) -> None:
    shutil.copy(WRONG, folder / "uses.py")
    lines = WRONG.read_text(encoding="utf-8").splitlines()
    marked = {number for number, line in enumerate(lines, 1) if "# wrong" in line}
    found = checker(folder)
    assert {number: found.get(number) for number in marked ^ set(found)} == {}
