"""Whatever a document holds: no traceback, no hang, no write, every finding at a real place, and code that is only ours.

Documents of the fixtures are changed at random, as texts and as data; Hypothesis makes documents of its own. Most go as far
as the plan, a sample through the engine to the rendered files. A mutant is known by its number, which makes it again:

    python -m tests.test_fuzz NUMBER
"""

import ast
import copy
import json
import os
import random
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asyncgen.diagnostics import Diagnostics
from asyncgen.package import Package
from asyncgen.parser.load import Source, load_bytes
from asyncgen.parser.read import read
from asyncgen.parser.resolve import resolve
from asyncgen.parser.validate import validate
from asyncgen.plan import plan
from asyncgen.protocols import load_protocols, templates_folder
from asyncgen.render import render
from asyncgen.schemas.models import models

FIXTURES = Path(__file__).parents[1] / "fixtures"
MUTANTS, SAMPLE = 2_000, 40
LONG_MUTANTS, LONG_SAMPLE = 20_000, 400
LONGEST = 10
"""Seconds that one document may take."""

PROTOCOLS = tuple(load_protocols(templates_folder()).values())


@cache
def documents() -> tuple[Path, ...]:
    folders = ("order_service", "official", "converter", "exported", "invalid")
    paths = [path for folder in folders for path in sorted((FIXTURES / folder).rglob("*"))]
    return tuple(path for path in paths if path.suffix in {".yaml", ".yml", ".json"} and "expected" not in path.parts)


# -- one document through the pipeline -------------------------------------------------------------------------------


def planned(data: bytes, path: Path | None) -> tuple[Diagnostics, Package | None]:
    diagnostics = Diagnostics()
    sources: list[Source] = []
    source = load_bytes(data, path.name if path else "<stdin>", path, diagnostics)
    package = None
    if source is not None:
        resolved = resolve(source, diagnostics, allow_paths=(FIXTURES,))
        document = read(resolved, diagnostics)
        if document is None:
            assert diagnostics.has_errors()
        else:
            validate(resolved, document, diagnostics)
            package = plan(document, resolved, PROTOCOLS, role="application", name="package", diagnostics=diagnostics)
        sources += resolved.files
    check_places(diagnostics, sources)
    return diagnostics, None if diagnostics.has_errors() else package


def check_places(diagnostics: Diagnostics, sources: list[Source]) -> None:
    """Every finding names a file that was read, a line of it, and a column in or just after that line."""
    by_name = {source.name: source for source in sources}
    for found in diagnostics:
        assert found.message and "\n" not in str(found)
        source = by_name.get(found.file)
        line = source.line(found.line) if source else found.source_line or ""
        assert len(found.source_line or "") == len(line)
        assert found.line >= 1
        assert 1 <= found.column <= len(line) + 1, str(found)


def rendered(package: Package) -> None:
    """The package's files compile, without a warning, and hold no code that a document smuggled in."""
    for file in render(package, models(package.bundle), templates_folder()):
        if file.path.endswith(".py"):
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                tree = ast.parse(file.text, file.path)
                compile(file.text, file.path, "exec")
            if not file.copied:
                assert not any(isinstance(node, ast.Name) and node.id == "INJECTED" for node in ast.walk(tree))


def through(data: bytes, path: Path | None, *, engine: bool) -> bool:
    """One document through everything; whether a package came of it."""
    with no_writing(), no_hanging():
        _, package = planned(data, path)
    if package is not None and engine:
        with no_hanging():
            rendered(package)
    return package is not None


_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_watching: list[str] = []


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching and (
        (event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES)
        or event in {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "socket.connect"}
    ):
        _watching.append(f"{event} {arguments}")


sys.addaudithook(_watch)


@contextmanager
def no_writing() -> Iterator[None]:
    _watching.append("on")
    try:
        yield
        assert _watching == ["on"]
    finally:
        _watching.clear()


@contextmanager
def no_hanging() -> Iterator[None]:
    def end(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"more than {LONGEST} seconds")

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# -- mutants ---------------------------------------------------------------------------------------------------------

SMUGGLED = '\'"""\\\'\\"\nINJECTED()\n"""\\{{ INJECTED() }}{% INJECTED %}\x00\u2028é#'
JUNK: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**30, "", " ", "x", "$ref", "a/b", "{p}", "{}", "null", "1", "é", SMUGGLED,
    [], [[]], {}, [None], {"": ""}, {"$ref": ""}, {"$ref": "#"}, {"$ref": "#/"}, {"$ref": "#/info"}, {"$ref": "x.yaml"},
    {"$ref": "https://example.com/x"}, {"$ref": "%00"}, {"$ref": "#/components/schemas"}, {"$ref": 1},
    {"type": "object", "properties": {"a": {"$ref": "#/channels"}}}, {"allOf": [{"$ref": "#"}]}, {"type": []},
    {"oneOf": []}, {"enum": []}, {"enum": [None, 1, "1", True, [1], {"a": 1}]}, {"const": SMUGGLED},
    {"type": ["string", "null", "string"]}, {"pattern": "("}, {"type": "array", "items": [{}, False]},
    {"schemaFormat": "x", "schema": {}}, {"additionalProperties": {"$ref": "#"}}, {"discriminator": "x", "oneOf": [{}]},
    {"type": "object", "required": ["a", "a", 1, SMUGGLED]}, {"minimum": "1", "maxLength": -1, "multipleOf": 0},
    {"default": SMUGGLED, "type": "string"}, {"description": SMUGGLED, "title": SMUGGLED},
]  # fmt: skip
KEYS = (
    "type oneOf allOf anyOf properties items required enum const default format pattern payload headers message messages"
    " channel channels operations action publish subscribe traits bindings kafka key groupId topic parameters address host url"
    " protocol variables security servers components schemas reply correlationId location contentType schemaFormat schema"
    " $ref $id title description examples x-a discriminator not if then additionalProperties operationId messageId asyncapi"
    " info a b import class None self"
).split()


def nodes(value: Any, pointer: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield pointer
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from nodes(item, (*pointer, key))


def at(value: Any, pointer: tuple[Any, ...]) -> Any:
    for part in pointer:
        value = value[part]
    return value


def changed_data(data: Any, chance: random.Random) -> Any:
    """A document with up to a few of its values replaced, moved, removed, or called something else."""
    data = copy.deepcopy(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5))):
        places = [pointer for pointer in nodes(data) if pointer]
        if not places:
            return data
        *above, last = chance.choice(places)
        owner = at(data, tuple(above))
        match chance.randrange(7):
            case 0 | 1:
                owner[last] = copy.deepcopy(chance.choice(JUNK))
            case 2:
                owner[last] = copy.deepcopy(at(data, chance.choice(places)))
            case 3:
                del owner[last]
            case 4 if isinstance(owner, dict):
                owner[chance.choice([*KEYS, SMUGGLED])] = owner.pop(last)
            case 5 if isinstance(owner[last], str):
                text = owner[last]
                cut = chance.randrange(len(text) + 1)
                owner[last] = text[:cut] + chance.choice(["", "/", "#", "{", "é", SMUGGLED, "x" * 300]) + text[cut:]
            case _:
                target = "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in chance.choice(places))
                owner[last] = {"$ref": f"#/{target}"}
    return data


def changed_text(text: bytes, chance: random.Random) -> bytes:
    """A text with lines and bytes removed, repeated, moved and replaced."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        lines = text.split(b"\n")
        line = chance.randrange(len(lines))
        match chance.randrange(6):
            case 0:
                del lines[line]
            case 1:
                lines.insert(line, chance.choice(lines))
            case 2:
                lines[line] = chance.choice((b" ", b"  ", b"\t", b"- ", b"? ", b"*a ", b"&a ", b"!x ")) + lines[line]
            case 3:
                lines[line] = lines[line].lstrip()
            case 4:
                cut = chance.randrange(len(lines[line]) + 1)
                put = chance.choice(
                    (b"\xff", b"\x00", b"{", b"]", b'"', b"'", b": ", b" #", b"\xe2\x80\xa8", b"\r", b"|")
                )
                lines[line] = lines[line][:cut] + put + lines[line][cut:]
            case _:
                lines = lines[:line]
        text = b"\n".join(lines) or b"\n"
    return text


@cache
def loaded(path: Path) -> Any:
    source = load_bytes(path.read_bytes(), path.name, path, Diagnostics())
    return source.data if source else None


def mutant(number: int) -> tuple[bytes, Path]:
    """The document of this number, and the file that it was made from."""
    chance = random.Random(number)
    path = chance.choice(documents())
    data = loaded(path)
    if isinstance(data, dict) and chance.random() < 0.8:
        return json.dumps(changed_data(data, chance), ensure_ascii=chance.random() < 0.5).encode(
            "utf-8", "replace"
        ), path
    return changed_text(path.read_bytes(), chance), path


def run(numbers: range, engine_every: int) -> int:
    """How many of these mutants made a package."""
    made = 0
    for number in numbers:
        data, path = mutant(number)
        try:
            made += through(data, path, engine=number % engine_every == 0)
        except Exception as error:
            error.add_note(f"mutant {number} of {path.relative_to(FIXTURES)}")
            raise
    return made


@pytest.fixture(scope="module")
def counts(long_run: bool) -> tuple[int, int]:
    return (LONG_MUTANTS, LONG_SAMPLE) if long_run else (MUTANTS, SAMPLE)


@pytest.mark.parametrize("part", range(4))
def test_a_mutant_is_generated_or_refused(counts: tuple[int, int], part: int) -> None:
    mutants, sample = counts
    size = mutants // 4
    assert run(range(part * size, (part + 1) * size), mutants // sample) > size // 10


# -- documents of Hypothesis' own ------------------------------------------------------------------------------------

texts = st.sampled_from(["a", "A", "order", "class", "1", "", "a b", "é", "Any", "{p}", SMUGGLED]) | st.text(max_size=8)
keywords = st.sampled_from(
    "type properties items required enum const default format pattern minimum maxLength oneOf allOf anyOf not if $ref"
    " description title additionalProperties patternProperties dependencies discriminator examples x-a uniqueItems".split()
)
schemas = st.recursive(
    st.booleans()
    | st.fixed_dictionaries({"type": st.sampled_from(["string", "integer", "number", "boolean", "null", "object", "array"])})
    | st.sampled_from(["#/components/schemas/a", "#/components/schemas/b"]).map(lambda target: {"$ref": target})
    | st.fixed_dictionaries({"enum": st.lists(texts | st.none() | st.integers(-2, 2), max_size=3)}),
    lambda inner: (
        st.fixed_dictionaries({"type": st.just("object"), "properties": st.dictionaries(texts, inner, max_size=3)})
        | st.fixed_dictionaries({"type": st.just("array"), "items": inner})
        | st.fixed_dictionaries({"oneOf": st.lists(inner, max_size=3)})
        | st.fixed_dictionaries({"allOf": st.lists(inner, max_size=3)})
        | st.dictionaries(keywords, inner | texts | st.integers(-1, 3) | st.lists(texts, max_size=2), max_size=4)
    ),
    max_leaves=12,
)  # fmt: skip
messages = st.fixed_dictionaries(
    {}, optional={"payload": schemas, "headers": schemas, "title": texts, "description": texts, "contentType": texts}
)
channels = st.fixed_dictionaries(
    {"address": texts | st.none(), "messages": st.dictionaries(texts, messages, max_size=2)},
    optional={"parameters": st.dictionaries(texts, st.fixed_dictionaries({"enum": st.lists(texts, max_size=2)}), max_size=2)},
)  # fmt: skip


@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    title=texts,
    channel=channels,
    operation=texts,
    action=st.sampled_from(["send", "receive"]),
    components=st.fixed_dictionaries({"a": schemas, "b": schemas}),
)
def test_any_document_makes_code_that_compiles(
    title: str, channel: dict[str, Any], operation: str, action: str, components: dict[str, Any]
) -> None:
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": title, "version": "1", "description": title},
        "channels": {"c": channel},
        "operations": {operation: {"action": action, "channel": {"$ref": "#/channels/c"}, "summary": title}},
        "components": {"schemas": components},
    }
    through(json.dumps(document).encode(), None, engine=True)


if __name__ == "__main__":
    for chosen in map(int, sys.argv[1:]):
        text, origin = mutant(chosen)
        print(f"mutant {chosen} of {origin}:\n{text.decode(errors='replace')}\n")
        print(*map(str, planned(text, origin)[0]), sep="\n")
        print("a package" if through(text, origin, engine=True) else "refused")
