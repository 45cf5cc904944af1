"""Owner and billing hear what became of their plan's renewal, and that it ends (spec page 3, section 3.1)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.access import people_with_role
from accounts.models import Organization
from billing.models import Order, Payment
from common.money import plain
from notifications.notices import notify
from supportplans import versions
from supportplans.models import Term


def is_automatic(order: Order | None) -> bool:
    """Whether the portal itself placed it to renew a plan."""
    return order is not None and order.action == "renew" and order.placed_by_id is None


def renewed(order: Order) -> None:
    """A plan renewed itself."""
    bought = next(effect for effect in order.quote.effects if effect["code"] == "next_term")
    facts = {"total": plain(order.total), "tier": bought["tier"], "starts_on": bought["starts_on"]}
    _tell(order.organization, "renewal.done", facts, url=_order_page(order), key=f"renewal.done:{order.number}")


def declined(order: Order, payment: Payment) -> None:
    """The stored method was declined; it is tried again every day until the end."""
    facts = {"amount": plain(payment.amount), "ends_on": _ends_on(order)}
    _tell(order.organization, "renewal.declined", facts, url=_order_page(order), key=f"renewal.declined:{order.number}")


def without_method(term: Term, day: str) -> None:
    """The plan is to renew itself, but there is no stored payment method that can be charged."""
    url = reverse("billing:payment-methods", args=[term.organization.slug])
    _tell_of_term(term, "renewal.no_method", url=url, key=f"renewal.no_method:{term.organization_id}:{day}")


def not_possible(term: Term, day: str) -> None:
    """The plan is to renew itself and cannot be renewed as it is."""
    url = reverse("supportplans:plan", args=[term.organization.slug])
    _tell_of_term(term, "renewal.not_possible", url=url, key=f"renewal.not_possible:{term.organization_id}:{day}")


def ends_soon(term: Term, days: int) -> None:
    """Nobody has renewed the plan; told once for each of the last `days`."""
    url = f"{reverse('billing:checkout', args=[term.organization.slug])}?action=renew"
    key = f"renewal.reminder:{term.organization_id}:{term.ends_on}:{days}"
    _tell_of_term(term, "renewal.reminder", url=url, key=key)


def _tell_of_term(term: Term, kind: str, *, url: str, key: str) -> None:
    name = versions.version_of_row(term.catalogue_version_id).family(term.family).tier(term.tier).name
    facts = {"tier": {"en": name.en, "zh": name.zh}, "ends_on": term.ends_on.isoformat()}
    _tell(term.organization, kind, facts, url=url, key=key)


def _tell(organization: Organization, kind: str, facts: dict[str, Any], *, url: str, key: str) -> None:
    notify(
        people=people_with_role(organization.pk, "owner", "billing"),
        kind=kind,
        params=facts | {"organization": organization.name},
        url=url,
        key=key,
        organization=organization,
    )


def _ends_on(order: Order) -> str:
    """The first day of the term that it would buy."""
    return next(effect["starts_on"] for effect in order.quote.effects if effect["code"] == "next_term")


def _order_page(order: Order) -> str:
    return reverse("billing:order", args=[order.organization.slug, order.number])
