"""The OpenAPI document: what drf-spectacular reads from the views, plus the problems that every path can answer."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Literal

from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        "action_url": {"type": "string"},
    },
}
SENTENCES = {
    "400": "Some fields need a correction",
    "401": "Not authenticated",
    "403": "The role does not allow this",
    "404": "Not found, or not yours",
    "405": "Method not allowed",
    "409": "Refused by a business rule: see code",
    "415": "Unsupported media type",
    "422": "The Idempotency-Key was used for another request",
    "429": "Too many requests",
    "503": "A part of the portal does not answer right now",
}

_documents: dict[str | None, dict[str, Any]] = {}


class DocumentGenerator(SchemaGenerator):
    """The document is the same for everybody and made once per process and language: reading all views takes 0.4 s."""

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        language = get_language()
        if language not in _documents:
            _documents[language] = super().get_schema(request=None, public=True)
        return _documents[language]


PAGES = [
    OpenApiParameter("cursor", str, description="The place that a list's `next` and `previous` lead to"),
    OpenApiParameter("page_size", int, description="Rows a page, at most 200; 50 unless given"),
]


@cache
def list_of(shape: type[serializers.Serializer]) -> serializers.Serializer:
    """The list shape around a serializer, for `extend_schema(responses={200: list_of(OrderShape)})`."""
    return inline_serializer(
        f"{shape.__name__}List",
        {
            "results": shape(many=True),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
        },
    )


class PortalAutoSchema(AutoSchema):
    """Names operations after path and method, bodies by what they are, and documents the Idempotency-Key of POSTs."""

    def get_serializer_name(self, serializer: serializers.Serializer, direction: Literal["request", "response"]) -> str:
        """`OrderShape` is read as `Order`, `OrderShapeList` as `OrderList`, `TierOut` as `Tier`."""
        return re.sub(r"(Shape|Out)(?=$|List$)", "", super().get_serializer_name(serializer, direction))

    def get_override_parameters(self) -> list[Any]:
        parameters = list(super().get_override_parameters())
        if self.method == "POST":
            parameters.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    {"type": "string", "minLength": 1, "maxLength": 255},
                    OpenApiParameter.HEADER,
                    description="The same key and body within 24 hours get the first answer.",
                )
            )
        return parameters


def document_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the problem answers to every operation (drf-spectacular documents only the success)."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for operations in result["paths"].values():
        for operation in operations.values():
            responses = operation.setdefault("responses", {})
            for status, sentence in SENTENCES.items():
                responses.setdefault(
                    status,
                    {
                        "description": sentence,
                        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                    },
                )
    return result
