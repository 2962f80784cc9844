"""docs/diagnostics.md is the table of codes, written down. `pytest tests/test_docs.py --update` writes it."""

from collections.abc import Iterator
from pathlib import Path

from asyncgen.codes import CODES, Code

DIAGNOSTICS = Path(__file__).parents[1] / "docs" / "diagnostics.md"
GROUPS = {
    "AG1": "Loading",
    "AG2": "References",
    "AG3": "The document",
    "AG4": "Schemas and models",
    "AG5": "Names",
    "AG6": "Protocols, servers and bindings",
    "AG7": "Options and output",
}
INTRODUCTION = """\
# Diagnostics

Every finding has a place, a severity and a code: `specs/orders.yaml:31:13: error[AG204] $ref '#/…' points nowhere`.
`asyncgen explain AG204` prints what stands here about a code.

- **error**: no right code can be written, or, where `asyncgen validate` says it, the specification forbids it. The exit code
  is 1, and nothing is written.
- **warning**: everything else that is wrong, and what the generated code makes of it. With `--strict` it counts as an error.
- **info**: worth knowing; `asyncgen validate` alone says it, and it never counts.

AG330 to AG343 are said by `asyncgen validate` alone.
"""


def written() -> Iterator[str]:
    yield INTRODUCTION
    for prefix, heading in GROUPS.items():
        yield f"\n## {heading}\n"
        for code in CODES.values():
            if code.code.startswith(prefix):
                yield from entry(code)


def entry(code: Code) -> Iterator[str]:
    yield f"\n### {code.code}: {code.title}\n\n*{code.severity}* · {code.explanation}\n"
    if code.example:
        yield f"\n```\n{code.example}\n```\n"


def test_the_page_on_diagnostics_is_the_table_of_codes(update: bool) -> None:
    text = "".join(written())
    if update:
        DIAGNOSTICS.write_text(text, encoding="utf-8")
    assert DIAGNOSTICS.read_text(encoding="utf-8") == text


def test_every_code_belongs_to_a_group() -> None:
    assert {code[:3] for code in CODES} == set(GROUPS)
