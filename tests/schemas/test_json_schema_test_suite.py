"""The JSON Schema Test Suite, draft 7: each group's schema as a payload, its instances as JSON text.

Groups that re-base references by `$id` or leave the document are aside.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.schemas.conftest import Generate, Generated
from tests.schemas.test_against_reference import _same

SUITE = Path(__file__).parents[2] / "fixtures/json_schema_test_suite/draft7"
KEYWORDS = sorted(path.stem for path in SUITE.glob("*.json"))
FORMATS = sorted(path.stem for path in (SUITE / "optional/format").glob("*.json"))
ASIDE = ('"$id"', '"$ref": "http')
TYPES = {"Any": Any, "str": str, "None": None}


def groups(path: Path) -> Iterator[Any]:
    for group in json.loads(path.read_text(encoding="utf-8")):
        if not any(mark in json.dumps(group["schema"]) for mark in ASIDE):
            yield group


def placed(schema: Any) -> Any:
    """A schema, its references leading to where it stands in the document; what is no schema stays."""
    if isinstance(schema, list):
        return [placed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: "#/payload" + unquote(value)[1:]
        if key == "$ref" and isinstance(value, str)
        else value
        if key in ("enum", "const")
        else placed(value)
        for key, value in schema.items()
    }


def adapter_of(models: Generated) -> TypeAdapter[Any]:
    used = models.bundle.types["#/payload"]
    return models.adapter(used.model) if used.model else TypeAdapter(TYPES[used.expression])


def mistakes(models: Generated, tests: list[Any]) -> Iterator[str]:
    """Valid instances that are refused or changed, and invalid ones that are accepted.

    A schema without a type is read as having the one that it speaks of, and AG405 says so.
    """
    adapter = adapter_of(models)
    for test in tests:
        try:
            value = adapter.validate_json(json.dumps(test["data"]), by_alias=True, by_name=False)
        except ValidationError:
            if test["valid"] and "AG405" not in models.codes:
                yield f"refused: {test['description']}"
            continue
        if not test["valid"]:
            yield f"accepted: {test['description']}"
        elif not _same(json.loads(adapter.dump_json(value, by_alias=True, exclude_unset=True)), test["data"]):
            yield f"changed: {test['description']}"


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_a_keyword(generate: Generate, keyword: str) -> None:
    for group in groups(SUITE / f"{keyword}.json"):
        models = generate({"payload": placed(group["schema"]), "components": {}}, ("payload", "Schema"))
        assert list(mistakes(models, group["tests"])) == [], group["description"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_format(generate: Generate, name: str) -> None:
    """Only text is tried, and only whether it is accepted: Python's types write some of it otherwise."""
    for group in groups(SUITE / f"optional/format/{name}.json"):
        models = generate({"payload": {"type": "string", **group["schema"]}, "components": {}}, ("payload", "Schema"))
        tests = [test for test in group["tests"] if isinstance(test["data"], str) and not is_beyond(test)]
        found = [each for each in mistakes(models, tests) if not each.startswith("changed")]
        assert found == [], group["description"]


def is_beyond(test: Any) -> bool:
    """What asyncgen does not check: the Unicode inside of host names."""
    return "xn--" in test["data"].lower()
