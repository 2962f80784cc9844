"""Files that references name by URL, where that is allowed: over https, from public addresses, within limits, and kept.

What was fetched lies in the user's cache folder, under the hash of its URL, and is not fetched again while it lies there: the
same document gives the same package, with a network and without one. Whoever wants a newer file deletes the old one.

Addresses are checked after a name was looked up and the connection is made to the address that was checked, so that a name
that changes its address between the two gains nothing. Proxies are not used: behind one nothing could be checked.
"""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import json
import os
import re
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from asyncgen._version import __version__

MAX_REDIRECTS = 5

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_USER = re.compile(r"(?<=//)[^/?#@]*@")
_SECRET = re.compile(r"(?<=[?&])([^=&#]*(?:auth|code|cred|key|pass|secret|sig|token)[^=&#]*)=[^&#]+", re.IGNORECASE)
_COPY = "keep a copy beside the document and refer to that, or give --ref URL=FILE"


class CannotFetch(Exception):
    """Why a file is not fetched: the code of the diagnostic, the reason, and what to do about it."""

    def __init__(self, code: str, reason: str, hint: str = _COPY) -> None:
        super().__init__(reason)
        self.code = code
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file and where it was found, which is another URL than the one asked for when that redirects."""

    url: str
    raw: bytes


def shown(url: str) -> str:
    """A URL as it may be shown: without user, password and what looks like a token."""
    return _SECRET.sub(r"\1=***", _USER.sub("***@", url))


def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, those to try first first."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_public(address: str) -> bool:
    """Whether an address is one of the internet's: none of this machine, its network, or a special purpose."""
    outer = ipaddress.ip_address(address.partition("%")[0])
    within: list[Any] = [outer]
    if isinstance(outer, ipaddress.IPv6Address):
        within += [outer.ipv4_mapped, outer.sixtofour, *(outer.teredo or ())]
        within += [ipaddress.IPv4Address(int(outer) & 0xFFFFFFFF)] if outer in _NAT64 else []
    return all(one.is_global and not one.is_multicast for one in within if one is not None)


@dataclass(frozen=True, slots=True)
class Network:
    """How the network is used. `seconds` is for one file, `seconds_in_all` for all files of a run."""

    look_up: Callable[[str, int], Sequence[str]] = look_up
    is_permitted: Callable[[str], bool] = is_public
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context
    seconds: float = 15.0
    seconds_in_all: float = 60.0
    max_bytes: int = 16 * 1024 * 1024


_NETWORK = Network()


class Remote:
    """Fetches files for one run."""

    def __init__(self, cache: Path | None, network: Network = _NETWORK) -> None:
        self._cache = Cache(cache)
        self._network = network
        self._seconds_left = network.seconds_in_all

    def fetch(self, url: str) -> Fetched:
        """The file at `url`, from the cache if it was fetched before. Raises CannotFetch."""
        _checked(url, None)
        found = self._cache.read(url)
        if found is None:
            begun = time.monotonic()
            try:
                found = self._download(url, begun + min(self._network.seconds, self._seconds_left))
            finally:
                self._seconds_left -= time.monotonic() - begun
            self._cache.write(url, found)
        return found

    def _download(self, url: str, deadline: float) -> Fetched:
        host = urlsplit(url).hostname
        try:
            return _follow(url, self._network, deadline)
        except TimeoutError:
            seconds = f"{self._network.seconds:g} seconds, or {self._network.seconds_in_all:g} for all files"
            raise CannotFetch("AG210", f"it takes longer than {seconds}") from None
        except ssl.SSLCertVerificationError as error:
            raise CannotFetch("AG210", f"its certificate is not trusted: {error.verify_message}") from None
        except socket.gaierror:
            raise CannotFetch("AG210", f"there is no host '{host}', or no network") from None
        except (http.client.IncompleteRead, ssl.SSLEOFError, ConnectionResetError):
            raise CannotFetch("AG210", "the connection ended before all of it had come") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise CannotFetch("AG210", f"the connection failed: {reason}") from None


def _follow(url: str, network: Network, deadline: float) -> Fetched:
    """Ask for a file, and for wherever that redirects to."""
    asked_by = None
    for _ in range(MAX_REDIRECTS + 1):
        parts = _checked(url, asked_by)
        with _connected(parts, network, deadline) as connection:
            connection.sendall(_request(parts))
            with http.client.HTTPResponse(connection, method="GET") as response:
                response.begin()
                if response.status not in _REDIRECTS:
                    return Fetched(url, _body(response, network.max_bytes))
                url, asked_by = urljoin(url, response.headers.get("Location", "")).partition("#")[0], url
    raise CannotFetch("AG210", f"it redirects more than {MAX_REDIRECTS} times")


def _checked(url: str, asked_by: str | None) -> SplitResult:
    """The parts of a URL that may be asked for; `asked_by` redirects to it."""
    code, said = ("AG211", f"it redirects to '{shown(url)}', and ") if asked_by else ("AG203", "")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise CannotFetch("AG210", f"it is no URL: {error}") from None
    if parts.scheme.lower() != "https":
        raise CannotFetch(code, f"{said}only https is used")
    if not parts.hostname:
        raise CannotFetch("AG210", f"{said}it names no host")
    if "@" in parts.netloc:
        raise CannotFetch(code, f"{said}a URL with a user or password is not used", "take them out of the URL")
    return parts


class _Timed(ssl.SSLSocket):
    """A connection whose reads, however many, end at one deadline."""

    deadline: float

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        self.settimeout(_left(self.deadline))
        return super().recv_into(buffer, nbytes, flags)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _connected(parts: SplitResult, network: Network, deadline: float) -> _Timed:
    """A connection to one of the host's addresses, all of which were checked."""
    host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port or 443
    addresses = network.look_up(host, port)
    for address in addresses:
        if not network.is_permitted(address):
            named = f"'{host}' has the address {address}, which" if host != address else address
            raise CannotFetch("AG211", f"{named} is not public")
    failed: OSError = socket.gaierror()
    for address in addresses:
        try:
            plain = socket.create_connection((address, port), timeout=_left(deadline))
        except OSError as error:
            failed = error
            continue
        context = network.context()
        context.sslsocket_class = _Timed
        try:
            plain.settimeout(_left(deadline))
            secured = context.wrap_socket(plain, server_hostname=host, suppress_ragged_eofs=False)
        except BaseException:
            plain.close()
            raise
        assert isinstance(secured, _Timed)
        secured.deadline = deadline
        return secured
    raise failed


def _request(parts: SplitResult) -> bytes:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?") if parts.query else ""
    lines = (
        f"GET {path}{query} HTTP/1.1",
        f"Host: {parts.netloc.encode('idna').decode('ascii')}",
        "Accept: application/yaml, application/json, */*;q=0.8",
        "Accept-Encoding: identity",
        f"User-Agent: asyncgen/{__version__}",
        "Connection: close",
    )
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def _body(response: http.client.HTTPResponse, limit: int) -> bytes:
    if response.status in _GONE:
        raise CannotFetch("AG204", f"the server says {response.status} {response.reason}", "")
    if response.status != 200:
        raise CannotFetch("AG210", f"the server says {response.status} {response.reason}")
    if response.headers.get_content_type() == "text/html":
        hint = "refer to the file itself, such as its 'raw' link, not to a page that shows it"
        raise CannotFetch("AG210", "it is a web page", hint)
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise CannotFetch("AG210", "the server sends it compressed, unasked")
    declared = response.length
    raw = response.read(limit + 1) if declared is None or declared <= limit else None
    if raw is None or len(raw) > limit:
        raise CannotFetch("AG210", f"it is larger than {limit // 1024**2} MB")
    if declared is not None and len(raw) < declared:
        raise http.client.IncompleteRead(raw, declared - len(raw))
    return raw


class Cache:
    """Fetched files by their URLs: a file each, which begins with a line about what it is. Without a folder, nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def read(self, url: str) -> Fetched | None:
        """What was kept; nothing when it is not there or not whole."""
        try:
            about, _, raw = self._path(url).read_bytes().partition(b"\n")
            known = json.loads(about)
            whole = known["url"] == url and known["sha256"] == hashlib.sha256(raw).hexdigest()
            return Fetched(known["found_at"], raw) if whole else None
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def write(self, url: str, fetched: Fetched) -> None:
        """Keep a file. Where that is impossible it is fetched again next time."""
        about = {"url": url, "found_at": fetched.url, "sha256": hashlib.sha256(fetched.raw).hexdigest()}
        try:
            path = self._path(url)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = path.with_suffix(f".{os.getpid()}")
            beside.write_bytes(json.dumps(about).encode() + b"\n" + fetched.raw)
            beside.replace(path)
        except OSError:
            pass

    def _path(self, url: str) -> Path:
        if self._folder is None:
            raise FileNotFoundError
        return self._folder / hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()


def cache_folder() -> Path | None:
    """Where this user's programs keep what can be fetched again; None for a user without a home."""
    try:
        given = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
        return Path(given or Path.home() / ".cache", "asyncgen", "remote")
    except RuntimeError:
        return None
