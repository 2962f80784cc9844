"""Operations as generated code describes them, small, for the tests of the runtime."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field
from pydantic_settings import SettingsConfigDict

from templates._runtime import (
    Address,
    ByProperty,
    ExtraHeaders,
    FailurePolicy,
    Handle,
    HandleBatch,
    HeaderFields,
    Json,
    MessageType,
    Transport,
)
from templates.errors import PublishError
from templates.kafka._transport import (
    KafkaMessage,
    KafkaPublisher,
    KafkaReceive,
    KafkaSend,
    KafkaServer,
    KafkaSettings,
    KafkaSubscriber,
    Reply,
    Sent,
)


class Order(BaseModel):
    order_id: str = Field(alias="orderId")
    quantity: int = 1
    note: str | None = None

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)


class OrderHeaders(BaseModel):
    trace_id: str = Field(alias="traceId")
    occurred_at: datetime | None = Field(None, alias="occurredAt")
    retries: int | None = None
    origin: int | str | None = None

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)


class Delivered(BaseModel):
    kind: Literal["delivered"]
    place: str


class Lost(BaseModel):
    kind: Literal["lost"]


class Question(BaseModel):
    text: str


class Answer(BaseModel):
    text: str


class PlaceOrder(KafkaMessage[Order, OrderHeaders | None, bytes | None, None]):
    """An order."""

    __slots__ = ()


class TracedOrder(KafkaMessage[Order, OrderHeaders, str, None]):
    """An order with headers and a key."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ShipParameters:
    ship_id: str


class ShipDelivered(KafkaMessage[Delivered, None, bytes | None, ShipParameters]):
    __slots__ = ()


class ShipLost(KafkaMessage[Lost, None, bytes | None, ShipParameters]):
    __slots__ = ()


ShipEvent: TypeAlias = ShipDelivered | ShipLost


class AnswerQuestion(KafkaMessage[Question, None, bytes | None, None]):
    __slots__ = ()


@dataclass(frozen=True, slots=True)
class OrderItem:
    payload: Order
    _: KW_ONLY
    key: str | bytes | None = None
    extra_headers: ExtraHeaders | None = None


ORDER = MessageType("order", payload=Json(Order))
TRACED = MessageType(
    "traced",
    payload=Json(Order),
    headers=HeaderFields(OrderHeaders, text=("traceId", "occurredAt"), json=("retries",), both=("origin",)),
    key=Json(str, text=True),
)
DELIVERED = MessageType("delivered", payload=Json(Delivered))
LOST = MessageType("lost", payload=Json(Lost))
QUESTION = MessageType("question", payload=Json(Question), correlation_id="$message.header#/correlationId")
ANSWER = MessageType("answer", payload=Json(Answer), correlation_id="$message.header#/correlationId")

SEND_ORDER = KafkaSend("sendOrder", address=Address("order"), messages=(ORDER,))
SEND_TRACED = KafkaSend("sendTraced", address=Address("traced"), messages=(TRACED,))
SEND_SHIP = KafkaSend(
    "sendShip",
    address=Address("ship.{shipId}.events", ("shipId",)),
    messages=(DELIVERED, LOST),
    parameters=("ship_id",),
)
ASK = KafkaSend(
    "ask",
    address=Address("questions"),
    messages=(QUESTION,),
    reply=Reply(address=Address("answers"), messages=(ANSWER,), at="$message.header#/replyTo"),
)
PLACE_ORDER = KafkaReceive("placeOrder", address=Address("order"), messages=((ORDER, PlaceOrder),), group_id="shop")
PLACE_TRACED = KafkaReceive(
    "placeTraced", address=Address("traced"), messages=((TRACED, TracedOrder),), group_id="shop"
)
SHIP_EVENT = KafkaReceive(
    "shipEvent",
    address=Address("ship.{shipId}.events", ("shipId",)),
    parameters=ShipParameters,
    messages=((DELIVERED, ShipDelivered), (LOST, ShipLost)),
    choose=ByProperty("kind", {"delivered": 0, "lost": 1}),
)
ANSWER_QUESTION = KafkaReceive(
    "answerQuestion",
    address=Address("questions"),
    messages=((QUESTION, AnswerQuestion),),
    reply=Reply(address=Address("answers"), messages=(ANSWER,), at="$message.header#/replyTo"),
)


class ShopSettings(KafkaSettings):
    """Settings with one server."""

    model_config = SettingsConfigDict(env_prefix="SHOP_KAFKA_")

    server: Literal["test"] = "test"
    group_id: str | None = "shop"
    client_id: str | None = "shop"

    servers: ClassVar[Mapping[str, KafkaServer]] = {"test": KafkaServer("localhost:9092")}


class ShopPublisher(KafkaPublisher):
    """Sends."""

    def __init__(self, settings: ShopSettings | None = None, *, transport: Transport | None = None) -> None:
        super().__init__(ShopSettings, settings, transport)

    async def send_order(
        self, payload: Order, *, key: str | bytes | None = None, extra_headers: ExtraHeaders | None = None
    ) -> Sent:
        """Send an order."""
        return await self._publish(SEND_ORDER, payload, key=key, extra_headers=extra_headers)

    async def send_order_many(self, items: list[OrderItem]) -> list[Sent | PublishError]:
        """Send orders."""
        return await self._publish_many(SEND_ORDER, items)

    async def send_traced(self, payload: Order, *, key: str, headers: OrderHeaders) -> Sent:
        """Send an order with headers."""
        return await self._publish(SEND_TRACED, payload, key=key, headers=headers)

    async def send_ship(self, payload: Delivered | Lost, *, ship_id: str) -> Sent:
        """Send what happened to a ship."""
        return await self._publish(SEND_SHIP, payload, parameters=(ship_id,))

    async def ask(self, payload: Question, *, timeout: float = 5) -> Answer:
        """Ask."""
        reply: Answer = await self._request(ASK, payload, timeout=timeout)
        return reply


class ShopSubscriber(KafkaSubscriber):
    """Receives."""

    def __init__(
        self,
        settings: ShopSettings | None = None,
        *,
        concurrency: int = 1,
        on_failure: FailurePolicy | None = None,
        transport: Transport | None = None,
    ) -> None:
        super().__init__(ShopSettings, settings, transport, concurrency=concurrency, on_failure=on_failure)

    @property
    def place_order(self) -> Handle[PlaceOrder, None]:
        """Take an order."""
        return self._handle(PLACE_ORDER)

    @property
    def place_order_batch(self) -> HandleBatch[PlaceOrder]:
        """Take orders."""
        return self._handle_batch(PLACE_ORDER)

    @property
    def place_traced(self) -> Handle[TracedOrder, None]:
        """Take an order with headers."""
        return self._handle(PLACE_TRACED)

    @property
    def ship_event(self) -> Handle[ShipEvent, None]:
        """Take what happened to a ship."""
        return self._handle(SHIP_EVENT)

    @property
    def answer_question(self) -> Handle[AnswerQuestion, Answer]:
        """Answer."""
        return self._handle(ANSWER_QUESTION)


class TopicPublisher(KafkaPublisher):
    """Sends orders to a topic of one test."""

    def __init__(self, topic: str, settings: ShopSettings) -> None:
        super().__init__(ShopSettings, settings)
        self._operation = KafkaSend("sendOrder", address=Address(topic), messages=(ORDER,))

    async def send_order(self, payload: Order, *, key: str | None = None) -> Sent:
        """Send an order."""
        return await self._publish(self._operation, payload, key=key)

    async def send_order_many(self, items: list[OrderItem]) -> list[Sent | PublishError]:
        """Send orders."""
        return await self._publish_many(self._operation, items)


class TopicSubscriber(KafkaSubscriber):
    """Receives orders from a topic of one test."""

    def __init__(
        self,
        topic: str,
        settings: ShopSettings,
        *,
        concurrency: int = 1,
        on_failure: FailurePolicy | None = None,
    ) -> None:
        super().__init__(ShopSettings, settings, concurrency=concurrency, on_failure=on_failure)
        self._operation = KafkaReceive("placeOrder", address=Address(topic), messages=((ORDER, PlaceOrder),))

    @property
    def place_order(self) -> Handle[PlaceOrder, None]:
        """Take an order."""
        return self._handle(self._operation)

    @property
    def place_order_batch(self) -> HandleBatch[PlaceOrder]:
        """Take orders."""
        return self._handle_batch(self._operation)


def order(number: Any) -> Order:
    """The order of a number."""
    return Order(order_id=f"o-{number}")


async def until(done: Any, seconds: float = 40) -> None:
    """Wait for something that another thread or process does."""
    async with asyncio.timeout(seconds):
        while not done():
            await asyncio.sleep(0.01)
