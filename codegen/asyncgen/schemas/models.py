"""A bundle -> the source of models.py. The only module that knows datamodel-code-generator.

The engine lays out the classes, orders them by what they need of each other and writes the annotations; our templates
(engine/) and our imports are around that, so that nothing else of its output is taken.
"""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asyncgen.naming import MODEL_NAMES, import_order
from asyncgen.schemas.bundle import Bundle
from asyncgen.schemas.spelling import Spelled, spell

_TEMPLATES = Path(__file__).parent / "engine"
_IMPORTED: Mapping[str, str] = {
    "StrEnum": "enum",
    **dict.fromkeys(("Annotated", "Any", "Literal", "Optional", "TypeAlias", "Union", "TYPE_CHECKING"), "typing"),
    "Field": "pydantic",
    "TypeAliasType": "typing_extensions",
    "defaults_to": "._types",
    "Satisfies": "._checks",
    "DEFINITIONS": "._schemas",
}
_MODULES: Mapping[str, str] = {**dict.fromkeys(MODEL_NAMES, "._types"), **_IMPORTED}
"""Where the names come from that models.py may use and does not define."""


class EngineError(Exception):
    """The engine did not make of a bundle what it was told to: a defect of asyncgen."""


@dataclass(frozen=True, slots=True)
class Models:
    """The source of models.py, unformatted, and the names that it defines."""

    source: str
    names: frozenset[str] = field(default_factory=frozenset)
    schemas: str | None = None
    """The source of _schemas.py, where models.py needs it."""
    has_checks: bool = False
    """Whether models.py needs _checks.py."""

    @property
    def requirements(self) -> tuple[str, ...]:
        """What models.py needs beside pydantic."""
        return ("jsonschema-rs>=0.60",) if self.has_checks else ()


def models(bundle: Bundle) -> Models:
    """Write the classes and type aliases of a bundle; every name of `bundle.definitions` is defined in the result."""
    if not bundle.definitions:
        return Models("from __future__ import annotations\n")
    body = _run(spell(bundle), bundle.aliases)
    module = ast.parse(body)
    names = frozenset(_defined(module))
    if missing := bundle.definitions.keys() - names:
        raise EngineError(f"models.py lacks {', '.join(sorted(missing))}")
    source = _source(body, module)
    used = _used(module)
    return Models(source, names, _schemas(bundle) if "DEFINITIONS" in used else None, "Satisfies" in used)


def _schemas(bundle: Bundle) -> str:
    return (
        '"""Schemas of the document that checks in models.py refer to."""\n\n'
        "from typing import Any\n\n"
        f"DEFINITIONS: dict[str, Any] = {dict(bundle.checked)!r}\n"
    )


def _run(spelled: Spelled, aliases: Mapping[str, str]) -> str:
    """One call of the engine, with every option pinned that changes what it writes.

    These are the options of its preset standard-py311-20261027 that concern such schemas, and ours; the preset by name
    would cost the import of all presets.
    """
    from datamodel_code_generator import generate
    from datamodel_code_generator._format_types import PythonVersion
    from datamodel_code_generator.enums import DataModelType, InputFileType
    from datamodel_code_generator.parser import LiteralType

    told: defaultdict[str, dict[str, Any]] = defaultdict(dict, spelled.templates)
    result = generate(
        json.dumps({"$defs": spelled.definitions}),
        input_file_type=InputFileType.JsonSchema,
        output_model_type=DataModelType.PydanticV2BaseModel,
        target_python_version=PythonVersion.PY_311,
        use_standard_collections=True,
        use_union_operator=True,
        use_subclass_enum=True,
        use_specialized_enum=True,
        strict_nullable=True,
        omit_redundant_reference_null=True,
        read_nullable_beside_type_list=True,
        keep_enum_member_values=True,
        use_tuple_for_closed_arrays=True,
        use_single_dict_for_object_maps=True,
        formatters=[],
        disable_timestamp=True,
        custom_template_dir=_TEMPLATES,
        extra_template_data=told,
        base_class="_types.JsonModel",
        aliases=dict(aliases),
        custom_class_name_generator=_unchanged,
        snake_case_field=False,
        allow_population_by_field_name=False,
        treat_dot_as_module=False,
        strict_refs=True,
        skip_root_model=True,
        collapse_root_models=False,
        use_type_alias=True,
        use_annotated=True,
        use_double_quotes=True,
        use_tuple_for_fixed_items=True,
        use_typed_nullable_map_values=True,
        use_typed_map_values_beside_other_types=True,
        enum_field_as_literal=LiteralType.All,
        enum_field_as_literal_map=dict.fromkeys(spelled.enums, "enum"),
        use_schema_description=False,
        use_field_description=False,
    )
    if not isinstance(result, str):
        raise EngineError(f"the engine made {type(result).__name__}, not one module")
    return result


def _unchanged(name: str) -> str:
    return name


def _defined(module: ast.Module) -> Iterator[str]:
    """The names that a module defines at its top."""
    for node in module.body:
        match node:
            case ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)]):
                yield name


def _source(body: str, module: ast.Module) -> str:
    """The module with its imports: those that it needs, whatever the engine thought."""
    lines = body.split("\n")
    kept: list[str] = []
    for node in module.body:
        if isinstance(node, ast.ImportFrom | ast.Import) or _is_rebuild(node):
            continue
        assert node.end_lineno is not None
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        if isinstance(node, ast.Expr) and kept:  # the docstring of the alias before it
            kept[-1] += "\n" + "\n".join(lines[node.lineno - 1 : node.end_lineno])
        else:
            kept.append("\n".join(lines[first - 1 : node.end_lineno]))
    gap = "\n\n" if kept[0].startswith(("class ", "@")) else "\n"  # as formatters have it after imports
    return gap.join([_imports(_used(module)), "\n\n\n".join(kept)]) + "\n"


def _used(module: ast.Module) -> set[str]:
    return {node.id for node in ast.walk(module) if isinstance(node, ast.Name)} | _quoted(module)


def _is_rebuild(node: ast.stmt) -> bool:
    """Whether a statement is `Model.model_rebuild()`, which pydantic does by itself when a model is first used."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr == "model_rebuild"
    )


def _quoted(module: ast.Module) -> set[str]:
    """The names inside quoted annotations of recursive aliases."""
    return {
        name.id
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for constant in _outside_calls(node.value)
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str) and "[" in constant.value
        for name in ast.walk(ast.parse(constant.value, mode="eval"))
        if isinstance(name, ast.Name)
    }


def _outside_calls(call: ast.Call) -> Iterator[ast.AST]:
    """What stands in the arguments of a call, but not in those of calls among them."""
    waiting: list[ast.AST] = list(call.args)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.Call):
            waiting.extend(ast.iter_child_nodes(node))


def _imports(used: set[str]) -> str:
    modules: dict[str, list[str]] = {}
    for name in sorted(used, key=import_order):
        module = _MODULES.get(name)
        if module is not None:
            modules.setdefault(module, []).append(name)
    groups = [
        ["from __future__ import annotations"],
        [f"from {module} import {', '.join(modules[module])}" for module in ("enum", "typing") if module in modules],
        [
            f"from {module} import {', '.join(modules[module])}"
            for module in ("pydantic", "typing_extensions")
            if module in modules
        ],
        [
            f"from {module} import {', '.join(modules[module])}"
            for module in ("._checks", "._schemas", "._types")
            if module in modules
        ],
    ]
    return "\n\n".join("\n".join(group) for group in groups if group and group[0]) + "\n"
