"""Operations that receive the same messages."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from ..errors import DecodeError

__all__ = ["Shared"]


class Shared:
    """Several operations that receive from the same place: a message goes to the first that it is valid for."""

    def __init__(self, operations: Sequence[Any]) -> None:
        self.operations = operations
        self.name = "+".join(operation.name for operation in operations)
        first = operations[0]
        self.queue, self.address, self.reply = first.queue, first.address, None
        self.lane, self.source, self.origin, self.record = (
            first.lane,
            first.source,
            first.origin,
            first.record,
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self.operations[0], name)

    def read(self, raw: Any) -> Any:
        """The index of the operation, and its typed message; raises the last operation's DecodeError."""
        refused: DecodeError | None = None
        for index, operation in enumerate(self.operations):
            try:
                return index, operation.read(raw)
            except DecodeError as error:
                refused = error
        assert refused is not None
        raise refused

    def route(
        self, handlers: Sequence[Any]
    ) -> Callable[[Any], Coroutine[Any, Any, None]]:
        """A handler for what `read` gives."""

        async def handle(found: tuple[int, Any]) -> None:
            index, message = found
            await handlers[index](message)

        return handle
