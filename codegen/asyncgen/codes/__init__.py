"""The table of diagnostic codes: what each finding means, and an example of it. A module a hundred.

AG1xx loading · AG2xx references · AG3xx the document · AG4xx schemas and models · AG5xx names · AG6xx protocols,
servers and bindings · AG7xx options and output.
"""

from __future__ import annotations

from collections.abc import Mapping

from asyncgen.codes.code import Code
from asyncgen.codes.document import DOCUMENT
from asyncgen.codes.loading import LOADING
from asyncgen.codes.names import NAMES
from asyncgen.codes.output import OUTPUT
from asyncgen.codes.protocols import PROTOCOLS
from asyncgen.codes.references import REFERENCES
from asyncgen.codes.schemas import SCHEMAS

__all__ = ["CODES", "Code"]

_TABLE = (*LOADING, *REFERENCES, *DOCUMENT, *SCHEMAS, *NAMES, *PROTOCOLS, *OUTPUT)

CODES: Mapping[str, Code] = {code.code: code for code in _TABLE}
