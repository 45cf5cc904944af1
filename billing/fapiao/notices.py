"""Who hears of a fapiao: billing operators of a request, owner and billing of what became of it."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import Person
from billing.models import FapiaoRequest
from common import money
from notifications.notices import notify


def requested(request: FapiaoRequest, people: list[Person]) -> None:
    """It waits for a billing operator."""
    _tell(request, people, "fapiao.requested", {"title": request.title}, to_staff=True)


def issued(request: FapiaoRequest, people: list[Person]) -> None:
    """It is on its way to the e-mail address that was given."""
    _tell(request, people, "fapiao.issued", {"fapiao": request.fapiao_number, "email": request.email})


def rejected(request: FapiaoRequest, people: list[Person]) -> None:
    """With the reason, so that it can be asked for again."""
    _tell(request, people, "fapiao.rejected", {"answer": request.answer})


def _tell(
    request: FapiaoRequest, people: list[Person], kind: str, facts: dict[str, str], *, to_staff: bool = False
) -> None:
    organization = request.organization
    notify(
        people=people,
        kind=kind,
        params=facts
        | {
            "invoice": request.invoice.number,
            "amount": money.plain(request.amount),
            "organization": organization.name,
        },
        url=reverse("billing:fapiao-requests", args=[organization.slug]),
        key=f"{kind}:{request.pk}",
        organization=None if to_staff else organization,
    )
