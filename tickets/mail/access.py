"""Getters of mail that came, for the staff alone."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import Membership, Organization
from common.problems import NotFound
from tickets.models import ParkedMail, ReceivedMail

LONGEST_ID = 18
# A number in the navigation that only says whether there is work.
MOST_COUNTED = 100


def waiting() -> QuerySet[ParkedMail]:
    """Parked mails that nobody has decided about, newest first."""
    return ParkedMail.objects.filter(state=ParkedMail.State.WAITING).select_related("mail").order_by("-pk")


def handled() -> QuerySet[ParkedMail]:
    """Parked mails that somebody has decided about, newest first."""
    done = ParkedMail.objects.exclude(state=ParkedMail.State.WAITING)
    return done.select_related("mail", "handled_by").order_by("-pk")


def unparked() -> QuerySet[ReceivedMail]:
    """Mails that became no message and wait for nobody, newest first."""
    outcomes = (ReceivedMail.Outcome.IGNORED, ReceivedMail.Outcome.ANSWERED)
    return ReceivedMail.objects.filter(outcome__in=outcomes).order_by("-pk")


def count_waiting() -> int:
    """How many wait, at most 100."""
    return ParkedMail.objects.filter(state=ParkedMail.State.WAITING).order_by("-pk")[:MOST_COUNTED].count()


def parked(number: int) -> ParkedMail:
    """One parked mail; NotFound else."""
    rows = ParkedMail.objects.select_related("mail", "handled_by")
    found = rows.filter(pk=number).first() if number < 10**LONGEST_ID else None
    if found is None:
        raise NotFound
    return found


def organization_of_sender(email: str) -> Organization | None:
    """Where a person of this address belongs, if it is one organization alone."""
    rows = Membership.objects.filter(person__email=email, person__is_active=True).select_related("organization")[:2]
    found = list(rows)
    return found[0].organization if len(found) == 1 else None
