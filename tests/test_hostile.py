"""No text of a document becomes code: every string that it may hold is hostile here, and the package is only data."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from asyncgen import Config, generate
from asyncgen.output import compare, write

CODE = "__import__('os').environ.__setitem__('PWNED', '1')"
HOSTILE = [
    f'"""\n{CODE}\n"""',
    f"'''\n{CODE}\n'''",
    f'\\"""; {CODE} #',
    f"'); {CODE} #",
    f"\n    {CODE}\n",
    f"\\N{{BULLET}}\\x27; {CODE}",
    f"{{{{ {CODE} }}}}{{% raw %}}",
    f"\x00\u202e\u2028{CODE}",
    f"*/ {CODE} # type: ignore",
    f"f-string {{{CODE}}}",
]


def document(text: str) -> dict[str, Any]:
    """The hostile text wherever a document takes any text."""
    schema = {
        "description": text,
        "type": "object",
        "required": ["kind", text],
        "properties": {
            text: {"type": "string", "description": text, "default": text, "examples": [text], "pattern": "^.*$"},
            "kind": {"const": text},
            "choice": {"enum": [text, "other"], "default": text, "x-enum-varnames": [text, "b"]},
            "list": {"type": "array", "items": {"enum": [text]}, "default": [text]},
            "map": {"type": "object", "additionalProperties": {"type": "string", "format": text}},
        },
    }
    headers = {"type": "object", "description": text, "properties": {text: {"type": "string", "const": text}}}
    message = {
        "name": text,
        "title": text,
        "summary": text,
        "description": text,
        "payload": {"$ref": "#/components/schemas/" + text.replace("~", "~0").replace("/", "~1").replace("%", "%25")},
        "headers": headers,
        "correlationId": {"location": f"$message.header#/{text}"},
        "bindings": {"kafka": {"key": {"type": "string", "enum": [text]}}},
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": text, "version": text, "description": text},
        "servers": {
            text: {
                "host": f"{{{'v'}}}:9092{text}",
                "protocol": "kafka",
                "description": text,
                "variables": {"v": {"default": text, "enum": [text], "description": text}},
                "security": [
                    {
                        "type": "oauth2",
                        "description": text,
                        "flows": {"clientCredentials": {"tokenUrl": text, "availableScopes": {text: text}}},
                        "scopes": [text],
                    }
                ],
            }
        },
        "channels": {
            "one": {
                "address": "one.{p}." + text,
                "parameters": {"p": {"enum": [text], "default": text, "description": text}},
                "messages": {text: message},
                "bindings": {"kafka": {"topic": "one.{p}." + text, "topicConfiguration": {text: text}}},
            }
        },
        "operations": {
            text: {"action": "send", "channel": {"$ref": "#/channels/one"}, "summary": text, "description": text},
            "receive" + text: {
                "action": "receive",
                "channel": {"$ref": "#/channels/one"},
                "title": text,
                "bindings": {"kafka": {"groupId": {"const": text}, "clientId": {"const": text}}},
            },
        },
        "components": {"schemas": {text: schema}},
    }


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("formatter", ["ruff", "none"])
def test_hostile_text_is_data(text: str, formatter: Any, tmp_path: Path) -> None:
    spec = json.dumps(document(text)).encode()
    result = generate(Config(spec=spec, output=tmp_path / "package", protocols=("kafka",), formatter=formatter))
    assert result.manifest, [str(found) for found in result.diagnostics if found.severity == "error"]
    write(result.output, compare(result.output, result.files, result.manifest))
    assert {path.parent for path in tmp_path.rglob("*") if path.is_file()} <= {
        tmp_path / "package" / folder for folder in ("", "kafka", "_runtime")
    }
    code = "import os, package.kafka, package.models, package.kafka._wire; raise SystemExit(os.environ.get('PWNED', 0))"
    environment = {name: value for name, value in os.environ.items() if name != "PWNED"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=tmp_path, env=environment, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
