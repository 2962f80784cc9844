"""Options and fixtures that every test may use."""

from pathlib import Path

import pytest

pytest_plugins = ["tests.brokers.fixtures"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options that CONTRIBUTING.md names."""
    group = parser.getgroup("asyncgen")
    group.addoption(
        "--update",
        action="store_true",
        help="rewrite the expected packages and diagnostics under fixtures/ instead of comparing with them",
    )
    group.addoption(
        "--long",
        action="store_true",
        help="run fault and soak tests with their full counts and times",
    )


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """The checkout."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expectations are rewritten instead of compared with."""
    return bool(request.config.getoption("--update"))


@pytest.fixture(scope="session")
def long_run(request: pytest.FixtureRequest) -> bool:
    """Whether fault and soak tests run with their full counts and times."""
    return bool(request.config.getoption("--long"))
