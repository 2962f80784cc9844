"""JSON Schema's types as pydantic types, and the base class of the models.

The types differ from Python's own where JSON Schema does: `"1"` and `true` are no integers and `1.0` is one, a number
stays the int or float that it was, a date-time has an offset and is never a number.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from fractions import Fraction
from functools import partial
from ipaddress import IPv4Address, IPv6Address
from operator import is_
from typing import Annotated, Any, ClassVar, Never, TypeAlias, cast, get_args
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    Strict,
    StringConstraints,
    ValidationInfo,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DURATION = (
    r"P(?:[0-9]+W|(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)"
    r"(?:T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S))?"
    r"|T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S))"
)


class _Core:
    """Gives an annotated type its pydantic-core schema."""

    def __init__(self, schema: CoreSchema) -> None:
        self.schema = schema

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return self.schema


def _text(pattern: str) -> CoreSchema:
    return core_schema.str_schema(pattern=f"^(?:{pattern})$")


def _parsed(pattern: str, json: CoreSchema, python: CoreSchema) -> _Core:
    """A type that stands as text of that pattern in JSON."""
    return _Core(
        core_schema.json_or_python_schema(
            json_schema=core_schema.chain_schema([_text(pattern), json]),
            python_schema=python,
        )
    )


def _address(pattern: str, kind: type[IPv4Address | IPv6Address]) -> _Core:
    parse = core_schema.no_info_after_validator_function(kind, _text(pattern))
    python = core_schema.union_schema(
        [core_schema.is_instance_schema(kind), parse], mode="left_to_right"
    )
    return _Core(
        core_schema.json_or_python_schema(
            parse, python, serialization=core_schema.to_string_ser_schema()
        )
    )


_FINITE = core_schema.float_schema(strict=True, allow_inf_nan=False)

JsonBool: TypeAlias = Annotated[bool, Strict()]


_INTEGER = "asyncgen: integer"


def _integer(least: int | None = None, most: int | None = None) -> _Core:
    whole = core_schema.int_schema(strict=True, ge=least, le=most)
    from_float = core_schema.chain_schema(
        [_FINITE, core_schema.int_schema(ge=least, le=most)]
    )
    kind = "int_type" if least is None else None
    return _Core(
        core_schema.union_schema(
            [whole, from_float],
            mode="left_to_right",
            custom_error_type=kind,
            metadata={_INTEGER: True},
        )
    )


JsonInt: TypeAlias = Annotated[int, _integer()]
"""An integer: `1.0` is one in JSON."""
JsonInt32: TypeAlias = Annotated[int, _integer(-(2**31), 2**31 - 1)]
JsonInt64: TypeAlias = Annotated[int, _integer(-(2**63), 2**63 - 1)]
JsonUInt32: TypeAlias = Annotated[int, _integer(0, 2**32 - 1)]
JsonUInt64: TypeAlias = Annotated[int, _integer(0, 2**64 - 1)]
JsonNumber: TypeAlias = Annotated[
    int | float,
    _Core(
        core_schema.union_schema(
            [core_schema.int_schema(strict=True), _FINITE],
            mode="left_to_right",
            custom_error_type="float_type",
        )
    ),
]
"""A number, which stays the int or float that it was."""
JsonNever: TypeAlias = Annotated[
    Never, _Core(core_schema.is_instance_schema(type("Nothing", (), {})))
]
"""What nothing is valid for."""


def _with_leap_second(
    pattern: str, schema: CoreSchema, parse: Callable[[str], Any], error: Any
) -> _Core:
    """A time of day as text; a leap second, which Python has not, is the second after it."""
    return _Core(
        core_schema.json_or_python_schema(
            json_schema=core_schema.union_schema(
                [
                    core_schema.chain_schema([_text(pattern), schema]),
                    core_schema.chain_schema(
                        [
                            _text(pattern),
                            core_schema.no_info_plain_validator_function(parse),
                        ]
                    ),
                ],
                mode="left_to_right",
                custom_error_type=error,
                custom_error_context={"error": "it is not as RFC 3339 has it"},
            ),
            python_schema=schema,
        )
    )


def _leap_second(text: str) -> datetime:
    if text[17:19] != "60":
        raise ValueError("no leap second")
    try:
        moment = datetime.fromisoformat(f"{text[:17]}59{text[19:]}".upper())
        after = moment + timedelta(seconds=1)
        utc = after.astimezone(UTC)
    except OverflowError:
        raise ValueError("beyond the years that Python has") from None
    if (utc.hour, utc.minute, utc.second) != (0, 0, 0):
        raise ValueError("no leap second")
    return after


JsonDatetime: TypeAlias = Annotated[
    datetime,
    _with_leap_second(
        f"{_DATE}[Tt]{_TIME}",
        core_schema.datetime_schema(tz_constraint="aware"),
        _leap_second,
        "datetime_parsing",
    ),
]
"""RFC 3339 with an offset, which is kept."""
JsonDate: TypeAlias = Annotated[
    date, _parsed(_DATE, core_schema.date_schema(), core_schema.date_schema())
]
JsonTime: TypeAlias = Annotated[
    time,
    _with_leap_second(
        _TIME,
        core_schema.time_schema(tz_constraint="aware"),
        lambda text: _leap_second(f"2000-01-01T{text}").timetz(),
        "time_parsing",
    ),
]
"""RFC 3339 with an offset."""
JsonUUID: TypeAlias = Annotated[
    UUID,
    _parsed(
        "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
        core_schema.uuid_schema(),
        core_schema.uuid_schema(),
    ),
]
JsonIPv4: TypeAlias = Annotated[IPv4Address, _address(r"[0-9.]+", IPv4Address)]
JsonIPv6: TypeAlias = Annotated[IPv6Address, _address(r"[0-9A-Fa-f:.]+", IPv6Address)]
JsonDuration: TypeAlias = Annotated[str, StringConstraints(pattern=f"^{_DURATION}$")]
"""ISO 8601 as text, such as `P1M`: not every duration is a timedelta."""
JsonEmail: TypeAlias = Annotated[
    str,
    StringConstraints(
        pattern=rf'^(?:{_ATOM}(?:\.{_ATOM})*|"(?:[^"\\\r\n]|\\.)*")@(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Za-z:.]+\])$'
    ),
]
JsonHostname: TypeAlias = Annotated[
    str, StringConstraints(max_length=253, pattern=rf"^{_LABEL}(?:\.{_LABEL})*$")
]


class MultipleOf:
    """`multipleOf` by exact arithmetic: 0.3 is a multiple of 0.1, which binary fractions deny."""

    def __init__(self, divisor: str) -> None:
        self.divisor = Fraction(divisor)
        self.text = divisor

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return unless_null(
            handler(source),
            lambda schema: core_schema.no_info_after_validator_function(
                self._check, schema
            ),
        )

    def _check(self, value: float) -> float:
        if Fraction(repr(value)) % self.divisor:
            raise PydanticCustomError(
                "multiple_of",
                "Input should be a multiple of {divisor}",
                {"divisor": self.text},
            )
        return value


class _Exact:
    """Tells true from 1 and false from 0, as JSON does."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        allowed = [
            value for part in (source, *get_args(source)) for value in get_args(part)
        ]

        def check(value: Any) -> Any:
            if not isinstance(value, bool | int | float):
                return value
            for one in allowed:
                if value == one and isinstance(value, bool) == isinstance(one, bool):
                    return one
            expected = " or ".join(map(repr, allowed))
            raise PydanticCustomError(
                "literal_error", "Input should be {expected}", {"expected": expected}
            )

        return unless_null(
            handler(source),
            lambda schema: core_schema.no_info_before_validator_function(check, schema),
        )


def unless_null(
    schema: CoreSchema, wrap: Callable[[CoreSchema], CoreSchema]
) -> CoreSchema:
    """A schema wrapped, inside of what lets null pass where there is that."""
    if schema["type"] == "nullable":
        return cast(CoreSchema, {**schema, "schema": wrap(schema["schema"])})
    return wrap(schema)


EXACT = _Exact()


class JsonIntEnum(IntEnum):
    """An enum of integers, which are neither text nor booleans in JSON."""

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        members = handler(source)
        return core_schema.json_or_python_schema(
            core_schema.chain_schema([_integer().schema, members]), members
        )


_MAY_BE_NULL = "asyncgen: may be null"

NULL: Any = Field(default=None, json_schema_extra={_MAY_BE_NULL: True})
"""The default of a property that may be absent and may be null: unset it is absent, None is null.

A property whose default is a plain None may be absent, and is never null on the wire.
"""


def defaults_to(value: Any) -> Any:
    """The default of a property, as it stands in the document: every model gets a value of its own."""
    return Field(default_factory=partial(deepcopy, value), validate_default=True)


class JsonModel(BaseModel):
    """A JSON object. Python names in constructors, the document's names on the wire.

    What was not given is not written, so that an absent property stays absent; a property of one fixed value is always
    written. Properties that the schema does not name are kept.
    """

    model_config = ConfigDict(
        extra="allow",
        validate_by_name=True,
        validate_by_alias=True,
        protected_namespaces=(),
        defer_build=True,
    )

    wrap__: ClassVar[Callable[[CoreSchema], CoreSchema] | None] = None
    """What is checked beside the properties."""
    fixed_members__: ClassVar[frozenset[str]] = frozenset()
    """The required properties of one fixed value."""

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        schema: Any = handler(source)
        if schema["type"] != "model" or schema["schema"]["type"] != "model-fields":
            return cast(CoreSchema, schema)
        fields: dict[str, Any] = schema["schema"]["fields"]
        for name, field in fields.items():
            field["schema"] = _limits_inside(field["schema"])
            extra = cls.model_fields[name].json_schema_extra
            if not (isinstance(extra, dict) and _MAY_BE_NULL in extra):
                _refuse_null(field)
        cls.fixed_members__ = frozenset(
            name for name, field in fields.items() if _is_fixed(field["schema"])
        )
        if not cls.fixed_members__ and cls.wrap__ is None:
            return cast(CoreSchema, schema)
        reference = schema.pop("ref", None)
        if cls.fixed_members__:
            schema = core_schema.with_info_after_validator_function(_set_fixed, schema)
        if cls.wrap__ is not None:
            schema = cls.wrap__(schema)
        if reference is not None:
            schema["ref"] = reference
        return cast(CoreSchema, schema)


def _limits_inside(schema: Any) -> Any:
    """Have the limits of an integer checked by pydantic-core, which has them as Python functions around a union."""
    if schema["type"] in ("default", "nullable"):
        return {**schema, "schema": _limits_inside(schema["schema"])}
    limits: dict[str, Any] = {}
    inner = schema
    while inner["type"] == "function-after" and isinstance(
        function := inner["function"]["function"], partial
    ):
        if not function.keywords.keys() <= {"ge", "gt", "le", "lt"}:
            return schema
        limits.update(function.keywords)
        inner = inner["schema"]
    if not limits or not inner.get("metadata", {}).get(_INTEGER):
        return schema
    return core_schema.chain_schema(
        [inner, core_schema.int_schema(strict=True, **limits)]
    )


def _is_fixed(schema: Any) -> bool:
    if schema["type"] != "default":
        return False
    inner = (
        schema["schema"]["schema"]
        if schema["schema"]["type"] == "function-before"
        else schema["schema"]
    )
    return inner["type"] == "literal" and bool(
        inner["expected"] == [schema.get("default")]
    )


def _refuse_null(field: Any) -> None:
    """Let JSON leave the property out but not send null; Python's None means left out."""
    outer = field["schema"]
    if (
        outer["type"] != "default"
        or outer.get("default", ...) is not None
        or outer["schema"]["type"] != "nullable"
    ):
        return
    nullable = outer["schema"]
    outer["schema"] = core_schema.json_or_python_schema(nullable["schema"], nullable)
    field["serialization_exclude_if"] = _IS_NONE


_IS_NONE = partial(is_, None)


def _set_fixed(model: JsonModel, info: ValidationInfo) -> JsonModel:
    """Count fixed properties as set, so that they are written; in JSON they must have been there."""
    missing = model.fixed_members__ - model.model_fields_set
    if missing and info.mode == "json":
        names = ", ".join(
            sorted(type(model).model_fields[name].alias or name for name in missing)
        )
        raise PydanticCustomError(
            "missing", "Field required: {names}", {"names": names}
        )
    model.model_fields_set.update(missing)
    return model
