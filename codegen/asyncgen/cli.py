"""The command. The only module that prints or exits; what it does is done elsewhere."""

from __future__ import annotations

import gc
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from asyncgen._version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asyncgen.diagnostics import Diagnostic
    from asyncgen.output import Report
    from asyncgen.pipeline import Result

FINDINGS, USAGE, DEFECT, INTERRUPTED = 1, 2, 3, 130

app = typer.Typer(
    name="asyncgen",
    help="Reads an AsyncAPI document and writes a typed Python package.",
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


class Role(StrEnum):
    application = "application"
    client = "client"


class ReportFormat(StrEnum):
    text = "text"
    json = "json"
    sarif = "sarif"
    github = "github"


class Formatter(StrEnum):
    ruff = "ruff"
    black = "black"
    none = "none"


AllowPath = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="DIR", help="A folder that references may reach besides the document's own; again for several."
    ),
]
AllowRemote = Annotated[
    bool,
    typer.Option("--allow-remote", help="Fetch what references name by https URLs, once: it is kept in your cache."),
]
Ref = Annotated[
    list[str] | None, typer.Option(metavar="URL=FILE", help="A file to read in a URL's place; again for several.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Let warnings count as errors.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Show the source line and a hint with every finding.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of a defect of asyncgen.")]
"""Counts wherever a defect shows, so `main` reads it from the arguments."""


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"asyncgen {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


@app.command(
    epilog="Example: asyncgen generate specs/orders.yaml --protocol kafka --output src/order_service",
)
def generate(
    spec: Annotated[
        str, typer.Argument(metavar="SPEC", help="The AsyncAPI document, YAML or JSON; - is standard input.")
    ],
    protocol: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="What to generate; again for several. Default: what the servers speak."),
    ] = None,
    role: Annotated[
        Role, typer.Option(help="Whose code to write: the application's that the document describes, or its client's.")
    ] = Role.application,
    output: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The package's own folder. Default: the title in snake_case.")
    ] = None,
    formatter: Annotated[Formatter, typer.Option(help="Who formats the code.")] = Formatter.ruff,
    allow_path: AllowPath = None,
    allow_remote: AllowRemote = False,
    ref: Ref = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite files that were edited or that asyncgen did not make.")
    ] = False,
    strict: Strict = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Write the package of a document.

    Nothing is written when the document has errors, and files that somebody edited are left alone. Exit codes: 0 all
    well, 1 findings, 2 usage or environment, 3 a defect of asyncgen.
    """
    del debug
    from asyncgen.config import Config
    from asyncgen.output import compare, recover, write
    from asyncgen.pipeline import generate as run

    config = Config(
        spec=sys.stdin.buffer.read() if spec == "-" else Path(spec),
        output=output,
        protocols=tuple(protocol or ()),
        role=role.value,
        formatter=formatter.value,
        allow_paths=tuple(allow_path or ()),
        allow_remote=allow_remote,
        refs=dict(map(_ref, ref or ())),
        force=force,
        strict=strict,
    )
    result = run(config)
    _show(result.diagnostics, verbose)
    if result.failed:
        _finish_failed(result.diagnostics, strict)
    recover(result.output)
    if result.up_to_date:
        typer.echo(f"{_path(result.output)} is up to date")
        return
    if result.manifest is None or result.package is None:
        raise AssertionError("a generation that did not fail has a package")
    changes = compare(result.output, result.files, result.manifest)
    if changes.conflicts and not force:
        _show(changes.conflicts, verbose)
        raise typer.Exit(FINDINGS)
    report = write(result.output, changes)
    _summarise(result, report)


@app.command(epilog="Example: asyncgen protocols")
def protocols() -> None:
    """Show what can be generated, and what becomes of every field of a protocol's bindings."""
    from asyncgen.protocols import load_protocols, templates_folder

    for name, protocol in load_protocols(templates_folder()).items():
        others = [spoken for spoken in protocol.speaks if spoken != name]
        typer.echo(
            f"{name}: {protocol.title}" + (f" (also for servers of protocol {', '.join(others)})" if others else "")
        )
        for level, fields in protocol.bindings.items():
            width = max(map(len, fields), default=0)
            for field in fields.values():
                mark = "ignored: " if field.becomes == "nothing" else ""
                typer.echo(f"  {level:9}  {field.name:{width}}  {mark}{field.effect}")


@app.command(epilog="Example: asyncgen validate specs/*.yaml --format github")
def validate(
    spec: Annotated[
        list[str], typer.Argument(metavar="SPEC...", help="AsyncAPI documents, YAML or JSON; - is standard input.")
    ],
    report_format: Annotated[
        ReportFormat, typer.Option("--format", help="text for people, sarif for code scanning, github for annotations.")
    ] = ReportFormat.text,
    strict: Strict = False,
    allow_path: AllowPath = None,
    allow_remote: AllowRemote = False,
    ref: Ref = None,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Say what is wrong with documents, by the official schemas and by the rules that no schema says.

    Findings go to standard output, a summary to standard error. Exit codes: 0 no errors, 1 errors, 2 usage or environment,
    3 a defect of asyncgen.
    """
    del debug
    from asyncgen.report import FORMATS, as_summary
    from asyncgen.validation import validate_documents

    found = validate_documents(
        [sys.stdin.buffer.read() if each == "-" else Path(each) for each in spec],
        allow_paths=tuple(allow_path or ()),
        allow_remote=allow_remote,
        refs=dict(map(_ref, ref or ())),
    )
    diagnostics = tuple(found)
    if report_format is ReportFormat.text:
        _show(diagnostics, verbose, err=False)
    else:
        typer.echo(FORMATS[report_format.value](diagnostics), nl=False)
    typer.echo(as_summary(diagnostics, len(spec)), err=True)
    if found.has_errors(strict=strict):
        raise typer.Exit(FINDINGS)


@app.command(epilog="Example: asyncgen explain AG204")
def explain(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code of a finding, such as AG204.")],
) -> None:
    """Say at length what a finding means, with an example."""
    from asyncgen.codes import CODES
    from asyncgen.config import UsageError
    from asyncgen.diagnostics import did_you_mean
    from asyncgen.report import explained

    if code.upper() not in CODES:
        hint = did_you_mean(code.upper(), CODES) or f"codes are those from {min(CODES)} to {max(CODES)}"
        raise UsageError(f"there is no code '{code}'", hint)
    typer.echo(explained(code.upper()), nl=False)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit: 0 all well, 1 findings, 2 usage or environment, 3 a defect, 130 interrupted."""
    given = (sys.argv[1:] if arguments is None else list(arguments)) or ["--help"]
    gc.disable()  # the process ends soon; collecting takes a seventh of its time and frees next to nothing
    try:
        code = app(args=given, prog_name="asyncgen", standalone_mode=False)
    except typer.Exit as end:
        code = end.exit_code
    except (KeyboardInterrupt, typer.Abort):
        _complain("interrupted; nothing was written")
        code = INTERRUPTED
    except TyperException as error:
        _complain(error.format_message(), "asyncgen COMMAND --help shows the options")
        code = USAGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = USAGE
    except Exception as error:
        code = _explain(error, debug="--debug" in given)
    finally:
        gc.enable()
    sys.exit(code or 0)


def _explain(error: Exception, *, debug: bool) -> int:
    from asyncgen.config import UsageError

    if isinstance(error, UsageError):
        _complain(str(error), error.hint)
        return USAGE
    if isinstance(error, OSError) and not debug:
        reason = error.strerror or type(error).__name__
        _complain(f"{error.filename}: {reason}" if error.filename else reason)
        return USAGE
    if debug:
        import traceback

        traceback.print_exception(error)
    _complain(
        f"a defect of asyncgen {__version__}: {type(error).__name__}: {error}".splitlines()[0],
        "please report it with the document; --debug shows the traceback",
    )
    return DEFECT


def _complain(message: str, hint: str | None = None) -> None:
    typer.echo(f"asyncgen: {message}", err=True)
    if hint:
        typer.echo(f"          {hint}", err=True)


def _ref(text: str) -> tuple[str, Path]:
    from asyncgen.config import UsageError

    url, separator, file = text.rpartition("=")
    if not separator:
        raise UsageError(f"--ref {text}: not of the form URL=FILE")
    return url, Path(file)


def _show(diagnostics: Sequence[Diagnostic], verbose: bool, *, err: bool = True) -> None:
    """The findings: the first line alone in a pipe, with source line and hint for people."""
    from asyncgen.report import as_text, excerpt, printable

    if not (sys.stderr if err else sys.stdout).isatty():
        typer.echo(as_text(diagnostics, verbose=verbose), nl=False, err=err)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(
        stderr=err, highlight=False, soft_wrap=True, color_system=None if os.environ.get("NO_COLOR") else "auto"
    )
    for found in diagnostics:
        colour = {"error": "bold red", "warning": "bold yellow"}.get(found.severity, "bold blue")
        place = (f"{found.file}:{found.line}:{found.column}: ", "bold")
        console.print(Text.assemble(place, (f"{found.severity}[{found.code}]", colour), " ", printable(found.message)))
        for line in excerpt(found):
            console.print(Text(line, style="dim"))


def _finish_failed(diagnostics: Sequence[Diagnostic], strict: bool) -> NoReturn:
    errors = sum(found.severity == "error" for found in diagnostics)
    warnings = sum(found.severity == "warning" for found in diagnostics)
    counted = [_count(errors, "error")] if errors or not strict else []
    counted += [_count(warnings, "warning")] if strict and warnings else []
    typer.echo(f"{' and '.join(counted)}; nothing was written", err=True)
    raise typer.Exit(FINDINGS)


def _summarise(result: Result, report: Report) -> None:
    package = result.package
    if package is None or result.manifest is None:
        raise AssertionError("only what was generated is summarised")
    typer.echo(
        f"{_path(result.output)}: {_count(len(report.written), 'file')} written, {len(report.unchanged)} unchanged,"
        f" {len(report.removed)} removed"
    )
    for module in package.modules:
        published = sum(len(operation.sent) for operation in module.sends)
        received = sum(len(operation.received) for operation in module.receives)
        typer.echo(
            f"{module.protocol.title}, the {package.role}'s side: publishes {_count(published, 'message')},"
            f" receives {_count(received, 'message')}"
        )
        if bool(published) != bool(received):
            missing = "publishes" if not published else "receives"
            other = "client" if package.role == "application" else "application"
            typer.echo(f"  it {missing} nothing; the other side is --role {other}")
    typer.echo("the package needs:")
    for requirement in result.manifest.requirements:
        typer.echo(f'    "{requirement}",')


def _path(path: Path) -> str:
    return os.path.relpath(path) if path.is_absolute() else str(path)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
