"""Owner and billing hear what became of their money; billing operators hear of payments that need a person."""

from __future__ import annotations

from django.urls import reverse

from accounts.access import people_with_role, staff_with_role
from accounts.models import Organization, Person
from billing.models import Order, Payment, Refund
from common import money
from notifications.notices import notify


def order_fulfilled(order: Order, organization: Organization) -> None:
    """The purchase is done and its invoice is there."""
    _tell_buyers(order, "order.fulfilled", order.number, {"total": money.plain(order.total)})


def payment_declined(order: Order, payment: Payment) -> None:
    """The order can still be paid."""
    _tell_buyers(order, "payment.declined", payment.reference, {"amount": money.plain(payment.amount)})


def refunded(refund: Refund, payment: Payment) -> None:
    """Money is on its way back."""
    _tell_buyers(payment.order, "payment.refunded", refund.reference, {"amount": money.plain(refund.amount)})


def payment_held(payment: Payment) -> None:
    """A reported amount does not match: staff must look at it, and the buyers know that it is looked at."""
    facts = {"amount": money.plain(payment.amount)}
    _tell_buyers(payment.order, "payment.held", payment.reference, facts)
    notify(
        people=staff_with_role("billing"),
        kind="payment.held_staff",
        params=facts
        | {
            "reference": payment.reference,
            "reason": payment.held_reason,
            "organization": payment.order.organization.name,
        },
        url=_page_of(payment.order),
        key=f"payment.held_staff:{payment.reference}",
    )


def _tell_buyers(order: Order, kind: str, key: str, facts: dict[str, str]) -> None:
    organization = order.organization
    notify(
        people=_buyers(organization),
        kind=kind,
        params=facts | {"number": order.number, "organization": organization.name},
        url=_page_of(order),
        key=f"{kind}:{key}",
        organization=organization,
    )


def _buyers(organization: Organization) -> list[Person]:
    return people_with_role(organization.pk, "owner", "billing")


def _page_of(order: Order) -> str:
    return reverse("billing:order", args=[order.organization.slug, order.number])
