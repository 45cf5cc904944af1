"""Owner and billing hear what became of their money; billing operators hear of payments that need a person."""

from __future__ import annotations

from accounts.access import people_with_role, staff_with_role
from accounts.models import Organization, Person
from billing.buying import renewal_notices
from billing.models import Order, Payment, Refund
from billing.paying.payables import Payable
from common import money
from notifications.notices import notify


def order_fulfilled(order: Order, organization: Organization) -> None:
    """The purchase is done and its invoice is there; or a change that costs nothing now."""
    if renewal_notices.is_automatic(order):
        renewal_notices.renewed(order)
        return
    kind = "order.fulfilled" if order.total > 0 else "order.carried_out"
    _tell_payers(Payable(order=order), kind, order.number, {"total": money.plain(order.total)})


def payment_declined(payable: Payable, payment: Payment) -> None:
    """It can still be paid."""
    if payable.order and renewal_notices.is_automatic(payable.order):
        renewal_notices.declined(payable.order, payment)
        return
    facts = {"amount": money.plain(payment.amount)}
    _tell_payers(payable, "payment.declined", payment.reference, facts)


def refunded(refund: Refund, payment: Payment) -> None:
    """Money is on its way back."""
    facts = {"amount": money.plain(refund.amount)}
    _tell_payers(Payable.of(payment), "payment.refunded", refund.reference, facts)


def payment_held(payable: Payable, payment: Payment) -> None:
    """A reported amount does not match: staff must look at it, and the buyers know that it is looked at."""
    facts = {"amount": money.plain(payment.amount)}
    _tell_payers(payable, "payment.held", payment.reference, facts)
    notify(
        people=staff_with_role("billing"),
        kind="payment.held_staff",
        params=facts
        | {
            "reference": payment.reference,
            "reason": payment.held_reason,
            "organization": payable.organization.name,
        },
        url=payable.path,
        key=f"payment.held_staff:{payment.reference}",
    )


def _tell_payers(payable: Payable, kind: str, key: str, facts: dict[str, str]) -> None:
    """An invoice's payers read sentences of their own."""
    organization = payable.organization
    notify(
        people=_buyers(organization),
        kind=kind if payable.order else f"invoice_{kind}",
        params=facts | {"number": payable.number, "organization": organization.name},
        url=payable.path,
        key=f"{kind}:{key}",
        organization=organization,
    )


def _buyers(organization: Organization) -> list[Person]:
    return people_with_role(organization.pk, "owner", "billing")
