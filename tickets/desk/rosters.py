"""Who is on duty when, and what one shift leaves to the next (spec pages 1 and 4.5 'Rosters, shifts, handover').

A person has one shift at a time, of at most a day. What a running shift decides stands in tickets/desk/duty.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import LARGEST_ID
from accounts.models import Person, StaffProfile
from common import audit, live, readings
from common.api import api_time
from common.beijing import BEIJING, midnight
from common.problems import FieldErrors, NotFound, Refusal
from tickets.models import Handover, Shift

LONGEST_SHIFT = timedelta(hours=24)
LONGEST_NOTE, LONGEST_HANDOVER = 200, 5000
DAYS = 7
# The years that a roster is written for.
FIRST_DAY, LAST_DAY = date(2000, 1, 10), date(2999, 12, 20)
# Roles that are on duty: the others never are.
ROLES = (StaffProfile.Role.ENGINEER, StaffProfile.Role.TAM, StaffProfile.Role.LEAD)

T = TypeVar("T")


class ShiftsOverlap(Refusal):
    """Member `shift`: {starts_at, ends_at} of the one that is there."""

    code = "shift_overlaps"
    title = gettext_lazy("This person has a shift at that time")


def workers() -> list[Person]:
    """Everybody who may have a shift, by role and name."""
    staff = Person.objects.staff().filter(staff__role__in=ROLES).select_related("staff")
    return list(staff.order_by("staff__role", "name", "email"))


def shifts_between(start: datetime, end: datetime) -> QuerySet[Shift]:
    """Shifts that touch [start, end), by their beginning."""
    found = Shift.objects.filter(starts_at__lt=end, ends_at__gt=start)
    return found.select_related("person__staff").order_by("starts_at", "pk")


def shifts_until(start: datetime, end: datetime | None) -> QuerySet[Shift]:
    """Shifts that end after `start` and, where `end` is given, begin before it."""
    found = Shift.objects.filter(ends_at__gt=start).select_related("person")
    return found if end is None else found.filter(starts_at__lt=end)


def shifts_of_week(monday: date) -> list[Shift]:
    """Shifts that touch the seven Beijing days from `monday` on."""
    return list(shifts_between(midnight(monday), midnight(monday + timedelta(days=DAYS))))


def shift(number: int) -> Shift:
    """One shift; raises NotFound."""
    found = Shift.objects.select_related("person__staff").filter(pk=number).first() if number <= LARGEST_ID else None
    if found is None:
        raise NotFound
    return found


def times_of(day: str, begins: str, ends: str) -> tuple[datetime, datetime]:
    """The instants of a shift from what a form says: a date and two Beijing times; an end before the beginning is
    the next morning's. Raises FieldErrors.
    """
    errors: dict[str, list[str]] = {}
    on = _read(date.fromisoformat, day, "day", _("Enter a date."), errors)
    first = _read(time.fromisoformat, begins, "begins", _("Enter a time such as 08:00."), errors)
    last = _read(time.fromisoformat, ends, "ends", _("Enter a time such as 16:00."), errors)
    if on is None or first is None or last is None:
        raise FieldErrors(errors)
    starts_at = datetime.combine(on, first.replace(tzinfo=None), tzinfo=BEIJING)
    ends_at = datetime.combine(on, last.replace(tzinfo=None), tzinfo=BEIJING)
    return starts_at, ends_at if ends_at > starts_at else ends_at + timedelta(days=1)


def _read(reader: Callable[[str], T], text: str, field: str, sentence: str, errors: dict[str, list[str]]) -> T | None:
    try:
        return reader(text.strip())
    except ValueError:
        errors[field] = [sentence]
        return None


def add(*, person: str, starts_at: datetime, ends_at: datetime, note: str = "", by: Person) -> Shift:
    """Add a shift of the colleague with the e-mail `person`. Raises FieldErrors, ShiftsOverlap."""
    someone = _worker(person)
    _check(someone, starts_at, ends_at, note)
    row = Shift.objects.create(person=someone, starts_at=starts_at, ends_at=ends_at, note=note.strip())
    _note(by, "shift.added", row, after=_facts(row))
    return row


def move(
    *, row: Shift, person: str, starts_at: datetime, ends_at: datetime, note: str | None = None, by: Person
) -> Shift:
    """Move a shift to other times or another person. Raises FieldErrors, ShiftsOverlap, NotFound when it is gone."""
    someone = _worker(person)
    note = row.note if note is None else note
    row = _locked(row)
    _check(someone, starts_at, ends_at, note, but=row)
    before = _facts(row)
    row.person, row.starts_at, row.ends_at, row.note = someone, starts_at, ends_at, note.strip()
    row.save(update_fields=["person", "starts_at", "ends_at", "note"])
    _note(by, "shift.moved", row, before=before, after=_facts(row))
    return row


def remove(*, row: Shift, by: Person) -> None:
    """Delete a shift. Raises NotFound when it is gone already."""
    row = _locked(row)
    _note(by, "shift.deleted", row, before=_facts(row))
    row.delete()


def monday_of(day: date) -> date:
    """The first day of the day's week, within the years that a roster is written for."""
    day = min(max(day, FIRST_DAY), LAST_DAY)
    return day - timedelta(days=day.weekday())


def copy_week(*, monday: date, by: Person) -> int:
    """Repeat in the week of `monday` the shifts that began in the week before; returns how many fitted.

    A shift whose person has one at that time already is left out.
    """
    week = timedelta(days=DAYS)
    start, copied = midnight(monday), 0
    for row in Shift.objects.filter(starts_at__gte=start - week, starts_at__lt=start).select_related("person__staff"):
        if row.person not in _active() or _overlapping(row.person, row.starts_at + week, row.ends_at + week, None):
            continue
        added = Shift.objects.create(
            person=row.person, starts_at=row.starts_at + week, ends_at=row.ends_at + week, note=row.note
        )
        _note(by, "shift.added", added, after=_facts(added))
        copied += 1
    return copied


def hand_over(*, body: str, by: Person, at: datetime) -> Handover:
    """Leave a note to the next shift. Raises FieldErrors."""
    body = body.strip()
    if not body or len(body) > LONGEST_HANDOVER:
        sentence = _("Write 1 to %(longest)s characters.") % {"longest": LONGEST_HANDOVER}
        raise FieldErrors({"body": [sentence]})
    row = Handover.objects.create(by=by, at=at, body=body)
    live.publish("desk", "roster-changed")
    return row


def handovers() -> QuerySet[Handover]:
    """What was left, the latest first."""
    return Handover.objects.select_related("by").order_by("-at", "-pk")


def _active() -> QuerySet[Person]:
    return Person.objects.staff().filter(staff__role__in=ROLES)


def _worker(email: str) -> Person:
    found = _active().select_related("staff").filter(email=email.strip().lower()).first()
    if found is None:
        raise FieldErrors({"person": [_("Nobody who works on the desk has this e-mail address.")]})
    return found


def _locked(row: Shift) -> Shift:
    found = Shift.objects.select_for_update().filter(pk=row.pk).first()
    if found is None:
        raise NotFound
    return found


def _check(person: Person, starts_at: datetime, ends_at: datetime, note: str, but: Shift | None = None) -> None:
    errors: dict[str, list[str]] = {}
    if not starts_at < ends_at <= starts_at + LONGEST_SHIFT:
        errors["ends_at"] = [_("A shift ends after it begins, and takes at most 24 hours.")]
    if len(note) > LONGEST_NOTE:
        errors["note"] = [_("Use at most %(longest)s characters.") % {"longest": LONGEST_NOTE}]
    if errors:
        raise FieldErrors(errors)
    there = _overlapping(person, starts_at, ends_at, but)
    if there is not None:
        words = {
            "name": person.display_name(),
            "from": readings.moment(there.starts_at),
            "until": readings.moment(there.ends_at),
        }
        raise ShiftsOverlap(
            _("%(name)s has a shift from %(from)s until %(until)s. Move that one, or choose another time.") % words,
            shift={"starts_at": api_time(there.starts_at), "ends_at": api_time(there.ends_at)},
        )


def _overlapping(person: Person, starts_at: datetime, ends_at: datetime, but: Shift | None) -> Shift | None:
    """A shift of the person at that time; their profile is locked, so that two are not added at once."""
    StaffProfile.objects.select_for_update(no_key=True).get(pk=person.pk)
    found = Shift.objects.filter(person=person, starts_at__lt=ends_at, ends_at__gt=starts_at)
    return (found.exclude(pk=but.pk) if but else found).first()


def _facts(row: Shift) -> dict[str, str | None]:
    return {"person": row.person.email, "starts_at": api_time(row.starts_at), "ends_at": api_time(row.ends_at)}


def _note(by: Person, action: str, row: Shift, **change: dict[str, str | None]) -> None:
    audit.record(by=by, organization_id=None, action=action, object=row.person.email, **change)
    live.publish("desk", "roster-changed")
