"""Settings from the environment: what is missing is named, and no secret is shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest
from pydantic import SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict, SettingsError

from templates.kafka._settings import KafkaServer, KafkaSettings, Security, required


class ShopSettings(KafkaSettings):
    """Two servers, one with a variable and credentials."""

    model_config = SettingsConfigDict(env_prefix="SHOP_KAFKA_")

    server: Literal["open", "closed"] = required()
    region: Literal["eu", "us"] = "eu"
    stage: str | None = None
    user: str | None = None
    password: SecretStr | None = None
    certificate_file: str | None = None
    key_file: str | None = None

    servers: ClassVar[Mapping[str, KafkaServer]] = {
        "open": KafkaServer("open:9092"),
        "closed": KafkaServer(
            "{region}.{stage}:9093",
            variables=("region", "stage"),
            tls=True,
            security=(Security("scramSha512"), Security("X509")),
        ),
    }


class OpenSettings(KafkaSettings):
    """No server in the document."""

    model_config = SettingsConfigDict(env_prefix="OPEN_KAFKA_")


def test_the_environment_fills_every_field(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "SERVER": "closed",
        "STAGE": "prod.example",
        "USER": "ana",
        "PASSWORD": "hunter2",
        "CLIENT": json.dumps({"fetch.wait.max.ms": 20, "linger.ms": 3}),
        "CONNECT_TIMEOUT": "2.5",
        "REPLY_TOPICS": '["a", "b"]',
    }
    for name, value in given.items():
        monkeypatch.setenv(f"SHOP_KAFKA_{name}", value)
    settings = ShopSettings()
    assert settings.address() == "eu.prod.example:9093"
    assert settings.connect_timeout == 2.5
    assert settings.reply_topics == ("a", "b")
    assert settings.client_for("consumer") == {"fetch.wait.max.ms": 20}
    assert settings.client_for("producer") == {"linger.ms": 3}
    assert settings.connection() == {
        "bootstrap.servers": "eu.prod.example:9093",
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": "ana",
        "sasl.password": "hunter2",
    }


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "set SHOP_KAFKA_SERVER"),
        ({"server": "closed"}, "set SHOP_KAFKA_STAGE"),
        (
            {"server": "closed", "stage": "p", "user": "ana"},
            "set SHOP_KAFKA_USER and SHOP_KAFKA_PASSWORD, or SHOP_KAFKA_CERTIFICATE_FILE and SHOP_KAFKA_KEY_FILE",
        ),
    ],
)
def test_what_is_missing_is_named_by_its_variable(given: Mapping[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        ShopSettings(**given)


def test_with_no_server_in_the_document_the_address_is_asked_for() -> None:
    with pytest.raises(ValidationError, match="set OPEN_KAFKA_BOOTSTRAP_SERVERS"):
        OpenSettings()


def test_an_address_in_the_settings_goes_before_the_documents() -> None:
    assert ShopSettings(server="open", bootstrap_servers="here:1,there:2").address() == "here:1,there:2"


def test_another_error_beside_a_missing_value_says_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_KAFKA_CONNECT_TIMEOUT", "-1")
    monkeypatch.setenv("SHOP_KAFKA_CA_FILE", "/no/{such}/file")
    with pytest.raises(ValidationError, match="greater than 0") as caught:
        ShopSettings()
    assert "SHOP_KAFKA_SERVER" in str(caught.value)
    assert "{{" not in str(caught.value)


def test_no_secret_is_in_a_repr_or_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = ShopSettings(
        server="closed", stage="p", user="ana", password=SecretStr("hunter2"), client={"ssl.key.password": "hunter2"}
    )
    assert "hunter2" not in repr(settings) + str(settings)
    monkeypatch.setenv("SHOP_KAFKA_PASSWORD", "hunter2")
    for given in ({}, {"server": "closed"}, {"server": "hunter2"}, {"server": "open", "client": "hunter2"}):
        with pytest.raises(ValidationError) as caught:
            ShopSettings(**given)
        assert "hunter2" not in str(caught.value)
    monkeypatch.setenv("SHOP_KAFKA_CLIENT", "{hunter2")
    with pytest.raises(SettingsError) as broken:
        ShopSettings(server="open")
    assert "hunter2" not in str(broken.value) + str(broken.value.__cause__)


def test_an_empty_variable_is_as_none_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHOP_KAFKA_SERVER", "")
    monkeypatch.setenv("SHOP_KAFKA_CA_FILE", "")
    with pytest.raises(ValidationError, match="set SHOP_KAFKA_SERVER"):
        ShopSettings()
    authorities = tmp_path / "ca.pem"
    authorities.touch()
    monkeypatch.setenv("SHOP_KAFKA_CA_FILE", str(authorities))
    assert ShopSettings(server="open").connection()["ssl.ca.location"] == str(authorities)
