"""Where in a message something is found, such as `$message.header#/correlationId`.

https://www.asyncapi.com/docs/reference/specification/v3.0.0#runtimeExpression
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_EXPRESSION = re.compile(r"\$message\.(header|payload)(?:#((?:/(?:[^~/]|~[01])*)*))?")


@dataclass(frozen=True, slots=True)
class RuntimeExpression:
    """A place in a message; no parts mean all of its headers or payload."""

    source: Literal["header", "payload"]
    parts: tuple[str, ...]


def parse_expression(text: str) -> RuntimeExpression | None:
    """The expression that a text is, if it is one."""
    match = _EXPRESSION.fullmatch(text)
    if match is None:
        return None
    pointer = match.group(2) or ""
    parts = tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
    return RuntimeExpression("header" if match.group(1) == "header" else "payload", parts)
