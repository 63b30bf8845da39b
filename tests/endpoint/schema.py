# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of JSON Schema as data/endpoint/phone-endpoint.schema.json uses."""

import json
import os

with open(os.path.join(os.environ["PHONE_SOURCE_DIR"],
                       "data/endpoint/phone-endpoint.schema.json")) as _file:
    DOCUMENT = json.load(_file)

TYPES = {
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "null": lambda v: v is None,
}
KNOWN = {"type", "properties", "required", "additionalProperties", "enum", "items", "$ref",
         "description", "minimum", "maximum"}


def check(value, schema, where="$"):
    """Raises AssertionError at the first thing that does not fit."""
    assert set(schema) <= KNOWN, f"{where}: the schema uses {set(schema) - KNOWN}"
    if "$ref" in schema:
        check(value, DOCUMENT["$defs"][schema["$ref"].removeprefix("#/$defs/")], where)
        return
    if "enum" in schema:
        assert value in schema["enum"], f"{where}: {value!r} is not of {schema['enum']}"
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        assert any(TYPES[t](value) for t in types), f"{where}: {value!r} is no {types}"
    if "minimum" in schema:
        assert schema["minimum"] <= value <= schema["maximum"], f"{where}: {value}"
    if isinstance(value, dict):
        _check_members(value, schema, where)
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            check(item, schema["items"], f"{where}[{index}]")


def _check_members(value, schema, where):
    properties = schema.get("properties", {})
    for name in schema.get("required", []):
        assert name in value, f"{where}: {name} is missing in {value}"
    for name, member in value.items():
        if name in properties:
            check(member, properties[name], f"{where}.{name}")
        else:
            assert schema.get("additionalProperties", True), f"{where}: {name} is not known"


def check_event(line):
    """A line of a one-shot command."""
    check(line, DOCUMENT["events"][line["event"]], line["event"])


def check_notification(line):
    assert set(line) == {"jsonrpc", "method", "params"} and line["jsonrpc"] == "2.0", line
    check(line["params"], DOCUMENT["notifications"][line["method"]]["params"],
          line["method"])


def check_result(method, result):
    check(result, DOCUMENT["methods"][method]["result"], method)


def check_error(answer):
    assert set(answer) == {"jsonrpc", "id", "error"}, answer
    check(answer["error"], DOCUMENT["$defs"]["rpcError"])
