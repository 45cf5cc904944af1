"""The roster, `/desk/roster`: who is on duty now, a week of shifts, and what one shift leaves to the next."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from accounts.page_doors import errors_of
from accounts.roles import allows, staff_role_key
from common import clock, readings
from common.beijing import BEIJING, date_of
from common.problems import Problem
from tickets.desk import rosters
from tickets.desk.duty import duty_at
from tickets.models import Shift
from tickets.views.desk_queue import DeskPage

HANDOVERS_SHOWN = 10
FIELDS = ("person", "day", "begins", "ends", "note")


@dataclass(frozen=True)
class Day:
    """A head of the week's table."""

    day: date
    name: str
    is_today: bool


@dataclass(frozen=True)
class Cell:
    """A shift in the table; times are Beijing's."""

    pk: int
    begins: str
    ends: str
    note: str

    @classmethod
    def of(cls, row: Shift, *, week: date | None = None) -> Cell:
        """One that began before the week of the Monday `week` says on which day it did."""
        local, begins = row.starts_at.astimezone(BEIJING), _time(row.starts_at)
        if week is not None and local.date() < week:
            begins = f"{date_format(local, 'D')} {begins}"
        return cls(row.pk, begins, _time(row.ends_at), row.note)


@dataclass(frozen=True)
class Row:
    """A colleague's week: the shifts that begin on each of its days."""

    person: Person
    days: list[list[Cell]]
    is_on_duty: bool


@dataclass(frozen=True)
class OnDuty:
    """Somebody who is on duty; `shift` None: by the switch of their profile."""

    person: Person
    shift: Cell | None


def _time(instant: datetime) -> str:
    return f"{instant.astimezone(BEIJING):%H:%M}"


class RosterDoor(DeskPage):
    """Everybody on the desk sees the roster, leads and administrators write it."""

    area = "desk_settings"

    @property
    def monday(self) -> date:
        """The first day of the week that is asked for, by default of this one."""
        try:
            day = date.fromisoformat(self.request.GET.get("week", "") or self.request.POST.get("week", ""))
        except ValueError:
            day = date_of(clock.now())
        return rosters.monday_of(day)

    def address(self, day: date | None = None) -> str:
        """The page of the week of `day`, by default of the one that is shown."""
        monday = rosters.monday_of(day) if day else self.monday
        return f"{reverse('tickets:roster')}?{urlencode({'week': monday.isoformat()})}"

    def _may(self, area: str) -> bool:
        return allows(staff_role_key(self.person.staff_role()), area, "W")

    def posted(self) -> dict[str, str]:
        return {name: self.request.POST.get(name, "") for name in FIELDS}


class RosterPage(RosterDoor):
    """The page; a POST adds a shift."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page()

    def post(self, request: HttpRequest) -> HttpResponseBase:
        typed = self.posted()

        def add() -> Shift:
            starts_at, ends_at = rosters.times_of(typed["day"], typed["begins"], typed["ends"])
            return rosters.add(
                person=typed["person"], starts_at=starts_at, ends_at=ends_at, note=typed["note"], by=self.person
            )

        return self.submit(
            add,
            to=lambda row: self.address(date_of(row.starts_at)),
            again=lambda problem: self.page(problem, typed=typed, status=problem.status),
        )

    def page(self, problem: Problem | None = None, *, status: int = 200, **more: Any) -> HttpResponse:
        """The whole page; `typed` is what a refused form held."""
        at, monday = clock.now(), self.monday
        people, shifts = rosters.workers(), rosters.shifts_of_week(monday)
        duty = duty_at(at)
        running = {row.person_id: Cell.of(row) for row in rosters.shifts_between(at, at + timedelta(microseconds=1))}
        errors = errors_of(problem) if problem else {}
        context = {
            "days": _days(monday, today=date_of(at)),
            "rows": _rows(people, shifts, monday, duty.present),
            "people": people,
            "has_shifts": bool(shifts),
            "on_duty": [
                OnDuty(person, running.get(person.pk)) for role in rosters.ROLES for person in duty.on_duty(role)
            ],
            "handovers": list(rosters.handovers()[:HANDOVERS_SHOWN]),
            "may_write": self._may("desk_settings"),
            "can_work": self._may("internal_notes"),
            "earlier_url": self.address(monday - timedelta(days=rosters.DAYS)),
            "later_url": self.address(monday + timedelta(days=rosters.DAYS)),
            "monday": monday,
            "typed": {"day": max(monday, date_of(at)).isoformat()},
            "errors": errors,
            "problem": None if errors else problem,
        }
        return self.render("tickets/desk/roster.html", context | more, status=status)


def _days(monday: date, *, today: date) -> list[Day]:
    days = [monday + timedelta(days=number) for number in range(rosters.DAYS)]
    return [Day(day, readings.short_day(day), day == today) for day in days]


def _rows(people: list[Person], shifts: list[Shift], monday: date, present: frozenset[int]) -> list[Row]:
    """Everybody who may have a shift; what began before the week stands on its first day."""
    by_person: dict[int, list[list[Cell]]] = defaultdict(lambda: [[] for _day in range(rosters.DAYS)])
    for row in shifts:
        by_person[row.person_id][max(0, (date_of(row.starts_at) - monday).days)].append(Cell.of(row, week=monday))
    return [Row(person, by_person[person.pk], person.pk in present) for person in people]


class CopyWeek(RosterDoor):
    """Repeat the week before."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest) -> HttpResponseBase:
        return self.submit(
            lambda: rosters.copy_week(monday=self.monday, by=self.person), to=self.copied, again=self.refused
        )

    def copied(self, count: int) -> str:
        said = ngettext("%(count)s shift was copied.", "%(count)s shifts were copied.", count) % {"count": count}
        messages.success(self.request, said if count else _("The previous week has no shift that fits here."))
        return self.address()

    def refused(self, problem: Problem) -> HttpResponseBase:
        messages.error(self.request, str(problem.detail))
        return self.go(self.address())


class ShiftPage(RosterDoor):
    """One shift, to move or delete."""

    access = {"GET": "W"}

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        row = rosters.shift(number)
        typed = {
            "person": row.person.email,
            "day": date_of(row.starts_at).isoformat(),
            "begins": _time(row.starts_at),
            "ends": _time(row.ends_at),
            "note": row.note,
        }
        return self.page(row, typed)

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        row, typed = rosters.shift(number), self.posted()

        def move() -> Shift:
            starts_at, ends_at = rosters.times_of(typed["day"], typed["begins"], typed["ends"])
            return rosters.move(
                row=row,
                person=typed["person"],
                starts_at=starts_at,
                ends_at=ends_at,
                note=typed["note"],
                by=self.person,
            )

        return self.submit(
            move,
            to=lambda moved: self.address(date_of(moved.starts_at)),
            again=lambda problem: self.page(row, typed, problem, status=problem.status),
        )

    def page(
        self, row: Shift, typed: dict[str, str], problem: Problem | None = None, *, status: int = 200
    ) -> HttpResponse:
        errors = errors_of(problem) if problem else {}
        shown = {
            "shift": row,
            "typed": typed,
            "workers": rosters.workers(),
            "errors": errors,
            "problem": None if errors else problem,
            "back_url": self.address(date_of(row.starts_at)),
        }
        return self.render("tickets/desk/shift.html", shown, status=status)


class DeleteShift(RosterDoor):
    """Delete it."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        row = rosters.shift(number)
        back = self.address(date_of(row.starts_at))
        return self.submit(
            lambda: rosters.remove(row=row, by=self.person),
            to=lambda _nothing: back,
            again=lambda _problem: self.go(back),
        )


class LeaveHandover(RosterPage):
    """A note to the next shift: everybody who works on the desk writes one."""

    area = "internal_notes"
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest) -> HttpResponseBase:
        body = request.POST.get("body", "")
        return self.submit(
            lambda: rosters.hand_over(body=body, by=self.person, at=clock.now()),
            to=lambda _row: f"{self.address()}#handover",
            again=lambda problem: self.page(problem, status=problem.status, handover=body),
        )
