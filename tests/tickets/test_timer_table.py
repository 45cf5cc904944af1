"""Histories of tickets and the timers they must leave, worked out by hand (spec page 4.3).

A row: the plan, the severity and the instant of filing, what happened, and each timer as `kind due state`. Instants are
days of November 2026 in Beijing, with S, O or D of September, October or December; 24 November is a Tuesday. `!` is a
breach recorded at the due time, `x` a timer left out of the figures.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from accounts.models import Organization, Person
from common import calendar_days, clock, tenancy
from supportplans.subscriptions import start_subscription
from tests.tickets.conftest import act, at, file, message, own, reply, timers_of
from tickets import closing, conversation, handling, merging, rebuilding, regrading, sweep
from tickets.models import ResponseTimer, Ticket

CD, PD, PI, SI, G = "critical_down", "production_down", "production_impaired", "system_impaired", "guidance"
SHORT = {"CD": CD, "PD": PD, "PI": PI, "SI": SI, "G": G}
MONTHS = {"S": "09", "O": "10", "D": "12"}
BUSINESS, STANDARD, BASIC = "business", "standard", "basic"

ROWS: list[tuple[str, str, str, str, list[str]]] = [
    # the first answer: 10, 30, 180, 480 and 960 minutes round the clock
    (BUSINESS, "CD", "24T12:00", "", ["first 24T12:10 running"]),
    (BUSINESS, "PD", "24T12:00", "", ["first 24T12:30 running"]),
    (BUSINESS, "PI", "24T12:00", "", ["first 24T15:00 running"]),
    (BUSINESS, "SI", "24T12:00", "", ["first 24T20:00 running"]),
    (BUSINESS, "G", "24T12:00", "", ["first 25T04:00 running"]),
    (BUSINESS, "CD", "24T23:55", "", ["first 25T00:05 running"]),
    (BUSINESS, "G", "28T12:00", "", ["first 29T04:00 running"]),
    (STANDARD, "PD", "24T12:00", "", ["first 24T12:30 running"]),
    (STANDARD, "G", "24T12:00", "", ["first 25T04:00 running"]),
    # one working day: 24 hours counted in working days alone
    (BASIC, "PI", "24T12:00", "", ["first 25T12:00 running"]),
    (BASIC, "G", "24T15:00", "", ["first 25T15:00 running"]),
    (BASIC, "G", "27T15:00", "", ["first 30T15:00 running"]),
    (BASIC, "G", "28T10:00", "", ["first D01T00:00 running"]),
    (BASIC, "G", "29T23:59", "", ["first D01T00:00 running"]),
    (BASIC, "G", "27T00:00", "", ["first 28T00:00 running"]),
    (BASIC, "G", "S30T15:00", "", ["first O08T15:00 running"]),
    (BASIC, "G", "O09T20:00", "", ["first O10T20:00 running"]),
    (BASIC, "G", "O10T09:00", "", ["first O12T09:00 running"]),
    (BASIC, "G", "S18T10:00", "", ["first S20T10:00 running"]),
    # met strictly before it is due
    (BUSINESS, "PD", "24T12:00", "24T12:29 reply", ["first 24T12:30 met"]),
    (BUSINESS, "PD", "24T12:00", "24T12:30 reply", ["first 24T12:30 breached!"]),
    (BUSINESS, "PD", "24T12:00", "24T12:31 reply", ["first 24T12:30 breached!"]),
    (BUSINESS, "PD", "24T12:00", "24T12:35 sweep; 24T12:40 reply", ["first 24T12:30 breached!"]),
    (BUSINESS, "PD", "24T12:00", "24T12:35 sweep", ["first 24T12:30 breached!"]),
    (BUSINESS, "PD", "24T12:00", "24T12:20 sweep", ["first 24T12:30 running"]),
    (BUSINESS, "PD", "24T12:00", "24T12:10 note", ["first 24T12:30 running"]),
    (BUSINESS, "PD", "24T12:00", "24T12:10 claim", ["first 24T12:30 running"]),
    # the next answer
    (BUSINESS, "PI", "24T12:00", "24T12:20 message", ["first 24T15:00 running"]),
    (
        BUSINESS, "PI", "24T12:00", "24T12:10 reply; 24T12:20 message",
        ["first 24T15:00 met", "next 24T15:20 running"],
    ),
    (
        BUSINESS, "PI", "24T12:00", "24T12:10 reply; 24T12:20 message; 24T12:50 message",
        ["first 24T15:00 met", "next 24T15:20 running"],
    ),
    (
        BUSINESS, "PI", "24T12:00", "24T12:10 reply; 24T12:20 message; 24T12:30 reply; 24T12:40 message",
        ["first 24T15:00 met", "next 24T15:20 met", "next 24T15:40 running"],
    ),
    (
        BUSINESS, "PI", "24T12:00", "24T12:10 reply; 24T12:20 message; 24T15:20 reply",
        ["first 24T15:00 met", "next 24T15:20 breached!"],
    ),
    (
        BUSINESS, "PI", "24T12:00", "24T12:10 reply; 24T12:20 message; 24T15:19 reply",
        ["first 24T15:00 met", "next 24T15:20 met"],
    ),
    (BUSINESS, "PI", "24T12:00", "24T12:10 wait", ["first 24T15:00 met"]),
    (
        BUSINESS, "PI", "24T12:00", "24T12:10 wait; 24T13:00 message",
        ["first 24T15:00 met", "next 24T16:00 running"],
    ),
    # accepting, on basic alone, meets the first and only the first
    (BASIC, "G", "24T12:00", "24T13:00 accept", ["first 25T12:00 met"]),
    (BASIC, "G", "24T12:00", "25T12:00 accept", ["first 25T12:00 breached!"]),
    (BASIC, "G", "24T12:00", "24T13:00 reply", ["first 25T12:00 met"]),
    (
        BASIC, "G", "24T12:00", "24T13:00 accept; 24T14:00 message",
        ["first 25T12:00 met", "next 25T14:00 running"],
    ),
    (
        BASIC, "G", "24T12:00", "24T13:00 accept; 27T15:00 message; 30T14:59 reply",
        ["first 25T12:00 met", "next 30T15:00 met"],
    ),
    (
        BASIC, "G", "24T12:00", "24T13:00 accept; 24T13:05 reply; 24T13:10 message",
        ["first 25T12:00 met", "next 25T13:10 running"],
    ),
    # the customer ends it, and takes it up again
    (BUSINESS, "PI", "24T12:00", "24T12:10 close", ["first 24T15:00 cancelled"]),
    (BUSINESS, "PI", "24T12:00", "24T15:00 close", ["first 24T15:00 cancelled!"]),
    (BUSINESS, "PI", "24T12:00", "24T12:10 withdraw", ["first 24T15:00 cancelled"]),
    (BUSINESS, "PI", "24T12:00", "24T15:01 withdraw", ["first 24T15:00 cancelled!"]),
    (BUSINESS, "PI", "24T12:00", "24T12:10 reply; 24T12:15 close", ["first 24T15:00 met"]),
    (BUSINESS, "PI", "24T12:00", "24T12:10 resolve", ["first 24T15:00 met"]),
    (
        BUSINESS, "PI", "24T12:00", "24T12:10 resolve; 24T13:00 reopen",
        ["first 24T15:00 met", "next 24T16:00 running"],
    ),
    (
        BUSINESS, "PI", "24T12:00", "24T12:10 resolve; 24T13:00 message",
        ["first 24T15:00 met", "next 24T16:00 running"],
    ),
    (
        BUSINESS, "PI", "24T12:00", "24T12:10 close; D01T12:10 reopen",
        ["first 24T15:00 cancelled", "next D01T15:10 running"],
    ),
    # regrading: min(due, now + target), max(due, start + target); after a breach it stays
    (BUSINESS, "PI", "24T12:00", "24T12:20 regrade PD", ["first 24T12:50 running"]),
    (BUSINESS, "PI", "24T12:00", "24T14:45 regrade PD", ["first 24T15:00 running"]),
    (BUSINESS, "PI", "24T12:00", "24T12:20 regrade CD", ["first 24T12:30 running"]),
    (BUSINESS, "PI", "24T12:00", "24T12:20 regrade SI", ["first 24T20:00 running"]),
    (BUSINESS, "PI", "24T12:00", "24T12:20 regrade G", ["first 25T04:00 running"]),
    (BUSINESS, "PD", "24T12:00", "24T12:10 regrade PI", ["first 24T15:00 running"]),
    (BUSINESS, "PD", "24T12:00", "24T12:30 regrade PI", ["first 24T12:30 breached!"]),
    (BUSINESS, "PD", "24T12:00", "24T12:30 sweep; 24T12:31 regrade G", ["first 24T12:30 breached!"]),
    (BUSINESS, "PD", "24T12:00", "24T12:31 regrade G misjudged", ["first 24T12:30 breached!x"]),
    (BUSINESS, "PI", "24T12:00", "24T12:20 regrade G misjudged", ["first 25T04:00 running x"]),
    (BUSINESS, "PI", "24T12:00", "24T12:20 regrade PD; 24T12:30 regrade G", ["first 25T04:00 running"]),
    (BUSINESS, "PI", "24T12:00", "24T12:20 regrade G; 24T12:30 regrade PI", ["first 24T15:30 running"]),
    (BUSINESS, "G", "24T12:00", "25T03:50 regrade PD", ["first 25T04:00 running"]),
    (BUSINESS, "PI", "24T12:00", "24T12:20 regrade PD; 24T12:49 reply", ["first 24T12:50 met"]),
    (BUSINESS, "PI", "24T12:00", "24T12:20 regrade PD; 24T12:50 reply", ["first 24T12:50 breached!"]),
    (
        BUSINESS, "PI", "24T12:00", "24T12:10 reply; 24T12:11 regrade PD; 24T12:20 message",
        ["first 24T15:00 met", "next 24T12:50 running"],
    ),
    (
        BUSINESS, "PI", "24T12:00", "24T12:10 reply; 24T12:20 message; 24T12:30 regrade G misjudged",
        ["first 24T15:00 met", "next 25T04:20 running x"],
    ),
    (BUSINESS, "PI", "24T12:00", "24T12:10 reply; 24T12:11 regrade G misjudged", ["first 24T15:00 met x"]),
    (BASIC, "PI", "24T12:00", "24T13:00 regrade CD", ["first 25T12:00 running"]),
    (BASIC, "PI", "27T15:00", "28T10:00 regrade PD", ["first 30T15:00 running"]),
    (BASIC, "PI", "27T15:00", "28T10:00 regrade G", ["first 30T15:00 running"]),
    # merging hands over the earlier due time
    (BUSINESS, "G", "24T12:00", "24T12:20 absorb PD", ["first 24T12:30 running"]),
    (BUSINESS, "PD", "24T12:00", "24T12:20 absorb G", ["first 24T12:30 running"]),
    (BUSINESS, "G", "24T12:00", "24T12:40 absorb PD", ["first 24T12:30 running"]),
    (BUSINESS, "PD", "24T12:00", "24T12:35 absorb CD", ["first 24T12:30 breached!"]),
    (
        BUSINESS, "PD", "24T12:00", "24T12:10 reply; 24T12:20 absorb PD",
        ["first 24T12:30 met", "next 24T12:30 running"],
    ),
    (BUSINESS, "PI", "24T12:00", "24T12:20 give G", ["first 24T15:00 merged"]),
    (BUSINESS, "PD", "24T12:00", "24T12:40 give G", ["first 24T12:30 merged!"]),
    (BUSINESS, "PD", "24T12:00", "24T12:10 reply; 24T12:20 give G", ["first 24T12:30 met"]),
    # a change of the plan touches no running timer; the next one is the new plan's
    (BASIC, "PI", "24T12:00", "24T13:00 plan business", ["first 25T12:00 running"]),
    (
        BASIC, "PI", "24T12:00", "24T13:00 plan business; 24T14:00 reply; 24T15:00 message",
        ["first 25T12:00 met", "next 24T18:00 running"],
    ),
    # corrections of the calendar: later at once, never earlier, never after a breach
    (BASIC, "G", "27T15:00", "27T16:00 off 30", ["first D01T15:00 running"]),
    (BASIC, "G", "27T15:00", "27T16:00 on 28", ["first 30T15:00 running"]),
    (BASIC, "G", "27T15:00", "30T15:00 off 30", ["first 30T15:00 running"]),
    (BASIC, "G", "27T15:00", "27T16:00 off 30; 27T17:00 on 30", ["first D01T15:00 running"]),
    (BUSINESS, "PI", "24T12:00", "24T12:10 off 24", ["first 24T15:00 running"]),
]  # fmt: skip


def instant(text: str) -> datetime:
    day, _t, time = text.partition("T")
    month, day = (MONTHS[day[0]], day[1:]) if day[0] in MONTHS else ("11", day)
    return at(f"2026-{month}-{day} {time}")


class History:
    """What a row lets happen to one ticket."""

    def __init__(self, people: Any, organization: Organization, by: Person, ticket: Ticket) -> None:
        self.people, self.organization, self.by, self.ticket = people, organization, by, ticket
        self.staff = people.engineer

    def happens(self, when: datetime, what: str, *more: str) -> None:
        getattr(self, f"do_{what}")(when, *more)

    def do_reply(self, when: datetime, then: str = "") -> None:
        reply(self.ticket, self.staff, when, then=then)

    def do_wait(self, when: datetime) -> None:
        self.do_reply(when, "wait")

    def do_resolve(self, when: datetime) -> None:
        self.do_reply(when, "resolve")

    def do_note(self, when: datetime) -> None:
        act(conversation.note, self.ticket, self.staff, when, body="Hm.")

    def do_claim(self, when: datetime) -> None:
        act(handling.claim, self.ticket, self.staff, when)

    def do_accept(self, when: datetime) -> None:
        act(handling.accept, self.ticket, self.staff, when)

    def do_message(self, when: datetime) -> None:
        message(self.ticket, self.by, when)

    def do_close(self, when: datetime) -> None:
        own(closing.close, self.ticket, self.by, when)

    def do_withdraw(self, when: datetime) -> None:
        own(closing.withdraw, self.ticket, self.by, when)

    def do_reopen(self, when: datetime) -> None:
        own(closing.reopen, self.ticket, self.by, when)

    def do_sweep(self, when: datetime) -> None:
        with clock.at(when):
            sweep.sweep(at=when)

    def do_regrade(self, when: datetime, severity: str, reason: str = "so it is") -> None:
        act(regrading.regrade, self.ticket, self.staff, when, severity=SHORT[severity], reason=reason)

    def do_absorb(self, when: datetime, severity: str) -> None:
        other = file(self.organization, self.by, self.ticket.created_at, severity=SHORT[severity])
        act(merging.merge, other, self.staff, when, into=self.ticket.number)

    def do_give(self, when: datetime, severity: str) -> None:
        other = file(self.organization, self.by, self.ticket.created_at, severity=SHORT[severity])
        act(merging.merge, self.ticket, self.staff, when, into=other.number)

    def do_plan(self, when: datetime, tier: str) -> None:
        plan: dict[str, Any] = {"tier": tier, "cycle": "yearly", "order_number": "O-2", "by": None}
        with tenancy.organization(self.organization.pk), clock.at(when):
            start_subscription(organization=self.organization, at=when, **plan)

    def do_off(self, when: datetime, day: str, is_working: bool = False) -> None:
        with tenancy.everything(), clock.at(when):
            calendar_days.correct_day(
                day=date(2026, 11, int(day)), is_working=is_working, note="", by=self.people.admin
            )

    def do_on(self, when: datetime, day: str) -> None:
        self.do_off(when, day, True)


def written(timer: ResponseTimer) -> tuple[str, datetime, str, datetime | None, bool]:
    return timer.kind, timer.due_at, timer.state, timer.breached_at, timer.excluded


def expected(text: str) -> tuple[str, datetime, str, datetime | None, bool]:
    kind, due, state = text.split(" ", 2)
    is_breach, is_excluded = "!" in state, state.endswith("x")
    plain = state.rstrip("x").strip().rstrip("!")
    return kind, instant(due), plain, instant(due) if is_breach else None, is_excluded


def test_there_are_at_least_60_rows():
    assert len(ROWS) >= 60


@pytest.mark.parametrize(
    ("tier", "severity", "filed", "happened", "timers"),
    ROWS,
    ids=[f"{row[0]} {row[1]} {row[2]} {row[3]}".strip() for row in ROWS],
)
def test_the_timers_are_as_worked_out_by_hand(
    people, on_tier: Callable[..., Organization], tier, severity, filed, happened, timers
):
    organization, by = (people.pine, people.partner_member) if tier == STANDARD else (people.acme, people.member)
    if tier != BASIC:
        on_tier(organization, tier)
    kind = "business" if tier == BASIC else "technical"
    ticket = file(organization, by, instant(filed), severity=SHORT[severity], kind=kind)
    history = History(people, organization, by, ticket)
    for step in filter(None, happened.split("; ")):
        when, *what = step.split()
        history.happens(instant(when), *what)
    assert [written(timer) for timer in timers_of(ticket)] == [expected(text) for text in timers]
    with clock.at(instant("D31T12:00")):
        assert [str(one) for one in rebuilding.differences()] == []
