"""What a diagnostic code says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding. `explanation` says why it matters and what to do; `example` shows it."""

    code: str
    severity: Literal["error", "warning", "info"]
    title: str
    explanation: str
    example: str = ""
