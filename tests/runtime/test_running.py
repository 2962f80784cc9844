"""Starting, stopping, draining and failing of subscribers and publishers, in memory."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

import pytest

from templates._runtime import FailurePolicy
from templates.errors import DecodeError, HandlerError, PublishError, ReplyTimeout
from templates.kafka._transport import Sent
from templates.testing import InMemoryBroker
from tests.runtime.operations import (
    Answer,
    AnswerQuestion,
    Lost,
    OrderItem,
    PlaceOrder,
    Question,
    ShopPublisher,
    ShopSubscriber,
    order,
)


def slow_subscriber(broker: InMemoryBroker, seconds: float) -> tuple[ShopSubscriber, list[str]]:
    subscriber, finished = ShopSubscriber(transport=broker), list[str]()

    @subscriber.place_order
    async def place(message: PlaceOrder) -> None:
        await asyncio.sleep(seconds)
        finished.append(message.payload.order_id)

    return subscriber, finished


async def three_orders(broker: InMemoryBroker) -> None:
    for number in range(3):
        await broker.deliver("order", order(number))


async def test_stop_lets_the_running_handler_finish_and_starts_no_other() -> None:
    broker = InMemoryBroker()
    subscriber, finished = slow_subscriber(broker, 5)
    await three_orders(broker)
    running = asyncio.create_task(subscriber.run())
    await asyncio.sleep(1)
    subscriber.stop()
    await running
    assert finished == ["o-0"]
    again, rest = slow_subscriber(broker, 0)
    async with again:
        await broker.settled()
    assert rest == ["o-1", "o-2"]


async def test_cancellation_drains_too() -> None:
    broker = InMemoryBroker()
    subscriber, finished = slow_subscriber(broker, 5)
    await three_orders(broker)
    running = asyncio.create_task(subscriber.run())
    await asyncio.sleep(1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert finished == ["o-0"]


async def test_draining_ends_with_its_timeout() -> None:
    broker = InMemoryBroker(drain_timeout=3)
    subscriber, finished = slow_subscriber(broker, 500)
    await three_orders(broker)
    running = asyncio.create_task(subscriber.run())
    await asyncio.sleep(1)
    before = asyncio.get_running_loop().time()
    subscriber.stop()
    await running
    assert asyncio.get_running_loop().time() - before == pytest.approx(3, abs=0.5)
    assert finished == []


async def test_a_signal_drains_and_a_second_leaves_at_once() -> None:
    broker = InMemoryBroker()
    before = signal.getsignal(signal.SIGTERM)
    subscriber, finished = slow_subscriber(broker, 20)
    await three_orders(broker)
    running = asyncio.create_task(subscriber.run())
    await asyncio.sleep(1)
    started = asyncio.get_running_loop().time()
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(1)
    assert not running.done()
    os.kill(os.getpid(), signal.SIGTERM)
    await running
    assert asyncio.get_running_loop().time() - started < 5
    assert finished == []
    assert signal.getsignal(signal.SIGTERM) is before


async def test_in_the_background_a_failure_cancels_the_body_with_its_error() -> None:
    broker = InMemoryBroker()
    subscriber = ShopSubscriber(transport=broker, on_failure=FailurePolicy(attempts=1, then="stop"))

    @subscriber.place_order
    async def place(message: PlaceOrder) -> None:
        raise ValueError("no")

    async def body() -> None:
        async with subscriber:
            await broker.deliver("order", order(1))
            await asyncio.sleep(1000)
            pytest.fail("the body went on")

    with pytest.raises(HandlerError):
        await body()
    current = asyncio.current_task()
    assert current is not None
    assert current.cancelling() == 0


async def test_in_the_background_an_error_of_the_body_comes_out_and_handlers_finish() -> None:
    broker = InMemoryBroker()
    subscriber, finished = slow_subscriber(broker, 5)

    async def body() -> None:
        async with subscriber:
            await broker.deliver("order", order(1))
            raise KeyError

    with pytest.raises(KeyError):
        await body()
    assert finished == ["o-1"]


async def test_a_subscriber_without_a_handler_does_not_run() -> None:
    with pytest.raises(RuntimeError, match="no operation has a handler"):
        await ShopSubscriber(transport=InMemoryBroker()).run()


def test_an_operation_has_one_handler() -> None:
    subscriber, _ = slow_subscriber(InMemoryBroker(), 0)
    with pytest.raises(ValueError, match="placeOrder has a handler already"):
        subscriber.place_order(lambda message: None)


async def test_a_handler_comes_back_as_it_is() -> None:
    async def place(message: PlaceOrder) -> None:
        pass

    subscriber = ShopSubscriber(transport=InMemoryBroker())
    assert subscriber.place_order(concurrency=2)(place) is place


async def test_publishing_returns_where_the_message_is() -> None:
    broker = InMemoryBroker()
    async with ShopPublisher(transport=broker) as publisher:
        assert await publisher.send_order(order(1), key="k") == Sent("order", 0, 0)
        assert await publisher.send_ship(Lost(kind="lost"), ship_id="7") == Sent("ship.7.events", 0, 0)
    assert [(sent.address, sent.payload) for sent in broker.published] == [
        ("order", order(1)),
        ("ship.7.events", Lost(kind="lost")),
    ]


async def test_a_topic_that_cannot_be_is_an_error_before_anything_is_sent() -> None:
    broker = InMemoryBroker()
    async with ShopPublisher(transport=broker) as publisher:
        with pytest.raises(PublishError, match="is not the name of a topic") as caught:
            await publisher.send_ship(Lost(kind="lost"), ship_id="a b")
    assert caught.value.outcome == "not_sent"
    assert broker.published == []


async def test_of_many_each_is_sent_or_says_why_not() -> None:
    broker = InMemoryBroker()
    wrong: Any = 3
    async with ShopPublisher(transport=broker) as publisher:
        results = await publisher.send_order_many([OrderItem(order(0)), OrderItem(wrong), OrderItem(order(2))])
    assert [type(result) for result in results] == [Sent, PublishError, Sent]
    assert [sent.payload for sent in broker.published] == [order(0), order(2)]


async def test_a_closed_publisher_sends_nothing() -> None:
    publisher = ShopPublisher(transport=InMemoryBroker())
    async with publisher:
        pass
    with pytest.raises(PublishError, match="closed"):
        await publisher.send_order(order(1))


async def test_a_publisher_reaches_the_subscribers_of_the_same_broker() -> None:
    broker = InMemoryBroker()
    subscriber, finished = slow_subscriber(broker, 0)
    async with ShopPublisher(transport=broker) as publisher, subscriber:
        await publisher.send_order(order(1))
        await broker.settled()
    assert finished == ["o-1"]


def answering(broker: InMemoryBroker, seconds: float = 0) -> ShopSubscriber:
    subscriber = ShopSubscriber(transport=broker, concurrency=8)

    @subscriber.answer_question
    async def answer(message: AnswerQuestion) -> Answer:
        await asyncio.sleep(seconds)
        return Answer(text=message.payload.text.upper())

    return subscriber


async def test_a_request_gets_its_own_reply() -> None:
    broker = InMemoryBroker()
    async with ShopPublisher(transport=broker) as publisher, answering(broker, 1):
        texts = ["a", "b", "c"]
        replies = await asyncio.gather(*(publisher.ask(Question(text=text), timeout=50) for text in texts))
    assert [reply.text for reply in replies] == ["A", "B", "C"]
    requests = [sent for sent in broker.published if sent.address == "questions"]
    assert len({sent.headers["correlationId"] for sent in requests}) == 3
    assert {sent.headers["replyTo"] for sent in requests} == {"answers"}


async def test_a_reply_that_does_not_come_is_a_timeout_and_a_late_one_is_dropped() -> None:
    broker = InMemoryBroker()
    async with ShopPublisher(transport=broker) as publisher, answering(broker, 10):
        with pytest.raises(ReplyTimeout, match="ask: no reply within 1 s"):
            await publisher.ask(Question(text="a"), timeout=1)
        await broker.settled()
        assert [requests.late for requests in publisher._requests.values()] == [1]


async def test_a_reply_that_is_not_valid_is_a_decode_error() -> None:
    broker = InMemoryBroker()
    async with ShopPublisher(transport=broker) as publisher:
        asking = asyncio.create_task(publisher.ask(Question(text="a"), timeout=50))
        while not broker.published:
            await asyncio.sleep(0)
        identity = broker.published[0].headers["correlationId"]
        await broker.deliver("answers", b"{}", headers={"correlationId": identity})
        with pytest.raises(DecodeError):
            await asking


async def test_a_reply_goes_nowhere_that_the_document_does_not_name() -> None:
    broker = InMemoryBroker()
    async with answering(broker):
        await broker.deliver("questions", Question(text="a"), headers={"replyTo": "secrets", "correlationId": "1"})
        await broker.settled()
    assert broker.published == []
