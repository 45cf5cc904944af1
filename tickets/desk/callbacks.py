"""Call-back requests (spec page 4.5): a customer asks to be called, somebody of the desk calls and says so.

A call is no public reply: what is owed stays owed until somebody answers in writing.
"""

from __future__ import annotations

import re
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, Person
from common.problems import FieldErrors, OrganizationDisabled, Refusal
from tickets import access, history, status_changes
from tickets.models import CallbackRequest, Ticket, TicketEvent

LONGEST_PHONE, LONGEST_WHEN, LONGEST_OUTCOME = 40, 100, 300
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()./-]*(?: ?(?:ext\.?|x|转) ?[0-9]+)?", re.IGNORECASE)
_FEWEST_DIGITS = 3
# Rows of the history.
REQUESTED, CALLED, WITHDRAWN = "callback_requested", "called_back", "callback_withdrawn"


class NoCallbackWanted(Refusal):
    code = "no_callback_requested"
    title = gettext_lazy("Nobody waits for a call about this ticket")
    default_detail = gettext_lazy("No call-back is open: somebody called already, or nobody asked for one.")


def request_callback(*, ticket: Ticket, phone: str, when: str, by: Person, at: datetime) -> CallbackRequest:
    """Ask to be called at `phone`, `when` in the customer's words or ''. Asked again, the open request is changed.

    Raises FieldErrors, or TicketNotOpen. Returns the request.
    """
    phone, when = check_request(phone, when)
    ticket = access.locked(ticket)
    status_changes.require_active(ticket)
    found = open_callback(ticket)
    if found is not None:
        found.phone, found.when, found.requested_by, found.requested_at = phone, when, by, at
        found.save(update_fields=["phone", "when", "requested_by", "requested_at"])
        _tell(ticket, history.entry(ticket, REQUESTED, at=at, by=by, details={"again": True}))
        return found
    made = CallbackRequest.objects.create(
        ticket=ticket, organization_id=ticket.organization_id, phone=phone, when=when, requested_by=by, requested_at=at
    )
    ticket.callback_wanted = True
    ticket.save(update_fields=["callback_wanted"])
    _tell(ticket, history.entry(ticket, REQUESTED, at=at, by=by))
    return made


def ask_to_be_called(
    *, ticket: Ticket, organization: Organization, phone: str, when: str, by: Person, at: datetime
) -> CallbackRequest:
    """The same asked by the organization itself. Raises FieldErrors, OrganizationDisabled, or TicketNotOpen."""
    check_request(phone, when)
    if organization.is_disabled:
        raise OrganizationDisabled
    return request_callback(ticket=ticket, phone=phone, when=when, by=by, at=at)


def withdraw_request(*, ticket: Ticket, organization: Organization, by: Person, at: datetime) -> Ticket:
    """The customer needs no call any more; the number is forgotten. Returns the ticket.

    Raises OrganizationDisabled, or NoCallbackWanted when no request is open.
    """
    if organization.is_disabled:
        raise OrganizationDisabled
    ticket = access.locked(ticket)
    found = open_callback(ticket)
    if found is None:
        raise NoCallbackWanted
    found.delete()
    ticket.callback_wanted = False
    ticket.save(update_fields=["callback_wanted"])
    _tell(ticket, history.entry(ticket, WITHDRAWN, at=at, by=by))
    return ticket


def record_call(*, ticket: Ticket, outcome: str, by: Person, at: datetime) -> Ticket:
    """Somebody of the staff called; `outcome` says in a sentence what came of it, or ''. Returns the ticket.

    Raises FieldErrors, or NoCallbackWanted when no request is open.
    """
    outcome = outcome.strip()
    if len(outcome) > LONGEST_OUTCOME:
        raise FieldErrors({"outcome": [_("Use at most %(longest)s characters.") % {"longest": LONGEST_OUTCOME}]})
    ticket = access.locked(ticket)
    found = open_callback(ticket)
    if found is None:
        raise NoCallbackWanted
    found.called_by, found.called_at, found.outcome = by, at, outcome
    found.save(update_fields=["called_by", "called_at", "outcome"])
    ticket.callback_wanted = False
    ticket.save(update_fields=["callback_wanted"])
    _tell(ticket, history.entry(ticket, CALLED, at=at, by=by))
    return ticket


def open_callback(ticket: Ticket) -> CallbackRequest | None:
    """The request that waits for a call; one statement."""
    return CallbackRequest.objects.filter(ticket=ticket, called_at=None).select_related("requested_by").first()


def facts(ticket: Ticket) -> dict[str, str] | None:
    """The open request as the queue gives it (tickets/queue.py); None when there is none."""
    found = open_callback(ticket)
    if found is None:
        return None
    return {"phone": found.phone, "when": found.when, "requested_at": found.requested_at.isoformat()}


def check_request(phone: str, when: str) -> tuple[str, str]:
    """Both without needless spaces. Raises FieldErrors for what is no phone number, or too long."""
    phone, when = " ".join(phone.split()), " ".join(when.split())
    errors: dict[str, list[str]] = {}
    if not phone:
        errors["phone"] = [_("Fill this in.")]
    elif len(phone) > LONGEST_PHONE:
        errors["phone"] = [_("Use at most %(longest)s characters.") % {"longest": LONGEST_PHONE}]
    elif not _PHONE.fullmatch(phone) or sum(sign.isdigit() for sign in phone) < _FEWEST_DIGITS:
        errors["phone"] = [_("Write a phone number: digits, spaces, + and -.")]
    if len(when) > LONGEST_WHEN:
        errors["when"] = [_("Use at most %(longest)s characters.") % {"longest": LONGEST_WHEN}]
    if errors:
        raise FieldErrors(errors)
    return phone, when


def _tell(ticket: Ticket, entry: TicketEvent) -> None:
    history.write(entry)
    status_changes.announce(ticket, "ticket.updated", key=f"event:{entry.pk}", change=entry.event)
