"""Uses of the generated Order Service that type checkers accept. Checked, never run."""

from typing import assert_type

import order_client.models as client_models
from order_client.errors import PublishError as ClientPublishError
from order_client.kafka import NotifyOrderApproved, NotifyOrderFailed, PlaceOrderItem
from order_client.kafka import OrderServicePublisher as ClientPublisher
from order_client.kafka import OrderServiceSubscriber as ClientSubscriber
from order_service.errors import MessagingError, PublishError
from order_service.kafka import (
    FailurePolicy,
    OrderServiceHandlers,
    OrderServicePublisher,
    OrderServiceSettings,
    OrderServiceSubscriber,
    PlaceOrder,
    exponential,
)
from order_service.models import (
    CardPayment,
    Customer,
    InvoicePayment,
    Order,
    OrderApproved,
    OrderEventHeaders,
    OrderItem,
    VoucherPayment,
)
from order_service.testing import InMemoryBroker


def models(item: OrderItem) -> Order:
    order = Order(
        order_id="o-1",
        customer=Customer(name="Bo", email="bo@example.com"),
        items=[item],
        payment=CardPayment(token="t"),
    )
    assert_type(order.payment, CardPayment | InvoicePayment | VoucherPayment)
    assert_type(order.customer.name, str)
    return order


async def publishing(event: OrderApproved, headers: OrderEventHeaders) -> None:
    async with OrderServicePublisher() as publisher:
        sent = await publisher.notify_order_approved(event, key="o-1", headers=headers)
        assert_type(sent.topic, str)
        assert_type(sent.partition, int)
        assert_type(sent.offset, int)
        await publisher.notify_order_approved(
            event, key="o-1", headers=OrderEventHeaders(trace_id="4bf9"), extra_headers={"x-a": "1", "x-b": b"2"}
        )


async def many(order: client_models.Order, headers: client_models.OrderEventHeaders) -> None:
    async with ClientPublisher() as publisher:
        for sent in await publisher.place_order_many([PlaceOrderItem(order, key="o-1", headers=headers)]):
            if isinstance(sent, ClientPublishError):
                assert_type(sent.retryable, bool)
            else:
                assert_type(sent.offset, int)


def receiving() -> None:
    subscriber = OrderServiceSubscriber(concurrency=4, on_failure=FailurePolicy(dead_letter="order.dead"))

    @subscriber.place_order
    async def place_order(message: PlaceOrder) -> None:
        assert_type(message.payload, Order)
        assert_type(message.headers, OrderEventHeaders)
        assert_type(message.key, str)
        assert_type(message.source.partition, int)

    @subscriber.place_order(concurrency=8, on_failure=FailurePolicy(attempts=5, backoff=exponential(0.1)))
    async def with_arguments(message: PlaceOrder) -> None: ...

    @subscriber.place_order
    def in_a_thread(message: PlaceOrder) -> None: ...

    @subscriber.place_order_batch
    async def in_batches(messages: list[PlaceOrder]) -> None: ...

    client = ClientSubscriber()
    client.notify_order_approved(approved)
    client.notify_order_failed(failed)


async def approved(message: NotifyOrderApproved) -> None: ...


async def failed(message: NotifyOrderFailed) -> None: ...


class Handlers:
    async def place_order(self, message: PlaceOrder) -> None: ...


def serving() -> OrderServiceSubscriber:
    handlers: OrderServiceHandlers = Handlers()
    return OrderServiceSubscriber.serving(handlers)


def settings() -> None:
    OrderServiceSettings()
    OrderServiceSettings(server="kafka-production", region="us-east", client={"linger.ms": 5})


async def testing(order: Order) -> None:
    broker = InMemoryBroker()
    async with OrderServicePublisher(transport=broker), OrderServiceSubscriber(transport=broker):
        await broker.deliver("order", order, key="o-1", headers=OrderEventHeaders(trace_id="4bf9"))
        await broker.deliver("order", b"{")
        await broker.settled()


async def errors(publisher: OrderServicePublisher, event: OrderApproved, headers: OrderEventHeaders) -> None:
    try:
        await publisher.notify_order_approved(event, key="o-1", headers=headers)
    except PublishError as error:
        assert_type(error.outcome == "not_sent", bool)
    except MessagingError:
        pass
