"""Generates and imports every AsyncAPI document of a folder and prints what came of it. Run by hand, not collected:

    python -m tests.corpus ../shared/corpus [--protocol NAME]… [--only WORDS]

Each document may reach files of its own repository: the folder under `real/`, else under the corpus.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from asyncgen import Config, Diagnostic, Severity, UsageError, generate
from asyncgen.output import compare, write
from asyncgen.parser.source import display_name
from asyncgen.protocols import load_protocols, templates_folder

IS_ASYNCAPI = re.compile(r"""^\s*["']?asyncapi["']?\s*:\s*["']?(\d[\w.-]*)""", re.MULTILINE)
APART = {
    "AG401": "needs a schema format that asyncgen has not",
    "AG203": "needs the network",
    "AG202": "refers to a file outside its repository",
}
"""Errors that are listed and not counted, when a document has no other."""

IMPORTER = """
import importlib, pathlib, sys, traceback, warnings
warnings.simplefilter("error")
sys.path.insert(0, sys.argv[1])
for package in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    try:
        for path in sorted(package.rglob("*.py")):
            parts = path.relative_to(package.parent).with_suffix("").parts
            importlib.import_module(".".join(part for part in parts if part != "__init__"))
    except BaseException as error:
        line = "".join(traceback.format_exception_only(error)).strip().splitlines()[0]
        print(package.name, f"does not import: {line}", sep="\\t", flush=True)
"""


@dataclass
class Outcome:
    """What came of one document. `problem` is None when its package imports."""

    document: Path
    version: str
    package: str
    findings: tuple[Diagnostic, ...] = ()
    problem: str | None = None
    generated: bool = False
    seconds: float = 0.0

    @property
    def errors(self) -> list[Diagnostic]:
        return [found for found in self.findings if found.severity is Severity.ERROR]

    @property
    def apart(self) -> str | None:
        codes = {found.code for found in self.errors}
        return APART[min(codes)] if codes and codes <= APART.keys() else None


def documents(corpus: Path) -> Iterator[tuple[Path, str, Path]]:
    """Every document, its version, and the folder of its repository."""
    for path in sorted(corpus.rglob("*")):
        if path.suffix in {".json", ".yaml", ".yml"} and path.is_file():
            match = IS_ASYNCAPI.search(path.read_text(encoding="utf-8-sig", errors="replace"))
            if match:
                parts = path.relative_to(corpus).parts
                yield path, match.group(1), corpus.joinpath(*parts[: 2 if parts[0] == "real" else 1])


def run(document: Path, version: str, repository: Path, output: Path, protocols: Sequence[str]) -> Outcome:
    outcome = Outcome(document, version, output.name)
    begun = time.perf_counter()
    try:
        result = generate(
            Config(
                spec=document, output=output, protocols=tuple(protocols), allow_paths=(repository,), formatter="none"
            )
        )
        outcome.findings = result.diagnostics
        if result.manifest is not None:
            write(output, compare(output, result.files, result.manifest))
            outcome.generated = True
        else:
            outcome.problem = "; ".join(map(str, outcome.errors[:3]))
    except UsageError as error:
        outcome.problem = f"usage: {error}"
    except Exception as error:  # whatever it is, it is what this script looks for
        outcome.problem = f"DEFECT {type(error).__name__}: {error}".splitlines()[0]
    outcome.seconds = time.perf_counter() - begun
    return outcome


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("--protocol", action="append", default=[])
    arguments.add_argument("--only", default="")
    given = arguments.parse_args()
    protocols = given.protocol or list(load_protocols(templates_folder()))
    with tempfile.TemporaryDirectory() as folder:
        outcomes = [
            run(path, version, repository, Path(folder, f"package_{number}"), protocols)
            for number, (path, version, repository) in enumerate(documents(given.corpus.resolve()))
            if given.only in str(path)
        ]
        imported = subprocess.run(
            [sys.executable, "-c", IMPORTER, folder], capture_output=True, text=True, check=True, cwd=folder
        )
    by_package = {outcome.package: outcome for outcome in outcomes}
    for line in imported.stdout.splitlines():
        package, problem = line.split("\t")
        by_package[package].problem = problem
    report(outcomes, given.corpus.resolve(), protocols)


def report(outcomes: Sequence[Outcome], corpus: Path, protocols: Sequence[str]) -> None:
    print(f"protocols: {', '.join(protocols)}\n")
    print("| version | documents | apart | generated | imported |\n|---|---|---|---|---|")
    rows: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        rows[outcome.version].append(outcome)
        rows["all"].append(outcome)
    for version, own in sorted(rows.items()):
        generated = sum(outcome.generated for outcome in own)
        imported = sum(outcome.generated and outcome.problem is None for outcome in own)
        print(f"| {version} | {len(own)} | {sum(bool(one.apart) for one in own)} | {generated} | {imported} |")
    for severity in (Severity.WARNING, Severity.ERROR, Severity.INFO):
        codes = Counter(found.code for one in outcomes for found in one.findings if found.severity is severity)
        holders = {code: sum(any(f.code == code for f in one.findings) for one in outcomes) for code in codes}
        listed = [f"{code} {count} in {holders[code]}" for code, count in sorted(codes.items())]
        print(f"\n{severity}s by code: {', '.join(listed) or 'none'}")
    slowest = max(outcomes, key=lambda one: one.seconds)
    print(f"\nslowest: {slowest.document.relative_to(corpus)}, {slowest.seconds:.1f} s")
    print("\nwhat does not work:")
    for outcome in outcomes:
        if outcome.problem:
            why = f"{outcome.apart}: {outcome.problem}" if outcome.apart else outcome.problem
            name = outcome.document.relative_to(corpus)
            print(f"- {name} ({outcome.version}): {why}".replace(f"{display_name(corpus)}/", ""))


if __name__ == "__main__":
    main()
