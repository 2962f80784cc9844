"""Every document that generates makes code that compiles, imports and passes the checkers: all packages at once."""

import compileall
import hashlib
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from asyncgen import Config, generate
from asyncgen.output import compare, write

FIXTURES = Path(__file__).parents[1] / "fixtures"
NEEDS_THE_NETWORK = {"adeo-kafka-request-reply-asyncapi.yml"}
DOCUMENTS = [
    path
    for path in (
        FIXTURES / "order_service" / "asyncapi-3.0.yaml",
        *sorted(FIXTURES.glob("official/**/*asyncapi.y*ml")),
        *sorted(FIXTURES.glob("official/2.x/examples/*.yml")),
    )
    if path.name not in NEEDS_THE_NETWORK
]
VENV = Path(sys.executable).parent

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("generated")]


# The other side of a document differs in which of its operations are sent, so the Order Service's stands for all.
PACKAGES = [(document, "application") for document in DOCUMENTS] + [
    (document, "client") for document in DOCUMENTS if document.name == "asyncapi-3.0.yaml"
]


def package_name(document: Path, role: str) -> str:
    words = "_".join(document.relative_to(FIXTURES).with_suffix("").parts)
    return "".join(letter if letter.isalnum() else "_" for letter in words) + f"_{role}"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a package for each document and role."""
    folder = tmp_path_factory.mktemp("generated")
    for document, role in PACKAGES:
        config = Config(
            spec=document,
            output=folder / package_name(document, role),
            protocols=("kafka",),
            role=role,  # type: ignore[arg-type]
            allow_paths=(FIXTURES / "official",),
        )
        result = generate(config)
        assert result.manifest, [str(found) for found in result.diagnostics]
        write(result.output, compare(result.output, result.files, result.manifest))
    return folder


def check(packages: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=packages, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]


def folders(packages: Path, names: str) -> list[str]:
    found = sorted(path.parent.name for path in packages.glob(f"{names}/__init__.py"))
    assert len(found) >= 2
    return found


def test_the_official_examples_are_there() -> None:
    assert len(DOCUMENTS) >= 40


def test_it_compiles_without_a_warning(packages: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert compileall.compile_dir(packages, quiet=2, force=True)


def test_it_imports_without_a_warning(packages: Path) -> None:
    lines = [f"import {name}.kafka, {name}.models, {name}.testing" for name in folders(packages, "*")]
    check(packages, sys.executable, "-W", "error", "-c", "\n".join(lines))


# All packages for the oldest Python; for the newest the Order Service's, since what differs is the runtime in each.
@pytest.mark.parametrize(("version", "names"), [("3.11", "*"), ("3.13", "order_service_*")])
def test_mypy_is_content(packages: Path, version: str, names: str) -> None:
    options = ("--strict", "--explicit-package-bases", "--python-version", version, "--cache-dir", ".mypy_cache")
    check(packages, sys.executable, "-m", "mypy", *options, *folders(packages, names))


@pytest.mark.parametrize(("version", "names"), [("3.11", "*"), ("3.13", "order_service_*")])
def test_pyright_is_content(packages: Path, version: str, names: str) -> None:
    config = {"typeCheckingMode": "strict", "pythonVersion": version, "include": folders(packages, names)}
    (packages / "pyrightconfig.json").write_text(json.dumps(config))
    check(packages, str(VENV / "pyright"), "--pythonpath", sys.executable)


def test_ruff_is_content(packages: Path) -> None:
    check(packages, str(VENV / "ruff"), "check", "--isolated", "--no-cache", "--target-version", "py311", ".")
    check(
        packages, str(VENV / "ruff"), "format", "--check", "--isolated", "--no-cache", "--target-version", "py311", "."
    )


def test_black_is_content(packages: Path, tmp_path: Path) -> None:
    for text in {path.read_text(encoding="utf-8") for path in packages.rglob("*.py")}:  # copies are in every package
        (tmp_path / f"{hashlib.sha256(text.encode()).hexdigest()}.py").write_text(text, encoding="utf-8")
    check(tmp_path, sys.executable, "-m", "black", "--check", "--quiet", "--target-version", "py311", ".")


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from asyncgen import Config, generate\n"
        "result = generate(Config(spec=Path(sys.argv[1]), output=Path('package'), protocols=('kafka',)))\n"
        "sys.stdout.write(repr([(file.path, file.text) for file in result.files]))\n"
    )
    outputs = set()
    for seed in ("0", "1"):
        (tmp_path / seed).mkdir()
        done = subprocess.run(
            [sys.executable, "-c", script, str(FIXTURES / "official/3.x/examples/slack-rtm-asyncapi.yml")],
            cwd=tmp_path / seed,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1
