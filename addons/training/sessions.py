"""Staff write sessions, publish them to tiers, change and cancel them (spec page 5, section 5.4)."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.access import staff_with_role
from accounts.models import Person
from addons.models import Topic, TrainingSession
from addons.training import access, news, seats
from addons.training.refusals import SeatsTaken, SessionBegun, SessionCancelled, SessionPublished
from common import audit
from common.api import api_time
from common.beijing import date_of
from common.problems import FieldErrors
from supportplans import versions

Mode = TrainingSession.Mode
LONGEST = timedelta(days=5)
FARTHEST = timedelta(days=730)
MOST_SEATS = 1000
LONGEST_ABOUT = 10_000
TRAINERS = ("engineer", "tam", "lead")
_WIDTHS = {"title_en": 150, "title_zh": 150, "meeting": 200, "place": 200}
# What people have in their calendars.
_DATES = ("starts_at", "ends_at", "mode", "meeting", "place")


@dataclass(frozen=True)
class Draft:
    """What staff give. `tiers`: "family/tier" codes; `trainer`: the e-mail of one of the staff, or ""."""

    topic: str = ""
    title_en: str = ""
    title_zh: str = ""
    about_en: str = ""
    about_zh: str = ""
    mode: str = ""
    meeting: str = ""
    place: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    seats: int | None = None
    tiers: tuple[str, ...] = ()
    trainer: str = ""


_COLUMNS = [field.name for field in fields(Draft) if field.name not in ("tiers", "trainer")]


def as_draft(session: TrainingSession, **changes: Any) -> Draft:
    """The session as it stands, with `changes`."""
    own = {name: getattr(session, name) for name in _COLUMNS}
    draft = Draft(**own, tiers=tuple(session.tiers), trainer=session.trainer.email if session.trainer else "")
    if "tiers" in changes:
        changes["tiers"] = tuple(changes["tiers"])
    return replace(draft, **changes)


def write_session(*, draft: Draft, at: datetime, by: Person) -> TrainingSession:
    """Keep a session that only staff see. Raises FieldErrors."""
    session = TrainingSession(by=by, **_checked(draft, at))
    session.save(force_insert=True)
    _record("written", session, by)
    return session


def change_session(*, session: TrainingSession, draft: Draft, at: datetime, by: Person) -> TrainingSession:
    """Write a session anew before it begins; more seats move the waiting list up, new dates are told to everyone.

    Raises SessionCancelled, SessionBegun, FieldErrors, SeatsTaken.
    """
    session = access.held(session)
    require_coming(session, at)
    columns = _checked(draft, at)
    taken, _waiting = seats.counted(session)
    if columns["seats"] < taken:
        raise SeatsTaken(taken=taken)
    moved = session.published_at is not None and any(getattr(session, name) != columns[name] for name in _DATES)
    for name, value in columns.items():
        setattr(session, name, value)
    session.save(update_fields=list(columns))
    _record("changed", session, by)
    if moved:
        news.tell_of_session(session, "training.changed", at=at)
    seats.move_up(session, at=at)
    return session


def publish(*, session: TrainingSession, at: datetime, by: Person) -> TrainingSession:
    """Show it to the organizations of its tiers. Raises SessionCancelled, SessionBegun, SessionPublished."""
    session = access.held(session)
    require_coming(session, at)
    if session.published_at is not None:
        raise SessionPublished
    session.published_at = at
    session.save(update_fields=["published_at"])
    _record("published", session, by)
    return session


def cancel(*, session: TrainingSession, because: str, at: datetime, by: Person) -> TrainingSession:
    """Say that it does not take place: everyone with a place, on the waiting list too, is told why.

    Raises FieldErrors without a reason, SessionCancelled, SessionBegun.
    """
    because = because.strip()
    if not 0 < len(because) <= 300:
        raise FieldErrors({"because": [_("Say why, in at most 300 characters.")]})
    session = access.held(session)
    require_coming(session, at)
    session.cancelled_at, session.cancelled_because = at, because
    session.save(update_fields=["cancelled_at", "cancelled_because"])
    _record("cancelled", session, by)
    if session.published_at is not None:
        news.tell_of_session(session, "training.cancelled", at=at)
    return session


def require_coming(session: TrainingSession, at: datetime) -> None:
    """Raises SessionCancelled or SessionBegun."""
    if session.cancelled_at is not None:
        raise SessionCancelled
    if at >= session.starts_at:
        raise SessionBegun(starts_at=api_time(session.starts_at))


def tiers_on_offer(at: datetime) -> list[tuple[str, dict[str, str]]]:
    """Every tier of the catalogue in force as (code, {"en", "zh"}), for the form of a session."""
    return [
        (
            access.tier_code(tier),
            {"en": f"{family.name.en}: {tier.name.en}", "zh": f"{family.name.zh}：{tier.name.zh}"},
        )
        for family in versions.current(date_of(at)).families
        for tier in family.tiers
    ]


def trainers() -> list[Person]:
    """Who can hold a session."""
    return staff_with_role(*TRAINERS)


def _checked(draft: Draft, at: datetime) -> dict[str, Any]:
    columns: dict[str, Any] = {name: getattr(draft, name) for name in _COLUMNS}
    for name in ("title_en", "title_zh", "about_en", "about_zh", "meeting", "place"):
        columns[name] = columns[name].strip()
    errors = _errors_of_texts(columns) | _errors_of_times(draft, at)
    if draft.seats is None or not 1 <= draft.seats <= MOST_SEATS:
        errors["seats"] = [_("Give it 1 to %(most)s seats.") % {"most": MOST_SEATS}]
    known = [code for code, _name in tiers_on_offer(at)]
    if not draft.tiers:
        errors["tiers"] = [_("Choose who may register: at least one tier.")]
    elif unknown := [code for code in draft.tiers if code not in known]:
        errors["tiers"] = [_("Not known: %(codes)s.") % {"codes": ", ".join(unknown)[:200]}]
    trainer = next((person for person in trainers() if person.email == draft.trainer.strip().lower()), None)
    if draft.trainer.strip() and trainer is None:
        errors["trainer"] = [_("Choose somebody of the staff.")]
    if errors:
        raise FieldErrors(errors)
    if draft.mode == Mode.ONLINE:
        columns["place"] = ""
    elif draft.mode == Mode.ONSITE:
        columns["meeting"] = ""
    return columns | {"tiers": [code for code in known if code in draft.tiers], "trainer": trainer}


def _errors_of_texts(columns: dict[str, Any]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if columns["topic"] not in Topic.values:
        errors["topic"] = [_("Choose one of these.")]
    if columns["mode"] not in Mode.values:
        errors["mode"] = [_("Choose one of these.")]
    for name in ("title_en", "title_zh"):
        if not columns[name]:
            errors[name] = [_("Give it a title in both languages.")]
    if columns["mode"] == Mode.ONLINE and not columns["meeting"]:
        errors["meeting"] = [_("An online session needs the meeting's id or address.")]
    if columns["mode"] in (Mode.TELEPRESENCE, Mode.ONSITE) and not columns["place"]:
        errors["place"] = [_("Say where it takes place.")]
    widths = _WIDTHS | {"about_en": LONGEST_ABOUT, "about_zh": LONGEST_ABOUT}
    for name, longest in widths.items():
        if len(columns[name]) > longest:
            errors[name] = [_("Use at most %(longest)s characters.") % {"longest": longest}]
    return errors


def _errors_of_times(draft: Draft, at: datetime) -> dict[str, list[str]]:
    if draft.starts_at is None or draft.ends_at is None:
        missing = [name for name in ("starts_at", "ends_at") if getattr(draft, name) is None]
        return {name: [_("Say when.")] for name in missing}
    if draft.starts_at <= at:
        return {"starts_at": [_("Choose a time to come.")]}
    if draft.starts_at > at + FARTHEST:
        return {"starts_at": [_("Choose a time within the next two years.")]}
    if not timedelta(0) < draft.ends_at - draft.starts_at <= LONGEST:
        return {"ends_at": [_("It ends after it begins, at most five days later.")]}
    return {}


def _record(change: str, session: TrainingSession, by: Person) -> None:
    after = {
        "topic": session.topic,
        "mode": session.mode,
        "starts_at": api_time(session.starts_at),
        "seats": session.seats,
        "tiers": ", ".join(session.tiers),
        "reason": session.cancelled_because,
    }
    audit.record(
        by=by, organization_id=None, action=f"training.{change}", object=f"training session {session.pk}", after=after
    )
