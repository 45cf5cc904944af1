"""How loads of usage are reached: they belong to no organization, and the doors let operators alone in."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from billing.models import UsageLoad, UsageReject
from common.problems import NotFound

REJECTS_SHOWN = 50


def usage_loads() -> QuerySet[UsageLoad]:
    """With who loaded, newest first."""
    return UsageLoad.objects.select_related("by").order_by("-pk")


def usage_load(number: int) -> UsageLoad:
    """Raises NotFound."""
    load = usage_loads().filter(pk=number).first()
    if load is None:
        raise NotFound
    return load


def first_rejects(load: UsageLoad) -> list[UsageReject]:
    """As many as a page shows, in order."""
    return list(load.rejects.order_by("index")[:REJECTS_SHOWN])


def reject_rows(load: UsageLoad) -> Iterator[tuple[int, str, str, str]]:
    """Position, record id, code and reason of every reject that is kept, in order."""
    yield from load.rejects.order_by("index").values_list("index", "record_id", "code", "detail").iterator()
