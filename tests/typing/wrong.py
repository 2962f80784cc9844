"""Uses of the generated Order Service that type checkers refuse: each marked line, and no other. Never run."""

from order_client.kafka import NotifyOrderApproved
from order_service.kafka import (
    OrderServicePublisher,
    OrderServiceSettings,
    OrderServiceSubscriber,
    PlaceOrder,
)
from order_service.models import Money, OrderApproved, OrderEventHeaders, OrderFailed


async def publishing(
    publisher: OrderServicePublisher, event: OrderApproved, other: OrderFailed, headers: OrderEventHeaders
) -> None:
    await publisher.notify_order_approved(other, key="o-1", headers=headers)  # wrong: another message
    await publisher.notify_order_approved(event, key=1, headers=headers)  # wrong: the key is a string
    await publisher.notify_order_approved(event, headers=headers)  # wrong: the key is missing
    await publisher.notify_order_approved(event, key="o-1")  # wrong: the headers are missing
    await publisher.notify_order_approved(event, key="o-1", headers={"traceId": "4bf9"})  # wrong: not the headers
    await publisher.notify_order_aproved(event, key="o-1", headers=headers)  # wrong: no such operation
    await publisher.notify_order_approved_many([event])  # wrong: not an item
    sent = await publisher.notify_order_approved(event, key="o-1", headers=headers)
    print(sent.delivery_tag)  # wrong: another protocol's


def models() -> None:
    OrderApproved(order_id="o-1")  # wrong: approved_by is missing
    OrderApproved(orderId="o-1", approved_by="ana")  # wrong: the wire's name
    Money(amount="4", currency="EUR")  # wrong: the amount is an integer


def receiving(subscriber: OrderServiceSubscriber) -> None:
    @subscriber.place_order  # wrong: another message's handler
    async def other(message: NotifyOrderApproved) -> None: ...

    @subscriber.place_order_batch  # wrong: a batch is a list
    async def single(message: PlaceOrder) -> None: ...

    @subscriber.place_order
    async def place_order(message: PlaceOrder) -> None:
        print(message.payload.orderid)  # wrong: no such property
        print(message.source.exchange)  # wrong: another protocol's


class Forgetful:
    async def place_orders(self, message: PlaceOrder) -> None: ...


def serving() -> None:
    OrderServiceSubscriber.serving(Forgetful())  # wrong: the operation was forgotten


def settings() -> None:
    OrderServiceSettings(server="kafka-staging")  # wrong: no such server
