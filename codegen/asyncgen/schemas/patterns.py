"""Regular expressions of ECMA-262, as JSON Schema has them, for the engine that pydantic has."""

from __future__ import annotations

import re

_ASCII = {
    "d": "0-9",
    "w": "A-Za-z0-9_",
    "s": r"\t\n\x0B\x0C\r\x20\xA0\u{FEFF}\u{2028}\u{2029}\p{Zs}",
}
_TOKEN = re.compile(
    r"\\(?:u\{[0-9A-Fa-f]+\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|c[A-Za-z]|p\{[^}]*\}|P\{[^}]*\}|.)|\(\?.|.", re.DOTALL
)
_PLAIN_ESCAPES = frozenset("tnrfvbB^$.*+?()[]{}|\\/-")


def translate(pattern: str) -> str | None:
    """The same expression in the syntax of Rust's regex crate; None where it has no such form, as with look-around."""
    result: list[str] = []
    in_class = False
    for token in _TOKEN.findall(pattern):
        if token.startswith("(?"):
            if not in_class and token != "(?:":
                return None
            result.append(token if not in_class else r"\(\?" + re.escape(token[2:]))
        elif token == "[" and in_class:
            result.append(r"\[")
        elif token in "[]":
            in_class = token == "["
            result.append(token)
        elif in_class and token in "&~":
            result.append("\\" + token)
        elif token[0] == "\\" and len(token) > 1:
            translated = _escape(token, in_class)
            if translated is None:
                return None
            result.append(translated)
        else:
            result.append(token)
    translated = "".join(result)
    return translated if _compiles(translated) else None


def _escape(token: str, in_class: bool) -> str | None:
    letter = token[1]
    if letter in "dws":
        return _ASCII[letter] if in_class else f"[{_ASCII[letter]}]"
    if letter in "DWS":
        return None if in_class else f"[^{_ASCII[letter.lower()]}]"
    if letter == "u":
        return token if token[2:3] == "{" else f"\\u{{{token[2:]}}}"
    if letter == "c":
        return f"\\x{ord(token[2]) % 32:02X}"
    if letter == "0":
        return r"\x00"
    if letter in "xpP":
        return token
    if letter == "b" and in_class:
        return r"\x08"
    if letter in "bB":
        return f"(?-u:\\{letter})"
    if letter.isdigit() or letter == "k":
        return None
    if letter in _PLAIN_ESCAPES:
        return "/" if letter == "/" else token
    return None if letter.isalpha() else re.escape(letter)


def matches(pattern: str, text: str) -> bool:
    """Whether a translated expression is found in a text."""
    from pydantic_core import SchemaValidator, core_schema

    return SchemaValidator(core_schema.str_schema(pattern=pattern)).isinstance_python(text)


def _compiles(pattern: str) -> bool:
    from pydantic_core import SchemaError, SchemaValidator, core_schema

    try:
        SchemaValidator(core_schema.str_schema(pattern=pattern))
    except SchemaError:
        return False
    return True
