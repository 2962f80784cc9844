"""How long generating takes, beside datamodel-code-generator, which makes the models alone.

`python -m benchmarks.generate [--quick] [--json FILE]`
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import yaml

from benchmarks.documents import json_schema, many_messages
from benchmarks.report import Row, options, report, versions

ORDER_SERVICE = Path(__file__).parents[1] / "fixtures" / "order_service" / "asyncapi-3.0.yaml"
PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True)
class Cost:
    """What one run of a command took."""

    seconds: float
    peak_mib: float


def main() -> None:
    """Measures, prints the table, writes the JSON."""
    wanted = options(__doc__ or "")
    sizes = [100] if wanted.quick else [100, 1000]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        rows = [help_row(runs=5), *model_rows("small", ORDER_SERVICE, folder, runs=5)]
        for size in sizes:
            document = folder / f"many-{size}.yaml"
            document.write_text(yaml.safe_dump(many_messages(size), sort_keys=False))
            rows += model_rows(f"n{size}", document, folder, runs=3)
    report(
        rows,
        versions("asyncgen", "datamodel-code-generator", "ruff", "black"),
        wanted.json,
    )


def help_row(*, runs: int) -> Row:
    """`asyncgen --help` beside a Python that does nothing, which is the least it could take."""
    ours, theirs = interleaved(
        lambda: cost([str(PROGRAMS / "asyncgen"), "--help"]),
        lambda: cost([sys.executable, "-c", "pass"]),
        runs=runs,
    )
    return _row("help", "python", ours, theirs)


def model_rows(work: str, document: Path, folder: Path, *, runs: int) -> list[Row]:
    """The whole package for Kafka beside dcg's models: its command as it comes, then with its fastest formatter."""
    schema, models = folder / "schema.json", folder / "models.py"
    schema.write_text(json.dumps(json_schema(document)))
    dcg = [
        str(PROGRAMS / "datamodel-codegen"),
        *(
            "--input",
            str(schema),
            "--input-file-type",
            "jsonschema",
            "--output",
            str(models),
        ),
    ]

    def generate() -> Cost:
        package = folder / "generated_package"
        shutil.rmtree(package, ignore_errors=True)
        return cost(
            [
                str(PROGRAMS / "asyncgen"),
                "generate",
                str(document),
                "--protocol",
                "kafka",
                "--output",
                str(package),
            ]
        )

    rows = []
    for peer, extra in (("dcg", []), ("dcg-builtin", ["--formatters", "builtin"])):
        ours, theirs = interleaved(generate, partial(cost, [*dcg, *extra]), runs=runs)
        rows.append(_row(work, peer, ours, theirs))
    return rows


def interleaved(ours: Callable[[], Cost], theirs: Callable[[], Cost], *, runs: int) -> tuple[list[Cost], list[Cost]]:
    """Runs both in turn, after one run each that does not count (it fills the caches)."""
    pairs = [(ours(), theirs()) for _ in range(runs + 1)][1:]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def cost(command: list[str]) -> Cost:
    """Runs a command to its end. When it fails the benchmark ends with what it said."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)} exited {process.returncode}\n{said.read().decode()}")
    return Cost(seconds, usage.ru_maxrss / 1024)


def _row(work: str, peer: str, ours: list[Cost], theirs: list[Cost]) -> Row:
    return Row(
        work,
        peer,
        "s",
        tuple(cost.seconds for cost in ours),
        tuple(cost.seconds for cost in theirs),
        f"peak {max(cost.peak_mib for cost in ours):.0f} MiB, theirs {max(cost.peak_mib for cost in theirs):.0f}",
    )


if __name__ == "__main__":
    main()
