"""Handlers, transports and users that misbehave, in memory and on virtual time."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

import pytest

from templates._runtime import Address, FailurePolicy
from templates._runtime.dispatch import Dispatcher
from templates._runtime.feeds import Feed
from templates.errors import BrokerUnavailable, HandlerError, MessagingError, PublishError
from templates.kafka._transport import KafkaReceive
from templates.testing import InMemoryBroker
from tests.runtime.operations import (
    ORDER,
    PLACE_ORDER,
    PlaceOrder,
    Question,
    ShipEvent,
    ShopPublisher,
    ShopSubscriber,
    order,
)

FOLDER = Path(__file__).parents[2]


class CountingFeed(Feed):
    """A feed that notes what was acknowledged."""

    def __init__(self) -> None:
        super().__init__("feed")
        self.acknowledged: list[Any] = []

    def done(self, raw: Any) -> None:
        self.finished += 1
        self.acknowledged.append(raw)

    def pause(self) -> None:
        pass


class Raw:
    """A received order."""

    def __init__(self, number: int, body: bytes | None = None) -> None:
        self.number = number
        self.given = PLACE_ORDER.record("order", body or b'{"orderId":"o"}', str(number).encode(), (), number)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.given, name)


def dispatcher_of(handler: Any, **options: Any) -> Dispatcher:
    given = {"policy": FailurePolicy(attempts=1), **options}
    dispatcher = Dispatcher(PLACE_ORDER, handler, **given)
    dispatcher.start()
    return dispatcher


async def test_a_closed_feed_is_idle_only_when_its_last_handler_is_done() -> None:
    seconds = iter((1, 5))

    async def handler(message: PlaceOrder) -> None:
        await asyncio.sleep(next(seconds))

    dispatcher, feed, idle = dispatcher_of(handler, concurrency=2), CountingFeed(), asyncio.Event()
    dispatcher.put(feed, deque((Raw(0), Raw(1))))
    await asyncio.sleep(0.1)
    feed.close(idle.set)
    await asyncio.wait_for(idle.wait(), 60)
    assert len(feed.acknowledged) == 2
    await dispatcher.drain(1)


async def test_a_closed_feed_waits_for_a_dead_letter_that_is_on_its_way() -> None:
    async def handler(message: PlaceOrder) -> None:
        raise ValueError

    async def bury(*_: Any) -> None:
        await asyncio.sleep(5)

    dispatcher = dispatcher_of(handler, policy=FailurePolicy(attempts=1, dead_letter="dead"))
    dispatcher.bury = bury
    feed, idle = CountingFeed(), asyncio.Event()
    dispatcher.put(feed, deque((Raw(0),)))
    while not feed.lanes:
        await asyncio.sleep(0)
    feed.close(idle.set)
    await asyncio.wait_for(idle.wait(), 60)
    assert len(feed.acknowledged) == 1
    await dispatcher.drain(1)


async def test_a_feed_whose_handler_was_cancelled_is_idle() -> None:
    async def handler(message: PlaceOrder) -> None:
        await asyncio.sleep(1000)

    dispatcher, feed, idle = dispatcher_of(handler), CountingFeed(), asyncio.Event()
    dispatcher.put(feed, deque((Raw(0),)))
    await asyncio.sleep(0.1)
    feed.close(idle.set)
    assert not await dispatcher.drain(1)
    assert idle.is_set()
    assert feed.acknowledged == []


async def test_draining_waits_for_a_dead_letter_that_its_last_handler_caused() -> None:
    broker, buried = InMemoryBroker(), []

    async def handler(message: PlaceOrder) -> None:
        await asyncio.sleep(2)
        raise ValueError

    async def bury(*_: Any) -> None:
        await asyncio.sleep(2)
        buried.append(broker)

    dispatcher = dispatcher_of(handler, policy=FailurePolicy(attempts=1, dead_letter="dead"))
    dispatcher.bury = bury
    feed = CountingFeed()
    dispatcher.put(feed, deque((Raw(0),)))
    await asyncio.sleep(1)
    assert await dispatcher.drain(30)
    assert buried
    assert len(feed.acknowledged) == 1


async def test_a_worker_that_a_handler_cancels_ends_the_subscriber() -> None:
    broker = InMemoryBroker()
    subscriber = ShopSubscriber(transport=broker)

    @subscriber.place_order
    async def place(message: PlaceOrder) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(1)

    await broker.deliver("order", order(1))
    with pytest.raises(MessagingError, match="placeOrder: a handler cancelled its task"):
        await asyncio.wait_for(subscriber.run(), 60)


@pytest.mark.parametrize("concurrency", [1, 2])
async def test_a_base_exception_of_a_handler_ends_the_subscriber_with_the_message_kept(concurrency: int) -> None:
    class Odd(BaseException):
        pass

    broker = InMemoryBroker()
    subscriber = ShopSubscriber(transport=broker, concurrency=concurrency)

    @subscriber.place_order
    async def place(message: PlaceOrder) -> None:
        raise Odd

    await broker.deliver("order", order(1))
    with pytest.raises(Odd):
        await asyncio.wait_for(subscriber.run(), 60)
    again, got = ShopSubscriber(transport=broker), []

    @again.place_order
    async def take(message: PlaceOrder) -> None:
        got.append(message)

    async with again:
        await broker.settled()
    assert len(got) == 1


async def test_a_plain_function_that_runs_out_of_items_has_failed() -> None:
    broker = InMemoryBroker()
    subscriber = ShopSubscriber(transport=broker, on_failure=FailurePolicy(attempts=1, then="stop"))

    @subscriber.place_order
    def place(message: PlaceOrder) -> None:
        next(iter(()))

    await broker.deliver("order", order(1))
    with pytest.raises(HandlerError):
        await asyncio.wait_for(subscriber.run(), 5)


async def test_a_plain_function_holds_no_thread_of_another_operation() -> None:
    broker, overtaken, free = InMemoryBroker(), [], threading.Event()
    subscriber = ShopSubscriber(transport=broker)

    @subscriber.place_order
    def place(message: PlaceOrder) -> None:
        overtaken.append(free.wait(5))

    @subscriber.ship_event
    def event(message: ShipEvent) -> None:
        free.set()

    async with subscriber:
        await broker.deliver("order", order(1))
        await broker.deliver("ship.7.events", {"kind": "lost"})
        await broker.settled()
    assert overtaken == [True]


def test_a_plain_function_that_hangs_does_not_hold_the_process() -> None:
    program = """
import asyncio, time
from templates.testing import InMemoryBroker
from tests.runtime.operations import ShopSubscriber, order
async def main():
    broker = InMemoryBroker(drain_timeout=0.2)
    subscriber = ShopSubscriber(transport=broker)
    subscriber.place_order(lambda message: time.sleep(60))
    async with subscriber:
        await broker.deliver("order", order(1))
        await asyncio.sleep(0.2)
asyncio.run(main())
"""
    started = time.monotonic()
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, timeout=30, cwd=FOLDER)
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("text", ["\udcff", "x" * 2_000_000], ids=["no UTF-8", "long"])
async def test_whatever_an_exception_says_its_message_becomes_a_dead_letter(text: str) -> None:
    broker = InMemoryBroker()
    subscriber = ShopSubscriber(transport=broker, on_failure=FailurePolicy(attempts=1, dead_letter="dead"))

    @subscriber.place_order
    async def place(message: PlaceOrder) -> None:
        raise ValueError(text)

    async with subscriber:
        await broker.deliver("order", order(1))
        await broker.settled()
    (dead,) = broker.published
    assert len(dead.headers["dead-letter-message"]) < 5000


async def test_a_pattern_does_not_match_its_own_dead_letters() -> None:
    broker, got = InMemoryBroker(), []
    policy = FailurePolicy(attempts=1, dead_letter="ship.dead.events")
    subscriber = ShopSubscriber(transport=broker, on_failure=policy)

    @subscriber.ship_event
    async def event(message: ShipEvent) -> None:
        got.append(message)
        if len(got) > 5:
            return
        raise ValueError

    async with subscriber:
        await broker.deliver("ship.7.events", {"kind": "lost"})
        await broker.settled()
    assert len(got) == 1


async def test_operations_of_one_place_cannot_have_failure_policies_of_their_own() -> None:
    subscriber = ShopSubscriber(transport=InMemoryBroker())
    other = KafkaReceive("other", address=Address("order"), messages=((ORDER, PlaceOrder),), group_id="shop")
    subscriber.place_order(lambda message: None)
    subscriber._handle(other)(on_failure=FailurePolicy(attempts=7))(lambda message: None)
    with pytest.raises(ValueError, match="placeOrder and other"):
        await subscriber.run()


class Away(InMemoryBroker):
    """A broker that is not there."""

    def receiver(self, *_: Any) -> Any:
        return _Unreachable()


class _Unreachable:
    healthy = False

    async def open(self) -> None:
        await asyncio.sleep(30)
        raise BrokerUnavailable("away")

    def hold(self) -> None:
        pass

    async def close(self, timeout: float) -> None:
        pass


@pytest.mark.parametrize("how", ["stop", "cancel"])
async def test_while_it_connects_a_subscriber_stops_at_once(how: str) -> None:
    subscriber = ShopSubscriber(transport=Away())
    subscriber.place_order(lambda message: None)
    started = asyncio.get_running_loop().time()
    running = asyncio.create_task(subscriber.run())
    await asyncio.sleep(1)
    assert not subscriber.healthy
    if how == "stop":
        subscriber.stop()
    else:
        running.cancel()
    await asyncio.wait((running,))
    assert asyncio.get_running_loop().time() - started < 5
    assert running.cancelled() or running.exception() is None


async def test_a_body_that_turns_its_cancellation_into_an_error_leaves_no_cancellation_behind() -> None:
    broker = InMemoryBroker()
    subscriber = ShopSubscriber(transport=broker, on_failure=FailurePolicy(attempts=1, then="stop"))

    @subscriber.place_order
    async def place(message: PlaceOrder) -> None:
        raise ValueError

    async def body() -> None:
        async with subscriber:
            await broker.deliver("order", order(1))
            try:
                await asyncio.sleep(100)
            except asyncio.CancelledError:
                raise KeyError from None

    with pytest.raises(KeyError):
        await body()
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


class Slow(InMemoryBroker):
    """A broker whose connections take a second."""

    def sender(self) -> Any:
        made = super().sender()
        self.closed: list[float] = []

        async def open_() -> None:
            await asyncio.sleep(1)

        async def close(timeout: float) -> int:
            self.closed.append(timeout)
            return 0

        made.open, made.close = open_, close
        return made


async def test_a_publisher_that_is_closed_while_it_connects_leaves_nothing_open() -> None:
    broker = Slow()
    publisher = ShopPublisher(transport=broker)
    sending = asyncio.create_task(publisher.send_order(order(1)))
    await asyncio.sleep(0.5)
    await publisher.close()
    with pytest.raises(PublishError, match="closed"):
        await sending
    assert len(broker.closed) == 1


async def test_requests_fail_with_the_receiver_of_their_replies_and_later_ones_open_another() -> None:
    failures: list[Any] = []

    class Fragile(InMemoryBroker):
        def replies(self, operation: Any, address: str, on_reply: Any, on_failure: Any) -> Any:
            failures.append(on_failure)
            return super().replies(operation, address, on_reply, on_failure)

    broker = Fragile()
    async with ShopPublisher(transport=broker) as publisher:
        for number in (1, 2):
            asking = asyncio.create_task(publisher.ask(Question(text="a"), timeout=50))
            await asyncio.sleep(1)
            assert len(failures) == number
            failures[-1](BrokerUnavailable("gone"))
            with pytest.raises(BrokerUnavailable, match="gone"):
                await asking
