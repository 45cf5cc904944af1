"""The OpenAPI document as something a person can read: groups of operations with their fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from common.api_schema import DocumentGenerator

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Field:
    name: str
    type: str
    required: bool
    note: str


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    summary: str
    parameters: list[Field]
    body: list[Field]
    answers: list[tuple[str, list[Field]]]

    @property
    def anchor(self) -> str:
        """An id for links: post-orgs-slug-tickets."""
        return f"{self.method}-{self.path}".lower().strip("/").translate(str.maketrans("/{}.", "----"))


def groups() -> list[tuple[str, list[Operation]]]:
    """Operations by the part of the API they belong to, in the order of their paths."""
    document = DocumentGenerator().get_schema()
    found: dict[str, list[Operation]] = {}
    for path, operations in sorted(document["paths"].items()):
        short = path.removeprefix("/api/v1/")
        for method in METHODS:
            if method in operations:
                group = _group(short)
                found.setdefault(group, []).append(_operation(document, method, short, operations[method]))
    return list(found.items())


def _group(path: str) -> str:
    """`orgs/{slug}/tickets/{number}` is read under orgs/…/tickets, `desk/queue` under desk."""
    parts = path.split("/")
    return f"orgs/…/{parts[2]}" if parts[0] == "orgs" and len(parts) > 2 else parts[0]


def _operation(document: dict[str, Any], method: str, path: str, raw: dict[str, Any]) -> Operation:
    content = raw.get("requestBody", {}).get("content", {})
    first: dict[str, Any] = next(iter(content.values()), {})
    body = _fields(document, first.get("schema", {}))
    answers = [
        (status, _fields(document, answer.get("content", {}).get("application/json", {}).get("schema", {})))
        for status, answer in sorted(raw.get("responses", {}).items())
        if status.startswith("2")
    ]
    parameters = [
        Field(
            one["name"], _type(document, one.get("schema", {})), one.get("required", False), one.get("description", "")
        )
        for one in raw.get("parameters", [])
        if one["in"] in ("query", "header")
    ]
    summary = (raw.get("description") or raw.get("summary") or "").split("\n\n")[0]
    return Operation(method.upper(), path, summary, parameters, body, answers)


def _resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    if reference:
        return document["components"]["schemas"][reference.rsplit("/", 1)[1]]
    return schema


def _fields(document: dict[str, Any], schema: dict[str, Any]) -> list[Field]:
    schema = _resolve(document, schema)
    if schema.get("type") == "array":
        schema = _resolve(document, schema.get("items", {}))
    required = set(schema.get("required", ()))
    return [
        Field(name, _type(document, inner), name in required, inner.get("description", ""))
        for name, inner in schema.get("properties", {}).items()
    ]


def _type(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """`string`, `"technical" | "business"`, `list of object`, `string or null`…"""
    for combination in ("oneOf", "anyOf", "allOf"):
        if combination in schema:
            return " or ".join(dict.fromkeys(_type(document, one) for one in schema[combination]))
    schema = _resolve(document, schema)
    if "enum" in schema:
        return " | ".join("null" if value is None else str(value) for value in schema["enum"])
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        return " or ".join(kind)
    if kind == "array":
        return f"list of {_type(document, schema.get('items', {}))}"
    return schema.get("format", kind) if kind == "string" else kind
