"""What pydantic has no form for: parts of schemas that jsonschema-rs checks, on the value as it is in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, TypeVar

from jsonschema_rs import Draft7Validator
from pydantic import GetCoreSchemaHandler, ValidationInfo, ValidatorFunctionWrapHandler
from pydantic_core import (
    CoreSchema,
    PydanticCustomError,
    SchemaSerializer,
    core_schema,
)

from ._types import JsonModel, unless_null

Model = TypeVar("Model", bound=JsonModel)

_ANYTHING = SchemaSerializer(core_schema.any_schema())


class Satisfies:
    """A value has to satisfy a JSON Schema too: in Annotated for any type, as a decorator for a class.

    The schema holds only what the type does not say already; `definitions` is what its references lead to.
    """

    def __init__(
        self, schema: Mapping[str, Any], definitions: Mapping[str, Any] | None = None
    ) -> None:
        self.schema = schema
        self.definitions = definitions

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return unless_null(handler(source), self.wrap)

    def __call__(self, model: type[Model]) -> type[Model]:
        model.wrap__ = self.wrap
        return model

    def wrap(self, schema: CoreSchema) -> CoreSchema:
        """The core schema of a type, with the check after it."""
        return core_schema.with_info_wrap_validator_function(self._check, schema)

    @cached_property
    def _validator(self) -> Draft7Validator:
        more = {"definitions": self.definitions} if self.definitions else {}
        return Draft7Validator({**self.schema, **more}, mask="the value")

    def _check(
        self, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> Any:
        valid = handler(value)
        if info.mode == "python":
            value = _ANYTHING.to_python(
                valid, mode="json", by_alias=True, exclude_unset=True
            )
        try:
            error = next(iter(self._validator.iter_errors(value)), None)
        except ValueError as unfit:  # deeper than jsonschema-rs goes
            raise PydanticCustomError(
                "json_schema",
                "Input cannot be checked: {reason}",
                {"reason": str(unfit)},
            ) from None
        if error is not None:
            place = "".join(f"{part}: " for part in error.instance_path)
            raise PydanticCustomError(
                "json_schema",
                "Input does not satisfy its schema: {reason}",
                {"reason": place + error.message},
            )
        return valid
