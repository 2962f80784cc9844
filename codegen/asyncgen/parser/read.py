"""From files to the `Document`: which version a document has, and the reader for it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping

from asyncgen.diagnostics import Diagnostics, Place
from asyncgen.document import Document
from asyncgen.parser import v2, v3
from asyncgen.parser.node import Node
from asyncgen.parser.resolve import Resolved

_VERSION = re.compile(r"(\d+)(?:\.(\d+))?(?:\.\d+)?(?:-.*)?")
_READERS: Mapping[int, tuple[Callable[[Node, str], Document], int]] = {
    2: (v2.read, v2.NEWEST_MINOR),
    3: (v3.read, v3.NEWEST_MINOR),
}


def read(resolved: Resolved, diagnostics: Diagnostics) -> Document | None:
    """The document, read leniently; None when it is no AsyncAPI document that can be read.

    AsyncAPI Version String: https://www.asyncapi.com/docs/reference/specification/v3.0.0#A2SVersionString
    """
    root = Node(resolved.root.data, (Place(resolved.root),), resolved, diagnostics)
    if not isinstance(root.value, dict) or "asyncapi" not in root.value:
        root.report(
            "AG301", "this is not an AsyncAPI document: it has no field 'asyncapi'", hint=_what_it_is(root.value)
        )
        return None
    version = root.text("asyncapi") or ""
    place = Place(resolved.root, ("asyncapi",))
    match = _VERSION.fullmatch(version)
    if match is None:
        diagnostics.report(
            "AG302", place, f"'{version}' is not a version of AsyncAPI", hint="write 3.0.0, for instance"
        )
        return None
    major, minor = int(match.group(1)), int(match.group(2) or 0)
    if major not in _READERS:
        command = f"npx @asyncapi/cli convert {resolved.root.name} --output=FILE --target-version=3.0.0"
        hint = f"convert it with '{command}'" if major < 2 else None
        diagnostics.report("AG302", place, f"AsyncAPI {version} is not read; asyncgen reads 2.0 to 3.1", hint=hint)
        return None
    read_document, newest = _READERS[major]
    if minor > newest:
        diagnostics.report("AG303", place, f"AsyncAPI {version} is unknown; the document is read as {major}.{newest}")
    return read_document(root, version)


def _what_it_is(value: object) -> str | None:
    if not isinstance(value, dict):
        return None
    for field, name in (
        ("openapi", "an OpenAPI document"),
        ("swagger", "an OpenAPI document"),
        ("$schema", "a JSON Schema"),
    ):
        if field in value:
            return f"it is {name}; an AsyncAPI document may refer to it with $ref"
    near = difflib.get_close_matches("asyncapi", map(str, value), n=1)
    return f"'{near[0]}' is written 'asyncapi'" if near else None
