"""Who hears of training: who comes is written to, account or none; who registered them reads it in the portal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.access import is_member, memberships_of
from accounts.models import Organization, Person
from accounts.people import person_with
from addons.models import TrainingPlace, TrainingSession
from addons.training import access, wording
from addons.training.calendar_file import FILE_NAME, calendar_file
from common import outbox, tenancy
from common.api import api_time
from notifications import mail
from notifications.notices import notify

MAIL_TOPIC = "training.mail"
# What is told when it is too late to come, is told to nobody who gave the place back.
WITH_FILE = ("training.registered", "training.moved_up", "training.changed", "training.reminder")


def write_to_attendee(place: TrainingPlace, kind: str, *, at: datetime, key: str = "") -> None:
    """Mail to who comes leaves by the outbox; once per place, kind and `key` (every instant is news without one)."""
    outbox.emit(
        MAIL_TOPIC,
        organization_id=place.organization_id,
        payload={"place": place.pk, "kind": kind},
        key=f"{place.pk}:{kind}:{key or at.isoformat()}"[:180],
    )


def mail_attendee(place: TrainingPlace, kind: str, *, number: str) -> None:
    """Hand the mail over, with the calendar file where there is something to come to."""
    organization, session = place.organization, place.session
    person = person_with(place.email)
    language = mail.language_for(person, organization)
    files: tuple[tuple[str, str, str], ...] = ()
    if kind in WITH_FILE:
        files = ((FILE_NAME, calendar_file(session, with_meeting=True, language=language), "text/calendar"),)
    own_page = person is not None and is_member(organization, place.email)
    mail.send(
        mail.Letter(
            to=place.email,
            name=place.name,
            language=language,
            kind=kind,
            params=_params(session) | {"name": place.name, "by": place.registered_by.display_name()},
            url=reverse("addons:training", args=[organization.slug]) if own_page else reverse("addons:videos"),
            number=number,
            attachments=files,
        )
    )


def tell_of_place(place: TrainingPlace, kind: str, *, at: datetime) -> None:
    """Tell who comes, and who registered them where that is somebody else."""
    write_to_attendee(place, kind, at=at)
    _notify_registering([place], kind, key=f"{place.pk}:{at.isoformat()}")


def tell_of_session(session: TrainingSession, kind: str, *, at: datetime, key: str = "", waiting: bool = True) -> int:
    """Tell everyone with a place in the session, of every organization; returns how many places that are.

    `waiting`: the waiting list too.
    """
    with tenancy.everything():
        rows = access.places_in(session)
        told = list(rows if waiting else rows.filter(state=access.REGISTERED))
        for place in told:
            place.session = session
            write_to_attendee(place, kind, at=at, key=key)
        by_organization: dict[int, list[TrainingPlace]] = defaultdict(list)
        for place in told:
            by_organization[place.organization_id].append(place)
        for places in by_organization.values():
            _notify_registering(places, kind, key=f"{session.pk}:{key or at.isoformat()}")
    return len(told)


def tell_organization(
    organization: Organization, people: Iterable[Person], kind: str, *, key: str, **params: Any
) -> None:
    """A notice about the training of one organization, such as its survey or its plan."""
    notify(
        people=people,
        kind=kind,
        params=params | {"organization": organization.name},
        url=reverse("addons:training", args=[organization.slug]),
        key=f"{kind}:{organization.pk}:{key}",
        organization=organization,
    )


def _notify_registering(places: list[TrainingPlace], kind: str, *, key: str) -> None:
    """Each person who registered some of these places of one organization and is still one of its people, once."""
    organization, session = places[0].organization, places[0].session
    members = {membership.person_id for membership in memberships_of(organization) if membership.person.is_active}
    names: dict[int, list[str]] = defaultdict(list)
    people = {}
    for place in places:
        by = place.registered_by
        if by.pk in members and by.email != place.email:
            people[by.pk] = by
            names[by.pk].append(place.name)
    for pk, person in people.items():
        notify(
            people=[person],
            kind=kind,
            params=_params(session) | {"name": ", ".join(names[pk])[:500], "organization": organization.name},
            url=reverse("addons:training", args=[organization.slug]),
            key=f"{kind}:{organization.pk}:{key}"[:180],
            organization=organization,
        )


def _params(session: TrainingSession) -> dict[str, Any]:
    return {
        "session": wording.both(session),
        "starts_at": api_time(session.starts_at),
        "where": wording.where(session),
        "reason": session.cancelled_because,
    }
