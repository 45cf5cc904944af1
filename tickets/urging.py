"""A customer urges: what the next step of escalation would tell is told now, once per half target (spec page 4.5)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Person
from common.api import api_time
from common.problems import OrganizationDisabled, Refusal
from tickets import access, history, status_changes, timer_records, timers
from tickets.models import ResponseTimer, Ticket


class NoAnswerOwed(Refusal):
    code = "no_answer_owed"
    title = _("No answer is owed on this ticket")
    default_detail = _("We have answered last. Write what is missing: then we owe you an answer again.")


class UrgedAlready(Refusal):
    """Member `possible_at`: when it is possible again."""

    code = "urged_already"
    title = _("You have urged already")
    default_detail = _("The people in charge were told. You can urge again when half of the answer time has passed.")


def urge(*, ticket: Ticket, organization: Organization, by: Person, at: datetime) -> Ticket:
    """Tell the people of the next step of escalation that the customer waits; no timer changes.

    Raises OrganizationDisabled, TicketNotOpen, NoAnswerOwed, and UrgedAlready within half a target of the last time.
    """
    if organization.is_disabled:
        raise OrganizationDisabled
    ticket = access.locked(ticket)
    status_changes.require_active(ticket)
    timer = timer_records.owed(ticket)
    if timer is None:
        raise NoAnswerOwed
    possible_at = possible_again_at(timer)
    if possible_at is not None and at < possible_at:
        raise UrgedAlready(possible_at=api_time(possible_at))
    timer.urged_at = at
    timer.save(update_fields=["urged_at"])
    entry = history.entry(ticket, "urged", at=at, by=by, timer=timer, details={"timer": timer.kind})
    history.write(entry)
    status_changes.announce(
        ticket,
        "ticket.updated",
        key=f"event:{entry.pk}",
        change="urged",
        timer=timer.pk,
        by_name=by.display_name(),
        by_customer=True,
    )
    return ticket


def possible_again_at(timer: ResponseTimer) -> datetime | None:
    """When the customer may urge for another time; None while they never have."""
    if timer.urged_at is None:
        return None
    target = timer_records.target_of(timer)
    return timers.half_target_after(timer.urged_at, target, timer_records.calendar_for(target))
