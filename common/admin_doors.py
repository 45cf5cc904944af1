"""Doors of the Django admin: inside, all tenants' rows exist; tables that only programs write are read only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from unfold.admin import ModelAdmin

from common import tenancy


class StaffAdmin(ModelAdmin):
    """A model of the admin whose pages run, and are drawn, in one transaction with every tenant's rows."""

    def get_urls(self) -> list[URLPattern]:
        urls = super().get_urls()
        for url in urls:
            url.callback = _with_every_tenant(url.callback)
        return urls


class ReadOnlyAdmin(StaffAdmin):
    """Shown, searched and filtered, never changed here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _with_every_tenant(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with tenancy.everything():
            response = view(request, *args, **kwargs)
            # A page is drawn after its view returns: draw it while the rows can still be read.
            if hasattr(response, "render") and not response.is_rendered:
                response.render()
        return response

    return inside
