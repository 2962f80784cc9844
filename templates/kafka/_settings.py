"""How to reach Kafka: settings from the environment or from code, and what the client library makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, FilePath, SecretStr, ValidationError, model_validator
from pydantic.functional_validators import ModelWrapValidatorHandler
from pydantic_core import InitErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["KafkaServer", "KafkaSettings", "Scheme", "Security", "required"]

Scheme = Literal[
    "userPassword", "plain", "scramSha256", "scramSha512", "X509", "oauth2"
]

NEEDS: Mapping[str, tuple[str, ...]] = {
    "userPassword": ("user", "password"),
    "plain": ("user", "password"),
    "scramSha256": ("user", "password"),
    "scramSha512": ("user", "password"),
    "X509": ("certificate_file", "key_file"),
    "oauth2": ("oauth_client_id", "oauth_client_secret"),
}
"""The settings of each security scheme."""

MECHANISMS = {
    "userPassword": "PLAIN",
    "plain": "PLAIN",
    "scramSha256": "SCRAM-SHA-256",
    "scramSha512": "SCRAM-SHA-512",
    "oauth2": "OAUTHBEARER",
}

CONSUMER_ONLY = (
    "group.",
    "auto.",
    "enable.auto.",
    "enable.partition.eof",
    "fetch.",
    "heartbeat.",
    "isolation.level",
    "max.poll.",
    "max.partition.fetch.",
    "partition.assignment.",
    "queued.",
    "session.timeout.ms",
)
PRODUCER_ONLY = (
    "acks",
    "batch.",
    "compression.",
    "delivery.timeout.ms",
    "enable.idempotence",
    "linger.ms",
    "message.timeout.ms",
    "partitioner",
    "queue.buffering.",
    "request.required.acks",
    "request.timeout.ms",
    "sticky.",
    "transactional.id",
)


@dataclass(frozen=True, slots=True)
class Security:
    """One security scheme of a server; `token_url` and `scopes` are those of OAuth2 client credentials."""

    scheme: Scheme
    token_url: str | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KafkaServer:
    """A server of the document."""

    address: str
    """`host:port`, several joined by commas, with variables in braces."""
    variables: tuple[str, ...] = ()
    """The settings that the variables are."""
    tls: bool = False
    security: tuple[Security | tuple[Security, ...], ...] = ()
    """Alternatives, the first whose settings are all given; a tuple asks for all of its schemes."""


def required() -> Any:
    """A setting that has to be given, by the environment or in code."""
    return Field()


class KafkaSettings(BaseSettings):
    """What every Kafka publisher and subscriber can be told. Seconds throughout."""

    model_config = SettingsConfigDict(
        hide_input_in_errors=True, env_ignore_empty=True, validate_default=False
    )

    servers: ClassVar[Mapping[str, KafkaServer]] = {}

    bootstrap_servers: str | None = None
    """`host:port`, several joined by commas; instead of the address in the document."""
    group_id: str | None = None
    """The consumer group of a subscriber; instead of the document's."""
    client_id: str | None = None
    """The name by which brokers know this client."""
    connect_timeout: float = Field(default=30.0, gt=0)
    """How long to try to reach a broker, at first and after an outage."""
    publish_timeout: float = Field(default=30.0, gt=0)
    """How long a message may take to be confirmed."""
    close_timeout: float = Field(default=10.0, ge=0)
    """For what is queued when a publisher closes."""
    drain_timeout: float = Field(default=30.0, ge=0)
    """For running handlers when a subscriber stops."""
    offset_reset: Literal["earliest", "latest"] = "earliest"
    """Where a new consumer group starts."""
    reply_topic: str | None = None
    """Where replies come, for requests whose document leaves that open."""
    reply_topics: tuple[str, ...] = ()
    """Reply topics that requests may name beside the document's."""
    max_in_progress: int = Field(default=2000, ge=1)
    """Messages that are received and not yet handled, before no more are taken."""
    ca_file: FilePath | None = None
    """The certificate authorities to trust, instead of the system's."""
    client: dict[str, Any] = Field(default_factory=dict[str, Any], repr=False)
    """Anything that librdkafka takes beyond that, passed on as it is and last."""

    @model_validator(mode="wrap")
    @classmethod
    def _name_what_is_missing(
        cls, given: Any, handler: ModelWrapValidatorHandler[Self]
    ) -> Self:
        """Say by which environment variable a missing setting is given."""
        try:
            settings = handler(given)
        except ValidationError as error:
            details = error.errors(include_url=False)
            if all(each["type"] != "missing" for each in details):
                raise
            raise ValidationError.from_exception_data(
                cls.__name__, [cls._named(each) for each in details], hide_input=True
            ) from None
        settings._check_server()
        return settings

    @classmethod
    def _named(cls, detail: Any) -> InitErrorDetails:
        name = str(detail["loc"][0]) if detail["loc"] else ""
        message = (
            f"set {cls.variable(name)}"
            if detail["type"] == "missing"
            else str(detail["msg"])
        )
        kind = _custom(detail["type"], message)
        return InitErrorDetails(type=kind, loc=detail["loc"], input=None)

    @classmethod
    def variable(cls, name: str) -> str:
        """The environment variable of a setting."""
        return f"{cls.model_config.get('env_prefix', '')}{name}".upper()

    def _check_server(self) -> None:
        """Whether all is given that the chosen server needs."""
        server = self._server()
        needed = server.variables if server is not None else ("bootstrap_servers",)
        for name in needed if self.bootstrap_servers is None else ():
            if getattr(self, name) is None:
                raise _custom("missing", f"set {self.variable(name)}")
        if server is None or not server.security or self._security() is not None:
            return
        alternatives = [
            " and ".join(
                self.variable(name)
                for each in _schemes(one)
                for name in NEEDS[each.scheme]
            )
            for one in server.security
        ]
        raise _custom(
            "missing", f"credentials are missing: set {', or '.join(alternatives)}"
        )

    def _server(self) -> KafkaServer | None:
        name = getattr(self, "server", None)
        return (
            self.servers.get(name)
            if name is not None
            else next(iter(self.servers.values()), None)
        )

    def _security(self) -> Sequence[Security] | None:
        """The first alternative whose settings are all given."""
        server = self._server()
        for alternative in server.security if server else ():
            schemes = _schemes(alternative)
            if all(
                getattr(self, name, None) is not None
                for each in schemes
                for name in NEEDS[each.scheme]
            ):
                return schemes
        return None

    def address(self) -> str:
        """`host:port`, several joined by commas."""
        if self.bootstrap_servers is not None:
            return self.bootstrap_servers
        server = self._server()
        if server is None:
            raise ValueError(f"set {self.variable('bootstrap_servers')}")
        filled = server.address
        for name in server.variables:
            filled = filled.replace(f"{{{name}}}", str(getattr(self, name)))
        return filled

    def connection(self) -> dict[str, Any]:
        """The client library's configuration of the connection; it holds secrets."""
        server = self._server()
        schemes = self._security() or ()
        sasl = [each for each in schemes if each.scheme in MECHANISMS]
        tls = server is not None and (
            server.tls or any(each.scheme == "X509" for each in schemes)
        )
        protocol = (
            ("SASL_SSL" if tls else "SASL_PLAINTEXT")
            if sasl
            else ("SSL" if tls else "PLAINTEXT")
        )
        config: dict[str, Any] = {
            "bootstrap.servers": self.address(),
            "security.protocol": protocol,
        }
        if self.client_id is not None:
            config["client.id"] = self.client_id
        if self.ca_file is not None:
            config["ssl.ca.location"] = str(self.ca_file)
        for each in schemes:
            config.update(self._scheme(each))
        return config

    def client_for(
        self, role: Literal["producer", "consumer", "admin"]
    ) -> dict[str, Any]:
        """The `client` settings for a role; those of another, which would only be warned of, are left out."""
        others = {
            "producer": CONSUMER_ONLY,
            "consumer": PRODUCER_ONLY,
            "admin": CONSUMER_ONLY + PRODUCER_ONLY,
        }[role]
        return {
            name: value
            for name, value in self.client.items()
            if not name.startswith(others)
        }

    def _scheme(self, security: Security) -> dict[str, Any]:
        first, second = (self._plain(name) for name in NEEDS[security.scheme])
        if security.scheme == "X509":
            config = {"ssl.certificate.location": first, "ssl.key.location": second}
            password = self._plain("key_password")
            return (
                config if password is None else {**config, "ssl.key.password": password}
            )
        mechanism = {"sasl.mechanism": MECHANISMS[security.scheme]}
        if security.scheme == "oauth2":
            config = {
                "sasl.oauthbearer.method": "oidc",
                "sasl.oauthbearer.client.id": first,
                "sasl.oauthbearer.client.secret": second,
                "sasl.oauthbearer.token.endpoint.url": security.token_url,
            }
            scope = " ".join(security.scopes)
            return {
                **mechanism,
                **config,
                **({"sasl.oauthbearer.scope": scope} if scope else {}),
            }
        return {**mechanism, "sasl.username": first, "sasl.password": second}

    def _plain(self, name: str) -> str | None:
        value = getattr(self, name, None)
        if value is None:
            return None
        return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _schemes(alternative: Security | tuple[Security, ...]) -> tuple[Security, ...]:
    return (alternative,) if isinstance(alternative, Security) else alternative


def _custom(kind: Any, message: Any) -> PydanticCustomError:
    """An error of a message that is not known to a type checker."""
    return PydanticCustomError(kind, message)
