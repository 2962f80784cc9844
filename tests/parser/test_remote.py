"""References to URLs: what is fetched, what is refused, and what is kept.

A server of the tests' own answers over TLS on this machine; that it may be asked at all, and by which name, is given to
`Network` here, as the tool itself never would.
"""

import http.server
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from asyncgen import Config, generate
from asyncgen.diagnostics import Diagnostics, Place
from asyncgen.parser.load import load
from asyncgen.parser.remote import Cache, Fetched, Network, Remote, cache_folder, is_public, shown
from asyncgen.parser.resolve import Resolved, resolve

Answer = Callable[[http.server.BaseHTTPRequestHandler], None]


@dataclass
class Server:
    """Answers by path; `asked` are the paths that it was asked for, `port` where it listens."""

    port: int
    certificate: Path
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def url(self, path: str, host: str = "schemas.example.com") -> str:
        return f"https://{host}:{self.port}{path}"

    def network(self, **options: Any) -> Network:
        def look_up(host: str, port: int) -> Sequence[str]:
            return ["127.0.0.1"]

        def context() -> ssl.SSLContext:
            return ssl.create_default_context(cafile=str(self.certificate))

        given = {"look_up": look_up, "is_permitted": lambda address: True, "context": context, **options}
        return Network(**given)


def text(body: str, *, status: int = 200, length: int | None = None, **headers: str) -> Answer:
    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body.encode())

    return answer


def slow(handler: http.server.BaseHTTPRequestHandler) -> None:
    """A byte now and then, which no limit between two bytes would end."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"#")
        time.sleep(0.1)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for `*.example.com` in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("install openssl, which makes the certificate of these tests")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    name = ("-subj", "/CN=example.com", "-addext", "subjectAltName=DNS:*.example.com", "-days", "2")
    files = ("-keyout", str(path.with_name("key.pem")), "-out", str(path.with_name("certificate.pem")))
    command = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *name, *files)
    subprocess.run(command, check=True, capture_output=True)
    path.write_text(path.with_name("key.pem").read_text() + path.with_name("certificate.pem").read_text())
    return path


@pytest.fixture
def server(certificate: Path) -> Iterator[Server]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(self.path)
            state.answers.get(self.path, text("", status=404))(self)

        def log_message(self, *arguments: Any) -> None:
            pass

    class Quiet(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *arguments: Any) -> None:
            pass  # a client that has had enough is what some tests are about

    listening = Quiet(("127.0.0.1", 0), Handler)
    state = Server(listening.server_address[1], certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listening.socket = context.wrap_socket(listening.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=partial(listening.serve_forever, poll_interval=0.02))
    thread.start()
    yield state
    listening.shutdown()
    thread.join()
    listening.server_close()


@dataclass
class Folder:
    """A document in a folder, and what resolving it finds."""

    path: Path
    found: list[str] = field(default_factory=list)
    hints: list[str | None] = field(default_factory=list)

    def resolve(self, reference: str, remote: Remote, files: dict[str, str] | None = None, **options: Any) -> Resolved:
        for name, content in {"spec.yaml": f"use: {{$ref: '{reference}'}}\n", **(files or {})}.items():
            (self.path / name).write_text(content)
        diagnostics = Diagnostics()
        source = load(Path("spec.yaml"), diagnostics)
        assert source is not None
        resolved = resolve(source, diagnostics, remote=remote, **options)
        self.found = [f"{one.file}:{one.line}:{one.column} {one.code} {one.message}" for one in diagnostics]
        self.hints = [one.hint for one in diagnostics]
        return resolved


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.chdir(tmp_path)
    return Folder(tmp_path)


def used(resolved: Resolved) -> tuple[Any, str]:
    value, place = resolved.follow(resolved.root.data["use"], Place(resolved.root, ("use",)))
    return value, place.source.name + place.json_pointer


def test_a_file_is_fetched(folder: Folder, server: Server) -> None:
    server.answers["/money.yaml"] = text("Money: {type: object}\n")
    url = server.url("/money.yaml")
    resolved = folder.resolve(url + "#/Money", Remote(None, server.network()))
    assert folder.found == []
    assert used(resolved) == ({"type": "object"}, url + "#/Money")
    assert [source.name for source in resolved.files] == ["spec.yaml", url]


def test_a_reference_in_a_fetched_file_is_relative_to_its_url(folder: Folder, server: Server) -> None:
    server.answers["/a/order.yaml"] = text("Order: {$ref: '../b/money.yaml#/Money'}\n")
    server.answers["/b/money.yaml"] = text("Money: {$ref: '#/Amount'}\nAmount: {type: integer}\n")
    resolved = folder.resolve(server.url("/a/order.yaml#/Order"), Remote(None, server.network()))
    assert folder.found == []
    assert used(resolved) == ({"type": "integer"}, server.url("/b/money.yaml") + "#/Amount")
    assert server.asked == ["/a/order.yaml", "/b/money.yaml"]


def test_a_fetched_file_does_not_reach_files_here(folder: Folder, server: Server) -> None:
    server.answers["/order.yaml"] = text("a: {$ref: 'local.yaml#/secret'}\nb: {$ref: 'file:///etc/hostname'}\n")
    files = {"local.yaml": "secret: {x: 1}"}
    folder.resolve(server.url("/order.yaml"), Remote(None, server.network()), files)
    url = server.url("/local.yaml")
    assert folder.found == [
        f"{server.url('/order.yaml')}:1:11 AG204 $ref '{url}' points nowhere: the server says 404 Not Found",
        f"{server.url('/order.yaml')}:2:11 AG203 $ref 'file:///etc/hostname' is not fetched: only https is used",
    ]


def test_a_file_given_for_a_url_is_read_instead(folder: Folder, server: Server) -> None:
    url = server.url("/money.yaml")
    files = {"copy.yaml": "Money: {x: 1}"}
    resolved = folder.resolve(url + "#/Money", Remote(None, server.network()), files, refs={url: Path("copy.yaml")})
    assert used(resolved)[0] == {"x": 1}
    assert server.asked == []


def test_a_redirect_is_followed_and_what_it_leads_to_is_relative_to_there(folder: Folder, server: Server) -> None:
    server.answers["/latest/order.yaml"] = text("", status=302, Location="/v2/order.yaml")
    server.answers["/v2/order.yaml"] = text("Order: {$ref: 'money.yaml'}\n")
    server.answers["/v2/money.yaml"] = text("{type: integer}")
    resolved = folder.resolve(server.url("/latest/order.yaml#/Order"), Remote(None, server.network()))
    assert folder.found == []
    assert used(resolved)[1] == server.url("/v2/money.yaml") + "#"


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("http://schemas.example.com/a", "it redirects to 'http://schemas.example.com/a', and only https is used"),
        ("https://u:p@example.com/", "it redirects to 'https://***@example.com/', and a URL with a user or password is not used"),
        ("https://169.254.169.254/", "169.254.169.254 is not public"),
    ],
)  # fmt: skip
def test_a_redirect_does_not_lead_where_a_reference_may_not(
    folder: Folder, server: Server, location: str, why: str
) -> None:
    def look_up(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"] if host == "schemas.example.com" else [host]

    def permitted(address: str) -> bool:
        return address == "127.0.0.1" or is_public(address)

    server.answers["/order.yaml"] = text("", status=301, Location=location)
    folder.resolve(server.url("/order.yaml"), Remote(None, server.network(look_up=look_up, is_permitted=permitted)))
    assert folder.found == [f"spec.yaml:1:13 AG211 $ref '{server.url('/order.yaml')}' is not fetched: {why}"]
    assert folder.hints[0]


def test_redirects_end(folder: Folder, server: Server) -> None:
    server.answers["/order.yaml"] = text("", status=307, Location="/order.yaml")
    folder.resolve(server.url("/order.yaml"), Remote(None, server.network()))
    assert folder.found[0].endswith("is not fetched: it redirects more than 5 times")
    assert len(server.asked) == 6


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("http://example.com/a.yaml", "AG203 $ref 'http://example.com/a.yaml' is not fetched: only https is used"),
        ("ftp://example.com/a.yaml", "AG203 $ref 'ftp://example.com/a.yaml' is not fetched: only https is used"),
        ("//example.com/a.yaml", "AG203 $ref '//example.com/a.yaml' is not fetched: only https is used"),
        ("https://ana:secret@example.com/a", "AG203 $ref 'https://***@example.com/a' is not fetched: a URL with a user or password is not used"),
        ("https:///a.yaml", "AG210 $ref 'https:///a.yaml' is not fetched: it names no host"),
        ("https://example.com:99999/a", "AG210 $ref 'https://example.com:99999/a' is not fetched: it is no URL: Port out of range 0-65535"),
        ("https://[::1/a", "AG210 $ref 'https://[::1/a' is not fetched: it is no URL: Invalid IPv6 URL"),
        ("https://127.0.0.1/a", "AG211 $ref 'https://127.0.0.1/a' is not fetched: 127.0.0.1 is not public"),
        ("https://[::1]/a", "AG211 $ref 'https://[::1]/a' is not fetched: ::1 is not public"),
    ],
)  # fmt: skip
def test_what_may_not_be_fetched_is_refused_without_asking(folder: Folder, reference: str, found: str) -> None:
    folder.resolve(reference, Remote(None))
    assert folder.found == [f"spec.yaml:1:13 {found}"]
    assert folder.hints[0]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("64:ff9b::5db8:d822", True),  # a public address by way of NAT64
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.10", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("240.0.0.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_only_addresses_of_the_internet_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_a_name_that_changes_its_address_gains_nothing(folder: Folder, server: Server) -> None:
    """The first look-up gives a public address, a second would give this machine's: there is no second."""
    answers = iter([["192.0.2.1"], ["127.0.0.1"]])
    network = server.network(
        look_up=lambda host, port: next(answers), is_permitted=lambda address: address == "192.0.2.1", seconds=0.3
    )
    folder.resolve(server.url("/order.yaml"), Remote(None, network))
    assert "AG210" in folder.found[0]
    assert server.asked == []


def test_one_private_address_among_others_is_enough_to_refuse(folder: Folder, server: Server) -> None:
    network = Network(look_up=lambda host, port: ["93.184.216.34", "10.0.0.1"])
    folder.resolve(server.url("/order.yaml"), Remote(None, network))
    assert "AG211" in folder.found[0]
    assert folder.found[0].endswith("'schemas.example.com' has the address 10.0.0.1, which is not public")


def test_another_address_is_tried_when_one_does_not_answer(folder: Folder, server: Server) -> None:
    server.answers["/order.yaml"] = text("{x: 1}")
    network = server.network(look_up=lambda host, port: ["127.0.0.2", "127.0.0.1"])
    assert used(folder.resolve(server.url("/order.yaml"), Remote(None, network)))[0] == {"x": 1}


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (text("", status=503), "the server says 503 Service Unavailable"),
        (text("", status=403), "the server says 403 Forbidden"),
        (text("x" * 2_000_000), "it is larger than 1 MB"),
        (text("{x: 1}", length=2_000_000), "it is larger than 1 MB"),
        (text("{x: 1}", length=20), "the connection ended before all of it had come"),
        (text("<html>", Content_Type="text/html; charset=utf-8"), "it is a web page"),
        (text("{}", Content_Encoding="gzip"), "the server sends it compressed, unasked"),
        (slow, "it takes longer than 0.5 seconds, or 60 for all files"),
        (lambda handler: handler.wfile.write(b"SSH-2.0\r\n"), "the connection failed: BadStatusLine"),
    ],
)  # fmt: skip
def test_what_does_not_come_as_it_should_is_not_read(folder: Folder, server: Server, answer: Answer, why: str) -> None:
    server.answers["/order.yaml"] = answer
    begun = time.monotonic()
    folder.resolve(server.url("/order.yaml"), Remote(None, server.network(max_bytes=1024**2, seconds=0.5)))
    assert folder.found == [f"spec.yaml:1:13 AG210 $ref '{server.url('/order.yaml')}' is not fetched: {why}"]
    assert folder.hints[0]
    assert time.monotonic() - begun < 5


def test_a_host_that_nobody_knows_is_named(folder: Folder) -> None:
    def look_up(host: str, port: int) -> Sequence[str]:
        import socket

        raise socket.gaierror

    folder.resolve("https://schemas.exmaple.com/a", Remote(None, Network(look_up=look_up)))
    assert folder.found[0].endswith("is not fetched: there is no host 'schemas.exmaple.com', or no network")


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(folder: Folder, server: Server) -> None:
    folder.resolve(server.url("/a"), Remote(None, server.network(context=ssl.create_default_context)))
    assert "AG210" in folder.found[0] and "its certificate is not trusted: " in folder.found[0]


def test_a_certificate_of_another_host_is_not_trusted(folder: Folder, server: Server) -> None:
    folder.resolve(server.url("/a", host="example.org"), Remote(None, server.network()))
    assert "its certificate is not trusted: Hostname mismatch" in folder.found[0]


def test_all_files_together_have_a_limit_of_time(folder: Folder, server: Server) -> None:
    server.answers |= {"/a": slow, "/b": text("{}")}
    files = {"other.yaml": f"a: {{$ref: '{server.url('/a')}'}}\nb: {{$ref: '{server.url('/b')}'}}"}
    folder.resolve("other.yaml", Remote(None, server.network(seconds_in_all=0.3)), files)
    assert ["AG210" in found for found in folder.found] == [True, True]
    assert server.asked == ["/a"]


def test_what_is_wrong_in_a_fetched_file_is_reported_there(folder: Folder, server: Server) -> None:
    server.answers["/order.yaml"] = text("a: 1\nb: c: d\n")
    url = server.url("/order.yaml")
    folder.resolve(url, Remote(None, server.network()))
    assert folder.found == [f"{url}:2:5 AG104 not valid YAML: a ': ' stands where no key can be"]


def test_a_url_is_asked_for_once_in_a_run(folder: Folder, server: Server) -> None:
    files = {"other.yaml": "\n".join(f"a{n}: {{$ref: '{server.url('/a')}#/{n}'}}" for n in range(3))}
    folder.resolve("other.yaml", Remote(None, server.network()), files)
    assert len(folder.found) == 3
    assert server.asked == ["/a"]


def test_what_was_fetched_is_kept(folder: Folder, server: Server, tmp_path: Path) -> None:
    server.answers["/a"] = text("", status=302, Location="/sub/b")
    server.answers["/sub/b"] = text("{$ref: c}")
    server.answers["/sub/c"] = text("{x: 1}")
    first = used(folder.resolve(server.url("/a"), Remote(tmp_path / "cache", server.network())))
    server.answers.clear()
    again = used(folder.resolve(server.url("/a"), Remote(tmp_path / "cache", server.network())))
    assert first == again == ({"x": 1}, server.url("/sub/c") + "#")
    assert server.asked == ["/a", "/sub/b", "/sub/c"]


def test_what_was_not_fetched_is_not_kept(folder: Folder, server: Server, tmp_path: Path) -> None:
    folder.resolve(server.url("/a"), Remote(tmp_path / "cache", server.network()))
    server.answers["/a"] = text("{x: 1}")
    resolved = folder.resolve(server.url("/a"), Remote(tmp_path / "cache", server.network()))
    assert used(resolved)[0] == {"x": 1}


def test_a_kept_file_that_is_not_whole_is_fetched_again(folder: Folder, server: Server, tmp_path: Path) -> None:
    server.answers["/a"] = text("{x: 1}")
    folder.resolve(server.url("/a"), Remote(tmp_path / "cache", server.network()))
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_bytes(kept.read_bytes()[:-1])
    assert used(folder.resolve(server.url("/a"), Remote(tmp_path / "cache", server.network())))[0] == {"x": 1}
    assert server.asked == ["/a", "/a"]


def test_where_nothing_can_be_kept_it_is_fetched_all_the_same(folder: Folder, server: Server, tmp_path: Path) -> None:
    server.answers["/a"] = text("{x: 1}")
    (tmp_path / "file").write_text("")
    resolved = folder.resolve(server.url("/a"), Remote(tmp_path / "file" / "cache", server.network()))
    assert used(resolved)[0] == {"x": 1}


def test_a_kept_file_is_known_by_its_whole_url(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.write("https://example.com/a?v=1", Fetched("https://example.com/a?v=1", b"1"))
    assert cache.read("https://example.com/a?v=2") is None


def test_the_cache_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "asyncgen" / "remote"


def test_a_fetched_file_does_not_speak_for_another_host(folder: Folder, server: Server) -> None:
    server.answers["/a"] = text('{"$id": "https://other.example.com/money.json", "x": 1}')
    files = {"other.yaml": f"a: {{$ref: '{server.url('/a')}'}}\nb: {{$ref: 'https://other.example.com/money.json'}}"}
    folder.resolve("other.yaml", Remote(None, server.network()), files)
    assert "AG210" in folder.found[0]


def test_a_trait_of_a_fetched_file_keeps_its_references(folder: Folder, server: Server) -> None:
    from asyncgen.parser.read import read

    server.answers["/t/traits.yaml"] = text("about: {headers: {properties: {trace: {$ref: 'trace.yaml'}}}}\n")
    server.answers["/t/trace.yaml"] = text("{type: string}")
    document = f"""
asyncapi: 3.0.0
info: {{title: Orders, version: '1'}}
channels:
  order:
    address: order
    messages:
      Order:
        headers: {{properties: {{shop: {{type: string}}}}}}
        traits: [{{$ref: '{server.url("/t/traits.yaml")}#/about'}}]
"""
    (folder.path / "asyncapi.yaml").write_text(document)
    diagnostics = Diagnostics()
    source = load(Path("asyncapi.yaml"), diagnostics)
    assert source is not None
    found = read(resolve(source, diagnostics, remote=Remote(None, server.network())), diagnostics)
    assert found is not None and list(diagnostics) == []
    headers = found.channels[0].messages[0].headers
    assert headers is not None
    assert headers.value["properties"] == {
        "shop": {"type": "string"},
        "trace": {"$ref": server.url("/t/trace.yaml") + "#"},
    }


@pytest.mark.parametrize(
    ("url", "as_shown"),
    [
        ("https://example.com/a.yaml?version=2", "https://example.com/a.yaml?version=2"),
        ("https://ana:secret@example.com/a.yaml", "https://***@example.com/a.yaml"),
        ("https://example.com/a?ref=main&token=abc", "https://example.com/a?ref=main&token=***"),
        ("https://example.com/a?X-Amz-Signature=abc&v=1", "https://example.com/a?X-Amz-Signature=***&v=1"),
    ],
)
def test_credentials_are_not_shown(url: str, as_shown: str) -> None:
    assert shown(url) == as_shown


def test_a_package_is_generated_from_what_was_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    url = "https://schemas.example.com/shop/order.yaml"
    order = b"Order: {payload: {type: object, properties: {total: {$ref: money.yaml}}}}"
    kept = Cache(tmp_path / "cache" / "asyncgen" / "remote")
    kept.write(url, Fetched(url, order))
    money = "https://schemas.example.com/shop/money.yaml"
    kept.write(money, Fetched(money, b"{type: object, properties: {amount: {type: integer}}}"))
    document = f"""
asyncapi: 3.0.0
info: {{title: Orders, version: '1'}}
channels: {{order: {{address: order, messages: {{Order: {{$ref: '{url}#/Order'}}}}}}}}
operations: {{placeOrder: {{action: receive, channel: {{$ref: '#/channels/order'}}}}}}
"""
    result = generate(Config(spec=document.encode(), protocols=("kafka",), formatter="none", allow_remote=True))
    assert [str(found) for found in result.diagnostics] == []
    assert result.manifest is not None
    assert result.manifest.models == {f"{url}#/Order/payload": "models:Order"}
    models = next(file.text for file in result.files if file.path == "models.py")
    assert "class Money(" in models
