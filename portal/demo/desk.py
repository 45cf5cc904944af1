"""The demo's desk: replies and macros kept for reuse, a roster with handovers, tags, a call waited for, ratings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import yaml

from common import clock, outbox, tenancy
from common.beijing import date_of, midnight
from portal.demo.cast import Players
from portal.demo.stories import FOLDER
from tickets import satisfaction
from tickets.access import any_ticket
from tickets.desk import callbacks, canned_replies, macros, rosters, tagging
from tickets.models import Shift, Ticket

RATED_AFTER = timedelta(hours=3)
TAGGED_AGO, CALLED_FOR_AGO = timedelta(minutes=9), timedelta(minutes=7)
# Two days before Monday, so that two shifts have ended at whatever hour of the week the demo starts.
ROSTER_DAYS = range(-2, 14)
# Hours after midnight in Beijing.
DAY, NIGHT, ON_CALL, OFFICE = (8, 20), (20, 32), (8, 32), (9, 18)


def set_up(players: Players, *, now: datetime) -> int:
    """Make the rest, on the tickets that are there; returns how many shifts."""
    told: dict[str, Any] = yaml.safe_load((FOLDER / "desk.yaml").read_text("utf-8"))
    monday = date_of(now) - timedelta(days=date_of(now).weekday())
    with _moment(midnight(monday) - timedelta(days=4)):
        _keep(told, players)
        shifts = _roster(midnight(monday), players)
    _hand_over(told["handovers"], shifts, now)
    _rate(told["ratings"], players, now)
    with _moment(now - TAGGED_AGO) as at:
        for fields in told["tags"]:
            ticket = _ticket(fields["subject"])
            tagging.retag(ticket=ticket, add=fields["tags"], by=players.staff(fields["who"]), at=at)
    asked = told["callback"]
    with _moment(now - CALLED_FOR_AGO) as at:
        ticket, by = _ticket(asked["subject"]), players.people[asked["by"]]
        callbacks.ask_to_be_called(
            ticket=ticket, organization=ticket.organization, phone=asked["phone"], when=asked["when"], by=by, at=at
        )
    return len(shifts)


def _keep(told: dict[str, Any], players: Players) -> None:
    by = players.staff("lead")
    replies = {
        key: canned_replies.keep(wording=canned_replies.Wording(shared=True, **fields), by=by).pk
        for key, fields in told["replies"].items()
    }
    for position, fields in enumerate(told["macros"], start=1):
        steps = [
            step | {"canned_reply": replies[step["canned_reply"]]} if "canned_reply" in step else step
            for step in fields["steps"]
        ]
        macros.keep(name=fields["name"], steps=steps, position=position, by=by)


def _roster(monday: datetime, players: Players) -> list[Shift]:
    """Day and night change hands every week; a senior engineer can always be called, the lead works office hours."""
    by, added = players.staff("lead"), []
    for day in ROSTER_DAYS:
        by_day, by_night = ("engineer", "expert") if day // 7 % 2 == 0 else ("expert", "engineer")
        planned = [(by_day, DAY, ""), (by_night, NIGHT, ""), ("senior", ON_CALL, "On call")]
        if day % 7 < 5:
            planned.append(("lead", OFFICE, "Duty manager"))
        for who, (begins, ends), note in planned:
            midnight_before = monday + timedelta(days=day)
            shift = rosters.add(
                person=players.staff(who).email,
                starts_at=midnight_before + timedelta(hours=begins),
                ends_at=midnight_before + timedelta(hours=ends),
                note=note,
                by=by,
            )
            added.append(shift)
    return added


def _hand_over(bodies: list[str], shifts: list[Shift], now: datetime) -> None:
    """Whoever worked the latest shifts that have ended left one note each."""
    ended = sorted((shift for shift in shifts if not shift.note and shift.ends_at <= now), key=lambda one: one.ends_at)
    for shift, body in zip(ended[-len(bodies) :], reversed(bodies), strict=True):
        with _moment(shift.ends_at) as at:
            rosters.hand_over(body=body, by=shift.person, at=at)


def _rate(ratings: list[dict[str, Any]], players: Players, now: datetime) -> None:
    for fields in ratings:
        with tenancy.everything():
            ticket = _ticket(fields["subject"])
        with _moment(min((ticket.resolved_at or now) + RATED_AFTER, now)) as at:
            satisfaction.rate(
                ticket=ticket,
                organization=ticket.organization,
                score=fields["score"],
                comment=fields["comment"],
                by=players.people[fields["by"]],
                at=at,
            )


def _ticket(subject: str) -> Ticket:
    return any_ticket(Ticket.objects.values_list("number", flat=True).get(subject=subject))


@contextmanager
def _moment(instant: datetime) -> Iterator[datetime]:
    """The clock stopped there; what was done leaves at once, so that notices carry that time."""
    with clock.at(instant):
        with tenancy.everything():
            yield instant
        outbox.relay()
