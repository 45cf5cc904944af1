"""Addresses that PostgreSQL could not store are nobody's: a NUL in a path is not found, in a query it is an error."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _


class PlainAddressMiddleware:
    """Stands before every view, so that no getter needs to think of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404
        if not is_plain(request.META.get("QUERY_STRING", "")):
            raise BadRequest(_("Remove the characters that are not text."))
        return self.get_response(request)


def is_plain(query: str) -> bool:
    """Whether the part of an address behind `?` holds only what PostgreSQL could store."""
    return "%00" not in query
