"""Trace context in headers (W3C `traceparent`), where OpenTelemetry's API is importable; without it nothing is done."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from .addresses import WireHeaders, text_of

__all__ = ["Tracing", "find_tracing"]


class Tracing:
    """OpenTelemetry's propagation, as far as messages need it."""

    def __init__(self, propagate: Any, context: Any) -> None:
        self._propagate = propagate
        self._context = context

    def inject(self, headers: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
        """The headers with the current context; those that are there already stay."""
        carrier: dict[str, str] = {}
        self._propagate.inject(carrier)
        if not carrier:
            return headers
        given = {name for name, _ in headers}
        more = [
            (name, value.encode())
            for name, value in carrier.items()
            if name not in given
        ]
        return [*headers, *more]

    def within(self, headers: WireHeaders | None) -> Callable[[], None]:
        """Enter the context that the headers carry; returns how to leave it."""
        carrier = {
            name: text_of(value) for name, value in headers or () if value is not None
        }
        token = self._context.attach(self._propagate.extract(carrier))
        return lambda: self._context.detach(token)


def find_tracing() -> Tracing | None:
    """OpenTelemetry, when it is there."""
    try:
        return Tracing(
            importlib.import_module("opentelemetry.propagate"),
            importlib.import_module("opentelemetry.context"),
        )
    except ImportError:
        return None
