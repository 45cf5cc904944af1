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
from notifications.care_kinds import CARE_KINDS
from notifications.desk_kinds import DESK_KINDS
from notifications.endpoint_kinds import ENDPOINT_KINDS
from notifications.kind import Kind
from notifications.money_kinds import MONEY_KINDS
from notifications.provisioning_kinds import PROVISIONING_KINDS
from notifications.report_kinds import REPORT_KINDS
from notifications.thread_kinds import THREAD_KINDS
from notifications.training_kinds import TRAINING_KINDS

_OPEN_TICKET = _("Open the ticket")

KINDS: dict[str, Kind] = {
    **BOOKING_KINDS,
    **CARE_KINDS,
    **DESK_KINDS,
    **MONEY_KINDS,
    **ENDPOINT_KINDS,
    **PROVISIONING_KINDS,
    **REPORT_KINDS,
    **THREAD_KINDS,
    **TRAINING_KINDS,
    # tickets, to the organization's people
    "ticket.replied": Kind(
        _("%(by)s answered your ticket %(number)s: %(subject)s"),
        _("Answer to your ticket %(number)s: %(subject)s"),
        _OPEN_TICKET,
        "message",
        in_full=True,
    ),
    "ticket.replied_within": Kind(
        _("%(by)s wrote on ticket %(number)s: %(subject)s"),
        _("Message on ticket %(number)s: %(subject)s"),
        _OPEN_TICKET,
        "message",
        in_full=True,
    ),
    "ticket.accepted": Kind(
        _("Your ticket %(number)s was accepted and is being worked on: %(subject)s"),
        _("Ticket %(number)s accepted: %(subject)s"),
        _OPEN_TICKET,
        "check",
    ),
    "ticket.resolved": Kind(
        _("Your ticket %(number)s is resolved: %(subject)s. Rate our help, or answer within 14 days if it is not."),
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
    "ticket.out_of_scope": Kind(
        _(
            "Your ticket %(number)s is closed because support plans do not cover it (%(scope)s): %(subject)s. "
            "Write within 14 days if you see it otherwise; another plan or our sales team may help."
        ),
        _("Ticket %(number)s is not covered by support plans: %(subject)s"),
        _OPEN_TICKET,
        "info-circle",
    ),
    # tickets, to staff
    "ticket.message": Kind(
        _("%(by)s of %(organization)s wrote on ticket %(number)s: %(subject)s"),
        _("Message on ticket %(number)s: %(subject)s"),
        _OPEN_TICKET,
        "message",
        mailed=False,
        in_full=True,
    ),
    "ticket.assigned": Kind(
        _("%(by)s gave you ticket %(number)s of %(organization)s: %(subject)s"),
        _("Ticket %(number)s is yours: %(subject)s"),
        _OPEN_TICKET,
        "user-check",
        mailed=False,
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
