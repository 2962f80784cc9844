"""YAML text to plain data, with the offset of every value and key.

One loop over the parser's events: no recursion, so no document can exhaust the stack; aliases share their value, so no
document can exhaust memory, and what walking the result would cost is counted and limited.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from asyncgen.diagnostics import Pointer
from asyncgen.parser.fault import MAX_DEPTH, Fault, Unreadable
from asyncgen.parser.scalars import plain
from asyncgen.parser.yaml_errors import syntax_fault

MAX_ALIASED = 500_000
"""How many values the aliases of a file may stand for, counted as if each were written out."""

_CORE_TAGS = {f"tag:yaml.org,2002:{name}": name for name in ("str", "int", "float", "bool", "null", "map", "seq")}
_NO_KEY = object()
_MERGE = object()
_DUPLICATE = object()


@dataclass(frozen=True, slots=True)
class YamlText:
    """What a YAML text holds. Implements `source.Offsets`.

    `spots` holds, by the identity of each dict and list of the data, the offsets of its entries: of keys and values in
    turn for a dict, of items for a list.
    """

    data: Any
    root: int
    spots: dict[int, list[int]]
    faults: tuple[Fault, ...]
    _numbered: dict[int, dict[str, int]] = field(default_factory=dict)
    """By the identity of a dict, the number of each of its keys; filled when a place in it is asked for."""

    def find(self, pointer: Pointer, *, key: bool) -> int:
        value, offset = self.data, self.root
        for depth, part in enumerate(pointer):
            spots = self.spots.get(id(value))
            if isinstance(value, dict) and part in value and spots:
                number = 2 * self._number(value, str(part))
                named = key and depth == len(pointer) - 1
                value, offset = value[part], spots[number if named else number + 1]
            elif isinstance(value, list) and isinstance(part, int) and part < len(value) and spots:
                value, offset = value[part], spots[part]
            else:
                break
        return offset

    def _number(self, value: dict[str, Any], key: str) -> int:
        numbers = self._numbered.get(id(value))
        if numbers is None:
            numbers = self._numbered[id(value)] = {name: number for number, name in enumerate(value)}
        return numbers[key]


@dataclass(slots=True)
class _Frame:
    """A dict or list that is being filled."""

    value: Any
    is_map: bool
    offset: int
    anchor: str | None
    count: int
    """How many values had been read when it began, itself among them."""
    spots: list[int] = field(default_factory=list)
    key: Any = _NO_KEY
    height: int = 1
    merges: list[dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class _Anchor:
    value: Any
    size: int
    height: int


def read_yaml(text: str) -> YamlText:
    """Read one document. Raises Unreadable for the first thing after which nothing can be made of the text."""
    try:
        return _Reader(text).read()
    except yaml.YAMLError as error:
        raise Unreadable(syntax_fault(error, text)) from None


def _parser(text: str) -> Any:
    try:
        from yaml._yaml import CParser
    except ImportError:
        return yaml.SafeLoader(text)
    return CParser(text)


class _Reader:
    def __init__(self, text: str) -> None:
        self._next = _parser(text).get_event
        self._frame = _Frame([], is_map=False, offset=0, anchor=None, count=0)
        self._stack: list[_Frame] = []
        self._faults: list[Fault] = []
        self._spots: dict[int, list[int]] = {}
        self._anchors: dict[str, _Anchor | None] = {}
        self._count = 0
        self._aliased = 0

    def read(self) -> YamlText:
        self._next()  # the stream's start
        event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            raise Unreadable(Fault("AG103", 0, "the file is empty"))
        top = self._document()
        self._end()
        return YamlText(top.value[0], top.spots[0], self._spots, tuple(self._faults))

    def _end(self) -> None:
        """Nothing but empty documents may follow the first."""
        while True:
            event = self._next()
            if isinstance(event, yaml.StreamEndEvent):
                return
            if isinstance(event, yaml.DocumentStartEvent):
                start, content = _offset(event), self._next()
                if not (isinstance(content, yaml.ScalarEvent) and content.value == "" and not content.style):
                    hint = "keep one document in the file; put the others in files of their own"
                    raise Unreadable(Fault("AG106", start, "the file holds more than one YAML document", hint))

    def _document(self) -> _Frame:
        """One document, as the only item of a list."""
        top = self._frame
        next_event = self._next
        while True:
            event = next_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                frame = self._frame
                if frame.key is _NO_KEY and frame.is_map:
                    self._key(frame, event)
                else:
                    self._scalar(event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._open(event, kind is yaml.MappingStartEvent)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close()
            elif kind is yaml.AliasEvent:
                self._alias(event)
            else:  # the document's end
                return top

    def _scalar(self, event: Any) -> None:
        offset = event.start_mark.index
        self._count += 1
        if event.tag is not None:
            value = self._tagged(event, offset)
        elif event.style:
            value = event.value
        else:
            value = self._plain(event.value, offset)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchor(value, 1, 0)
        self._put(value, offset)

    def _put(self, value: Any, offset: int) -> None:
        """Add a value to the map or list that is open."""
        frame = self._frame
        if not frame.is_map:
            frame.value.append(value)
            frame.spots.append(offset)
            return
        if frame.key is _MERGE:
            frame.merges = [*(frame.merges or ()), *self._merged(value, offset)]
        elif frame.key is not _DUPLICATE:
            frame.value[frame.key] = value
            frame.spots.append(offset)
        frame.key = _NO_KEY

    def _open(self, event: Any, is_map: bool) -> None:
        offset = event.start_mark.index
        frame = self._frame
        if frame.key is _NO_KEY and frame.is_map:
            raise Unreadable(_complex_key(offset))
        if len(self._stack) >= MAX_DEPTH:
            raise Unreadable(Fault("AG108", offset, f"values are nested more than {MAX_DEPTH} deep"))
        if event.tag is not None and event.tag != "!" and event.tag not in _CORE_TAGS:
            self._unknown_tag(event.tag, offset)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        self._count += 1
        self._stack.append(frame)
        self._frame = _Frame({} if is_map else [], is_map, offset, event.anchor, self._count)

    def _close(self) -> None:
        closed = self._frame
        if closed.merges:
            self._merge(closed)
        if closed.spots:
            self._spots[id(closed.value)] = closed.spots
        if closed.anchor is not None:
            size = self._count - closed.count + 1
            self._anchors[closed.anchor] = _Anchor(closed.value, size, closed.height)
        self._frame = self._stack.pop()
        if closed.height >= self._frame.height:
            self._frame.height = closed.height + 1
        self._put(closed.value, closed.offset)

    def _alias(self, event: Any) -> None:
        offset, frame = event.start_mark.index, self._frame
        anchor = self._anchored(event.anchor, offset)
        if frame.key is _NO_KEY and frame.is_map:
            if isinstance(anchor.value, dict | list):
                raise Unreadable(_complex_key(offset))
            self._name(frame, _key_text(anchor.value), offset)
            return
        if anchor.height >= frame.height:
            frame.height = anchor.height + 1
        self._put(anchor.value, offset)

    def _key(self, frame: _Frame, event: Any) -> None:
        text = event.value
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchor(text, 1, 0)
        if text == "<<" and not event.style:
            frame.key = _MERGE
        else:
            self._name(frame, text, event.start_mark.index)

    def _name(self, frame: _Frame, text: str, offset: int) -> None:
        if text in frame.value:
            first = frame.spots[2 * list(frame.value).index(text)]
            hint = "YAML readers keep one of the two and drop the other; rename or merge them"
            self._faults.append(
                Fault("AG107", offset, f"duplicate key '{text}', first at {{related}}", hint, related=first)
            )
            frame.key = _DUPLICATE
        else:
            frame.key = text
            frame.spots.append(offset)

    def _plain(self, text: str, offset: int) -> Any:
        try:
            return plain(text)
        except ValueError:
            self._faults.append(Fault("AG114", offset, f"the number has {len(text)} digits, more than can be read"))
            return 0

    def _tagged(self, event: Any, offset: int) -> Any:
        tag, text = event.tag, event.value
        name = _CORE_TAGS.get(tag)
        if name == "str" or (tag == "!" and event.style is not None):
            return text
        if name in ("int", "float", "bool", "null"):
            value = self._plain(text, offset)
            return float(value) if name == "float" and type(value) is int else value
        self._unknown_tag(tag, offset)
        return text if event.style else self._plain(text, offset)

    def _unknown_tag(self, tag: str, offset: int) -> None:
        shown = tag.replace("tag:yaml.org,2002:", "!!")
        self._faults.append(
            Fault("AG113", offset, f"the tag '{shown}' has no meaning here; the value is read without it")
        )

    def _anchored(self, name: str, offset: int) -> _Anchor:
        """What an alias stands for, counted as if it were written out."""
        anchor = self._anchors.get(name)
        if anchor is None:
            inside = name in self._anchors
            problem = "stands inside its own anchor" if inside else f"has no anchor '&{name}' before it"
            hint = None if inside else "a value that begins with * must be quoted"
            raise Unreadable(Fault("AG110", offset, f"the alias '*{name}' {problem}", hint))
        self._count += anchor.size
        self._aliased += anchor.size
        if self._aliased > MAX_ALIASED:
            problem = f"the aliases up to here stand for more than {MAX_ALIASED:,} values".replace(",", " ")
            raise Unreadable(Fault("AG109", offset, problem, "write out what is needed, or use $ref"))
        if len(self._stack) + anchor.height > MAX_DEPTH:
            raise Unreadable(Fault("AG108", offset, f"values are nested more than {MAX_DEPTH} deep"))
        return anchor

    def _merged(self, value: Any, offset: int) -> list[dict[str, Any]]:
        sources = value if isinstance(value, list) else [value]
        for source in sources:
            if not isinstance(source, dict):
                self._faults.append(Fault("AG112", offset, "'<<' takes a map or a list of maps"))
                return []
            self._aliased += len(source)
        return sources

    def _merge(self, frame: _Frame) -> None:
        """Put the members of the maps under `<<` before the frame's own, which win; of the maps the first wins."""
        own, spots = frame.value, frame.spots
        places = {name: (spots[2 * index], spots[2 * index + 1]) for index, name in enumerate(own)}
        value: dict[str, Any] = {}
        for source in frame.merges or ():
            source_spots = self._spots.get(id(source), [])
            for index, (name, item) in enumerate(source.items()):
                if name not in value:
                    value[name] = own.get(name, item)
                    places.setdefault(name, (source_spots[2 * index], source_spots[2 * index + 1]))
        for name, item in own.items():
            value.setdefault(name, item)
        frame.value = value
        frame.spots = [offset for name in value for offset in places[name]]


def _offset(event: Any) -> int:
    return int(event.start_mark.index)


def _complex_key(offset: int) -> Fault:
    hint = "quote a value that begins with { or [, such as '{{ placeholder }}'"
    return Fault("AG111", offset, "a key must be a string, not a map or a list", hint)


def _key_text(value: Any) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)
