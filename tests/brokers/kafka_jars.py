"""Apache Kafka's jars, fetched once by Maven into the user's cache, and the Java that runs them.

`python -m tests.brokers.kafka_jars` fetches them now and prints their folder.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

POM = Path(__file__).with_name("pom.xml")
OLDEST_JAVA = 17
FETCH_DEADLINE = 600


class KafkaUnavailableError(Exception):
    """Apache Kafka cannot be had on this machine; the text says what to install."""


def kafka_version() -> str:
    """Gives the version of Apache Kafka that pom.xml names."""
    pom = ElementTree.parse(POM)
    version = pom.findtext("{*}properties/{*}kafka.version")
    assert version, f"{POM} names no kafka.version"
    return version


def java() -> str:
    """Gives the Java to run Kafka with: JAVA_HOME's, else the one on the path."""
    home = os.environ.get("JAVA_HOME")
    command = str(Path(home, "bin", "java")) if home else "java"
    missing = KafkaUnavailableError(f"install Java {OLDEST_JAVA} or later (Debian: openjdk-17-jre-headless)")
    try:
        answer = subprocess.run(
            [command, "-version"],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
    except (OSError, subprocess.CalledProcessError):
        raise missing from None
    version = re.search(r'version "(\d+)', answer.stderr)
    if version is None or int(version[1]) < OLDEST_JAVA:
        raise missing
    return command


def kafka_jars() -> Path:
    """Gives the folder with Kafka's jars, which is filled first when it is not there.

    Several processes may ask at once: one fetches, the others wait for it.
    Raises KafkaUnavailableError without Maven, or when Maven cannot fetch them.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "asyncgen")
    folder = cache / f"kafka-{kafka_version()}"
    if _is_complete(folder):
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with Path(cache, "kafka.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_complete(folder):
            _fetch_into(folder)
    return folder


def _is_complete(folder: Path) -> bool:
    """The pom is copied last, so a folder with this very pom has all that it asks for."""
    copy = folder / POM.name
    return copy.is_file() and copy.read_bytes() == POM.read_bytes()


def _fetch_into(folder: Path) -> None:
    if shutil.which("mvn") is None:
        raise KafkaUnavailableError("install Maven (Debian: maven)")
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        fetched = Path(temporary, "jars")
        command = ["mvn", "-q", "-B", "-f", str(POM), "dependency:copy-dependencies"]
        try:
            subprocess.run(
                [*command, f"-DoutputDirectory={fetched}"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=True,
                timeout=FETCH_DEADLINE,
            )
        except subprocess.CalledProcessError as error:
            raise KafkaUnavailableError(f"Maven cannot fetch Apache Kafka:\n{error.stdout}") from None
        except subprocess.TimeoutExpired:
            raise KafkaUnavailableError(f"Maven took over {FETCH_DEADLINE} s for Apache Kafka") from None
        shutil.copy(POM, fetched)
        shutil.rmtree(folder, ignore_errors=True)
        fetched.rename(folder)


if __name__ == "__main__":
    try:
        java()
        print(kafka_jars())
    except KafkaUnavailableError as unavailable:
        sys.exit(f"no Apache Kafka for the tests: {unavailable}")
