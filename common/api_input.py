"""How the API's doors read what was sent: the body's fields, and codes in the address. Every mistake is a 400.

Text is text: a number where a text belongs is a field error, though DRF would write it as one. A day is `YYYY-MM-DD`:
the other writings of ISO 8601, `20260706` or `2026-W28-1`, which DRF would read, are field errors too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.fields import Field
from rest_framework.request import Request
from rest_framework.serializers import (
    BaseSerializer,
    CharField,
    DateField,
    DictField,
    ListField,
    ListSerializer,
    Serializer,
)

from common.api import field_errors
from common.beijing import is_written_day, read_day
from common.problems import FieldErrors

LONGEST_PARAMETER = 200
NO_DAY = gettext_lazy("Write the day as YYYY-MM-DD.")


def read_shape(shape: type[Serializer], request: Request) -> Any:
    """The body in its serializer, checked, for shapes that know more than their fields. Raises FieldErrors."""
    asked = shape(data=request.data)
    asked.is_valid()
    wrong = {where: [said] for where, said in _wrongly_written(asked, request.data)}
    errors = field_errors(asked.errors) | wrong
    if errors:
        raise FieldErrors(errors)
    return asked


def read(shape: type[Serializer], request: Request) -> dict[str, Any]:
    """The body's fields as `shape` reads them. Raises FieldErrors naming each wrong one."""
    return dict(read_shape(shape, request).validated_data)


def read_given(shape: type[Serializer], request: Request) -> dict[str, Any]:
    """As `read`; a field that is null is as good as left out."""
    return {name: value for name, value in read(shape, request).items() if value is not None}


def text_parameter(request: Request, name: str, known: Sequence[str] | None = None) -> str:
    """A query parameter, '' when absent; one of `known` where given."""
    value = request.query_params.get(name, "").strip()
    if len(value) > LONGEST_PARAMETER:
        raise FieldErrors({name: [_("Use at most %(longest)s characters of text.") % {"longest": LONGEST_PARAMETER}]})
    if value and known is not None and value not in known:
        raise FieldErrors({name: [_("This is not one of: %(codes)s.") % {"codes": ", ".join(known)}]})
    return value


def day_parameter(request: Request, name: str) -> date | None:
    """A day of the query, `YYYY-MM-DD`; None when absent. Raises FieldErrors."""
    text = request.query_params.get(name, "").strip()
    try:
        return read_day(text) if text else None
    except ValueError:
        raise FieldErrors({name: [NO_DAY]}) from None


def _wrongly_written(field: Field | BaseSerializer, value: Any, where: str = "") -> Iterator[tuple[str, str | Promise]]:
    """(place, sentence) of text fields sent a number or true or false, and of days written otherwise than ours.

    The place is the field's dotted name.
    """
    if isinstance(field, CharField):
        if isinstance(value, (int, float)):
            yield where, CharField.default_error_messages["invalid"]
        return
    if isinstance(field, DateField):
        if isinstance(value, str) and value and not is_written_day(value):
            yield where, NO_DAY
        return
    inner: Iterator[tuple[Any, Any, Any]] = iter(())
    if isinstance(field, Serializer) and isinstance(value, Mapping):
        inner = ((name, child, value.get(name)) for name, child in field.fields.items() if not child.read_only)
    elif isinstance(field, (ListField, ListSerializer)) and isinstance(value, list):
        inner = ((place, field.child, each) for place, each in enumerate(value))
    elif isinstance(field, DictField) and isinstance(value, Mapping):
        inner = ((name, field.child, each) for name, each in value.items())
    for name, child, each in inner:
        yield from _wrongly_written(child, each, f"{where}.{name}" if where else str(name))
