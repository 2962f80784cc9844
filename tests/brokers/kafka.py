"""Apache Kafka for tests: one node in KRaft mode on 127.0.0.1, started and disturbed at will."""

import os
import signal
import subprocess
import time
from functools import cached_property
from pathlib import Path

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from tests.brokers.ports import free_ports
from tests.brokers.waiting import wait_until

START_DEADLINE = 60.0
STOP_DEADLINE = 30.0
ANSWER_DEADLINE = 20.0

# A test's broker is started often and works little: these take a quarter off its start.
JVM_OPTIONS = (
    "-Xmx512m",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
    "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config=warn",
)
CLUSTER_ID = "YXN5bmNnZW4tdGVzdHMtMQ"


class Kafka:
    """An Apache Kafka that runs somewhere, and what tests ask of it beside the code under test."""

    def __init__(self, bootstrap_servers: str) -> None:
        self.bootstrap_servers = bootstrap_servers

    @cached_property
    def admin(self) -> AdminClient:
        """confluent-kafka's AdminClient for this Kafka."""
        return AdminClient(
            {
                "bootstrap.servers": self.bootstrap_servers,
                "reconnect.backoff.ms": 20,
                "reconnect.backoff.max.ms": 200,
                "log_level": 0,
            }
        )

    def create_topic(self, name: str, *, partitions: int = 1, config: dict[str, str] | None = None) -> None:
        """Makes a topic and returns when every partition of it can be written to."""
        topic = NewTopic(name, partitions, replication_factor=1, config=config or {})
        self.admin.create_topics([topic])[name].result(ANSWER_DEADLINE)
        wait_until(
            lambda: name in self.topics() and self._has_leaders(),
            f"topic {name} is ready",
            timeout=ANSWER_DEADLINE,
        )

    def delete_topic(self, name: str) -> None:
        """Removes a topic, its messages and the offsets of its groups; returns when it is gone."""
        self.admin.delete_topics([name])[name].result(ANSWER_DEADLINE)
        wait_until(
            lambda: name not in self.topics(),
            f"topic {name} is gone",
            timeout=ANSWER_DEADLINE,
        )

    def topics(self) -> set[str]:
        """Gives the names of all topics, Kafka's own among them."""
        return set(self.admin.list_topics(timeout=ANSWER_DEADLINE).topics)

    def read(self, topic: str, count: int, *, timeout: float = ANSWER_DEADLINE) -> list[Message]:
        """Gives the first `count` messages of a topic, those of one partition in order.

        Commits nothing. Raises AssertionError when there are fewer after `timeout` seconds.
        """
        metadata = self.admin.list_topics(topic, timeout=ANSWER_DEADLINE)
        consumer = Consumer(
            {
                "bootstrap.servers": self.bootstrap_servers,
                "group.id": "asyncgen-tests-reader",
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 20,
            }
        )
        consumer.assign([TopicPartition(topic, number, 0) for number in metadata.topics[topic].partitions])
        messages: list[Message] = []
        deadline = time.monotonic() + timeout
        while len(messages) < count and (left := deadline - time.monotonic()) > 0:
            received = consumer.consume(count - len(messages), timeout=left)
            messages += [message for message in received if message.error() is None]
        consumer.close()
        assert len(messages) == count, f"{len(messages)} of {count} messages in {topic}"
        return messages

    def _has_leaders(self) -> bool:
        topics = self.admin.list_topics(timeout=ANSWER_DEADLINE).topics.values()
        return all(partition.leader >= 0 for topic in topics for partition in topic.partitions.values())


class KafkaBroker(Kafka):
    """One node of its own, broker and controller in one process, which tests may stop, kill and freeze.

    Its data lies in `folder`, so that it comes back on the same port with what it had.
    """

    def __init__(self, folder: Path, *, java: str, jars: Path) -> None:
        self.port, self.controller_port = free_ports(2)
        super().__init__(f"127.0.0.1:{self.port}")
        self.log = folder / "broker.log"
        self._data = folder / "data"
        self._properties = folder / "server.properties"
        self._command = [java, *JVM_OPTIONS, "-cp", f"{jars}/*"]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the node, and returns when it answers. Nothing to do while it runs."""
        if self.is_running:
            return
        if not self._data.exists():
            self._format()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command, "kafka.Kafka", str(self._properties)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_for_answer()

    def stop(self) -> None:
        """Ends the node in order (SIGTERM), and by force when it does not end."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends the node at once (SIGKILL)."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Freezes the node (SIGSTOP): its connections stay open and nothing answers."""
        process = self._running()
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)

    def resume(self) -> None:
        """Lets a frozen node go on (SIGCONT), and returns when it answers."""
        self._running().send_signal(signal.SIGCONT)
        self._wait_for_answer()

    def restart(self) -> None:
        """Stops the node in order and starts it again, on the same port with the same data."""
        self.stop()
        self.start()

    def recover(self) -> None:
        """Brings the node back from whatever a test did to it."""
        if self.is_running:
            self.resume()
        else:
            self.start()

    @property
    def is_running(self) -> bool:
        """Whether there is a process, frozen or not."""
        return self._process is not None and self._process.poll() is None

    def log_tail(self, lines: int = 60) -> str:
        """Gives the end of the node's log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _format(self) -> None:
        self._properties.write_text(self._server_properties())
        format_storage = ["kafka.tools.StorageTool", "format", "--standalone"]
        options = ["--cluster-id", CLUSTER_ID, "--config", str(self._properties)]
        with self.log.open("ab") as log:
            subprocess.run(
                [*self._command, *format_storage, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=True,
                timeout=START_DEADLINE,
            )

    def _server_properties(self) -> str:
        listeners = f"CLIENTS://{self.bootstrap_servers},CONTROLLER://127.0.0.1:{self.controller_port}"
        properties = {
            "node.id": 1,
            "process.roles": "broker,controller",
            "log.dirs": self._data,
            "listeners": listeners,
            "advertised.listeners": listeners,
            "listener.security.protocol.map": "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "CLIENTS",
            "controller.listener.names": "CONTROLLER",
            "controller.quorum.bootstrap.servers": f"127.0.0.1:{self.controller_port}",
            # A topic that nobody made is a mistake of the test or of the code under test.
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": 1,
            "offsets.topic.num.partitions": 2,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "transaction.state.log.num.partitions": 2,
            "share.coordinator.state.topic.replication.factor": 1,
            "share.coordinator.state.topic.min.isr": 1,
            "group.initial.rebalance.delay.ms": 0,
            # A killed node may come back only when its old session is over: 9 s if this said nothing.
            "broker.session.timeout.ms": 2000,
            "broker.heartbeat.interval.ms": 250,
        }
        return "".join(f"{name}={value}\n" for name, value in properties.items())

    def _wait_for_answer(self) -> None:
        try:
            wait_until(self._answers, "Kafka answers", timeout=START_DEADLINE)
        except (TimeoutError, RuntimeError) as error:
            self.kill()
            raise RuntimeError(f"{error}\n{self.log_tail()}") from None

    def _answers(self) -> bool:
        if not self.is_running:
            raise RuntimeError("Kafka ended instead of starting")
        try:
            return bool(self.admin.list_topics(timeout=1).brokers) and self._has_leaders()
        except KafkaException:
            return False

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        self._process.send_signal(signal.SIGCONT)  # a frozen process handles no SIGTERM
        try:
            self._process.wait(STOP_DEADLINE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _running(self) -> subprocess.Popen[bytes]:
        assert self.is_running, "Kafka does not run"
        assert self._process is not None
        return self._process
