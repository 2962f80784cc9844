"""What `ensure_topics` says of topics that are there, and of brokers that are not."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from templates.errors import BrokerUnavailable, MessagingError
from templates.kafka._topics import Topic, _compared, ensure_topics
from tests.runtime.operations import ShopSettings

PARTITIONS = {number: SimpleNamespace(replicas=[1, 2]) for number in range(3)}


def differences(topic: Topic, configuration: dict[str, str], replicas: int | None = None) -> list[str]:
    found = {name: SimpleNamespace(value=value) for name, value in configuration.items()}
    compared: Any = _compared(topic, replicas, PARTITIONS, found)
    return [what for what, wanted, actual in compared if wanted != actual]


def test_what_is_as_the_document_has_it_is_no_difference() -> None:
    written = {"cleanup.policy": ["delete", "compact"], "retention.ms": 604800000, "preallocate": True, "x": "y"}
    there = {"cleanup.policy": "compact,delete", "retention.ms": "604800000", "preallocate": "true", "x": "y"}
    assert differences(Topic(partitions=3, replicas=2, configuration=written), there) == []


def test_what_differs_is_named() -> None:
    topic = Topic(partitions=4, replicas=2, configuration={"retention.ms": 1, "missing": 1})
    assert differences(topic, {"retention.ms": "2"}) == ["partitions", "retention.ms", "missing"]


def test_given_replicas_go_before_the_documents() -> None:
    assert differences(Topic(replicas=2), {}, replicas=3) == ["replicas"]


def test_without_a_broker_it_says_so_and_nothing_on_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    settings = ShopSettings(bootstrap_servers="127.0.0.1:1", connect_timeout=0.5)
    with pytest.raises(BrokerUnavailable, match=r"127\.0\.0\.1:1 could not be reached within 0\.5 s"):
        asyncio.run(ensure_topics(settings, {"order": Topic()}, None))
    assert capfd.readouterr().err == ""


def test_a_setting_that_the_client_does_not_know_is_an_error_of_ours() -> None:
    settings = ShopSettings(client={"no.such.setting": 1})
    with pytest.raises(MessagingError, match=r"no\.such\.setting"):
        asyncio.run(ensure_topics(settings, {"order": Topic()}, None))
