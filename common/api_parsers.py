"""What the API reads: JSON whose strings PostgreSQL can store, and multipart forms."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from common.problems import FieldErrors

MAX_DEPTH = 20


class StrictJSONParser(BaseParser):
    """JSON without NaN, Infinity, NUL characters and lone surrogates, at most 20 levels deep; '' reads as {}."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        raw = stream.read()
        if not raw.strip():
            return {}
        try:
            data = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise FieldErrors({"body": [_("This is not valid JSON: check quotes, commas and brackets.")]}) from error
        _check_text(data, "body", 0)
        return data


class StrictMultiPartParser(MultiPartParser):
    """A form with files; the same strings are refused as in JSON."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        result = super().parse(stream, media_type, parser_context)
        for name, values in result.data.lists():
            _check_text(values, name, 0)
        return result


class AlwaysJSON(BaseContentNegotiation):
    """JSON is the only language here: an Accept header that wants another gets JSON all the same."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        content_type = (request.content_type or "application/json").split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == content_type), None)

    def select_renderer(self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: Any = None) -> Any:
        json_renderer = next(iter(renderers))
        return json_renderer, json_renderer.media_type


def _no_constant(text: str) -> None:
    raise ValueError(text)


def _check_text(value: Any, where: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise FieldErrors({where: [_("This is nested too deeply.")]})
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise FieldErrors({where: [_("Remove the characters that are not text.")]})
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_text(name, where, depth + 1)
            _check_text(inner, name if depth == 0 else where, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check_text(inner, where, depth + 1)
