"""How content a customer was with what was done: 1 to 5 with a comment, after resolution (spec page 4.6).

It may be changed for 7 days after it was first given, by whoever of the organization may write: the figure is the
organization's. Worked example: first given on 24 November at 12:00, it can be changed until 1 December, before 12:00.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, Person
from common.api import api_time
from common.problems import FieldErrors, OrganizationDisabled, Refusal
from tickets import access, history, status_changes
from tickets.models import FINISHED, Ticket

WORST, BEST = 1, 5
CHANGED_WITHIN = timedelta(days=7)
LONGEST_COMMENT = 2000
RATED = "rated"
FIELDS = ("satisfaction", "satisfaction_comment", "rated_at")


class NotResolved(Refusal):
    """Member `ticket_status`: what the ticket is instead."""

    code = "ticket_not_resolved"
    title = gettext_lazy("This ticket is not resolved")
    default_detail = gettext_lazy("Tell us how satisfied you are once it is resolved or closed.")


class RatingSettled(Refusal):
    """Members `rated_at` and `changeable_until`."""

    code = "rating_settled"
    title = gettext_lazy("Your rating can no longer be changed")
    default_detail = gettext_lazy("A rating may be changed for 7 days. Write on the ticket to add something.")


def rate(
    *, ticket: Ticket, organization: Organization, score: int | None, comment: str, by: Person, at: datetime
) -> Ticket:
    """Say how content the organization is; the same said again changes nothing. Returns the ticket.

    Raises FieldErrors, OrganizationDisabled, NotResolved, or RatingSettled from 7 days after it was first given.
    """
    score, comment = _checked(score, comment.strip())
    if organization.is_disabled:
        raise OrganizationDisabled
    ticket = access.locked(ticket)
    if ticket.status not in FINISHED:
        raise NotResolved(ticket_status=ticket.status)
    if not can_be_rated(ticket, at):
        until = changeable_until(ticket)
        raise RatingSettled(rated_at=api_time(ticket.rated_at), changeable_until=api_time(until))
    if ticket.rated_at is not None and (ticket.satisfaction, ticket.satisfaction_comment) == (score, comment):
        return ticket
    before = ticket.satisfaction
    ticket.satisfaction, ticket.satisfaction_comment = score, comment
    if ticket.rated_at is None:
        ticket.rated_at = at
    ticket.save(update_fields=FIELDS)
    entry = history.entry(ticket, RATED, at=at, by=by, details={"score": score, "before": before})
    history.write(entry)
    status_changes.announce(
        ticket,
        "ticket.updated",
        key=f"event:{entry.pk}",
        change=RATED,
        score=score,
        by_name=by.display_name(),
        by_customer=True,
    )
    return ticket


def can_be_rated(ticket: Ticket, at: datetime) -> bool:
    """Whether a rating would be taken at `at`, the first one or another."""
    until = changeable_until(ticket)
    return ticket.status in FINISHED and (until is None or at < until)


def changeable_until(ticket: Ticket) -> datetime | None:
    """From when on the rating stays as it is; None while there is none."""
    return ticket.rated_at + CHANGED_WITHIN if ticket.rated_at is not None else None


def _checked(score: int | None, comment: str) -> tuple[int, str]:
    errors: dict[str, list[str]] = {}
    if score is None or not WORST <= score <= BEST:
        errors["score"] = [_("Choose a number from 1 to 5.")]
    if len(comment) > LONGEST_COMMENT:
        errors["comment"] = [_("Use at most %(longest)s characters.") % {"longest": LONGEST_COMMENT}]
    if errors or score is None:
        raise FieldErrors(errors)
    return score, comment
