"""Doors of the Django admin: inside, all tenants' rows exist; tables that only programs write are read only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern
from unfold.admin import ModelAdmin

from common import tenancy
from common.audit import Acting, record


def acting(request: HttpRequest) -> Acting:
    """Who is at work: the admin's site lets nobody in without an account."""
    assert request.user.is_authenticated
    return request.user


class StaffAdmin(ModelAdmin):
    """A model of the admin whose pages run, and are drawn, in one transaction with every tenant's rows."""

    def get_urls(self) -> list[URLPattern]:
        urls = super().get_urls()
        for url in urls:
            url.callback = _with_every_tenant(url.callback)
        return urls


class AuditedAdmin(StaffAdmin):
    """What is saved here stands in the audit trail, with what it was before."""

    # Fields whose change an action records itself.
    recorded_elsewhere: tuple[str, ...] = ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        fields = [name for name in form.changed_data if name not in self.recorded_elsewhere]
        if change and not fields:
            return
        record(
            by=acting(request),
            organization_id=obj.pk if obj._meta.label == "accounts.Organization" else None,
            action=f"{obj._meta.model_name}.{'changed' if change else 'created'}",
            object=str(obj)[:200],
            before={name: _plain(form.initial.get(name)) for name in fields} if change else None,
            after={name: _plain(form.cleaned_data.get(name)) for name in fields},
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        name = str(obj)[:200]
        super().delete_model(request, obj)
        record(by=acting(request), organization_id=None, action=f"{obj._meta.model_name}.deleted", object=name)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for obj in queryset:
            self.delete_model(request, obj)


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
            if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                response.render()
        return response

    return inside


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, str, list, dict)) else str(value)
