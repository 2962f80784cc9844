"""What the README shows does what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.brokers.kafka import Kafka

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
APPROVED = "order o-1 was approved by ana\n"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the README's example and the packages that its commands generate."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "fixtures").symlink_to(ROOT / "fixtures")
    [code] = [block for block in blocks("python") if block.startswith("# example.py")]
    (folder / "example.py").write_text(code)
    commands = [command for command in blocks("sh") if "asyncgen generate" in command]
    assert len(commands) == 2
    for command in commands:
        arguments = command.split("asyncgen generate", 1)[1].split()
        subprocess.run(
            [sys.executable, "-m", "asyncgen", "generate", *arguments], cwd=folder, check=True, capture_output=True
        )
    return folder


def test_the_example_runs_in_memory(example: Path) -> None:
    assert run(example) == APPROVED


@pytest.mark.broker
@pytest.mark.xdist_group("kafka")
def test_the_example_runs_on_kafka_by_its_settings(example: Path, kafka_broker: Kafka) -> None:
    [command] = [command for command in blocks("sh") if "ORDER_SERVICE_KAFKA_SERVER" in command]
    settings = dict(re.findall(r"(ORDER_SERVICE_KAFKA_\w+)=(\S+)", command))
    settings["ORDER_SERVICE_KAFKA_BOOTSTRAP_SERVERS"] = kafka_broker.bootstrap_servers
    assert run(example, **settings) == APPROVED


def test_the_command_is_shown_with_all_its_options() -> None:
    [shown] = [block for block in blocks("") if block.startswith("asyncgen generate SPEC")]
    done = subprocess.run(
        [sys.executable, "-m", "asyncgen", "generate", "--help"], capture_output=True, text=True, check=True
    )
    offered = set(re.findall(r"--[a-z-]+", done.stdout.partition("Options:")[2].partition("Example:")[0]))
    assert set(re.findall(r"--[a-z-]+", shown)) == offered - {"--help", "--debug"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def run(folder: Path, **settings: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "example.py"],
        cwd=folder,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
