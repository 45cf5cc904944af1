"""The demo's bookings: one in every state, an event that runs now with its roster, patrol log and tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.core.files.uploadedfile import SimpleUploadedFile

from addons import (
    access,
    booking_progress,
    bookings,
    capacity_plan,
    checklist,
    completion_reports,
    duty,
    event_team,
    notice,
    patrol,
)
from addons.models import Booking
from common import clock, outbox, tenancy
from common.beijing import Month, date_of, midnight
from common.calendar_days import calendar
from common.typesetting import typeset
from portal.demo.cast import Players
from portal.demo.stories import Scene, span
from supportplans import versions
from supportplans.catalogue import Entitlement
from tickets import conversation, handling
from tickets.access import any_ticket
from tickets.filing import file_ticket
from tickets.filing_fields import Draft

FOLDER = Path(__file__).parent
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANSWERED_AFTER, PREPARED_AFTER = timedelta(hours=26), timedelta(hours=30)
DONE_AT = timedelta(hours=10)
CLAIMED_AFTER = timedelta(minutes=1)
IN_THE_EVENT = {"kind": "technical", "region": "cn-south-1", "category": "troubleshooting"}


def load(players: Players, *, now: datetime) -> int:
    """Play all of it up to `now`, in the order of time; returns how many bookings there are."""
    told: dict[str, Any] = yaml.safe_load((FOLDER / "bookings.yaml").read_text("utf-8"))
    with tenancy.everything(), clock.at(now - timedelta(days=120)):
        _plan_capacity(told["capacity"], players, now)
    plays = [_Play(fields, players, now) for fields in [*told["bookings"], told["this_month"]]]
    scenes = sorted(scene for number, play in enumerate(plays) for scene in play.scenes(number * 100))
    for at, _order, play in scenes:
        with clock.at(at):
            with tenancy.everything():
                play(at)
            outbox.relay()
    return len(plays)


def _plan_capacity(days: list[dict[str, Any]], players: Players, now: datetime) -> None:
    for fields in days:
        day = date_of(now) + fields["day"] * DAY if "day" in fields else None
        capacity_plan.set_capacity(
            service=fields["service"],
            day=day,
            places=fields["places"],
            note=fields.get("note", ""),
            at=clock.now(),
            by=players.staff("lead"),
        )


@dataclass
class _Play:
    """One booking and everything that was done about it."""

    told: dict[str, Any]
    players: Players
    now: datetime
    made: Booking | None = None

    @property
    def booking(self) -> Booking:
        """As it is now."""
        assert self.made is not None
        return access.any_booking(str(self.made.pk))

    def scenes(self, order: int) -> Iterator[Scene]:
        """What happens until now, each at its instant; `order` keeps what happens at once apart."""
        steps = [step for step in self._steps() if step[0] <= self.now]
        return (Scene(at, order + place, play) for place, (at, play) in enumerate(steps))

    def _steps(self) -> Iterator[tuple[datetime, Callable[[datetime], None]]]:
        service = self._service()
        booked_at, first = self._days(service)
        yield booked_at, lambda at: self._book(service, first, at)
        if "answer" in self.told:
            yield min(booked_at + ANSWERED_AFTER, self.now), self._answer
        if self.told.get("answer") != "confirmed":
            return
        yield min(booked_at + PREPARED_AFTER, self.now), self._prepare
        yield midnight(first), self._begin
        for hours, all_well, body in self.told.get("patrol", ()):
            yield midnight(first) + hours * HOUR, self._patrol(hours, all_well=all_well, body=body)
        for fields in self.told.get("tickets", ()):
            yield from self._ticket(fields)
        if "summary" in self.told:
            last = notice.last_day(calendar(), service.unit or "", first, self.told.get("days", 1))
            yield midnight(last + DAY) + DONE_AT, self._complete

    def _service(self) -> Entitlement:
        catalogue = versions.current(date_of(self.now))
        return next(each for each in catalogue.entitlements if each.code == self.told["service"])

    def _days(self, service: Entitlement) -> tuple[datetime, date]:
        """When it is booked, and its first day."""
        known = calendar()
        if "working_days" in self.told:
            booked_at = min(Month.of_instant(self.now).starts_at + 9 * HOUR, self.now)
            return booked_at, known.nth_working_day_after(date_of(booked_at), self.told["working_days"])
        first = date_of(self.now) + self.told["first"] * DAY
        while not notice.may_start_on(known, service.unit or "", first):
            first += DAY if self.told["first"] > 0 else -DAY
        return min(midnight(first - self.told["booked"] * DAY) + 10 * HOUR, self.now), first

    def _book(self, service: Entitlement, first: date, at: datetime) -> None:
        wish = bookings.Wish(
            service=service.code,
            starts_on=first,
            days=self.told.get("days", 1),
            contact=self.told["contact"],
            description=self.told["description"],
            details=self.told["details"],
            acknowledge_binding=service.binds_plan,
        )
        slug = self.told["org"]
        self.made = bookings.book(
            organization=self.players.organizations[slug], wish=wish, at=at, by=self.players.owner(slug)
        )

    def _answer(self, at: datetime) -> None:
        lead = self.players.staff("lead")
        match self.told["answer"]:
            case "confirmed":
                booking_progress.confirm(booking=self.booking, at=at, by=lead)
            case "rejected":
                booking_progress.reject(booking=self.booking, reason=self.told["reason"], at=at, by=lead)
            case "withdrawn":
                bookings.withdraw(booking=self.booking, at=at, by=self.players.owner(self.told["org"]))
            case other:
                raise ValueError(f"unknown answer {other!r} in bookings.yaml")

    def _prepare(self, at: datetime) -> None:
        """Name the team, fill the roster, tick what is ready."""
        by = self.players.staff("tam")
        manager, group = self.told.get("manager"), self.told.get("im_group", "")
        if manager or group:
            email = self.players.staff(manager).email if manager else ""
            event_team.name_team(booking=self.booking, service_manager=email, im_group=group, at=at, by=by)
        for task in (duty.TASKS.PATROL, duty.TASKS.WAR_ROOM):
            for day, begins, ends, who in self.told.get("roster" if task == duty.TASKS.PATROL else "war_room", ()):
                starts_at = midnight(self.booking.starts_on + day * DAY)
                duty.add(
                    booking=self.booking,
                    person=self.players.staff(who).email,
                    task=task,
                    starts_at=starts_at + begins * HOUR,
                    ends_at=starts_at + ends * HOUR,
                    at=at,
                    by=by,
                )
        for code in self.told.get("ready", ()):
            checklist.tick(booking=self.booking, code=code, at=at, by=by)

    def _begin(self, at: datetime) -> None:
        """As the job of midnight does."""
        booking_progress.begin_due_bookings(at=at)

    def _patrol(self, hours: int, *, all_well: bool, body: str) -> Callable[[datetime], None]:
        on_duty = next(
            who for day, begins, ends, who in self.told["roster"] if day * 24 + begins <= hours < day * 24 + ends
        )

        def play(at: datetime) -> None:
            patrol.note(booking=self.booking, body=body, all_well=all_well, at=at, by=self.players.staff(on_duty))

        return play

    def _ticket(self, fields: dict[str, Any]) -> Iterator[tuple[datetime, Callable[[datetime], None]]]:
        """A ticket of the running event, answered or not."""
        organization = self.players.organizations[self.told["org"]]
        by, filed = self.players.member(self.told["org"]), self.now - span(fields["ago"])
        numbers: list[str] = []
        engineer = self.players.staff("engineer")

        def file(at: datetime) -> None:
            said = {name: fields[name] for name in ("severity", "product", "subject", "body")} | IN_THE_EVENT
            draft = Draft(booking=str(self.booking.pk), **said)
            with tenancy.organization(organization.pk):
                ticket = file_ticket(organization=organization, by=by, draft=draft, channel="portal", at=at)
            numbers.append(ticket.number)

        def claim(at: datetime) -> None:
            handling.claim(ticket=any_ticket(numbers[0]), by=engineer, at=at)

        def answer(at: datetime) -> None:
            conversation.staff_reply(ticket=any_ticket(numbers[0]), by=engineer, body=fields["reply"], at=at)

        yield filed, file
        if "answered" in fields:
            yield filed + CLAIMED_AFTER, claim
            yield filed + span(fields["answered"]), answer

    def _complete(self, at: datetime) -> None:
        sections = self.told.get("sections", {})
        booking_progress.complete(
            booking=self.booking,
            summary=self.told["summary"],
            sections=sections,
            report=_report(self.booking, self.told["summary"], sections, at),
            at=at,
            by=self.players.staff("senior"),
        )


def _report(booking: Booking, summary: str, sections: dict[str, str], at: datetime) -> SimpleUploadedFile:
    name = versions.current(date_of(at)).name_of("entitlements", booking.service)
    titles = completion_reports.sections_of(booking.service)
    data = {
        "title": f"{name.zh} · {name.en}",
        "language": "zh",
        "brand": booking.organization.name,
        "footer": f"{booking.organization.name}, {booking.starts_on} – {booking.ends_on}",
        "page_pattern": "{page} / {pages}",
        "summary": summary,
        "sections": [{"title": str(titles[code]), "text": text} for code, text in sections.items()],
    }
    pdf = typeset(FOLDER / "completion.typ", data, made_at=at)
    return SimpleUploadedFile(f"{booking.service}.pdf", pdf, "application/pdf")
