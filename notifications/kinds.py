"""Every kind of notice with its sentences. To add one, add a row to KINDS or to a table that stands in it.

A sentence names its parameters as %(name)s. Stored parameters are plain JSON; `Readable` turns codes, times and
amounts into the reader's words when the sentence is shown, so that one stored row reads well in both languages:

    severity, role, status       a code             -> its label
    tier, service                {"en": …, "zh": …} -> the reader's language
    month                        "2026-11"          -> "November 2026"
    …_at                         ISO instant        -> "22 Nov 2026, 12:39"
    …_on                         ISO date           -> "22 Nov 2026"
    amount, budget, total…       "1234.50"          -> "¥1,234.50"

A parameter that was not given reads as a dash: an old row never breaks a page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from common import labels, money, readings
from common.beijing import Month
from notifications.booking_kinds import BOOKING_KINDS
from notifications.kind import Kind

_OPEN_TICKET = _("Open the ticket")

KINDS: dict[str, Kind] = {
    **BOOKING_KINDS,
    # tickets, to the organization's people
    "ticket.replied": Kind(
        _("%(by)s answered your ticket %(number)s: %(subject)s"),
        _("Answer to your ticket %(number)s: %(subject)s"),
        _OPEN_TICKET,
        "message",
    ),
    "ticket.accepted": Kind(
        _("Your ticket %(number)s was accepted and is being worked on: %(subject)s"),
        _("Ticket %(number)s accepted: %(subject)s"),
        _OPEN_TICKET,
        "check",
    ),
    "ticket.resolved": Kind(
        _("Your ticket %(number)s is resolved: %(subject)s. Answer within 14 days if it is not."),
        _("Ticket %(number)s resolved: %(subject)s"),
        _OPEN_TICKET,
        "circle-check",
    ),
    "ticket.waiting": Kind(
        _("Your ticket %(number)s waits for your answer: %(subject)s"),
        _("Ticket %(number)s waits for your answer: %(subject)s"),
        _OPEN_TICKET,
        "clock",
    ),
    "ticket.reminder": Kind(
        _("We wait for your answer on ticket %(number)s: %(subject)s. Without one it is resolved on %(resolves_on)s."),
        _("Reminder: ticket %(number)s waits for your answer"),
        _OPEN_TICKET,
        "clock",
    ),
    "ticket.closed": Kind(
        _("Your ticket %(number)s is closed: %(subject)s"),
        _("Ticket %(number)s closed: %(subject)s"),
        _OPEN_TICKET,
        "circle-check",
        mailed=False,
    ),
    # tickets, to staff
    "ticket.message": Kind(
        _("%(by)s of %(organization)s wrote on ticket %(number)s: %(subject)s"),
        _("Message on ticket %(number)s: %(subject)s"),
        _OPEN_TICKET,
        "message",
        mailed=False,
    ),
    "ticket.assigned": Kind(
        _("%(by)s gave you ticket %(number)s of %(organization)s: %(subject)s"),
        _("Ticket %(number)s is yours: %(subject)s"),
        _OPEN_TICKET,
        "user-check",
        mailed=False,
    ),
    "ticket.step50": Kind(
        _("Half of the time to answer ticket %(number)s of %(organization)s is used; due %(due_at)s: %(subject)s"),
        _("50 %%: ticket %(number)s is due %(due_at)s"),
        _OPEN_TICKET,
        "clock",
    ),
    "ticket.step80": Kind(
        _("80 %% of the time to answer ticket %(number)s of %(organization)s is used; due %(due_at)s: %(subject)s"),
        _("80 %%: ticket %(number)s is due %(due_at)s"),
        _OPEN_TICKET,
        "alert-triangle",
    ),
    "ticket.breach": Kind(
        _("Ticket %(number)s of %(organization)s is overdue since %(due_at)s: %(subject)s"),
        _("Overdue: ticket %(number)s of %(organization)s"),
        _OPEN_TICKET,
        "alert-triangle",
    ),
    "ticket.step200": Kind(
        _("Ticket %(number)s of %(organization)s waits twice as long as promised, since %(due_at)s: %(subject)s"),
        _("Twice overdue: ticket %(number)s of %(organization)s"),
        _OPEN_TICKET,
        "alert-triangle",
    ),
    # quota, to owners and billing
    "quota.low": Kind(
        _("%(used)s of %(allowance)s technical tickets of %(month)s are used by %(organization)s."),
        _("%(used)s of %(allowance)s technical tickets are used"),
        _("See the quota"),
        "gauge",
    ),
    "quota.exhausted": Kind(
        _("%(organization)s has used all %(allowance)s technical tickets of %(month)s. A ticket pack adds more."),
        _("All technical tickets of %(month)s are used"),
        _("See the quota"),
        "gauge",
    ),
    "quota.expiring": Kind(
        _("%(remaining)s of %(allowance)s of %(service)s are unused by %(organization)s; they expire on %(ends_on)s."),
        _("%(service)s: unused until %(ends_on)s"),
        _("See the quota"),
        "gauge",
    ),
    # plan and money, to owners and billing
    "subscription.changed": Kind(
        _("The plan of %(organization)s is now %(tier)s."),
        _("Your plan is now %(tier)s"),
        _("See the plan"),
        "shield-check",
    ),
    "subscription.lapsed": Kind(
        _("The plan %(tier)s of %(organization)s has ended; basic support goes on."),
        _("Your plan %(tier)s has ended"),
        _("See the plan"),
        "shield-check",
    ),
    "order.fulfilled": Kind(
        _("Order %(number)s of %(organization)s over %(total)s is paid and fulfilled."),
        _("Order %(number)s is fulfilled"),
        _("See the order"),
        "receipt",
    ),
    "order.carried_out": Kind(
        _("Order %(number)s of %(organization)s was carried out."),
        _("Order %(number)s was carried out"),
        _("See the order"),
        "receipt",
    ),
    # the end of a term, to owners and billing
    "renewal.done": Kind(
        _(
            "The plan of %(organization)s renewed itself for %(total)s, charged to your stored payment method: "
            "%(tier)s from %(starts_on)s."
        ),
        _("Your plan %(tier)s is renewed from %(starts_on)s"),
        _("See the order"),
        "refresh",
    ),
    "renewal.declined": Kind(
        _(
            "The plan of %(organization)s could not renew itself: the payment of %(amount)s was declined. We try again "
            "every day; unpaid, the plan ends on %(ends_on)s at 00:00."
        ),
        _("Your plan could not renew itself: the payment was declined"),
        _("See the order"),
        "alert-triangle",
    ),
    "renewal.no_method": Kind(
        _(
            "The plan %(tier)s of %(organization)s is to renew itself, but no payment method is stored that can be "
            "charged. Store one, or the plan ends on %(ends_on)s at 00:00."
        ),
        _("Your plan cannot renew itself: no payment method is stored"),
        _("Store a payment method"),
        "alert-triangle",
    ),
    "renewal.not_possible": Kind(
        _(
            "The plan %(tier)s of %(organization)s is to renew itself and cannot as it is. Look at it, or it ends on "
            "%(ends_on)s at 00:00."
        ),
        _("Your plan %(tier)s cannot renew itself"),
        _("See the plan"),
        "alert-triangle",
    ),
    "renewal.reminder": Kind(
        _(
            "The plan %(tier)s of %(organization)s ends on %(ends_on)s at 00:00. Renew it before, or basic support "
            "goes on."
        ),
        _("Your plan %(tier)s ends on %(ends_on)s"),
        _("Renew the plan"),
        "clock",
    ),
    "payment.declined": Kind(
        _("The payment of %(amount)s for order %(number)s was declined. You can pay it again."),
        _("Payment for order %(number)s declined"),
        _("See the order"),
        "credit-card",
    ),
    "payment.held": Kind(
        _("The payment of %(amount)s for order %(number)s is being checked by our billing desk."),
        _("Payment for order %(number)s is being checked"),
        _("See the order"),
        "credit-card",
    ),
    "payment.held_staff": Kind(
        _("Payment %(reference)s of %(organization)s over %(amount)s is held: %(reason)s."),
        _("Payment %(reference)s is held"),
        _("See the order"),
        "credit-card",
    ),
    "payment.refunded": Kind(
        _("%(amount)s for order %(number)s of %(organization)s was refunded."),
        _("Refund of %(amount)s"),
        _("See the order"),
        "receipt",
    ),
    "invoice_payment.declined": Kind(
        _("The payment of %(amount)s for invoice %(number)s was declined. You can pay it again."),
        _("Payment for invoice %(number)s declined"),
        _("See the invoice"),
        "credit-card",
    ),
    "invoice_payment.held": Kind(
        _("The payment of %(amount)s for invoice %(number)s is being checked by our billing desk."),
        _("Payment for invoice %(number)s is being checked"),
        _("See the invoice"),
        "credit-card",
    ),
    "invoice_payment.refunded": Kind(
        _("%(amount)s for invoice %(number)s of %(organization)s was refunded."),
        _("Refund of %(amount)s"),
        _("See the invoice"),
        "receipt",
    ),
    # fapiao, to billing operators and to owners and billing
    "fapiao.requested": Kind(
        _("%(organization)s asks for a fapiao of %(amount)s for invoice %(invoice)s: %(title)s."),
        _("Fapiao requested for invoice %(invoice)s"),
        _("See the requests"),
        "file-invoice",
        mailed=False,
    ),
    "fapiao.issued": Kind(
        _("The fapiao %(fapiao)s of %(amount)s for invoice %(invoice)s was issued and sent to %(email)s."),
        _("Fapiao for invoice %(invoice)s issued"),
        _("See the requests"),
        "file-invoice",
    ),
    "fapiao.rejected": Kind(
        _("The fapiao for invoice %(invoice)s could not be issued: %(answer)s"),
        _("Fapiao for invoice %(invoice)s not issued"),
        _("See the requests"),
        "file-invoice",
    ),
    # settlements, to owners and billing
    "invoice.payable": Kind(
        _(
            "Invoice %(number)s of %(organization)s over %(total)s for the usage of %(month)s is there. "
            "Please pay it until %(due_on)s."
        ),
        _("Invoice %(number)s: please pay %(total)s until %(due_on)s"),
        _("See the invoice"),
        "receipt",
    ),
    "invoice.charged": Kind(
        _(
            "Invoice %(number)s of %(organization)s over %(total)s for the usage of %(month)s was charged to your "
            "stored payment method."
        ),
        _("Invoice %(number)s is paid"),
        _("See the invoice"),
        "receipt",
    ),
    "invoice.reminder": Kind(
        _(
            "Invoice %(number)s of %(organization)s was due on %(due_on)s: %(amount)s are still to be paid. Unpaid, "
            "technical tickets and new bookings are refused from %(suspended_on)s."
        ),
        _("Reminder: invoice %(number)s was due on %(due_on)s"),
        _("Pay the invoice"),
        "alert-triangle",
    ),
    "plan.suspended": Kind(
        _(
            "Invoice %(number)s of %(organization)s is unpaid since %(due_on)s: technical tickets and new bookings are "
            "refused until %(amount)s are paid. Running work goes on."
        ),
        _("Your plan is suspended until invoice %(number)s is paid"),
        _("Pay the invoice"),
        "alert-triangle",
    ),
    "plan.restored": Kind(
        _("Everything is paid: the plan of %(organization)s is open again in full."),
        _("Your plan is open again"),
        _("See the plan"),
        "circle-check",
    ),
    "budget.reached": Kind(
        _(
            "%(organization)s has used %(percent)s %% of its budget of %(budget)s for %(month)s: the incremental "
            "support fee is %(amount)s so far."
        ),
        _("%(percent)s %% of your budget for %(month)s is used"),
        _("See the spending"),
        "gauge",
    ),
    # people
    "member.joined": Kind(
        _("%(person)s joined %(organization)s as %(role)s."),
        _("%(person)s joined %(organization)s"),
        _("See the members"),
        "users",
        mailed=False,
    ),
    "member.role": Kind(
        _("%(by)s made you %(role)s of %(organization)s."),
        _("Your role in %(organization)s is now %(role)s"),
        _("Open the organization"),
        "users",
    ),
    "member.removed": Kind(
        _("%(by)s removed you from %(organization)s."),
        _("You are no longer a member of %(organization)s"),
        _("Open the portal"),
        "users",
    ),
    # mail only: who gets these may have no account yet
    "invitation": Kind(
        _("%(by)s invites you to %(organization)s as %(role)s. The invitation ends on %(expires_on)s."),
        _("Invitation to %(organization)s"),
        _("Accept the invitation"),
        "users",
    ),
    "account.made": Kind(
        _(
            "An account was made for you at %(organization)s. Choose a password to sign in; the link works until "
            "%(expires_on)s."
        ),
        _("Your account at %(organization)s"),
        _("Choose a password"),
        "users",
    ),
}


def text_of(kind: str, params: Mapping[str, Any]) -> str:
    """The sentence of a notice in the reader's language; a kind that is gone is shown by its code."""
    known = KINDS.get(kind)
    return str(known.text) % Readable(params) if known else kind


def subject_of(kind: str, params: Mapping[str, Any]) -> str:
    """The mail's subject, on one line."""
    return " ".join((str(KINDS[kind].subject) % Readable(params)).split())


class Readable(Mapping[str, str]):
    """Stored parameters as a person of the active language reads them."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self._params = params

    def __getitem__(self, name: str) -> str:
        value = self._params.get(name)
        if value is None or value == "":
            return "–"
        try:
            return _reader(name, value)(value)
        except (ValueError, TypeError, ArithmeticError):
            return str(value)

    def __iter__(self) -> Any:
        return iter(self._params)

    def __len__(self) -> int:
        return len(self._params)


def _reader(name: str, value: Any) -> Callable[[Any], str]:
    if isinstance(value, Mapping):
        return _in_language
    if name in _READERS:
        return _READERS[name]
    if name.endswith("_at"):
        return lambda text: readings.moment(datetime.fromisoformat(text))
    if name.endswith("_on"):
        return lambda text: readings.day(date.fromisoformat(text))
    return str


def _in_language(texts: Mapping[str, str]) -> str:
    language = (get_language() or "en").split("-")[0]
    return str(texts.get(language) or texts.get("en") or next(iter(texts.values()), "–"))


def _role(code: str) -> str:
    return str(dict(Membership.Role.choices).get(code, code))


_READERS: dict[str, Callable[[Any], str]] = {
    "severity": lambda code: str(labels.look(labels.SEVERITIES, code).label),
    "status": lambda code: str(labels.look(labels.STATUSES, code).label),
    "role": _role,
    "month": lambda text: readings.month(Month.parse(text).first_day),
    "amount": lambda text: money.shown(money.parse(text)),
    "total": lambda text: money.shown(money.parse(text)),
    "refund": lambda text: money.shown(money.parse(text)),
    "budget": lambda text: money.shown(money.parse(text)),
}
