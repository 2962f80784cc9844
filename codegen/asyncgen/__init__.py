"""asyncgen reads an AsyncAPI document and writes a typed Python package.

`generate` does in memory what the command does; nothing is printed and nothing is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asyncgen._version import __version__

if TYPE_CHECKING:
    from asyncgen.config import Config, UsageError
    from asyncgen.diagnostics import Diagnostic, Severity
    from asyncgen.pipeline import Result, generate
    from asyncgen.render import GeneratedFile

__all__ = [
    "Config",
    "Diagnostic",
    "GeneratedFile",
    "Result",
    "Severity",
    "UsageError",
    "__version__",
    "generate",
]

_HOMES = {
    "Config": "config",
    "Diagnostic": "diagnostics",
    "GeneratedFile": "render",
    "Result": "pipeline",
    "Severity": "diagnostics",
    "UsageError": "config",
    "generate": "pipeline",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that the command starts without what it does not need."""
    if name not in _HOMES:
        raise AttributeError(f"module 'asyncgen' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"asyncgen.{_HOMES[name]}"), name)
