"""Whole packages, byte for byte. `--update` rewrites what is expected; the difference is read in review."""

from pathlib import Path

import pytest

from asyncgen import Config, Result, generate

ORDER_SERVICE = Path(__file__).parents[1] / "fixtures" / "order_service"
EXPECTED = ORDER_SERVICE / "expected"
ROLES = {"order_service": "application", "order_client": "client"}


def generated(document: str, package: str) -> Result:
    role = ROLES[package]
    config = Config(
        spec=ORDER_SERVICE / document,
        output=EXPECTED / package,
        protocols=("kafka",),
        role=role,  # type: ignore[arg-type]
        force=True,
    )
    return generate(config)


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("package", ROLES)
def test_the_package_is_the_expected_one(package: str, update: bool) -> None:
    result = generated("asyncapi-3.0.yaml", package)
    assert result.manifest
    files = {file.path: file.text for file in result.files}
    files[".asyncgen.json"] = result.manifest.text()
    if update:
        rewrite(EXPECTED / package, files)
    assert contents(EXPECTED / package) == dict(sorted(files.items()))


@pytest.mark.parametrize("package", ROLES)
def test_the_older_document_gives_the_same_package(package: str) -> None:
    assert generated("asyncapi-2.6.yaml", package).files == generated("asyncapi-3.0.yaml", package).files


@pytest.mark.parametrize("package", ROLES)
def test_the_order_service_is_read_without_a_finding(package: str) -> None:
    for document in ("asyncapi-3.0.yaml", "asyncapi-2.6.yaml"):
        assert [str(found) for found in generated(document, package).diagnostics] == []


def test_what_is_expected_is_left_alone_by_the_other_formatter() -> None:
    import black

    mode = black.Mode(target_versions={black.mode.TargetVersion.PY311})
    for text in (text for path, text in contents(EXPECTED).items() if path.endswith(".py") and text):
        assert black.format_str(text, mode=mode) == text


def rewrite(folder: Path, files: dict[str, str]) -> None:
    for path in contents(folder):
        (folder / path).unlink()
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")
