"""The generated Order Service against Apache Kafka: both roles, failures, and a subscriber that is killed."""

import asyncio
import importlib
import json
import signal
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from asyncgen import Config, generate
from asyncgen.output import compare, write
from tests.brokers.kafka import Kafka
from tests.brokers.waiting import wait_until

ORDER_SERVICE = Path(__file__).parents[2] / "fixtures" / "order_service" / "asyncapi-3.0.yaml"
WORKER = Path(__file__).with_name("order_worker.py")
DEADLINE = 30.0
TOPICS = {"order", "order-approved", "order-failed", "order.dead"}

pytestmark = [pytest.mark.broker, pytest.mark.xdist_group("kafka")]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both sides of the Order Service, importable."""
    folder = tmp_path_factory.mktemp("orders")
    for name, role in (("order_service", "application"), ("order_client", "client")):
        config = Config(spec=ORDER_SERVICE, output=folder / name, protocols=("kafka",), role=role)  # type: ignore[arg-type]
        result = generate(config)
        assert result.manifest
        write(result.output, compare(result.output, result.files, result.manifest))
    return folder


@pytest.fixture
def topics(kafka_broker: Kafka, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kafka]:
    """The broker with the document's topics, empty, and both sides' settings."""
    monkeypatch.setenv("ORDER_SERVICE_KAFKA_SERVER", "kafka-development")
    monkeypatch.setenv("ORDER_SERVICE_KAFKA_BOOTSTRAP_SERVERS", kafka_broker.bootstrap_servers)
    monkeypatch.setenv("ORDER_SERVICE_KAFKA_GROUP_ID", f"test-{uuid.uuid4().hex}")
    for topic in TOPICS & kafka_broker.topics():
        kafka_broker.delete_topic(topic)
    for topic in sorted(TOPICS):
        kafka_broker.create_topic(topic, partitions=3)
    yield kafka_broker
    for topic in sorted(TOPICS):
        kafka_broker.delete_topic(topic)


@pytest.fixture
def service(packages: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module `order_service.kafka`."""
    monkeypatch.syspath_prepend(str(packages))
    return importlib.import_module("order_service.kafka")


@pytest.fixture
def client(packages: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module `order_client.kafka`."""
    monkeypatch.syspath_prepend(str(packages))
    return importlib.import_module("order_client.kafka")


def an_order(number: int) -> Any:
    models = importlib.import_module("order_client.models")
    return models.Order(
        order_id=f"o-{number}",
        customer=models.Customer(name="Bo", email="bo@example.com"),
        items=[models.OrderItem(sku="TEA-0042", quantity=2, unit_price=models.Money(amount=450, currency="EUR"))],
        payment=models.InvoicePayment(bill_to=models.Address(street="1 Road", city="Oslo", country="NO")),
    )


def headers(**fields: Any) -> Any:
    return importlib.import_module("order_client.models").OrderEventHeaders(trace_id="4bf9", **fields)


async def test_both_roles_talk_to_each_other(topics: Kafka, service: Any, client: Any) -> None:
    events = client.OrderServiceSubscriber()
    orders = service.OrderServiceSubscriber()
    approved: asyncio.Queue[Any] = asyncio.Queue()
    async with service.OrderServicePublisher() as publisher, client.OrderServicePublisher() as shop:

        @orders.place_order
        async def place_order(message: Any) -> None:
            event = importlib.import_module("order_service.models").OrderApproved(
                order_id=message.payload.order_id, approved_by="ana"
            )
            await publisher.notify_order_approved(event, key=message.key, headers=message.headers)

        events.notify_order_approved(approved.put)
        async with orders, events:
            sent = await shop.place_order(
                an_order(1), key="o-1", headers=headers(correlation_id="c-1"), extra_headers={"x-shop": "north"}
            )
            event = await asyncio.wait_for(approved.get(), DEADLINE)
    assert (event.payload.order_id, event.key, event.headers.correlation_id) == ("o-1", "o-1", "c-1")
    assert event.source.topic == "order-approved"
    [order] = topics.read("order", 1)
    assert (order.partition(), order.offset()) == (sent.partition, sent.offset)
    assert json.loads(order.value()) == {
        "orderId": "o-1",
        "customer": {"name": "Bo", "email": "bo@example.com"},
        "items": [{"sku": "TEA-0042", "quantity": 2, "unitPrice": {"amount": 450, "currency": "EUR"}}],
        "payment": {"method": "invoice", "billTo": {"street": "1 Road", "city": "Oslo", "country": "NO"}},
    }
    assert order.key() == b"o-1"
    assert dict(order.headers()) == {
        "traceId": b"4bf9",
        "correlationId": b"c-1",
        "content-type": b"application/json",
        "x-shop": b"north",
    }


async def test_what_cannot_be_decoded_goes_to_the_dead_letter_topic(topics: Kafka, service: Any, client: Any) -> None:
    handled: asyncio.Queue[Any] = asyncio.Queue()
    orders = service.OrderServiceSubscriber(on_failure=service.FailurePolicy(dead_letter="order.dead"))
    orders.place_order(handled.put)
    producer = Producer({"bootstrap.servers": topics.bootstrap_servers})
    producer.produce("order", value=b"{", key=b"bad", headers=[("traceId", b"4bf9"), ("x-mine", b"1")])
    assert producer.flush(DEADLINE) == 0
    async with orders, client.OrderServicePublisher() as shop:
        await shop.place_order(an_order(2), key="o-2", headers=headers())
        message = await asyncio.wait_for(handled.get(), DEADLINE)
        [dead] = await asyncio.to_thread(topics.read, "order.dead", 1)
    assert message.payload.order_id == "o-2"
    assert (dead.value(), dead.key()) == (b"{", b"bad")
    assert {"traceId": b"4bf9", "x-mine": b"1"}.items() <= dict(dead.headers()).items()


async def test_a_failing_handler_is_tried_again(topics: Kafka, service: Any, client: Any) -> None:
    attempts: list[str] = []
    done = asyncio.Event()
    policy = service.FailurePolicy(attempts=3, backoff=service.exponential(0.01))
    orders = service.OrderServiceSubscriber(on_failure=policy)

    @orders.place_order
    async def place_order(message: Any) -> None:
        attempts.append(message.payload.order_id)
        if len(attempts) < 3:
            raise RuntimeError("not yet")
        done.set()

    async with orders, client.OrderServicePublisher() as shop:
        await shop.place_order(an_order(3), key="o-3", headers=headers())
        await asyncio.wait_for(done.wait(), DEADLINE)
    assert attempts == ["o-3"] * 3


async def test_ensure_topics_creates_what_is_missing_and_says_what_differs(topics: Kafka, client: Any) -> None:
    topics.delete_topic("order")
    async with client.OrderServicePublisher() as shop:
        assert await shop.ensure_topics(replicas=1) == []
        assert len(topics.admin.list_topics("order", timeout=DEADLINE).topics["order"].partitions) == 6
        differences = await shop.ensure_topics()
    assert [tuple(difference) for difference in differences] == [("order", "replicas", "3", "1")]


async def test_a_subscriber_killed_half_way_loses_nothing(
    topics: Kafka, packages: Path, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDER_SERVICE_KAFKA_CLIENT", '{"session.timeout.ms": 6000}')  # until the group misses the dead
    count = 1000
    async with client.OrderServicePublisher() as shop:
        items = [
            client.PlaceOrderItem(an_order(number), key=f"o-{number}", headers=headers()) for number in range(count)
        ]
        sent = await shop.place_order_many(items)
    assert [type(each).__name__ for each in sent] == ["Sent"] * count
    notes = tmp_path / "handled"
    notes.touch()
    worker = start_worker(packages, notes)
    try:
        await asyncio.to_thread(wait_for_notes, notes, count // 3)
        worker.send_signal(signal.SIGKILL)
        worker.wait(DEADLINE)
        before = len(notes.read_text().split())
        assert before < count
        worker = start_worker(packages, notes)
        await asyncio.to_thread(wait_for_notes, notes, count)
    finally:
        worker.terminate()
        assert worker.wait(DEADLINE) == 0
    handled = Counter(notes.read_text().split())
    assert set(handled) == {f"o-{number}" for number in range(count)}


def start_worker(packages: Path, notes: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(WORKER), str(packages), str(notes)])


def wait_for_notes(notes: Path, count: int) -> None:
    wait_until(lambda: len(set(notes.read_text().split())) >= count, f"{count} orders are handled", timeout=DEADLINE)
