"""The installed command, as somebody has it who installed the wheel: in an empty environment, from another folder."""

import json
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("command")]

UV = shutil.which("uv")  # the same as pip, and faster
HEAVY = ("datamodel_code_generator", "black", "jinja2", "jsonschema_rs", "pydantic")


@dataclass(frozen=True)
class Environment:
    """A virtual environment of its own."""

    folder: Path

    def install(self, *requirements: str) -> None:
        if UV:
            installer = [UV, "pip", "install", "--python", str(self.folder)]
        else:
            installer = [self.program("python"), "-m", "pip", "install"]
        run(*installer, "--quiet", *requirements)

    def program(self, name: str) -> str:
        return str(self.folder / "bin" / name)


def run(*command: str, cwd: Path | None = None) -> str:
    """Gives what the command printed; raises with all that it said when it fails."""
    done = subprocess.run(
        command,
        check=False,
        cwd=cwd,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
    )
    assert done.returncode == 0, f"{command} exited {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def empty_environment(folder: Path) -> Environment:
    venv.create(folder, with_pip=UV is None, symlinks=True)
    return Environment(folder)


@pytest.fixture(scope="session")
def distributions(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the source distribution and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(repo_root),
    )
    return folder


@pytest.fixture(scope="session")
def wheel(distributions: Path) -> Path:
    (wheel,) = distributions.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def asyncgen(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The command, installed from the wheel and nothing else."""
    environment = empty_environment(tmp_path_factory.mktemp("installed") / "venv")
    environment.install(str(wheel))
    return environment.program("asyncgen")


@pytest.fixture(scope="session")
def generated(asyncgen: str, repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Order Service's package for Kafka, made by the installed command."""
    folder = tmp_path_factory.mktemp("generated")
    spec = repo_root / "fixtures" / "order_service" / "asyncapi-3.0.yaml"
    run(
        asyncgen,
        "generate",
        str(spec),
        "--protocol",
        "kafka",
        "--output",
        "order_service",
        cwd=folder,
    )
    return folder / "order_service"


def test_the_wheel_holds_the_tool_and_the_templates_and_nothing_else(wheel: Path, repo_root: Path) -> None:
    kinds = {".jinja", ".py", ".toml"}
    templates = {
        f"asyncgen/{path.relative_to(repo_root).as_posix()}"
        for path in (repo_root / "templates").rglob("*")
        if path.suffix in kinds and path.name != "ruff.toml"
    }

    shipped = set(zipfile.ZipFile(wheel).namelist())

    assert "asyncgen/py.typed" in shipped
    assert {name for name in shipped if name.startswith("asyncgen/templates/")} == templates
    assert {name.partition("/")[0].partition("-")[0] for name in shipped} == {"asyncgen"}
    assert [name for name in shipped if "test_" in name or "__pycache__" in name] == []


def test_the_extra_of_a_protocol_brings_what_its_packages_need(repo_root: Path) -> None:
    extras = tomllib.loads((repo_root / "pyproject.toml").read_text())["project"]["optional-dependencies"]

    for protocol in (repo_root / "templates").glob("*/protocol.toml"):
        requirements = tomllib.loads(protocol.read_text())["requirements"]
        assert set(extras[protocol.parent.name]) == set(requirements)


def test_the_wheel_is_well_formed(wheel: Path) -> None:
    run(sys.executable, "-m", "check_wheel_contents", "--ignore", "W002", str(wheel))


def test_the_installed_command_says_its_version(asyncgen: str, wheel: Path, tmp_path: Path) -> None:
    version = wheel.name.split("-")[1]

    assert version in run(asyncgen, "--version", cwd=tmp_path).split()


def test_the_installed_command_helps(asyncgen: str, tmp_path: Path) -> None:
    assert "generate" in run(asyncgen, "--help", cwd=tmp_path)


def test_help_imports_nothing_heavy(asyncgen: str, tmp_path: Path) -> None:
    python = str(Path(asyncgen).with_name("python"))
    help_and_say = f"""
import sys
from asyncgen.cli import main
sys.argv = ["asyncgen", "--help"]
try:
    main()
except SystemExit:
    pass
print("imported:", *sorted(set({HEAVY!r}) & set(sys.modules)))
"""

    assert run(python, "-c", help_and_say, cwd=tmp_path).splitlines()[-1] == "imported:"


def test_the_installed_command_generates_what_the_checkout_expects(generated: Path, repo_root: Path) -> None:
    expected = repo_root / "fixtures" / "order_service" / "expected" / "order_service"

    made = {path.relative_to(generated): path.read_bytes() for path in files_of(generated)}

    assert made == {path.relative_to(expected): path.read_bytes() for path in files_of(expected)}


def files_of(package: Path) -> list[Path]:
    """All but the manifest, which says where the document lies."""
    return [
        path
        for path in package.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and path.name != ".asyncgen.json"
    ]


def test_a_generated_package_needs_only_what_it_says(generated: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    requirements = json.loads((generated / ".asyncgen.json").read_text())["requirements"]
    environment = empty_environment(tmp_path_factory.mktemp("consumer") / "venv")
    environment.install(*requirements)

    import_all = "import order_service, order_service.models, order_service.testing, order_service.kafka"
    run(
        environment.program("python"),
        "-W",
        "error",
        "-c",
        import_all,
        cwd=generated.parent,
    )


def test_the_summary_gives_the_requirement_lines(asyncgen: str, repo_root: Path, tmp_path: Path) -> None:
    spec = repo_root / "fixtures" / "order_service" / "asyncapi-3.0.yaml"

    done = subprocess.run(
        [asyncgen, "generate", str(spec), "--protocol", "kafka", "--output", "order_service"],
        check=True, cwd=tmp_path, capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip

    requirements = json.loads((tmp_path / "order_service" / ".asyncgen.json").read_text())["requirements"]
    assert requirements
    assert [line for line in requirements if line not in done.stdout + done.stderr] == []
