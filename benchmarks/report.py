"""What every benchmark here shares: its options, its table and its JSON file."""

import argparse
import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from statistics import median

from rich import box
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One piece of work, measured run by run beside a peer's: `ours[n]` and `theirs[n]` were neighbours in time."""

    work: str
    peer: str
    unit: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    note: str = ""

    @property
    def name(self) -> str:
        return f"{self.work}/{self.peer}"

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours divided by theirs, for every run."""
        return tuple(ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True))


def options(description: str) -> argparse.Namespace:
    """Reads the command line that every benchmark has: `quick`, and where to put the JSON (`json`, or None)."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="the small cases alone, for trying out")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there as well")
    return parser.parse_args()


def versions(*distributions: str) -> dict[str, str]:
    """Gives the versions of Python and of these distributions."""
    return {
        "python": python_version(),
        **{name: version(name) for name in distributions},
    }


def report(rows: list[Row], versions: dict[str, str], file: Path | None) -> None:
    """Prints the table, and writes the JSON file where one is asked for."""
    table = Table(box=box.MARKDOWN)
    for heading in (
        "work/peer",
        "ours",
        "theirs",
        "ours/theirs: median (min to max)",
        "",
    ):
        table.add_column(heading, no_wrap=True)
    for row in rows:
        ratios = row.ratios
        table.add_row(
            row.name,
            f"{median(row.ours):.3g} {row.unit}",
            f"{median(row.theirs):.3g} {row.unit}",
            f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
            row.note,
        )
    console = Console(width=140)
    console.print(table)
    console.print(", ".join(f"{name} {number}" for name, number in versions.items()))
    if file:
        file.write_text(json.dumps(_as_json(rows, versions), indent=2) + "\n")


def _as_json(rows: list[Row], versions: dict[str, str]) -> dict[str, object]:
    return {
        "versions": versions,
        "rows": [
            {
                "name": row.name,
                "unit": row.unit,
                "ours": row.ours,
                "theirs": row.theirs,
                "note": row.note,
            }
            for row in rows
        ],
        "ratios": {row.name: round(median(row.ratios), 3) for row in rows},
    }
