"""The rules that keep the code as docs/architecture.md describes it.

Who may import whom stands in pyproject.toml, as import-linter's contracts; the rest is read off the syntax trees.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOL = ROOT / "codegen" / "asyncgen"
TOOL_MODULES = sorted(TOOL.rglob("*.py"))
ALL_MODULES = TOOL_MODULES + sorted((ROOT / "templates").rglob("*.py"))
PROTOCOLS = {"amqp", "http", "kafka"} | {path.parent.name for path in ROOT.glob("templates/*/protocol.toml")}

LONGEST_MODULE = 500
TERMINAL = {"print", "input", "exit", "quit", "sys.exit", "os._exit", "sys.stdout", "sys.stderr"}
TERMINAL_LIBRARIES = {"click", "rich", "typer"}
WRITING_METHODS = set("chmod hardlink_to mkdir rename rmdir symlink_to touch unlink write_bytes write_text".split())
WRITING_FUNCTIONS = {
    f"os.{name}"
    for name in "chmod link makedirs mkdir remove removedirs rename renames replace rmdir symlink truncate unlink".split()
}
WRITING_MODULES = {"shutil", "tempfile"}
VERSION = re.compile(r"[123]\.(\d+(\.\d+)?)?")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def dotted(node: ast.AST) -> str:
    """`a.b.c` as it is written, and nothing for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value)):
        return f"{owner}.{node.attr}"
    return ""


def found(path: Path, nodes: Iterator[ast.AST]) -> list[str]:
    return [f"{name(path)}:{node.lineno}: {ast.unparse(node)}" for node in nodes]  # type: ignore[attr-defined]


def uses_of_the_terminal(path: Path) -> Iterator[ast.AST]:
    for node in ast.walk(tree(path)):
        match node:
            case ast.Name() | ast.Attribute():
                uses = dotted(node) in TERMINAL
            case ast.Raise(exc=ast.expr() as raised):
                uses = "SystemExit" in ast.unparse(raised)
            case ast.Import():
                uses = any(alias.name.partition(".")[0] in TERMINAL_LIBRARIES for alias in node.names)
            case ast.ImportFrom(module=str(module)):
                uses = module.partition(".")[0] in TERMINAL_LIBRARIES
            case _:
                uses = False
        if uses:
            yield node


def writes(path: Path) -> Iterator[ast.AST]:
    for node in ast.walk(tree(path)):
        match node:
            case ast.Attribute(value=ast.Name(id=module)):
                writing = module in WRITING_MODULES or dotted(node) in WRITING_FUNCTIONS
            case ast.Call(func=ast.Attribute(attr="replace"), args=[_], keywords=[]):
                writing = True  # Path.replace; str.replace takes two
            case ast.Call(func=ast.Attribute(attr=method)) if method in WRITING_METHODS:
                writing = True
            case ast.Call():
                writing = opens_for_writing(node)
            case _:
                writing = False
        if writing:
            yield node


def opens_for_writing(call: ast.Call) -> bool:
    if dotted(call.func) not in {"open", "io.open"} and getattr(call.func, "attr", "") != "open":
        return False
    modes = [
        *call.args,
        *(keyword.value for keyword in call.keywords if keyword.arg == "mode"),
    ]
    return any(
        isinstance(mode, ast.Constant)
        and isinstance(mode.value, str)
        and re.fullmatch("[rbtwax+]{1,3}", mode.value)
        and set("wax+") & set(mode.value)
        for mode in modes
    )


def comparisons_with_versions(path: Path) -> Iterator[ast.AST]:
    """`== "2.6.0"`, `.startswith("3.")`, `case "3.0.0"`, and tables keyed by a version."""
    for node in ast.walk(tree(path)):
        compared: list[ast.AST] = []
        if isinstance(node, ast.Compare):
            compared = [node.left, *node.comparators]
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "startswith":
            compared = list(node.args)
        if isinstance(node, ast.MatchValue):
            compared = [node.value]
        if isinstance(node, ast.Dict):
            compared = [key for key in node.keys if key]
        for side in compared:
            yield from (constant for constant in ast.walk(side) if is_version(constant))


def is_version(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(VERSION.fullmatch(node.value))


def protocol_names(path: Path) -> Iterator[ast.AST]:
    """Literals and names that speak of one protocol; prose, with its blanks, may give an example."""
    protocol = re.compile(rf"(?:^|[^a-z])({'|'.join(sorted(PROTOCOLS))})s?(?:$|[^a-z:])", re.IGNORECASE)
    for node in ast.walk(tree(path)):
        match node:
            case ast.Constant(value=str(text)) if not re.search(r"\s|://", text):
                words = text
            case ast.Name(id=words) | ast.Attribute(attr=words) | ast.arg(arg=words) | ast.keyword(arg=str(words)):
                pass
            case ast.FunctionDef(name=words) | ast.ClassDef(name=words):
                pass
            case _:
                continue
        if protocol.search(words):
            yield node


def test_the_contracts_of_import_linter_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")

    outcome = subprocess.run([lint, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize("path", ALL_MODULES, ids=name)
def test_a_module_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("path", TOOL_MODULES, ids=name)
def test_only_the_command_prints_or_exits(path: Path) -> None:
    if path.name not in {"cli.py", "__main__.py"}:
        assert found(path, uses_of_the_terminal(path)) == []


@pytest.mark.parametrize("path", TOOL_MODULES, ids=name)
def test_only_output_writes_files(path: Path) -> None:
    # The formatter that is a program gets its files in a folder that is gone afterwards; what was fetched from the network
    # is kept in the user's cache, never beside a document or a package.
    if path.name not in {"output.py", "format.py", "remote.py"}:
        assert found(path, writes(path)) == []


@pytest.mark.parametrize("path", TOOL_MODULES, ids=name)
def test_only_the_two_readers_know_versions(path: Path) -> None:
    # Schema formats have versions of their own.
    if path.name not in {"v2.py", "v3.py", "formats.py"}:
        assert found(path, comparisons_with_versions(path)) == []


@pytest.mark.parametrize("path", TOOL_MODULES, ids=name)
def test_the_tool_names_no_protocol(path: Path) -> None:
    if path.name == "remote.py":
        return  # fetches over https, whatever the document is about
    assert found(path, protocol_names(path)) == []
