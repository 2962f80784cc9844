"""Which languages schemas are written in, by the schemaFormat of their message.

https://www.asyncapi.com/docs/reference/specification/v3.0.0#multiFormatSchemaObject
"""

from __future__ import annotations

from asyncgen.diagnostics import Diagnostics, Place
from asyncgen.schemas.shape import Dialect

KNOWN = (
    "application/vnd.aai.asyncapi (+json, +yaml; any version)",
    "application/schema+json and +yaml (draft 7)",
    "application/vnd.oai.openapi (+json, +yaml; 3.0 and 3.1)",
)


def dialect(schema_format: str | None, place: Place, diagnostics: Diagnostics) -> Dialect | None:
    """The dialect of a schemaFormat; None, reported, for one that asyncgen has not."""
    if schema_format is None:
        return "asyncapi"
    media, _, parameters = schema_format.partition(";")
    media = media.strip().lower()
    version = parameters.partition("version=")[2].strip().strip('"')
    base = media.removesuffix("+json").removesuffix("+yaml")
    if base == "application/vnd.aai.asyncapi":
        return "asyncapi"
    if base == "application/schema":
        return "json-schema"
    if base == "application/vnd.oai.openapi":
        return "openapi-3.0" if version.startswith("3.0") else "openapi-3.1"
    if base in ("application/json", "application/yaml"):  # what people write for JSON Schema
        return "json-schema"
    diagnostics.report(
        "AG401", place, f"asyncgen has no schemaFormat '{schema_format}'", hint="it has " + "; ".join(KNOWN)
    )
    return None
