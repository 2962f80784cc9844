"""How long checking a document takes, beside the official command, and how it grows to 2 MB.

`python -m benchmarks.validate [--quick] [--json FILE]`

The peer is `asyncapi validate` of npm's @asyncapi/cli, which needs Node 20. It is installed once into the user's cache; where
that cannot be done its rows are left out, with a note.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from benchmarks.generate import Cost, cost, interleaved
from benchmarks.report import Row, options, report, versions

FIXTURES = Path(__file__).parents[1] / "fixtures"
OURS = str(Path(sys.executable).parent / "asyncgen")
PEER = "@asyncapi/cli"
PEER_VERSION = "4.1.1"

DOCUMENTS = {
    "order-service": FIXTURES / "order_service" / "asyncapi-3.0.yaml",
    "streetlights": FIXTURES / "official" / "3.x" / "examples" / "streetlights-kafka-asyncapi.yml",
    "slack": FIXTURES / "official" / "3.x" / "examples" / "slack-rtm-asyncapi.yml",
}
CHANNELS = 616
"""As many as the largest public document that is known has."""


def main() -> None:
    """Measures, prints the table, writes the JSON."""
    wanted = options(__doc__ or "")
    peer = installed_peer()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        rows = []
        if peer is None:
            print(f"{PEER} {PEER_VERSION} is not there and cannot be installed (it needs npm and Node 20): no peer")
        else:
            rows += [peer_row(name, path, peer) for name, path in DOCUMENTS.items()]
            if not wanted.quick:
                rows.append(peer_row(f"c{CHANNELS}", written(CHANNELS, folder), peer, runs=3))
        rows += growth_rows([CHANNELS // 8] if wanted.quick else [CHANNELS // 4, CHANNELS // 2, CHANNELS], folder)
    found = versions("asyncgen", "jsonschema-rs")
    report(rows, found | ({"asyncapi-cli": PEER_VERSION, "node": node_version()} if peer else {}), wanted.json)


def peer_row(work: str, document: Path, peer: Path, *, runs: int = 5) -> Row:
    """Ours and the official command on one document, both with their start-up."""
    ours, theirs = interleaved(
        lambda: cost([OURS, "validate", str(document)]),
        lambda: cost([str(peer), "validate", str(document), "--suppressAllWarnings"]),
        runs=runs,
    )
    return _row(work, "asyncapi-cli", ours, theirs, f"{document.stat().st_size / 1000:.0f} kB")


def growth_rows(sizes: list[int], folder: Path) -> list[Row]:
    """Documents of more and more channels beside the smallest of them; `note` has the rate."""
    documents = {size: written(size, folder) for size in [CHANNELS // 8, *sizes]}
    run = {size: partial(cost, [OURS, "validate", str(path)]) for size, path in documents.items()}
    rows = []
    for size in sizes:
        ours, theirs = interleaved(run[size], run[CHANNELS // 8], runs=3)
        rows.append(
            _row(f"c{size}", f"c{CHANNELS // 8}", ours, theirs, f"{documents[size].stat().st_size / 1e6:.2f} MB")
        )
    return rows


def written(channels: int, folder: Path) -> Path:
    """A document of so many channels as a file."""
    path = folder / f"channels-{channels}.yaml"
    if not path.exists():
        path.write_text(yaml.safe_dump(large_document(channels), sort_keys=False))
    return path


def large_document(channels: int) -> dict[str, Any]:
    """An AsyncAPI 3.0 document of channels with parameters, bindings, two messages each, written out, and examples."""
    numbers = range(1, channels + 1)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"Large {channels}", "version": "1.0.0"},
        "servers": {"development": {"host": "localhost:9092", "protocol": "kafka"}},
        "channels": {
            f"orders-{number}": {
                "address": f"orders/{number}/{{region}}",
                "parameters": {"region": {"$ref": "#/components/parameters/region"}},
                "bindings": {"kafka": {"topic": f"orders-{number}", "partitions": 3, "bindingVersion": "0.5.0"}},
                "messages": {"placed": _message(f"OrderPlaced{number}"), "shipped": _message(f"OrderShipped{number}")},
            }
            for number in numbers
        },
        "operations": {
            f"handleOrders{number}": {
                "action": "receive" if number % 2 else "send",
                "channel": {"$ref": f"#/channels/orders-{number}"},
                "messages": [{"$ref": f"#/channels/orders-{number}/messages/placed"}],
            }
            for number in numbers
        },
        "components": {
            "parameters": {"region": {"enum": ["eu", "us"], "default": "eu"}},
            "schemas": {"Money": _MONEY},
        },
    }


_MONEY = {
    "type": "object",
    "required": ["amount", "currency"],
    "properties": {
        "amount": {"type": "integer", "minimum": 0},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    },
}
_EXAMPLE = {
    "orderId": "7f3c1c9e-3a53-4a5e-8d5e-1f1a2b3c4d5e",
    "placedAt": "2026-01-31T12:00:00Z",
    "items": [{"sku": "TEA-0042", "quantity": 2, "price": {"amount": 450, "currency": "EUR"}}],
}


def _message(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "title": f"What is told of an order: {name}",
        "description": "Told once for each order, when it happens; consumers keep what they need of it and drop the rest.",
        "contentType": "application/json",
        "payload": {
            "type": "object",
            "required": ["orderId", "placedAt", "items"],
            "properties": {
                "orderId": {"type": "string", "format": "uuid"},
                "placedAt": {"type": "string", "format": "date-time"},
                "state": {"type": "string", "enum": ["open", "paid", "shipped"], "default": "open"},
                "note": {"type": ["string", "null"], "maxLength": 500},
                "items": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "required": ["sku", "quantity"],
                        "properties": {
                            "sku": {"type": "string", "pattern": "^[A-Z]+-[0-9]{4}$"},
                            "quantity": {"type": "integer", "minimum": 1, "maximum": 999},
                            "price": {"$ref": "#/components/schemas/Money"},
                        },
                    },
                },
            },
        },
        "examples": [{"name": "usual", "payload": _EXAMPLE}],
    }


def installed_peer() -> Path | None:
    """The official command, installed into the user's cache when it is not there yet."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = caches / "asyncgen-benchmarks" / f"asyncapi-cli-{PEER_VERSION}"
    command = folder / "node_modules" / ".bin" / "asyncapi"
    if not command.exists() and shutil.which("npm"):
        folder.mkdir(parents=True, exist_ok=True)
        package = f"{PEER}@{PEER_VERSION}"
        install = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(folder), package]
        subprocess.run(install, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if not command.exists():
        return None
    # It asks once whether it may report how it is used; without a network that costs it a second each time.
    subprocess.run([command, "config", "analytics", "--disable"], check=False, capture_output=True)
    return command


def node_version() -> str:
    said = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout
    return re.sub(r"\s|^v", "", said)


def _row(work: str, peer: str, ours: list[Cost], theirs: list[Cost], note: str) -> Row:
    peaks = f"peak {max(each.peak_mib for each in ours):.0f} MiB, theirs {max(each.peak_mib for each in theirs):.0f}"
    seconds = [tuple(each.seconds for each in costs) for costs in (ours, theirs)]
    return Row(work, peer, "s", seconds[0], seconds[1], f"{note}; {peaks}")


if __name__ == "__main__":
    main()
