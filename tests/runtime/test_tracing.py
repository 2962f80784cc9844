"""Trace context travels in headers where OpenTelemetry's API is importable; here a stand-in of its two modules."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

from templates.testing import InMemoryBroker
from tests.runtime.operations import PlaceOrder, ShopPublisher, ShopSubscriber, order


@pytest.fixture
def current(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The traces that one is in, the innermost last."""
    traces: list[str] = []
    propagate: Any = ModuleType("opentelemetry.propagate")
    context: Any = ModuleType("opentelemetry.context")
    propagate.inject = lambda carrier: carrier.update(traceparent=traces[-1]) if traces else None
    propagate.extract = lambda carrier: carrier.get("traceparent", "none")
    context.attach = traces.append
    context.detach = lambda token: traces.pop()
    for name, module in (("", ModuleType("opentelemetry")), (".propagate", propagate), (".context", context)):
        monkeypatch.setitem(sys.modules, f"opentelemetry{name}", module)
    return traces


async def test_a_trace_goes_on_in_the_handler(current: list[str]) -> None:
    broker, seen = InMemoryBroker(), list[str]()
    subscriber = ShopSubscriber(transport=broker)

    @subscriber.place_order
    async def place(message: PlaceOrder) -> None:
        seen.append(current[-1])

    async with ShopPublisher(transport=broker) as publisher, subscriber:
        current.append("trace-1")
        await publisher.send_order(order(1))
        current.pop()
        await broker.settled()
    assert seen == ["trace-1"]
    assert broker.published[0].headers["traceparent"] == "trace-1"


async def test_a_header_that_was_given_is_not_overwritten(current: list[str]) -> None:
    broker = InMemoryBroker()
    current.append("trace-1")
    async with ShopPublisher(transport=broker) as publisher:
        await publisher.send_order(order(1), extra_headers={"traceparent": "mine"})
    assert broker.published[0].headers["traceparent"] == "mine"
