"""Publishing over a Producer that is made up: full queues, early deliveries, fatal errors, closing half way."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from confluent_kafka import KafkaError, KafkaException

from templates._runtime import Outgoing
from templates.errors import MessagingError, PublishError, PublishTimeout, Unroutable
from templates.kafka import _producer
from templates.kafka._producer import KafkaSender
from templates.kafka._transport import Sent
from tests.runtime.operations import SEND_ORDER, ShopPublisher, ShopSettings, ShopSubscriber

DELIVERED = SimpleNamespace(topic=lambda: "order", partition=lambda: 0, offset=lambda: 7)


class MadeUp:
    """Has room for so many messages, and delivers them when it is polled."""

    made: ClassVar[list[MadeUp]] = []
    room = 1000
    early: KafkaError | None = None
    """How the first message is delivered, before `produce` returns."""
    refusals: tuple[int, ...] = ()
    """The calls of `produce`, from 1, that find no room."""

    def __init__(self, config: dict[str, Any], logger: Any = None) -> None:
        self.config = config
        self.bodies: list[bytes] = []
        self.queue: deque[Any] = deque()
        self.open = threading.Event()
        self.open.set()
        self.fatal = False
        self.calls = 0
        self.made.append(self)

    def produce(self, topic: str, value: bytes, key: Any, on_delivery: Any, headers: Any) -> None:
        if self.fatal:
            raise KafkaException(KafkaError(KafkaError._FATAL))
        self.calls += 1
        if len(self.queue) >= self.room or self.calls in self.refusals:
            raise BufferError
        self.bodies.append(value)
        if self.early is not None and self.calls == 1:
            on_delivery(self.early, DELIVERED)
        else:
            self.queue.append(on_delivery)

    def poll(self, timeout: float) -> int:
        time.sleep(0.002)
        served = 0
        if self.queue and self.open.is_set():
            self.queue.popleft()(None, DELIVERED)
            served += 1
        return served

    def flush(self, timeout: float) -> int:
        while self.poll(0):
            pass
        return len(self.queue)

    def purge(self) -> None:
        while self.queue:
            self.queue.popleft()(KafkaError(KafkaError._PURGE_QUEUE), DELIVERED)

    def list_topics(self, timeout: float) -> Any:
        return SimpleNamespace(brokers={1: "here"})


@pytest.fixture
def producers(monkeypatch: pytest.MonkeyPatch) -> list[MadeUp]:
    """The Producers that are made."""
    made: list[MadeUp] = []
    monkeypatch.setattr(MadeUp, "made", made)
    monkeypatch.setattr(_producer, "Producer", MadeUp)
    return made


def outgoing(number: int) -> Outgoing:
    return Outgoing(SEND_ORDER, None, "order", str(number).encode(), None, [])


def sender(**given: Any) -> KafkaSender:
    return KafkaSender(ShopSettings(**given))


def test_messages_that_wait_for_room_are_sent_in_the_order_of_their_calls(
    producers: list[MadeUp], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MadeUp, "refusals", (2, 3))

    async def scenario() -> None:
        sending = sender()
        await sending.open()
        await asyncio.gather(*(sending.send(outgoing(number)) for number in range(4)))
        await sending.close(1)

    asyncio.run(scenario())
    assert producers[0].bodies == [b"0", b"1", b"2", b"3"]


def test_a_queue_without_room_is_a_timeout_and_nothing_was_sent(
    producers: list[MadeUp], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MadeUp, "room", 0)

    async def scenario() -> None:
        sending = sender(publish_timeout=0.1)
        await sending.open()
        try:
            await sending.send(outgoing(1))
        finally:
            await sending.close(1)

    with pytest.raises(PublishTimeout) as caught:
        asyncio.run(scenario())
    assert caught.value.outcome == "not_sent"


def test_of_many_a_delivery_that_comes_early_is_counted_once(
    producers: list[MadeUp], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MadeUp, "early", KafkaError(KafkaError._UNKNOWN_TOPIC))

    async def scenario() -> list[Any]:
        sending = sender()
        results = await asyncio.wait_for(sending.send_many(map(outgoing, range(3))), 5)
        await sending.close(1)
        return results

    assert [type(result) for result in asyncio.run(scenario())] == [Unroutable, Sent, Sent]


def test_many_that_are_closed_half_way_are_sent_or_say_that_they_are_not(producers: list[MadeUp]) -> None:
    async def scenario() -> list[Any]:
        sending = sender()
        many = asyncio.create_task(sending.send_many(map(outgoing, range(900))))
        await asyncio.sleep(0)
        await sending.close(5)
        return await asyncio.wait_for(many, 5)

    results = asyncio.run(scenario())
    sent = [result for result in results if isinstance(result, Sent)]
    assert len(results) == 900
    assert 0 < len(sent) < 900
    assert {result.outcome for result in results if isinstance(result, PublishError)} == {"not_sent"}


def test_closing_wakes_whoever_waits_for_room(producers: list[MadeUp], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MadeUp, "room", 1)

    async def scenario() -> list[Any]:
        sending = sender()
        await sending.open()
        producers[0].open.clear()
        tasks = [asyncio.create_task(sending.send(outgoing(number))) for number in range(3)]
        await asyncio.sleep(0.02)
        assert await sending.close(0) == 1
        return await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)

    assert [result.outcome for result in asyncio.run(scenario())] == ["not_sent"] * 3


def test_a_producer_that_a_fatal_error_ended_is_replaced(
    producers: list[MadeUp], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_producer, "REPLACE_AFTER", 0.0)

    async def scenario() -> Sent:
        sending = sender()
        await sending.open()
        producers[0].fatal = True
        producers[0].config["error_cb"](KafkaError(KafkaError._FATAL, "sequence lost", fatal=True))
        first = await sending.send(outgoing(1))
        await sending.close(1)
        return first

    assert isinstance(asyncio.run(scenario()), Sent)
    assert len(producers) == 2


@pytest.mark.parametrize("publishes", [True, False])
def test_a_setting_that_the_client_does_not_know_is_an_error_of_ours(publishes: bool) -> None:
    settings = ShopSettings(client={"no.such.setting": "secret"})

    async def scenario() -> None:
        if publishes:
            async with ShopPublisher(settings):
                pass
        else:
            subscriber = ShopSubscriber(settings)
            subscriber.place_order(lambda message: None)
            await subscriber.run()

    with pytest.raises(MessagingError, match=r"no\.such\.setting") as caught:
        asyncio.run(scenario())
    assert "secret" not in str(caught.value)
