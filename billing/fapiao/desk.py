"""How billing operators reach requests for fapiao: of whatever organization, in the order they are worked off."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.access import LARGEST_ID
from billing.models import FapiaoRequest
from common.problems import NotFound


def open_requests() -> QuerySet[FapiaoRequest]:
    """Those that wait, the oldest first."""
    return _requests().filter(status=FapiaoRequest.Status.REQUESTED).order_by("pk")


def closed_requests() -> QuerySet[FapiaoRequest]:
    """Those that were issued, rejected or taken back, newest first."""
    return _requests().exclude(status=FapiaoRequest.Status.REQUESTED).order_by("-pk")


def request_numbered(number: int) -> FapiaoRequest:
    """Raises NotFound."""
    found = _requests().filter(pk=number).first() if number <= LARGEST_ID else None
    if found is None:
        raise NotFound
    return found


def _requests() -> QuerySet[FapiaoRequest]:
    return FapiaoRequest.objects.select_related("organization", "invoice", "requested_by", "handled_by")
