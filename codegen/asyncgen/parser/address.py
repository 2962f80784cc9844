"""The parameters in the address of a channel, and the variables in a server's host.

https://www.asyncapi.com/docs/reference/specification/v3.0.0#channelAddressExpressions
"""

from __future__ import annotations

import re

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_FOREIGN = re.compile(r"\$\{[^{}]*\}|\{\{.*?\}\}|(?:^|(?<=[/.:]))\[[A-Za-z_][\w-]*\]|<[A-Za-z_][\w-]*>")


def placeholders(text: str) -> list[str]:
    """The names in single braces, each once; what other tools write in their own notation is text."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(_FOREIGN.sub("", text))))


def foreign_placeholders(text: str) -> list[str]:
    """What looks like a placeholder of another tool, each once: `${VAR}`, `{{ name }}`, `[id]`, `<id>`."""
    return list(dict.fromkeys(match.group() for match in _FOREIGN.finditer(text)))
