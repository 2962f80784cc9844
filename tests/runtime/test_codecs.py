"""Payloads, headers, keys and addresses as bytes and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from templates._runtime.addresses import Address, ByContentType, ByHeader, ByProperty, Unreadable, evaluate
from templates._runtime.codecs import Binary, HeaderFields, Json, MessageType, Nothing, Text, pick
from tests.runtime.operations import DELIVERED, LOST, SEND_ORDER, TRACED, Lost, Order, OrderHeaders


def test_a_payload_travels_under_the_names_of_the_document() -> None:
    assert Json(Order).encode(Order(order_id="o-1", note=None)) == b'{"orderId":"o-1","note":null}'


def test_what_is_not_set_is_not_sent() -> None:
    assert Json(Order).encode(Order(order_id="o-1")) == b'{"orderId":"o-1"}'


def test_a_wire_property_that_spells_a_python_name_is_not_mistaken_for_it() -> None:
    with pytest.raises(ValidationError):
        Json(Order).decode(b'{"order_id":"o-1"}')


def test_a_payload_of_another_type_is_refused_before_it_is_sent() -> None:
    wrong: Any = {"orderId": 3}
    with pytest.raises(ValidationError):
        Json(Order).encode(wrong)


def test_values_that_are_no_models_are_checked_when_they_are_sent() -> None:
    codec = Json(Annotated[list[int], Field(max_length=2)])
    assert codec.encode([1, 2]) == b"[1,2]"
    with pytest.raises(ValidationError):
        codec.encode(["a", "b"])


def test_a_tombstone_is_none_where_the_schema_allows_null() -> None:
    assert Json(Order | None).decode(None) is None
    with pytest.raises(ValidationError):
        Json(Order).decode(None)


def test_text_bytes_and_nothing() -> None:
    assert Text().decode(Text().encode("grüße")) == "grüße"
    assert Binary().decode(Binary().encode(b"\xff\x00")) == b"\xff\x00"
    assert Nothing().encode(None) == b""
    Nothing().decode(b"")


def test_text_that_is_no_utf8_is_refused() -> None:
    with pytest.raises(UnicodeDecodeError):
        Text().decode(b"\xff")


@pytest.mark.parametrize(
    ("type_", "key", "wire"),
    [
        (str, "o-1", b"o-1"),
        (str, '"quoted"', b'"quoted"'),
        (int, 42, b"42"),
        (Literal["a", "b"], "a", b"a"),
        (list[int], [1, 2], b"[1,2]"),
        (Order, Order(order_id="o-1"), b'{"orderId":"o-1"}'),
        (datetime, datetime(2026, 1, 2, tzinfo=UTC), b"2026-01-02T00:00:00Z"),
    ],
)
def test_a_key_is_text_a_decimal_number_or_json(type_: Any, key: Any, wire: bytes) -> None:
    kind = MessageType("m", payload=Nothing(), key=Json(type_, text=True))
    assert kind.encode_key(key) == wire
    assert kind.decode_key(wire) == key


def test_a_key_that_the_document_does_not_describe_passes_as_it_is() -> None:
    kind = MessageType("m", payload=Nothing())
    assert kind.encode_key("k") == b"k"
    assert kind.encode_key(b"\xff") == b"\xff"
    assert kind.encode_key(None) is None
    assert kind.decode_key(b"\xff") == b"\xff"


HEADERS = HeaderFields(OrderHeaders, text=("traceId", "occurredAt"), json=("retries",), both=("origin",))


def test_a_header_is_a_string_as_it_is_and_anything_else_its_json() -> None:
    headers = OrderHeaders(trace_id="5", occurred_at=datetime(2026, 1, 2, tzinfo=UTC), retries=3, origin="web")
    assert HEADERS.encode(headers) == [
        ("traceId", b"5"),
        ("occurredAt", b"2026-01-02T00:00:00Z"),
        ("retries", b"3"),
        ("origin", b"web"),
    ]
    assert HEADERS.decode(HEADERS.encode(headers)) == headers


def test_a_header_of_either_type_is_read_as_json_where_it_is_json() -> None:
    assert HEADERS.decode([("traceId", b"t"), ("origin", b"7")]).origin == 7
    assert HEADERS.decode([("traceId", b"t"), ("origin", b"seven")]).origin == "seven"


def test_headers_that_the_document_does_not_name_are_left_out() -> None:
    assert HEADERS.decode([("traceId", b"t"), ("other", b"x")]) == OrderHeaders(trace_id="t")


@pytest.mark.parametrize("value", [b"x", b'3,"occurredAt":"2026-01-02T00:00:00Z"', b"", b"\xff"])
def test_a_header_that_is_no_json_is_refused_and_smuggles_nothing_in(value: bytes) -> None:
    with pytest.raises((ValidationError, UnicodeDecodeError)):
        HEADERS.decode([("traceId", b"t"), ("retries", value)])


def test_a_missing_required_header_is_refused() -> None:
    with pytest.raises(ValidationError):
        HEADERS.decode(None)


@given(st.text(), st.integers() | st.none())
def test_headers_come_back_as_they_were(trace_id: str, retries: int | None) -> None:
    headers = OrderHeaders(trace_id=trace_id, retries=retries)
    assert HEADERS.decode(HEADERS.encode(headers)) == headers


def test_the_content_type_is_sent_and_never_overwrites_a_header_of_the_document() -> None:
    class Typed(OrderHeaders):
        content_type: str = Field(alias="content-type")

    plain = MessageType("m", payload=Json(Order))
    named = MessageType("m", payload=Json(Order), headers=HeaderFields(Typed, text=("traceId", "content-type")))
    headers = Typed.model_validate({"traceId": "t", "content-type": "text/odd"})
    assert plain.encode_headers(None, None) == [("content-type", b"application/json")]
    assert named.encode_headers(headers, {"content-type": "x", "more": "y"}) == [
        ("traceId", b"t"),
        ("content-type", b"text/odd"),
        ("more", b"y"),
    ]


def test_extra_headers_never_overwrite_those_of_the_document() -> None:
    wire = TRACED.encode_headers(OrderHeaders(trace_id="t"), {"traceId": "mine", "raw": b"\xff"})
    assert wire == [("traceId", b"t"), ("raw", b"\xff"), ("content-type", b"application/json")]


def test_an_address_is_filled_in_and_read() -> None:
    address = Address("ship.{shipId}.events.{kind}", ("shipId", "kind"))
    assert address.fill(("7", "lost")) == "ship.7.events.lost"
    assert address.match("ship.7.events.lost") == ("7", "lost")
    assert address.match("ship.7.events.lost.dead-letter") is None
    assert address.match("xship.7.events.lost") is None
    assert Address("a.b").match("axb") is None


def test_a_parameter_that_stands_twice_has_one_value() -> None:
    address = Address("{id}.copy.{id}", ("id",))
    assert address.fill(("7",)) == "7.copy.7"
    assert address.match("7.copy.7") == ("7",)
    assert address.match("7.copy.8") is None


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$message.header#/replyTo", b"answers"),
        ("$message.header#/json/to", "there"),
        ("$message.payload#/meta/ids/1", "b"),
        ("$message.payload#/meta/a~1b", 1),
        ("$message.payload#/nothing/here", None),
        ("$message.header#/nothing", None),
    ],
)
def test_a_runtime_expression_finds_its_value(expression: str, value: Any) -> None:
    body = b'{"meta":{"ids":["a","b"],"a/b":1}}'
    headers = [("replyTo", b"answers"), ("json", b'{"to":"there"}')]
    assert evaluate(expression, body, headers) == value


def test_which_message_it_is_stands_in_a_property_a_header_or_the_content_type() -> None:
    assert ByProperty("kind", {"delivered": 0, "lost": 1})(b'{"kind":"lost"}', None) == 1
    assert ByHeader("type", {"a": 0, "b": 1})(b"", [("type", b"b")]) == 1
    assert ByContentType({"text/plain": 1})(b"", [("content-type", b"Text/Plain; charset=utf-8")]) == 1


@pytest.mark.parametrize("body", [b'{"kind":"other"}', b"{}", b"[]", b"{", b"", None, b'{"kind":[]}'])
def test_a_message_that_is_none_of_them_is_never_guessed(body: bytes | None) -> None:
    with pytest.raises(Unreadable):
        ByProperty("kind", {"delivered": 0, "lost": 1})(body, None)


def test_a_payload_tells_its_message_by_its_type_or_by_name() -> None:
    assert pick((DELIVERED, LOST), Lost(kind="lost"), None) is LOST
    assert pick((DELIVERED, LOST), Lost(kind="lost"), "delivered") is DELIVERED
    with pytest.raises(ValueError, match="must be one of delivered, lost"):
        pick((DELIVERED, LOST), Lost(kind="lost"), "other")
    with pytest.raises(TypeError, match="none of delivered, lost"):
        pick((DELIVERED, LOST), 3, None)


def test_a_model_that_became_invalid_is_refused_before_it_is_sent() -> None:
    order = Order(order_id="o-1")
    order.quantity = "many"  # type: ignore[assignment]
    with pytest.raises(ValidationError):
        Json(Order).encode(order)


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (Annotated[str, Field(pattern="^o-")], "x"),
        (Annotated[int, Field(ge=0)], -1),
        (list[Annotated[int, Field(le=3)]], [4]),
    ],
)
def test_values_that_are_no_models_obey_their_limits_when_they_are_sent(type_: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        Json(type_, text=True).encode(value)


def test_a_header_that_is_null_comes_back_as_none() -> None:
    headers = OrderHeaders(trace_id="t", occurred_at=None, retries=None, origin=None)
    assert TRACED.headers is not None
    assert TRACED.headers.decode(TRACED.headers.encode(headers)) == headers


def test_a_key_that_is_null_is_no_key() -> None:
    kind = MessageType("m", payload=Nothing(), key=Json(str | None, text=True))
    assert kind.encode_key(None) is None
    assert kind.decode_key(None) is None
    with pytest.raises(ValidationError):
        MessageType("m", payload=Nothing(), key=Json(str, text=True)).encode_key(None)


@pytest.mark.parametrize("codec", [Text(), Binary()])
def test_text_and_bytes_are_no_tombstones(codec: Text | Binary) -> None:
    with pytest.raises(Unreadable, match="there is no body"):
        codec.decode(None)


def test_a_header_of_brackets_is_unreadable_and_harms_nothing() -> None:
    assert TRACED.headers is not None
    with pytest.raises(ValidationError):
        TRACED.headers.decode([("traceId", b"t"), ("retries", b"[" * 200_000)])


@pytest.mark.parametrize("given", [{"key": 5}, {"extra_headers": {"a": 5}}, {"extra_headers": {"a": None}}])
def test_what_cannot_travel_is_refused_before_it_is_sent(given: Any) -> None:
    with pytest.raises(TypeError):
        SEND_ORDER.prepare(Order(order_id="o-1"), **given)


def test_a_header_of_the_document_goes_before_an_extra_one() -> None:
    headers = OrderHeaders(trace_id="t")
    wire = TRACED.encode_headers(headers, {"traceId": "other", "x": "1"})
    assert wire == [("traceId", b"t"), ("x", b"1"), ("content-type", b"application/json")]


@pytest.mark.parametrize("value", ["", "a.b", "a/b"])
def test_a_parameter_that_no_subscriber_would_match_is_refused(value: str) -> None:
    with pytest.raises(ValidationError, match=r"without '\.' and '/'"):
        Address("fleet.{id}.position", ["id"]).fill([value])


def test_a_parameter_with_an_enum_takes_its_values_only() -> None:
    address = Address("fleet.{zone}", ["zone"], choices={"zone": ("north", "so.uth")})
    assert address.fill(["so.uth"]) == "fleet.so.uth"
    assert address.match("fleet.so.uth") == ("so.uth",)
    assert address.match("fleet.west") is None
    assert address.pattern("posix") == r"fleet\.(north|so\.uth)"
    with pytest.raises(ValidationError, match=r"one of north, so\.uth"):
        address.fill(["west"])
