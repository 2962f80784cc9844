"""How messages look on the wire: payloads, headers and keys as bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, from_json, to_json

from .addresses import (
    Unreadable,
    WireHeaders,
    evaluate,
    header,
    media_type,
    text_of,
)

__all__ = [
    "Binary",
    "ExtraHeaders",
    "HeaderFields",
    "Json",
    "MessageType",
    "Nothing",
    "Text",
    "pick",
    "reasons",
]

ExtraHeaders = Mapping[str, str | bytes]
"""Headers beside those of the document; text travels as UTF-8."""


def reasons(error: ValidationError) -> str:
    """The places and reasons of a validation error, without the values."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(
        f"{'.'.join(map(str, each['loc'])) or 'value'}: {each['msg']}"
        for each in found[:20]
    )


class Json:
    """Values of a type as JSON; with `text`, a string travels as it is (keys)."""

    def __init__(
        self, type_: Any, content_type: str = "application/json", *, text: bool = False
    ) -> None:
        self.type = type_
        self.content_type = content_type
        self.text = text

    @cached_property
    def _class(self) -> type[BaseModel] | None:
        if isinstance(self.type, type) and issubclass(self.type, BaseModel):
            if not self.type.__pydantic_complete__:
                self.type.model_rebuild()
            return self.type
        return None

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.type)

    @cached_property
    def _validate_json(self) -> Callable[..., Any]:
        model = self._class
        return (
            model.__pydantic_validator__.validate_json
            if model
            else self._adapter.validate_json
        )

    @cached_property
    def _validate_python(self) -> Callable[..., Any]:
        model = self._class
        return (
            model.__pydantic_validator__.validate_python
            if model
            else self._adapter.validate_python
        )

    @cached_property
    def _to_json(self) -> Callable[..., bytes]:
        model = self._class
        return (
            model.__pydantic_serializer__.to_json if model else self._adapter.dump_json
        )

    def encode(self, value: Any) -> bytes:
        """The bytes of a value; raises ValidationError for one that its type refuses.

        A model was validated when it was made. One that was changed since is refused when a value has another type than its
        field; limits such as a maximum are not looked at again.
        """
        if self.text and self.type is str and isinstance(value, str):
            return value.encode()
        if self._class is None:
            value = self._validate_python(value)
        try:
            body = self._to_json(
                value, by_alias=True, exclude_unset=True, warnings="error"
            )
        except PydanticSerializationError:
            body = self._encode_if_valid(value)
        if self.text and body[:1] == b'"':
            return cast(str, json.loads(body)).encode()
        return body

    def _encode_if_valid(self, value: Any) -> bytes:
        """What the serializer finds odd is sent only if it reads back as valid."""
        valid = self._validate_python(value)
        body = self._to_json(valid, by_alias=True, exclude_unset=True, warnings=False)
        self._validate_json(body, by_alias=True, by_name=False)
        return body

    def decode(self, body: bytes | None) -> Any:
        """The value of bytes; raises ValidationError."""
        if self.text:
            return self._decode_text(body)
        return self._validate_json(
            b"null" if body is None else body, by_alias=True, by_name=False
        )

    def _decode_text(self, body: bytes | None) -> Any:
        if body is None:
            return self._validate_json(b"null", by_alias=True, by_name=False)
        try:
            return self._validate_json(
                json.dumps(body.decode()), by_alias=True, by_name=False
            )
        except ValidationError as error:
            # A type that holds more than strings: what is no such string may be JSON.
            try:
                return self._validate_json(body, by_alias=True, by_name=False)
            except ValidationError:
                raise error from None

    def takes(self, value: Any) -> bool:
        """Whether a value to publish is of this type."""
        if isinstance(self.type, type):
            return isinstance(value, self.type)
        try:
            self._validate_python(value, strict=True)
        except ValidationError:
            return False
        return True

    def reads(self, content_type: str) -> bool:
        """Whether a received content type is this encoding."""
        media = media_type(content_type)
        return (
            media == media_type(self.content_type)
            or media == "application/json"
            or media.endswith("+json")
        )


class Text:
    """Text as UTF-8."""

    def __init__(self, type_: Any = str, content_type: str = "text/plain") -> None:
        self.type = type_
        self.content_type = content_type

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.type)

    def encode(self, value: Any) -> bytes:
        """The bytes of a text; raises ValidationError for one that its type refuses."""
        return str(self._adapter.validate_python(value)).encode()

    def decode(self, body: bytes | None) -> Any:
        """The text of bytes; raises UnicodeDecodeError, ValidationError, and Unreadable for a tombstone."""
        text = _present(body).decode()
        return text if self.type is str else self._adapter.validate_python(text)

    def takes(self, value: Any) -> bool:
        """Whether a value to publish is text."""
        return isinstance(value, str)

    def reads(self, content_type: str) -> bool:
        """Whether a received content type is this encoding."""
        return media_type(content_type) == media_type(self.content_type)


class Binary:
    """Bytes as they are."""

    def __init__(self, content_type: str = "application/octet-stream") -> None:
        self.content_type = content_type

    def encode(self, value: Any) -> bytes:
        """The bytes themselves."""
        return value if type(value) is bytes else bytes(memoryview(value))

    def decode(self, body: bytes | None) -> bytes:
        """The bytes themselves; raises Unreadable for a tombstone."""
        return _present(body)

    def takes(self, value: Any) -> bool:
        """Whether a value to publish is bytes."""
        return isinstance(value, (bytes, bytearray, memoryview))

    def reads(self, content_type: str) -> bool:
        """Any content type can be taken as bytes when it is the document's."""
        return media_type(content_type) == media_type(self.content_type)


def _present(body: bytes | None) -> bytes:
    if body is None:
        raise Unreadable("there is no body")
    return body


class Nothing:
    """A message without a payload: an empty body."""

    content_type = ""

    def encode(self, value: Any) -> bytes:
        """An empty body."""
        TypeAdapter(None).validate_python(value)
        return b""

    def decode(self, body: bytes | None) -> None:
        """None, whatever the body holds."""

    def takes(self, value: Any) -> bool:
        """Whether there is nothing to publish."""
        return value is None

    def reads(self, content_type: str) -> bool:
        """No content type says anything about an empty body."""
        return True


Codec = Json | Text | Binary | Nothing


class HeaderFields:
    """The document's headers of a message: which travel as text, and which as JSON."""

    def __init__(
        self,
        model: Any,
        *,
        text: Sequence[str] = (),
        json: Sequence[str] = (),
        both: Sequence[str] = (),
    ) -> None:
        self.model = model
        self.names = frozenset((*text, *json, *both))
        self._text = frozenset(text)
        self._both = frozenset(both)

    @cached_property
    def _codec(self) -> Json:
        return Json(self.model)

    def encode(self, value: Any) -> list[tuple[str, Any]]:
        """Each header that is set, as UTF-8: a string as it is, None as no value, anything else as its JSON."""
        fields = from_json(self._codec.encode(value))
        return [(name, _header(field)) for name, field in fields.items()]

    def decode(self, headers: WireHeaders | None) -> Any:
        """The model of the headers; raises ValidationError. Headers that the document does not name are left out."""
        fields = {
            name: self._json(name, value)
            for name, value in headers or ()
            if name in self.names
        }
        joined = ",".join(
            f"{json.dumps(name)}:{value}" for name, value in fields.items()
        )
        return self._codec.decode(f"{{{joined}}}".encode())

    def _json(self, name: str, value: Any) -> str:
        if value is None:
            return "null"
        if not isinstance(value, (bytes, str)):
            return to_json(value).decode()
        text = value.decode() if isinstance(value, bytes) else value
        if name in self._text:
            return json.dumps(text)
        try:
            from_json(text)
        except ValueError:
            return json.dumps(text)
        return text


def _header(field: Any) -> bytes | None:
    if field is None:
        return None
    return field.encode() if isinstance(field, str) else to_json(field)


class MessageType:
    """One message of the document: how its payload, headers and key travel."""

    def __init__(
        self,
        name: str,
        *,
        payload: Codec,
        headers: HeaderFields | None = None,
        key: Json | None = None,
        correlation_id: str | None = None,
    ) -> None:
        self.name = name
        self.payload = payload
        self.headers = headers
        self.key = key
        self.correlation_id = correlation_id
        self.decode_payload: Callable[[bytes | None], Any] = payload.decode
        named: frozenset[str] = headers.names if headers else frozenset()
        self.fixed_headers: tuple[tuple[str, bytes], ...] = ()
        if payload.content_type and "content-type" not in named:
            self.fixed_headers = (("content-type", payload.content_type.encode()),)
        self._plain_headers: list[tuple[str, Any]] = list(self.fixed_headers)

    def encode_key(self, key: Any) -> bytes | None:
        """A key's bytes; keys that the document does not describe are text or bytes already."""
        if self.key is not None:
            encoded = self.key.encode(key)
            return None if key is None else encoded
        return None if key is None else _bytes(key, "key")

    def decode_key(self, key: bytes | None) -> Any:
        """The value of a key; raises ValidationError."""
        return key if self.key is None else self.key.decode(key)

    def encode_headers(
        self, headers: Any, extra: ExtraHeaders | None
    ) -> list[tuple[str, Any]]:
        """The headers as they travel; the document's own are never overwritten."""
        if headers is None and not extra:
            return self._plain_headers
        wire: list[tuple[str, Any]] = []
        if self.headers is not None and headers is not None:
            wire = self.headers.encode(headers)
        if extra:
            given = {name for name, _ in wire}
            for name, value in extra.items():
                if name not in given:
                    wire.append((name, _bytes(value, name)))
        if self.fixed_headers and not (extra and "content-type" in extra):
            wire.extend(self.fixed_headers)
        return wire

    def decode_headers(self, headers: WireHeaders | None) -> Any:
        """The headers' model, or None where the document names none; raises ValidationError."""
        return None if self.headers is None else self.headers.decode(headers)

    def find_correlation_id(
        self, body: bytes | None, headers: WireHeaders | None
    ) -> str | None:
        """The correlation id at the document's place, else in the header `correlation-id`."""
        found = (
            evaluate(self.correlation_id, body, headers)
            if self.correlation_id
            else None
        )
        if found is None:
            found = header(headers, "correlation-id")
        return None if found is None else text_of(found)


def _bytes(value: Any, what: str) -> bytes:
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes):
        return value
    raise TypeError(f"{what} must be str or bytes, not {type(value).__name__}")


def pick(
    messages: Sequence[MessageType], payload: Any, name: str | None
) -> MessageType:
    """The message that a payload to publish belongs to, by name or by the payload's type."""
    if name is not None:
        for message in messages:
            if message.name == name:
                return message
        raise ValueError(
            f"message must be one of {', '.join(each.name for each in messages)}, not {name!r}"
        )
    for message in messages:
        exact = getattr(message.payload, "type", None)
        if exact is type(payload):
            return message
    for message in messages:
        if message.payload.takes(payload):
            return message
    raise TypeError(
        f"{type(payload).__name__} is the payload of none of {', '.join(each.name for each in messages)}"
    )
