"""How the API's doors read what was sent: the body's fields, and codes in the address. Every mistake is a 400.

Text is text: a number where a text belongs is a field error, though DRF would write it as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.fields import Field
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer, CharField, DictField, ListField, ListSerializer, Serializer

from common.api import field_errors
from common.problems import FieldErrors

LONGEST_PARAMETER = 200


def read_shape(shape: type[Serializer], request: Request) -> Any:
    """The body in its serializer, checked, for shapes that know more than their fields. Raises FieldErrors."""
    asked = shape(data=request.data)
    asked.is_valid()
    wrong = {where: [CharField.default_error_messages["invalid"]] for where in _numbers_as_text(asked, request.data)}
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


def _numbers_as_text(field: Field | BaseSerializer, value: Any, where: str = "") -> Iterator[str]:
    """The places of text fields that were sent a number or true or false, by their dotted names."""
    if isinstance(field, CharField):
        if isinstance(value, (int, float)):
            yield where
        return
    inner: Iterator[tuple[Any, Any, Any]] = iter(())
    if isinstance(field, Serializer) and isinstance(value, Mapping):
        inner = ((name, child, value.get(name)) for name, child in field.fields.items() if not child.read_only)
    elif isinstance(field, (ListField, ListSerializer)) and isinstance(value, list):
        inner = ((place, field.child, each) for place, each in enumerate(value))
    elif isinstance(field, DictField) and isinstance(value, Mapping):
        inner = ((name, field.child, each) for name, each in value.items())
    for name, child, each in inner:
        yield from _numbers_as_text(child, each, f"{where}.{name}" if where else str(name))
