"""Every rule by which a document's name becomes a Python name.

A name is split into words on every character that is neither letter nor digit and where the case changes
(`orderID2` -> order, ID2), and the words are joined again in the case that Python wants. The functions are pure: the same
words give the same name. `Scope` keeps names apart that must differ.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

LONGEST = 100
"""Longer names are cut, and end in a checksum of the whole."""

MODEL_MEMBERS = frozenset(
    # members of pydantic's BaseModel; `model_…` is reserved as a whole
    "construct copy dict from_orm json parse_file parse_obj parse_raw schema schema_json update_forward_refs validate"
    # builtins that annotations use: a class body that binds them would change what later annotations say
    " bool bytes defaults_to dict float int list object str tuple".split()
)
"""What a property cannot be called."""

MODEL_NAMES = frozenset(
    "Annotated Any DEFINITIONS EXACT Field Literal MultipleOf NULL Optional StrEnum TYPE_CHECKING TypeAlias TypeAliasType Union"
    " JsonBool JsonDate JsonDatetime JsonDuration JsonEmail JsonHostname JsonIPv4 JsonIPv6 JsonInt JsonInt32 JsonInt64"
    " JsonIntEnum JsonModel JsonNever JsonNumber JsonTime JsonUInt32 JsonUInt64 JsonUUID Satisfies".split()
)
"""What a class of models.py cannot be called: what the module imports."""

_MIXED_WORDS = ("OAuth", "IPv4", "IPv6", "GraphQL", "MongoDB", "GitHub", "YouTube")
"""Words whose capitals do not begin new words."""

_SPELLED = {
    "+": "plus",
    "-": "minus",
    "*": "star",
    "/": "slash",
    "\\": "backslash",
    "=": "equals",
    "<": "less_than",
    ">": "greater_than",
    "!": "not",
    "&": "and",
    "|": "or",
    "%": "percent",
    "#": "hash",
    "@": "at",
    "$": "dollar",
    "?": "question",
    ".": "dot",
    ",": "comma",
    ":": "colon",
    ";": "semicolon",
    "~": "tilde",
    "^": "caret",
    "_": "underscore",
    " ": "space",
}


def snake_case(words: str) -> str:
    """The name of a module, member, method or argument: `orderPlaced` -> `order_placed`."""
    return _finish("_".join(word.lower() for word in _words(words)), "n_", words)


def pascal_case(words: str) -> str:
    """The name of a class: `order-placed` -> `OrderPlaced`. Acronyms stay: `HTTPError`."""
    parts = _words(words)
    shouted = not any(character.islower() for part in parts for character in part)
    name = ""
    for part in parts:
        gap = "_" if name and name[-1].isdigit() and part[0].isdigit() else ""
        name += gap + part[0].upper() + (part[1:].lower() if shouted and len(parts) > 1 else part[1:])
    return _finish(name, "N", words)


def constant_case(words: str) -> str:
    """The name of a constant or enum member: `orderPlaced` -> `ORDER_PLACED`."""
    return _finish("_".join(word.upper() for word in _words(words)), "N_", words)


def _words(text: str) -> list[str]:
    """The words of a text: never none, each of letters and digits that Python allows in a name."""
    return [*_split(unicodedata.normalize("NFKC", _signed(text)))] or [*_split(_spell(text))] or ["empty"]


def _signed(text: str) -> str:
    """Text whose leading sign, if a digit follows, is a word: `-1` and `1` are not one name."""
    return f"{_SPELLED[text[0]]} {text[1:]}" if len(text) > 1 and text[0] in "+-" and text[1].isdigit() else text


def _spell(text: str) -> str:
    """The names of the characters, for a text without letters and digits."""
    return " ".join(
        _SPELLED.get(character) or unicodedata.name(character, f"u{ord(character):04x}").lower()
        for character in text[:8]
    )


def _split(text: str) -> Iterator[str]:
    run = ""
    for character in text:
        if character != "_" and ("a" + character).isidentifier():
            run += character
        else:
            yield from _split_case(run)
            run = ""
    yield from _split_case(run)


def _split_case(run: str) -> Iterator[str]:
    """`orderIDs` -> order, IDs; `HTTPServer2` -> HTTP, Server2; a digit stays with the letters before it."""
    start = index = 0
    while index < len(run):
        mixed = next((word for word in _MIXED_WORDS if run.startswith(word, index)), None)
        if mixed:
            if index > start:
                yield run[start:index]
            start, index = index, index + len(mixed)
            continue
        if index > start and _begins_word(run, index):
            yield run[start:index]
            start = index
        index += 1
    if start < len(run):
        yield run[start:]


def _begins_word(run: str, index: int) -> bool:
    if not run[index].isupper():
        return False
    if not run[index - 1].isupper():
        return True
    following = run[index + 1 : index + 3]
    if not following[:1].islower():
        return False
    plural = following[0] == "s" and not following[1:].islower()  # the s of IDs
    return not plural


def _finish(name: str, digit_prefix: str, words: str) -> str:
    """A valid identifier: leading underscores of the document's name at its end, no keyword, not too long."""
    if len(name) > LONGEST:
        name = f"{name[: LONGEST - 9]}_{zlib.crc32(words.encode('utf-8', 'surrogatepass')):08x}"
    name = unicodedata.normalize("NFKC", name)
    if not name.isidentifier():
        name = unicodedata.normalize("NFKC", digit_prefix + name)
    name += "_" * min(len(words) - len(words.lstrip("_")), 3) if words.strip("_") else ""
    return name + "_" if keyword.iskeyword(name) else name


@dataclass(frozen=True, slots=True)
class Taken:
    """A name that a scope gave out although another was wanted."""

    name: str
    wanted: str


@dataclass(slots=True)
class Scope:
    """Names that must differ from each other: first comes keeps the name, a later one takes an alternative or a number."""

    reserved: frozenset[str] = frozenset()
    reserved_prefixes: tuple[str, ...] = ()
    collisions: list[Taken] = field(default_factory=list)
    """The names that had to be changed because another had come first; not those that gave way to a reserved one."""
    _taken: set[str] = field(default_factory=set)

    def take(self, candidate: str, *alternatives: str) -> str:
        """A name that nobody has: the first free of `candidate` and `alternatives`, else the last of them numbered.

        Reserved names get a trailing underscore.
        """
        for wanted in (candidate, *alternatives):
            name = self._unreserved(wanted)
            if name not in self._taken:
                return self._give(name, candidate)
        number = 2
        while (name := self._unreserved(_numbered(wanted, number))) in self._taken:
            number += 1
        return self._give(name, candidate)

    def _give(self, name: str, candidate: str) -> str:
        self._taken.add(name)
        wanted = self._unreserved(candidate)
        if name != wanted:
            self.collisions.append(Taken(name, wanted))
        return name

    def _unreserved(self, name: str) -> str:
        while name in self.reserved or name.startswith(self.reserved_prefixes):
            name += "_"
            if name not in self.reserved:
                break
        return name


def _numbered(name: str, number: int) -> str:
    """`Order` -> `Order2`, `order` -> `order_2`, `OrderV1` -> `OrderV1_2`."""
    is_class = name[0].isupper() and not name.isupper() and not name[-1].isdigit() and not name.endswith("_")
    return f"{name}{number}" if is_class else f"{name}_{number}"


def import_order(name: str) -> tuple[int, list[tuple[str, int]], str]:
    """The key by which tools order the names of an import: constants, classes, the rest; numbers by value, case last."""
    return _kind(name), _natural(name.casefold()), name


def export_order(name: str) -> tuple[int, list[tuple[str, int]]]:
    """The key by which tools order `__all__`: as for imports, but capitals before small letters."""
    return _kind(name), _natural(name)


def _kind(name: str) -> int:
    return 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2


def _natural(text: str) -> list[tuple[str, int]]:
    return [(letters, int(digits or -1)) for letters, digits in re.findall(r"(\D*)(\d*)", text)]
