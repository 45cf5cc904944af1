"""People in sessions: registered or on the waiting list, cancelled, present, rating (spec page 5, section 5.4).

Every action holds the session's row, so that two who want the last seat take turns.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from accounts.people import mailbox
from addons.models import TrainingPlace, TrainingSession
from addons.training import access, news, seats, sessions
from addons.training.refusals import (
    AlreadyRegistered,
    PlaceNotAttended,
    RatingNotOpen,
    SessionCancelled,
    SessionNotBegun,
    SessionNotOffered,
    TooManyPlaces,
)
from common import audit
from common.api import api_time
from common.problems import FieldErrors, NotFound, OrganizationDisabled
from supportplans.entitlements import entitlements

State = TrainingPlace.State
RATED_WITHIN = timedelta(days=30)
MOST_PLACES = 50
LONGEST_NAME = 100
LONGEST_COMMENT = 2000


def register(
    *, organization: Organization, session: TrainingSession, name: str, email: str, at: datetime, by: Person
) -> TrainingPlace:
    """Give a person a seat, or a place in the waiting list when it is full; the person is written to.

    In the organization's tenant scope. Raises FieldErrors; then OrganizationDisabled, SessionCancelled, SessionBegun,
    SessionNotOffered, AlreadyRegistered, TooManyPlaces.
    """
    name, email = _name(name), mailbox(email)
    session = access.held(session)
    if organization.is_disabled:
        raise OrganizationDisabled
    sessions.require_coming(session, at)
    if access.tier_code(entitlements(organization, at).tier) not in session.tiers:
        raise SessionNotOffered(action_url=reverse("supportplans:plans"), action_label=_("Compare plans"))
    own = access.places_of(organization).filter(session=session)
    there = own.filter(email=email).first()
    if there is not None:
        raise AlreadyRegistered(place=there.pk, state=there.state)
    if own.count() >= MOST_PLACES:
        raise TooManyPlaces(most=MOST_PLACES)
    place = TrainingPlace.objects.create(
        session=session,
        organization=organization,
        name=name,
        email=email,
        state=seats.state_of_next(session),
        registered_by=by,
        registered_at=at,
    )
    _record("registered", place, by)
    news.write_to_attendee(place, f"training.{place.state}", at=at)
    return place


def rename(*, place: TrainingPlace, name: str, at: datetime, by: Person) -> TrainingPlace:
    """Correct the name of who comes. Raises FieldErrors, OrganizationDisabled, SessionCancelled, SessionBegun."""
    name = _name(name)
    _session, place = _hold_coming(place, at)
    place.name = name
    place.save(update_fields=["name"])
    return place


def cancel_place(*, place: TrainingPlace, at: datetime, by: Person) -> TrainingPlace:
    """Give a place back before the session begins; the first of the waiting list moves up and is told.

    Raises NotFound for one that was cancelled meanwhile, OrganizationDisabled, SessionCancelled, SessionBegun.
    """
    session, place = _hold_coming(place, at)
    place.state, place.cancelled_at = State.CANCELLED, at
    place.save(update_fields=["state", "cancelled_at"])
    _record("cancelled", place, by)
    seats.move_up(session, at=at)
    return place


def record_attendance(*, session: TrainingSession, present: Collection[int], at: datetime, by: Person) -> int:
    """Note who of the registered was there (ids of places); the others were not. Returns how many were there.

    In the scope of staff. Raises SessionCancelled, SessionNotBegun, FieldErrors for a place that is not registered.
    """
    session = access.held(session)
    if session.cancelled_at is not None:
        raise SessionCancelled
    if at < session.starts_at:
        raise SessionNotBegun(starts_at=api_time(session.starts_at))
    registered = access.places_in(session).filter(state=State.REGISTERED)
    known = set(registered.values_list("pk", flat=True))
    if not set(present) <= known:
        raise FieldErrors({"present": [_("Name places of this session that are registered.")]})
    TrainingPlace.objects.filter(pk__in=known).update(attended=False)
    TrainingPlace.objects.filter(pk__in=known & set(present)).update(attended=True)
    return len(known & set(present))


def rate(*, place: TrainingPlace, rating: int, comment: str, at: datetime, by: Person) -> TrainingPlace:
    """Rate a session 1 to 5 with a comment, within 30 days after its end; a later rating replaces the earlier one.

    Raises FieldErrors; then OrganizationDisabled, SessionCancelled, PlaceNotAttended, RatingNotOpen.
    """
    comment = comment.strip()
    errors = {}
    if not 1 <= rating <= 5:
        errors["rating"] = [_("Give 1 to 5.")]
    if len(comment) > LONGEST_COMMENT:
        errors["comment"] = [_("Use at most %(longest)s characters.") % {"longest": LONGEST_COMMENT}]
    if errors:
        raise FieldErrors(errors)
    session, place = _hold(place)
    if session.cancelled_at is not None:
        raise SessionCancelled
    if place.state != State.REGISTERED or place.attended is False:
        raise PlaceNotAttended(state=place.state)
    opens_at, closes_at = session.ends_at, session.ends_at + RATED_WITHIN
    if not opens_at <= at < closes_at:
        raise RatingNotOpen(opens_at=api_time(opens_at), closes_at=api_time(closes_at))
    place.rating, place.comment, place.rated_at = rating, comment, at
    place.save(update_fields=["rating", "comment", "rated_at"])
    return place


def can_be_rated(place: TrainingPlace, at: datetime) -> bool:
    """Whether `rate` would take a rating of this place now."""
    session = place.session
    had_seat = place.state == State.REGISTERED and place.attended is not False and session.cancelled_at is None
    return had_seat and session.ends_at <= at < session.ends_at + RATED_WITHIN


def _hold(place: TrainingPlace) -> tuple[TrainingSession, TrainingPlace]:
    """The session and the place, locked in this order, as they are now."""
    if place.organization.is_disabled:
        raise OrganizationDisabled
    session = access.held(place.session)
    rows = TrainingPlace.objects.select_for_update(no_key=True, of=("self",)).select_related("organization")
    place = rows.get(pk=place.pk)
    place.session = session
    if place.state == State.CANCELLED:
        raise NotFound
    return session, place


def _hold_coming(place: TrainingPlace, at: datetime) -> tuple[TrainingSession, TrainingPlace]:
    session, place = _hold(place)
    sessions.require_coming(session, at)
    return session, place


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise FieldErrors(
            {"name": [_("Say who comes, in at most %(longest)s characters.") % {"longest": LONGEST_NAME}]}
        )
    return name


def _record(change: str, place: TrainingPlace, by: Person) -> None:
    audit.record(
        by=by,
        organization_id=place.organization_id,
        action=f"training_place.{change}",
        object=place.email,
        after={"session": place.session_id, "name": place.name, "status": place.state},
    )
