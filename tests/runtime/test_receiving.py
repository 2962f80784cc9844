"""Order, retries, dead letters, acknowledgement and failure, in memory and on virtual time."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, Literal

import pytest

from templates._runtime import FailurePolicy, exponential
from templates.errors import DecodeError, HandlerError, PublishError
from templates.testing import InMemoryBroker
from tests.runtime.operations import (
    PlaceOrder,
    ShipEvent,
    ShipLost,
    ShopSubscriber,
    TracedOrder,
    order,
)


def policy(**given: Any) -> FailurePolicy:
    return FailurePolicy(**{"backoff": lambda failed: 10.0 * failed, **given})


def now() -> float:
    return asyncio.get_running_loop().time()


class Recorder:
    """A handler that notes what it got, waits, and fails where it is told to."""

    def __init__(self, *, fail: dict[str, int] | None = None, seconds: float = 0) -> None:
        self.fail = dict(fail or {})
        self.seconds = seconds
        self.started: list[str] = []
        self.finished: list[str] = []
        self.times: list[float] = []
        self.running = 0
        self.most = 0

    async def __call__(self, message: PlaceOrder) -> None:
        name = message.payload.order_id
        self.started.append(name)
        self.times.append(now())
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await asyncio.sleep(self.seconds)
            if self.fail.get(name, 0) > 0:
                self.fail[name] -= 1
                raise ValueError(name)
        finally:
            self.running -= 1
        self.finished.append(name)


async def test_a_handler_gets_payload_headers_key_parameters_and_source() -> None:
    broker, got = InMemoryBroker(), []
    subscriber = ShopSubscriber(transport=broker)

    @subscriber.place_traced
    async def place(message: TracedOrder) -> None:
        got.append(message)

    async with subscriber:
        await broker.deliver("traced", order(1), key="k", headers={"traceId": "t", "retries": 3, "other": "x"})
        await broker.settled()
    (message,) = got
    assert message.payload == order(1)
    assert (message.headers.trace_id, message.headers.retries) == ("t", 3)
    assert message.key == "k"
    assert (message.source.topic, message.source.partition, message.source.offset) == ("traced", 0, 0)
    assert ("other", b"x") in message.source.headers
    assert message.source.body == b'{"orderId":"o-1"}'


async def test_a_message_of_several_comes_as_its_own_class_with_its_parameters() -> None:
    broker, got = InMemoryBroker(), []
    subscriber = ShopSubscriber(transport=broker)

    @subscriber.ship_event
    async def event(message: ShipEvent) -> None:
        got.append(message)

    async with subscriber:
        await broker.deliver("ship.7.events", {"kind": "lost"})
        await broker.settled()
    (message,) = got
    assert isinstance(message, ShipLost)
    assert message.parameters.ship_id == "7"


async def test_a_plain_function_runs_in_a_thread() -> None:
    broker, threads = InMemoryBroker(), []
    subscriber = ShopSubscriber(transport=broker)

    @subscriber.place_order
    def place(message: PlaceOrder) -> None:
        threads.append(threading.current_thread())

    async with subscriber:
        await broker.deliver("order", order(1))
        await broker.settled()
    assert threads
    assert threads[0] is not threading.main_thread()


async def test_with_one_at_a_time_messages_are_handled_in_order() -> None:
    broker, record = InMemoryBroker(), Recorder(seconds=1)
    subscriber = ShopSubscriber(transport=broker)
    subscriber.place_order(record)
    async with subscriber:
        for number in range(5):
            await broker.deliver("order", order(number), key=str(number))
        await broker.settled()
    assert record.finished == [f"o-{number}" for number in range(5)]
    assert record.most == 1


async def test_messages_of_one_key_are_handled_in_order_while_others_overtake() -> None:
    broker, record = InMemoryBroker(), Recorder(seconds=1)
    subscriber = ShopSubscriber(transport=broker, concurrency=4)
    subscriber.place_order(record)
    async with subscriber:
        for number in range(12):
            await broker.deliver("order", order(number), key=str(number % 3))
        await broker.settled()
    for key in range(3):
        assert [name for name in record.finished if int(name[2:]) % 3 == key] == [f"o-{n}" for n in range(key, 12, 3)]
    assert record.most == 3


async def test_messages_without_a_key_keep_the_order_of_their_partition() -> None:
    broker, record = InMemoryBroker(), Recorder(seconds=1)
    subscriber = ShopSubscriber(transport=broker, concurrency=4)
    subscriber.place_order(record)
    async with subscriber:
        for number in range(4):
            await broker.deliver("order", order(number))
        await broker.settled()
    assert record.finished == ["o-0", "o-1", "o-2", "o-3"]


async def test_a_failing_handler_is_tried_again_with_backoff() -> None:
    broker, record = InMemoryBroker(), Recorder(fail={"o-1": 2})
    subscriber = ShopSubscriber(transport=broker, on_failure=policy())
    subscriber.place_order(record)
    async with subscriber:
        await broker.deliver("order", order(1))
        await broker.settled(100)
    assert record.started == ["o-1"] * 3
    assert [round(later - record.times[0]) for later in record.times] == [0, 10, 30]
    assert record.finished == ["o-1"]


async def test_a_retry_waits_for_its_key_alone() -> None:
    broker, record = InMemoryBroker(), Recorder(fail={"o-0": 1})
    subscriber = ShopSubscriber(transport=broker, concurrency=2, on_failure=policy())
    subscriber.place_order(record)
    async with subscriber:
        for number, key in enumerate("abab"):
            await broker.deliver("order", order(number), key=key)
        await broker.settled()
    assert record.finished == ["o-1", "o-3", "o-0", "o-2"]


async def test_with_one_at_a_time_a_retry_waits_in_its_partition_and_others_go_on() -> None:
    broker, record = InMemoryBroker(), Recorder(fail={"o-0": 1})
    ships: list[float] = []
    subscriber = ShopSubscriber(transport=broker, on_failure=policy())
    subscriber.place_order(record)

    @subscriber.ship_event
    async def event(message: ShipEvent) -> None:
        ships.append(now())

    async with subscriber:
        await broker.deliver("order", order(0))
        await broker.deliver("order", order(1))
        await broker.deliver("ship.7.events", {"kind": "lost"})
        await broker.settled()
    assert record.started == ["o-0", "o-0", "o-1"]
    assert ships[0] < record.times[1]


async def test_only_the_exceptions_worth_it_are_tried_again() -> None:
    broker, record = InMemoryBroker(), Recorder(fail={"o-1": 9})
    subscriber = ShopSubscriber(transport=broker, on_failure=policy(retry_on=(OSError,), then="skip"))
    subscriber.place_order(record)
    async with subscriber:
        await broker.deliver("order", order(1))
        await broker.settled()
    assert record.started == ["o-1"]


async def test_a_dead_letter_carries_the_original_and_why() -> None:
    broker, record = InMemoryBroker(), Recorder(fail={"o-1": 9})
    subscriber = ShopSubscriber(transport=broker, on_failure=policy(attempts=2, dead_letter="{address}.dead"))
    subscriber.place_order(record)
    async with subscriber:
        await broker.deliver("order", order(1), key="k", headers={"trace": "t"})
        await broker.settled()
    (dead,) = broker.published
    assert (dead.address, dead.body, dead.key) == ("order.dead", b'{"orderId":"o-1"}', b"k")
    assert dead.headers == {
        "trace": "t",
        "content-type": "application/json",
        "dead-letter-address": "order",
        "dead-letter-partition": "0",
        "dead-letter-offset": "0",
        "dead-letter-operation": "placeOrder",
        "dead-letter-reason": "handler",
        "dead-letter-exception": "builtins.ValueError",
        "dead-letter-message": "o-1",
        "dead-letter-attempts": "2",
    }


async def test_what_cannot_be_decoded_goes_to_the_dead_letter_at_once() -> None:
    broker, record = InMemoryBroker(), Recorder()
    subscriber = ShopSubscriber(transport=broker, on_failure=policy(dead_letter="dead"))
    subscriber.place_order(record)
    async with subscriber:
        await broker.deliver("order", b"{")
        await broker.deliver("order", order(1))
        await broker.settled()
    (dead,) = broker.published
    assert (dead.body, dead.headers["dead-letter-reason"], dead.headers["dead-letter-attempts"]) == (
        b"{",
        "decode",
        "1",
    )
    assert record.finished == ["o-1"]


async def test_the_original_is_acknowledged_only_after_its_dead_letter() -> None:
    broker, record = InMemoryBroker(), Recorder()
    broker.failing = PublishError("full", outcome="not_sent")
    first = ShopSubscriber(transport=broker, on_failure=policy(dead_letter="dead"))
    first.place_order(record)
    async with first:
        await broker.deliver("order", b"{")
        await broker.settled()
        assert not first.healthy
    broker.failing = None
    again = ShopSubscriber(transport=broker, on_failure=policy(dead_letter="dead"))
    again.place_order(record)
    async with again:
        await broker.settled()
        assert again.healthy
    assert [dead.body for dead in broker.published] == [b"{"]


@pytest.mark.parametrize(
    ("address", "body", "why"),
    [
        ("order", b"{}", "orderId: Field required"),
        ("ship.7.events", b'{"kind":"sunk"}', "unknown message"),
    ],
)
async def test_a_decode_error_names_the_place_and_no_value(address: str, body: bytes, why: str) -> None:
    broker = InMemoryBroker()
    subscriber = ShopSubscriber(transport=broker, on_failure=policy(then="stop"))
    subscriber.place_order(Recorder())

    @subscriber.ship_event
    async def event(message: ShipEvent) -> None:
        raise AssertionError(message)

    await broker.deliver(address, body)
    with pytest.raises(DecodeError, match=why) as caught:
        await subscriber.run()
    assert "sunk" not in str(caught.value)
    assert caught.value.body == body
    assert caught.value.source.topic == address


async def test_another_content_type_is_a_decode_failure() -> None:
    broker = InMemoryBroker()
    subscriber = ShopSubscriber(transport=broker, on_failure=policy(then="stop"))
    subscriber.place_order(Recorder())
    await broker.deliver("order", b'{"orderId":"o-1"}', content_type="application/xml")
    with pytest.raises(DecodeError, match="content type 'application/xml' is not 'application/json'"):
        await subscriber.run()


async def test_pause_leaves_the_message_and_stops_its_partition_alone() -> None:
    broker, record = InMemoryBroker(), Recorder(fail={"o-1": 3})
    ships: list[ShipEvent] = []
    subscriber = ShopSubscriber(transport=broker, on_failure=policy())
    subscriber.place_order(record)

    @subscriber.ship_event
    async def event(message: ShipEvent) -> None:
        ships.append(message)

    async with subscriber:
        await broker.deliver("order", order(0))
        await broker.deliver("order", order(1))
        await broker.deliver("order", order(2))
        await broker.settled(100)
        await broker.deliver("ship.7.events", {"kind": "lost"})
        await broker.settled(100)
        assert not subscriber.healthy
    assert record.finished == ["o-0"]
    assert len(ships) == 1
    again = ShopSubscriber(transport=broker)
    again.place_order(record)
    async with again:
        await broker.settled()
        assert again.healthy
    assert record.finished == ["o-0", "o-1", "o-2"]


async def test_stop_ends_run_with_the_error() -> None:
    broker, record = InMemoryBroker(), Recorder(fail={"o-1": 9})
    subscriber = ShopSubscriber(transport=broker, on_failure=policy(attempts=2, then="stop"))
    subscriber.place_order(record)
    await broker.deliver("order", order(1))
    await broker.deliver("order", order(2))
    with pytest.raises(HandlerError, match="placeOrder: the handler raised ValueError at attempt 2") as caught:
        await subscriber.run()
    assert isinstance(caught.value.__cause__, ValueError)
    assert record.finished == []


async def test_skip_acknowledges_and_goes_on() -> None:
    broker, record = InMemoryBroker(), Recorder(fail={"o-1": 9})
    subscriber = ShopSubscriber(transport=broker, on_failure=policy(attempts=2, then="skip"))
    subscriber.place_order(record)
    async with subscriber:
        await broker.deliver("order", order(1))
        await broker.deliver("order", order(2))
        await broker.settled()
        assert subscriber.healthy
    assert record.finished == ["o-2"]
    again = ShopSubscriber(transport=broker)
    again.place_order(record)
    async with again:
        await broker.settled()
    assert record.finished == ["o-2"]


async def test_a_batch_is_handled_and_acknowledged_together() -> None:
    broker, batches = InMemoryBroker(), []
    subscriber = ShopSubscriber(transport=broker)

    @subscriber.place_order_batch(max_messages=3)
    async def place(messages: list[PlaceOrder]) -> None:
        await asyncio.sleep(1)
        batches.append([message.payload.order_id for message in messages])

    async with subscriber:
        for number in range(7):
            await broker.deliver("order", order(number))
        await broker.settled()
    assert [name for batch in batches for name in batch] == [f"o-{number}" for number in range(7)]
    assert max(map(len, batches)) == 3


async def test_in_a_batch_what_cannot_be_decoded_fails_alone_and_in_its_place() -> None:
    broker, batches = InMemoryBroker(), []
    for body in (order(0), order(1), b"{", order(3)):
        await broker.deliver("order", body)
    subscriber = ShopSubscriber(transport=broker, on_failure=policy(dead_letter="dead"))

    @subscriber.place_order_batch
    async def place(messages: list[PlaceOrder]) -> None:
        batches.append([message.payload.order_id for message in messages])

    async with subscriber:
        await broker.settled()
    assert [name for batch in batches for name in batch] == ["o-0", "o-1", "o-3"]
    assert len(broker.published) == 1


async def test_a_failing_batch_is_tried_again_whole() -> None:
    broker, batches = InMemoryBroker(), []
    subscriber = ShopSubscriber(transport=broker, on_failure=policy())

    @subscriber.place_order_batch
    async def place(messages: list[PlaceOrder]) -> None:
        batches.append([message.payload.order_id for message in messages])
        if len(batches) == 1:
            raise ValueError

    async with subscriber:
        await broker.deliver("order", order(0))
        await broker.settled()
    assert batches == [["o-0"], ["o-0"]]


async def test_a_handler_that_lets_a_cancellation_out_has_failed() -> None:
    broker = InMemoryBroker()
    subscriber = ShopSubscriber(transport=broker, on_failure=policy(attempts=1, then="stop"))

    @subscriber.place_order
    async def place(message: PlaceOrder) -> None:
        raise asyncio.CancelledError

    await broker.deliver("order", order(0))
    with pytest.raises(HandlerError):
        await subscriber.run()


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize("then", ["pause", "stop"])
async def test_nothing_after_a_failure_is_acknowledged_past_it(
    concurrency: int, then: Literal["pause", "stop"]
) -> None:
    broker, record = InMemoryBroker(), Recorder(fail={"o-2": 9}, seconds=1)
    subscriber = ShopSubscriber(transport=broker, concurrency=concurrency, on_failure=policy(attempts=1, then=then))
    subscriber.place_order(record)
    for number in range(6):
        await broker.deliver("order", order(number), key=str(number))
    running = asyncio.create_task(subscriber.run())
    await asyncio.sleep(60)
    subscriber.stop()
    await asyncio.wait((running,))
    record.fail.clear()
    again = ShopSubscriber(transport=broker)
    again.place_order(record)
    async with again:
        await broker.settled()
    assert running.exception() is None or then == "stop"
    assert set(record.finished) == {f"o-{number}" for number in range(6)}


def test_backoff_grows_to_its_maximum_and_jitter_takes_off_up_to_half() -> None:
    plain, jittered = exponential(1, factor=3, maximum=20, jitter=False), exponential(1, factor=3, maximum=20)
    assert [plain(failed) for failed in (1, 2, 3, 4, 500)] == [1, 3, 9, 20, 20]
    assert all(10 <= jittered(9) <= 20 for _ in range(100))
