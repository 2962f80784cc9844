"""What is wrong with the text of a file, before there is data that a pointer could point into."""

from __future__ import annotations

from dataclasses import dataclass

MAX_DEPTH = 200
"""How deep values may be nested. Real documents stay below 40; what walks them may recurse."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding at a character offset. `related` is a second place, named in the message as `{related}`."""

    code: str
    offset: int
    message: str
    hint: str | None = None
    related: int | None = None


class Unreadable(Exception):
    """The text makes no data; carries why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault
