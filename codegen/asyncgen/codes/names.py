"""AG5xx: names."""

from __future__ import annotations

from asyncgen.codes.code import Code

NAMES: tuple[Code, ...] = (
    Code(
        "AG501",
        "warning",
        "two schemas with one name",
        "The names of two schemas become the same Python class name. The first in the document keeps it; the other's is"
        " longer, or numbered.",
        "schemas: { order: {…}, Order: {…} }",
    ),
    Code(
        "AG502",
        "warning",
        "two properties with one name",
        "The names of two properties become the same Python name. The first keeps it and the other is numbered; on the wire"
        " both are called what the document calls them.",
        "properties: { orderId: {…}, order_id: {…} }",
    ),
)
