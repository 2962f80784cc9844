"""References: what they reach, what they may not reach, and what is said of those that lead nowhere."""

import time
from pathlib import Path
from typing import Any

import pytest

from asyncgen.diagnostics import Diagnostics, Place
from asyncgen.parser.load import load, load_bytes
from asyncgen.parser.resolve import Resolved, resolve


class Folder:
    """Files in a folder, the document among them, and what resolving it finds."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.diagnostics = Diagnostics()

    def resolve(self, files: dict[str, str], **options: Any) -> Resolved:
        for name, text in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        source = load(Path(next(iter(files))), self.diagnostics)
        assert source is not None
        return resolve(source, self.diagnostics, **options)

    @property
    def found(self) -> list[str]:
        return [f"{one.file}:{one.line}:{one.column} {one.code} {one.message}" for one in self.diagnostics]

    @property
    def hints(self) -> list[str | None]:
        return [one.hint for one in self.diagnostics]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.chdir(tmp_path)
    return Folder(tmp_path)


def follow(resolved: Resolved, *pointer: str | int) -> tuple[Any, str]:
    value: Any = resolved.root.data
    for part in pointer:
        value = value[part]
    value, place = resolved.follow(value, Place(resolved.root, pointer))
    return value, place.source.name + place.json_pointer


@pytest.mark.parametrize(
    ("reference", "target"),
    [
        ("#/defs/plain", "spec.yaml#/defs/plain"),
        ("#/defs/a~1b", "spec.yaml#/defs/a~1b"),
        ("#/defs/a~0b", "spec.yaml#/defs/a~0b"),
        ("#/defs/a%20b", "spec.yaml#/defs/a b"),
        ("#/defs/a b", "spec.yaml#/defs/a b"),
        ("#/defs/%7Bid%7D", "spec.yaml#/defs/{id}"),
        ("#/defs/caf%C3%A9", "spec.yaml#/defs/café"),
        ("#/defs/200", "spec.yaml#/defs/200"),
        ("#/defs/list/1", "spec.yaml#/defs/list/1"),
        ("#/defs/", "spec.yaml#/defs/"),
        ("#/defs/chain", "spec.yaml#/defs/plain"),
        ("#/defs/through/inner", "spec.yaml#/defs/holder/inner"),
        ("other.yaml#/a", "other.yaml#/a"),
        ("./other.yaml#/a", "other.yaml#/a"),
        ("other.yaml", "other.yaml#"),
        ("other.yaml#", "other.yaml#"),
        ("other.yaml#/back", "spec.yaml#/defs/plain"),
        ("sub/thing", "sub/thing#"),
        ("sub/thing#/up", "other.yaml#/a"),
        ("sub/../other.yaml#/a", "other.yaml#/a"),
        ("with%20space.json#/a", "with space.json#/a"),
        ("with space.json#/a", "with space.json#/a"),
        ("spec.yaml#/defs/plain", "spec.yaml#/defs/plain"),
        ("schema.json#money", "schema.json#/definitions/money"),
    ],
)
def test_a_reference_leads_to_its_target(folder: Folder, reference: str, target: str) -> None:
    document = f"""
use: {{$ref: '{reference}'}}
defs:
  plain: {{x: 1}}
  a/b: {{x: 2}}
  a~b: {{x: 3}}
  a b: {{x: 4}}
  '{{id}}': {{x: 5}}
  café: {{x: 6}}
  200: {{x: 7}}
  list: [1, {{x: 8}}]
  '': {{x: 9}}
  chain: {{$ref: '#/defs/link'}}
  link: {{$ref: '#/defs/plain'}}
  through: {{$ref: '#/defs/holder'}}
  holder: {{inner: {{x: 10}}}}
"""
    resolved = folder.resolve(
        {
            "spec.yaml": document,
            "other.yaml": "a: {x: 11}\nback: {$ref: 'spec.yaml#/defs/plain'}\n",
            "sub/thing": "up: {$ref: '../other.yaml#/a'}\n",
            "with space.json": '{"a": {"x": 12}}',
            "schema.json": '{"definitions": {"money": {"$id": "#money", "x": 13}}}',
        }
    )
    assert follow(resolved, "use")[1] == target
    assert folder.found == []


def test_what_is_no_reference_stays_as_it_is(folder: Folder) -> None:
    resolved = folder.resolve({"spec.yaml": "a: {$ref: {type: string}}\nb: [1]\nc: text\n"})
    assert follow(resolved, "a") == ({"$ref": {"type": "string"}}, "spec.yaml#/a")
    assert follow(resolved, "b") == ([1], "spec.yaml#/b")
    assert follow(resolved, "c") == ("text", "spec.yaml#/c")


def test_a_schema_may_sit_in_an_openapi_document(folder: Folder) -> None:
    openapi = """
openapi: 3.0.0
paths: {/orders: {get: {responses: {default: {$ref: 'missing.yaml'}}}}}
components: {schemas: {Order: {properties: {money: {$ref: '#/components/schemas/Money'}}}, Money: {type: number}}}
"""
    resolved = folder.resolve(
        {"spec.yaml": "a: {$ref: 'api/openapi.yaml#/components/schemas/Order'}\n", "api/openapi.yaml": openapi}
    )
    order, place = follow(resolved, "a")
    assert place == "api/openapi.yaml#/components/schemas/Order"
    at = Place(resolved.files[1], ("components", "schemas", "Order", "properties", "money"))
    assert resolved.follow(order["properties"]["money"], at)[0] == {"type": "number"}
    assert folder.found == []


def test_every_file_is_reached_once_and_in_order(folder: Folder) -> None:
    resolved = folder.resolve(
        {
            "spec.yaml": "a: {$ref: b.yaml}\nc: {$ref: 'sub/c.yaml#/x'}\nd: {$ref: b.yaml}\n",
            "b.yaml": "x: {$ref: 'sub/e.yaml'}\n",
            "sub/c.yaml": "x: {$ref: d.yaml}\nunreached: {$ref: missing.yaml}\n",
            "sub/d.yaml": "1",
            "sub/e.yaml": "2",
        }
    )
    assert [source.name for source in resolved.files] == [
        "spec.yaml",
        "b.yaml",
        "sub/c.yaml",
        "sub/d.yaml",
        "sub/e.yaml",
    ]
    assert folder.found == []


def test_a_pointer_that_leads_nowhere_names_the_nearest(folder: Folder) -> None:
    folder.resolve(
        {
            "spec.yaml": "use:\n  $ref: '#/components/messages/OrderAproved'\ncomponents:\n  messages:\n    OrderApproved: {}\n"
        }
    )
    assert [str(found) for found in folder.diagnostics] == [
        "spec.yaml:2:9: error[AG204] $ref '#/components/messages/OrderAproved' points nowhere"
    ]
    assert folder.hints == ["did you mean '#/components/messages/OrderApproved'?"]


@pytest.mark.parametrize(
    ("reference", "meant"),
    [
        ("#/components/message/Order", "#/components/messages/Order"),
        ("#/componets/messages/Order", "#/components/messages/Order"),
        ("#/components/schemas/Order", "#/components/messages/Order"),
        ("#/components/messages/order", "#/components/messages/Order"),
        ("#components/messages/Order", "#/components/messages/Order"),
        ("#/components/messages/a~1c", "#/components/messages/a~1b"),
        ("#/link/Ordr", "#/link/Order"),
        ("other.yaml#/Mony", "other.yaml#/Money"),
        ("othr.yaml#/Money", "other.yaml"),
        ("other#/Money", "other.yaml"),
        ("sub/thng.yaml", "sub/thing.yaml"),
    ],
)
def test_the_hint_is_the_whole_corrected_reference(folder: Folder, reference: str, meant: str) -> None:
    document = f"use: {{$ref: '{reference}'}}\nlink: {{$ref: '#/components/messages'}}\ncomponents: {{schemas: {{}}, messages: {{Order: {{}}, a/b: {{}}}}}}\n"
    folder.resolve({"spec.yaml": document, "other.yaml": "Money: {}", "sub/thing.yaml": "a: 1"})
    assert [found[:22] for found in folder.found] == ["spec.yaml:1:13 AG204 $"]
    assert folder.hints == [f"did you mean '{meant}'?"]


def test_a_bad_reference_is_reported_at_each_of_its_places_once(folder: Folder) -> None:
    resolved = folder.resolve({"spec.yaml": "a: {$ref: '#/x'}\nb: {$ref: '#/x'}\n"})
    follow(resolved, "a")
    follow(resolved, "a")
    assert [found[:17] for found in folder.found] == ["spec.yaml:1:11 AG", "spec.yaml:2:11 AG"]


def test_a_reference_that_leads_nowhere_stands_for_an_empty_object(folder: Folder) -> None:
    resolved = folder.resolve({"spec.yaml": "a: {$ref: '#/x'}\n"})
    assert follow(resolved, "a") == ({}, "spec.yaml#/a")


def test_an_unescaped_slash_is_found_with_a_warning(folder: Folder) -> None:
    document = (
        "use: {$ref: '#/channels/user/signed/up/messages/x'}\nchannels:\n  user/signed/up: {messages: {x: {y: 1}}}\n"
    )
    resolved = folder.resolve({"spec.yaml": document})
    assert follow(resolved, "use") == ({"y": 1}, "spec.yaml#/channels/user~1signed~1up/messages/x")
    assert folder.hints == ["write '#/channels/user~1signed~1up/messages/x'"]
    assert "AG206" in folder.found[0]


def test_an_unescaped_slash_beside_a_key_that_begins_alike_is_found(folder: Folder) -> None:
    resolved = folder.resolve(
        {
            "spec.yaml": "use: {$ref: '#/c/user/up'}\nc: {user: {}, user/up: {y: 1}, /lead: {}}\nlead: {$ref: '#/c//lead'}\n"
        }
    )
    assert follow(resolved, "use") == ({"y": 1}, "spec.yaml#/c/user~1up")
    assert follow(resolved, "lead") == ({}, "spec.yaml#/c/~1lead")


def test_an_escaped_reading_wins_over_an_unescaped_one(folder: Folder) -> None:
    resolved = folder.resolve({"spec.yaml": "use: {$ref: '#/c/a/b'}\nc: {a: {b: {y: 1}}, a/b: {y: 2}}\n"})
    assert follow(resolved, "use")[0] == {"y": 1}
    assert folder.found == []


def test_several_unescaped_readings_are_an_error(folder: Folder) -> None:
    folder.resolve({"spec.yaml": "use: {$ref: '#/c/a/b/d'}\nc: {a: {b/d: {}}, a/b: {d: {}}}\n"})
    assert folder.found == ["spec.yaml:1:13 AG207 $ref '#/c/a/b/d' may mean '#/c/a/b~1d' or '#/c/a~1b/d'"]


def test_a_file_outside_the_folder_is_refused(folder: Folder) -> None:
    (folder.path / "api").mkdir()
    folder.resolve({"api/spec.yaml": "a: {$ref: '../shared/x.yaml#/y'}\n", "shared/x.yaml": "y: 1"})
    assert folder.found == ["api/spec.yaml:1:11 AG202 $ref '../shared/x.yaml' leaves the document's folder"]
    assert folder.hints == ["if that is meant: --allow-path shared"]


def test_a_link_to_outside_the_folder_is_refused(folder: Folder) -> None:
    (folder.path / "api").mkdir()
    (folder.path / "secret.yaml").write_text("x: 1")
    (folder.path / "api" / "link.yaml").symlink_to(folder.path / "secret.yaml")
    folder.resolve({"api/spec.yaml": "a: {$ref: link.yaml}\n"})
    assert "AG202" in folder.found[0]


def test_an_allowed_folder_may_be_read(folder: Folder) -> None:
    files = {"api/spec.yaml": "a: {$ref: '../shared/x.yaml#/y'}\n", "shared/x.yaml": "y: {z: 1}"}
    resolved = folder.resolve(files, allow_paths=[folder.path / "shared"])
    assert follow(resolved, "a") == ({"z": 1}, "shared/x.yaml#/y")
    assert folder.found == []


@pytest.mark.parametrize(
    "url", ["https://example.com/a.yaml", "http://example.com/a", "file:///etc/passwd", "//example.com/a"]
)
def test_a_url_is_refused_with_what_to_do(folder: Folder, url: str) -> None:
    folder.resolve({"spec.yaml": f"a: {{$ref: '{url}#/x'}}\n"})
    assert folder.found == [f"spec.yaml:1:11 AG203 $ref '{url}' is a URL, and asyncgen reads files only"]
    fetched = f"give --ref {url}=FILE, or let it be fetched with --allow-remote"
    ways = fetched if url.startswith("https:") else f"or give --ref {url}=FILE"
    assert folder.hints == [f"keep a copy beside the document and refer to that, {ways}"]


def test_a_file_may_stand_for_a_url(folder: Folder) -> None:
    files = {
        "spec.yaml": "a: {$ref: 'https://example.com/s/a.yaml#/x'}\n",
        "copies/a.yaml": "x: {$ref: 'b.yaml#/y'}\n",
        "copies/other.yaml": "y: {z: 1}\n",
    }
    refs = {
        "https://example.com/s/a.yaml": Path("copies/a.yaml"),
        "https://example.com/s/b.yaml": Path("copies/other.yaml"),
    }
    resolved = folder.resolve(files, refs=refs)
    assert follow(resolved, "a") == ({"z": 1}, "copies/other.yaml#/y")
    assert folder.found == []


def test_a_schema_file_is_known_by_its_id(folder: Folder) -> None:
    files = {
        "spec.yaml": "a: {$ref: order.json}\nb: {$ref: 'https://example.com/order.json#/properties/id'}\n",
        "order.json": '{"$id": "https://example.com/order.json", "properties": {"id": {"x": 1}, "to": {"$ref": "address.json"}}}',
        "address.json": "{}",
    }
    resolved = folder.resolve(files)
    assert follow(resolved, "b") == ({"x": 1}, "order.json#/properties/id")
    assert folder.found == []


def test_a_circle_of_bare_references_is_spelled_out_once(folder: Folder) -> None:
    folder.resolve({"spec.yaml": "use: {$ref: '#/a'}\na: {$ref: '#/b'}\nb: {$ref: '#/a'}\n"})
    assert folder.found == ["spec.yaml:2:11 AG205 these references only lead to each other: #/a -> #/b -> #/a"]


def test_a_reference_to_itself_is_a_circle(folder: Folder) -> None:
    folder.resolve({"spec.yaml": "a: {$ref: '#/a'}\nb: {$ref: '#/b/c'}\n"})
    assert folder.found == [
        "spec.yaml:1:11 AG205 these references only lead to each other: #/a -> #/a",
        "spec.yaml:2:11 AG205 $ref '#/b/c' leads through itself",
    ]


def test_a_circle_through_files_names_them(folder: Folder) -> None:
    folder.resolve({"spec.yaml": "a: {$ref: 'b.yaml#/x'}\n", "b.yaml": "x: {$ref: 'spec.yaml#/a'}\n"})
    assert folder.found == ["spec.yaml:1:11 AG205 these references only lead to each other: #/a -> b.yaml#/x -> #/a"]


def test_circular_schemas_are_fine(folder: Folder) -> None:
    folder.resolve({"spec.yaml": "a: {properties: {a: {$ref: '#/a'}, b: {$ref: '#/b'}}}\nb: {items: {$ref: '#/a'}}\n"})
    assert folder.found == []


@pytest.mark.parametrize("links", [150, 5000])
def test_long_chains_end_quickly(folder: Folder, links: int) -> None:
    plain = [f"a{n}: {{$ref: '#/a{n + 1}'}}" for n in range(links)]
    nested = [f"b{n}: {{$ref: '#/b{n + 1}/x'}}" for n in range(links)]
    begun = time.perf_counter()
    folder.resolve({"spec.yaml": "\n".join([*plain, *nested])})
    assert time.perf_counter() - begun < 5
    assert folder.found


@pytest.mark.parametrize("member", ["examples", "default", "const", "enum", "x-other"])
def test_data_holds_no_references(folder: Folder, member: str) -> None:
    folder.resolve({"spec.yaml": f"schema:\n  {member}: [{{$ref: '#/nowhere'}}]\n"})
    assert folder.found == []


@pytest.mark.parametrize("name", ["examples", "default", "const", "enum", "x-other"])
def test_a_name_that_people_chose_means_no_data(folder: Folder, name: str) -> None:
    folder.resolve({"spec.yaml": f"properties:\n  {name}: {{$ref: '#/nowhere'}}\n"})
    assert [found[:20] for found in folder.found] == ["spec.yaml:2:" + str(len(name) + 12) + " AG204"]


def test_a_reference_must_be_a_string(folder: Folder) -> None:
    folder.resolve({"spec.yaml": "schema:\n  $ref: {type: string}\nother: {$ref: 5}\n"})
    assert folder.found == [
        "spec.yaml:2:9 AG201 a $ref must be a string",
        "spec.yaml:3:15 AG201 a $ref must be a string",
    ]


def test_a_property_may_be_called_ref(folder: Folder) -> None:
    folder.resolve({"spec.yaml": "properties:\n  $ref: {type: string}\n"})
    assert folder.found == []


def test_what_is_wrong_in_another_file_is_reported_there(folder: Folder) -> None:
    folder.resolve({"spec.yaml": "a: {$ref: b.yaml}\n", "b.yaml": "\nx: {$ref: '#/y'}\n"})
    assert folder.found == ["b.yaml:2:11 AG204 $ref '#/y' points nowhere"]


def test_a_file_that_cannot_be_parsed_is_reported_there_only(folder: Folder) -> None:
    folder.resolve({"spec.yaml": "a: {$ref: b.yaml}\nb: {$ref: b.yaml}\n", "b.yaml": "a: b: c\n"})
    assert folder.found == ["b.yaml:1:5 AG104 not valid YAML: a ': ' stands where no key can be"]


def test_a_path_as_seen_from_the_document_is_understood(folder: Folder) -> None:
    folder.resolve({"spec.yaml": "a: {$ref: m/a.yaml}\n", "m/a.yaml": "x: {$ref: ./s/b.yaml}\n", "s/b.yaml": "1"})
    assert folder.found == ["m/a.yaml:1:11 AG204 $ref './s/b.yaml' points nowhere: there is no such file"]
    assert folder.hints == ["paths are relative to the file that they stand in: did you mean '../s/b.yaml'?"]


def test_a_folder_is_no_target(folder: Folder) -> None:
    folder.resolve({"spec.yaml": "a: {$ref: sub}\n", "sub/x.yaml": ""})
    assert folder.found == ["spec.yaml:1:11 AG204 $ref 'sub' points nowhere: it is a folder"]


def test_a_name_that_no_file_can_have_points_nowhere(folder: Folder) -> None:
    folder.resolve({"spec.yaml": f"a: {{$ref: '{'x' * 5000}'}}\nb: {{$ref: 'x%00y'}}\n"})
    assert [found[15:20] for found in folder.found] == ["AG204", "AG204"]


def test_a_document_from_standard_input_refers_to_files_here(folder: Folder) -> None:
    (folder.path / "b.yaml").write_text("x: {y: 1}")
    source = load_bytes(b"a: {$ref: 'b.yaml#/x'}\n", "<stdin>", None, folder.diagnostics)
    assert source is not None
    assert follow(resolve(source, folder.diagnostics), "a") == ({"y": 1}, "b.yaml#/x")
