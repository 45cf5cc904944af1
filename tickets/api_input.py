"""Reads what a request to the API of tickets asks for; every mistake is a field error (400)."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from common.beijing import BEIJING
from common.problems import FieldErrors

LONGEST_PARAMETER = 200


def checked(shape: type[Serializer], request: Request) -> dict[str, Any]:
    """The body as `shape` reads it. Raises a validation error naming each field."""
    data = request.data
    asked = shape(data=data)
    asked.is_valid(raise_exception=True)
    return {name: value for name, value in asked.validated_data.items() if value is not None}


def files_of(request: Request) -> list[UploadedFile]:
    """The files of a multipart body; [] for JSON."""
    return list(request.FILES.getlist("attachments"))


def text_parameter(request: Request, name: str, known: tuple[str, ...] | None = None) -> str:
    """A query parameter, '' when absent; one of `known` where given."""
    value = request.query_params.get(name, "").strip()
    if len(value) > LONGEST_PARAMETER:
        raise FieldErrors({name: [_("Use at most %(longest)s characters of text.") % {"longest": LONGEST_PARAMETER}]})
    if value and known is not None and value not in known:
        raise FieldErrors({name: [_("This is not one of: %(codes)s.") % {"codes": ", ".join(known)}]})
    return value


def instant_parameter(request: Request, name: str) -> datetime | None:
    """An ISO instant, or a date that stands for its first moment in Beijing; without offset it is Beijing time."""
    value = request.query_params.get(name, "").strip()
    if not value:
        return None
    try:
        # A plus sign that was not escaped arrives as a space.
        instant = parse_datetime(value.replace(" ", "+") if "T" in value else value)
        day = parse_date(value) if instant is None else None
        if day is not None:
            instant = datetime.combine(day, time(), tzinfo=BEIJING)
        if instant is not None and instant.tzinfo is None:
            instant = instant.replace(tzinfo=BEIJING)
        if instant is not None:
            instant.astimezone(BEIJING)
    except (ValueError, OverflowError):
        instant = None
    if instant is None:
        raise FieldErrors({name: [_("Send an instant such as 2026-11-01T09:30:00+08:00.")]})
    return instant


def size_parameter(request: Request, default: int, largest: int) -> int:
    """`page_size`, at most `largest`; anything that is no number from 1 on is the default, as in all lists."""
    value = request.query_params.get("page_size", "")
    if not (value.isascii() and value.isdigit()) or len(value) > 9 or int(value) < 1:
        return default
    return min(int(value), largest)
