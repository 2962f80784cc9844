"""The command: exit codes, what it prints, and where."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from asyncgen import __version__, cli, pipeline

ORDER_SERVICE = Path(__file__).parents[1] / "fixtures" / "order_service"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory with the Order Service's document."""
    shutil.copytree(ORDER_SERVICE, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    assert isinstance(end.value.code, int)
    return end.value.code


def test_generate_with_nothing_else_writes_a_folder_named_after_the_title(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("generate", "asyncapi-3.0.yaml", "--protocol", "kafka") == 0
    assert (here / "order_service" / "kafka" / "publisher.py").is_file()
    shown = capsys.readouterr()
    assert shown.err == ""
    assert re.search(r"^order_service: \d+ files written, 0 unchanged, 0 removed$", shown.out, re.MULTILINE)
    assert "Kafka, the application's side: publishes 2 messages, receives 1 message" in shown.out
    assert '    "confluent-kafka>=' in shown.out


def test_a_second_run_has_nothing_to_do(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("generate", "asyncapi-3.0.yaml", "--protocol", "kafka")
    capsys.readouterr()
    assert run("generate", "asyncapi-3.0.yaml", "--protocol", "kafka") == 0
    assert capsys.readouterr().out == "order_service is up to date\n"


def test_the_client_publishes_what_the_application_receives(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("generate", "asyncapi-3.0.yaml", "--protocol", "kafka", "--role", "client") == 0
    assert "Kafka, the client's side: publishes 1 message, receives 2 messages" in capsys.readouterr().out
    assert "async def place_order(" in (here / "order_service" / "kafka" / "publisher.py").read_text()


def test_an_empty_side_names_the_other_role(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("one.yaml").write_text(
        "asyncapi: 3.0.0\n"
        "info: {title: One, version: '1'}\n"
        "channels: {a: {address: a, messages: {m: {payload: {type: string}}}}}\n"
        "operations: {sendA: {action: send, channel: {$ref: '#/channels/a'}}}\n"
    )
    assert run("generate", "one.yaml", "--protocol", "kafka") == 0
    assert "it receives nothing; the other side is --role client" in capsys.readouterr().out


def test_the_document_may_come_from_standard_input(here: Path) -> None:
    text = b"asyncapi: 3.0.0\ninfo: {title: One, version: '1'}\nchannels: {}\noperations: {}\n"
    arguments = [sys.executable, "-m", "asyncgen", "generate", "-", "--protocol", "kafka"]
    done = subprocess.run(arguments, input=text, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert Path("one/models.py").is_file()


def test_without_protocol_the_servers_say_which(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("generate", "asyncapi-3.0.yaml") == 0
    assert "Kafka, the application's side" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["missing.yaml"], "asyncgen: missing.yaml: no such file\n"),
        (["."], "asyncgen: .: a folder, not a file\n"),
        (["asyncapi-3.0.yaml", "--protocol", "carrier-pigeon"], "asyncgen: unknown protocol 'carrier-pigeon'\n"),
        (["asyncapi-3.0.yaml", "--protocol", "kafka", "--output", "my-package"], "'my-package' cannot be one"),
        (["asyncapi-3.0.yaml", "--protocol", "kafka", "--output", "class"], "'class' cannot be one"),
        (["asyncapi-3.0.yaml", "--protocol", "kafka", "--ref", "nothing"], "--ref nothing: not of the form URL=FILE"),
        (["asyncapi-3.0.yaml", "--colour", "red"], "No such option"),
        (["asyncapi-3.0.yaml", "--formatter", "prettier"], "prettier"),
    ],
)
def test_what_no_document_could_mend_is_said_and_ends_with_2(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    before = sorted(here.rglob("*"))
    assert run("generate", *arguments) == 2
    shown = capsys.readouterr()
    assert complaint in shown.err
    assert "Traceback" not in shown.err
    assert shown.out == ""
    assert sorted(here.rglob("*")) == before


def test_without_protocol_and_servers_the_command_says_what_could_be_given(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("one.yaml").write_text("asyncapi: 3.0.0\ninfo: {title: One, version: '1'}\nchannels: {}\noperations: {}\n")
    assert run("generate", "one.yaml") == 2
    assert "give --protocol: asyncgen has" in capsys.readouterr().err


def test_a_folder_of_somebodys_files_is_left_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("mine\n")
    assert run("generate", "asyncapi-3.0.yaml", "--protocol", "kafka", "--output", "mine") == 1
    assert "mine:1:1: error[AG701]" in capsys.readouterr().err
    assert [path.name for path in Path("mine").iterdir()] == ["notes.txt"]


def test_what_an_interrupted_run_left_is_finished_first(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("generate", "asyncapi-3.0.yaml", "--protocol", "kafka")
    with monkeypatch.context() as patched:
        patched.setattr("asyncgen.output._finish", lambda *_: None)  # killed once the journal is there
        run("generate", "asyncapi-3.0.yaml", "--protocol", "kafka", "--role", "client")
    assert run("generate", "asyncapi-3.0.yaml", "--protocol", "kafka", "--role", "client") == 0
    assert "async def place_order(" in Path("order_service/kafka/publisher.py").read_text()
    assert not [path for path in Path("order_service").rglob(".asyncgen*") if path.name != ".asyncgen.json"]
    assert not list(Path("order_service").rglob("*.asyncgen-new"))


def test_an_edited_file_is_kept_until_force(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("generate", "asyncapi-3.0.yaml", "--protocol", "kafka")
    models = Path("order_service/models.py")
    models.write_text("mine = 1\n")
    assert run("generate", "asyncapi-3.0.yaml", "--protocol", "kafka") == 1
    assert f"{models}:1:1: error[AG701] models.py was edited" in capsys.readouterr().err
    assert models.read_text() == "mine = 1\n"
    assert run("generate", "asyncapi-3.0.yaml", "--protocol", "kafka", "--force") == 0
    assert "class Order(" in models.read_text()


def test_a_folder_that_cannot_be_written_ends_with_2(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("file").write_text("")
    assert run("generate", "asyncapi-3.0.yaml", "--protocol", "kafka", "--output", "file/package") == 2
    assert "asyncgen: " in capsys.readouterr().err


def test_a_defect_is_one_line_and_ends_with_3(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("out of cheese")

    monkeypatch.setattr(pipeline, "plan", broken)
    assert run("generate", "asyncapi-3.0.yaml", "--protocol", "kafka") == 3
    assert capsys.readouterr().err.startswith(
        f"asyncgen: a defect of asyncgen {__version__}: RuntimeError: out of cheese\n"
    )


def test_debug_shows_the_traceback_of_a_defect(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("out of cheese")

    monkeypatch.setattr(pipeline, "plan", broken)
    assert run("generate", "asyncapi-3.0.yaml", "--protocol", "kafka", "--debug") == 3
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_ends_with_130(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "plan", interrupted)
    assert run("generate", "asyncapi-3.0.yaml", "--protocol", "kafka") == 130
    assert not (here / "order_service").exists()


def test_warnings_count_when_strict(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("one.yaml").write_text("asyncapi: 3.0.0\ninfo: {title: One, version: '1'}\nchannels: {a: {address: a/b}}\n")
    assert run("generate", "one.yaml", "--protocol", "kafka", "--strict") == 1
    assert re.search(r"\d warnings?; nothing was written\n$", capsys.readouterr().err)
    assert not Path("one").exists()


def test_the_version() -> None:
    done = subprocess.run([sys.executable, "-m", "asyncgen", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"asyncgen {__version__}\n"


def test_protocols_says_what_becomes_of_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("protocols") == 0
    shown = capsys.readouterr().out
    assert "kafka: Kafka (also for servers of protocol kafka-secure)" in shown
    assert re.search(r"channel +topic +the topic, in place of the channel's address", shown)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, asyncgen.cli\n"
        "heavy = {'yaml', 'jinja2', 'datamodel_code_generator', 'pydantic', 'black', 'rich', 'jsonschema_rs'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
