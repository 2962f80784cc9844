"""The Order Service's models: its own examples, and how its source reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from asyncgen.diagnostics import Diagnostics, Place
from asyncgen.document import Schema
from asyncgen.parser.load import load
from asyncgen.parser.resolve import resolve
from asyncgen.schemas.bundle import SchemaUse
from asyncgen.schemas.normalise import normalise
from tests.schemas.conftest import Generated

DOCUMENT = Path(__file__).parents[2] / "fixtures/order_service/asyncapi-3.0.yaml"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    diagnostics = Diagnostics()
    source = load(DOCUMENT, diagnostics)
    assert source is not None
    resolved = resolve(source, diagnostics)
    headers = Place(source, ("components", "messageTraits", "aboutAnOrder", "headers"))
    uses = [SchemaUse("headers", Schema(*resolved.follow(_at(source.data, headers), headers)), "headers")]
    for name in source.data["components"]["messages"]:
        payload = Place(source, ("components", "messages", name, "payload"))
        uses.append(SchemaUse(name, Schema(*resolved.follow(_at(source.data, payload), payload)), name))
    return Generated(normalise(uses, resolved, diagnostics), diagnostics, tmp_path_factory.mktemp("order_service"))


def _at(value: Any, place: Place) -> Any:
    for part in place.pointer:
        value = value[part]
    return value


def _examples() -> list[tuple[str, str]]:
    source = load(DOCUMENT, Diagnostics())
    assert source is not None
    return [
        (model, json.dumps(example[part]))
        for name, message in source.data["components"]["messages"].items()
        for example in message["examples"]
        for part, model in (("payload", name), ("headers", "OrderEventHeaders"))
    ]


def test_nothing_is_wrong_with_it(models: Generated) -> None:
    assert models.messages == []


@pytest.mark.parametrize(("model", "text"), _examples())
def test_its_examples_leave_as_they_came(models: Generated, model: str, text: str) -> None:
    assert models.accepts(model, text.replace(".250Z", ".250000Z"))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("orderId",), ""),
        (("items",), []),
        (("items", 0, "quantity"), 0),
        (("items", 0, "quantity"), "1"),
        (("items", 0, "sku"), "tea"),
        (("items", 0, "unitPrice", "amount"), 12.5),
        (("items", 0, "unitPrice", "more"), 1),
        (("payment", "method"), "cash"),
        (("status",), "lost"),
        (("placedAt",), "yesterday"),
        (("deliverOn",), None),
        (("customer", "email"), "ana"),
    ],
)
def test_an_order_that_is_not_valid_is_refused(models: Generated, path: tuple[str | int, ...], value: Any) -> None:
    order = json.loads(next(text for model, text in _examples() if model == "Order"))
    part = order
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    assert not models.accepts("Order", json.dumps(order))


def test_what_an_order_looks_like(models: Generated) -> None:
    assert (
        '''class OrderFailed(JsonModel):
    """The order will not be delivered. Nothing was charged and nothing is set aside."""

    order_id: Annotated[OrderId, Field(alias='orderId')]
    reason: FailureReason
    detail: Annotated[str | None, Field(max_length=500)] = NULL
    """More about it, in words fit for the customer."""

    unavailable: list[Sku] | None = None
    """The articles that could not be had."""

    retryable: JsonBool = False
    """Whether the same order may succeed when it is placed again later."""
'''
        in models.source
    )
    assert (
        '''Payment: TypeAlias = Annotated[CardPayment | InvoicePayment | VoucherPayment, Field(discriminator='method')]
"""How an order is paid. `method` says which of the three it is."""
'''
        in models.source
    )
