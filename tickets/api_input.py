"""Reads what a request to the API of tickets asks for; every mistake is a field error (400)."""

from __future__ import annotations

from datetime import datetime, time

from django.core.files.uploadedfile import UploadedFile
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework.request import Request

from common.beijing import BEIJING, is_written_day, read_day
from common.problems import FieldErrors


def files_of(request: Request) -> list[UploadedFile]:
    """The files of a multipart body; [] for JSON."""
    return list(request.FILES.getlist("attachments"))


def instant_parameter(request: Request, name: str) -> datetime | None:
    """An ISO instant, or a date that stands for its first moment in Beijing; without offset it is Beijing time."""
    value = request.query_params.get(name, "").strip()
    if not value:
        return None
    instant: datetime | None
    try:
        if is_written_day(value):
            instant = datetime.combine(read_day(value), time(), tzinfo=BEIJING)
        else:
            # A plus sign that was not escaped arrives as a space.
            instant = parse_datetime(value.replace(" ", "+")) if "T" in value else None
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
