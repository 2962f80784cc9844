"""The brokers as pytest fixtures; loaded by tests/conftest.py."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.brokers.kafka import Kafka, KafkaBroker
from tests.brokers.kafka_jars import KafkaUnavailableError, java, kafka_jars

EXISTING_KAFKA = "ASYNCGEN_TEST_KAFKA"
KAFKA_FIXTURES = {"kafka_broker", "own_kafka_broker"}


@pytest.fixture(scope="session")
def kafka_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """One Apache Kafka for the whole run, which no test disturbs.

    ASYNCGEN_TEST_KAFKA=host:port uses one that runs already.
    """
    if address := os.environ.get(EXISTING_KAFKA):
        yield Kafka(address)
    else:
        yield from _started(tmp_path_factory.mktemp("kafka"))


@pytest.fixture
def own_kafka_broker(_kafka_broker_of_module: KafkaBroker) -> KafkaBroker:
    """An Apache Kafka to stop, kill or freeze: one for each module, running when a test begins."""
    _kafka_broker_of_module.recover()
    return _kafka_broker_of_module


@pytest.fixture(scope="module")
def _kafka_broker_of_module(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[KafkaBroker]:
    yield from _started(tmp_path_factory.mktemp("own-kafka"))


def _started(folder: Path) -> Iterator[KafkaBroker]:
    try:
        broker = KafkaBroker(folder, java=java(), jars=kafka_jars())
    except KafkaUnavailableError as unavailable:
        raise _absence(f"NO APACHE KAFKA: {unavailable}") from None
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()


def _absence(reason: str) -> BaseException:
    """Skips the test that asked, except where nobody would see that it was skipped."""
    if os.environ.get("CI"):
        return pytest.fail.Exception(reason, pytrace=False)
    return pytest.skip.Exception(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says once, loudly, which broker could not be had."""
    skipped = terminalreporter.getreports("skipped")
    reasons = {report.longrepr[2].removeprefix("Skipped: ") for report in skipped}
    for reason in sorted(reasons):
        if reason.startswith("NO "):
            terminalreporter.write_line(reason, yellow=True, bold=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what uses a broker, and keeps it in one worker: a broker for each would take all the memory."""
    for item in items:
        if KAFKA_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.broker)
            item.add_marker(pytest.mark.xdist_group("kafka"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Shows the broker's log under a test that failed with it."""
    report = yield
    if report.failed:
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, KafkaBroker):
                report.sections.append(("Kafka's log", value.log_tail()))
    return report
