"""Which partitions a group receiver pauses and resumes, over a Consumer that is made up."""

from __future__ import annotations

from typing import Any

import pytest
from confluent_kafka import TopicPartition

from templates._runtime import FailurePolicy
from templates._runtime.dispatch import Dispatcher
from templates.kafka import _group
from templates.kafka._group import GroupReceiver, KafkaFeed
from tests.runtime.operations import PLACE_ORDER, ShopSettings


class MadeUp:
    """Notes which partitions are paused, also those of earlier assignments, as the client does."""

    def __init__(self) -> None:
        self.paused: set[int] = set()

    def pause(self, partitions: list[TopicPartition]) -> None:
        self.paused |= {each.partition for each in partitions}

    def resume(self, partitions: list[TopicPartition]) -> None:
        self.paused -= {each.partition for each in partitions}

    def committed(self, partitions: list[TopicPartition], timeout: float) -> list[TopicPartition]:
        return [TopicPartition(each.topic, each.partition, 0) for each in partitions]

    def poll(self, timeout: float) -> None:
        return None


async def nothing(message: Any) -> None:
    """A handler."""


class Group:
    """A receiver with partitions of one topic."""

    def __init__(self, partitions: int, *, concurrency: int = 1) -> None:
        dispatcher = Dispatcher(PLACE_ORDER, nothing, policy=FailurePolicy(), concurrency=concurrency)
        self.receiver = GroupReceiver(ShopSettings(max_in_progress=100), "g", [dispatcher], print)
        self.consumer: Any = MadeUp()
        self.assign(*range(partitions))

    def assign(self, *partitions: int) -> None:
        self.receiver._on_assign(self.consumer, [TopicPartition("order", each) for each in partitions])

    def cycle(self) -> set[int]:
        """Go round once; the partitions that are paused then."""
        self.receiver._cycle(self.consumer)
        return self.consumer.paused

    def feed(self, partition: int) -> KafkaFeed:
        return self.receiver._feeds["order", partition]


def test_a_partition_that_comes_back_is_resumed() -> None:
    group = Group(1)
    group.feed(0).paused = True
    assert group.cycle() == {0}
    group.assign(0)
    assert group.cycle() == set()


def test_a_partition_that_is_assigned_while_the_subscriber_stops_is_paused() -> None:
    group = Group(1)
    group.receiver.hold()
    assert group.cycle() == {0}
    group.assign(1)
    assert group.cycle() == {0, 1}


def test_partitions_without_room_are_paused_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_group, "PATIENCE", 0)
    group = Group(3)
    group.cycle()
    group.feed(0).handed = 100
    assert group.cycle() == {0}
    group.feed(0).finished = 100
    assert group.cycle() == set()


def test_what_is_in_progress_is_bounded_over_all_partitions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_group, "PATIENCE", 0)
    group = Group(20)
    for partition in range(20):
        group.feed(partition).handed = 100
        if len(group.cycle()) == 20:
            break
    assert partition < 5
    assert group.cycle() == set(range(20))
    for earlier in range(partition + 1):
        group.feed(earlier).finished = 100
    assert group.cycle() == set()


def test_a_partition_does_not_run_far_ahead_of_a_message_that_is_not_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_group, "SPAN", 10)
    group = Group(2, concurrency=4)
    pending = group.feed(0).pending
    assert pending is not None
    pending.extend(range(11))
    assert group.cycle() == {0}
    pending.popleft()
    assert group.cycle() == set()


def test_offsets_are_stored_by_hand_whatever_the_client_settings_say() -> None:
    settings = ShopSettings(client={"enable.auto.offset.store": True})
    dispatcher = Dispatcher(PLACE_ORDER, nothing, policy=FailurePolicy())
    assert GroupReceiver(settings, "g", [dispatcher], print)._config()["enable.auto.offset.store"] is False
