"""Whatever happens to a ticket, in whatever order: what must hold of its timers (spec page 4.3)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import clock, tenancy
from common.problems import Problem
from supportplans import versions
from tests.tickets.conftest import NOON, file, history_of, timers_of
from tests.tickets.test_timer_table import History
from tickets import rebuilding
from tickets.models import ResponseTimer

MOVES_A_DUE_TIME = ("regrade", "absorb", "off", "on")
ENDS = ("timer_answered", "timer_cancelled", "timer_merged")
severities = st.sampled_from(["CD", "PD", "PI", "SI", "G"])
happenings = st.one_of(
    st.tuples(st.sampled_from(["reply", "wait", "resolve", "message", "message", "close", "reopen", "sweep", "claim"])),
    st.tuples(st.just("regrade"), severities, st.sampled_from(["worse", "misjudged"])),
    st.tuples(st.sampled_from(["absorb", "give"]), severities),
    st.tuples(st.sampled_from(["off", "on"]), st.sampled_from(["25", "26", "28", "30"])),
)
steps = st.lists(st.tuples(st.integers(0, 2 * 24 * 60), happenings), min_size=1, max_size=8)


def live(plans, organization, by, kind, severity, taken) -> None:
    ticket = file(organization, by, NOON, severity=severity, kind=kind)
    history, now = History(plans, organization, by, ticket), NOON
    known: dict[int, ResponseTimer] = {}
    for minutes, (action, *more) in taken:
        now += timedelta(minutes=minutes)
        what = action
        try:
            history.happens(now, action, *more)
        except Problem:
            what = "refused"
        found = timers_of(ticket)
        assert sum(timer.ended_at is None for timer in found) <= 1
        for timer in found:
            if timer.pk in known:
                due_moved_for_a_reason(known[timer.pk], timer, what, now)
        known = {timer.pk: timer for timer in found}
    each_timer_ends_once(ticket)
    rebuilding_gives_the_same(ticket, now)


def due_moved_for_a_reason(before: ResponseTimer, after: ResponseTimer, what: str, now: datetime) -> None:
    if after.breached_at is not None:
        assert after.breached_at == after.due_at
    if before.breached_at is not None:
        assert (after.breached_at, after.due_at) == (before.breached_at, before.due_at)
    if after.due_at != before.due_at:
        assert what in MOVES_A_DUE_TIME
        assert before.ended_at is None
        assert now < before.due_at
    if what in ("off", "on"):
        assert after.due_at >= before.due_at


def each_timer_ends_once(ticket) -> None:
    ends = Counter(row.timer_id for row in history_of(ticket) if row.event in ENDS)
    assert all(count == 1 for count in ends.values())
    assert {timer.pk for timer in timers_of(ticket) if timer.ended_at} == set(ends)


def rebuilding_gives_the_same(ticket, now: datetime) -> None:
    percents = versions.current(NOON.date()).step_percents()
    rows = history_of(ticket)
    with tenancy.everything(), clock.at(now):
        for timer in timers_of(ticket):
            facts = rebuilding.rebuilt([row for row in rows if row.timer_id == timer.pk], percents)
            assert rebuilding.compare(timer, facts) == {}


@given(severity=st.sampled_from(["critical_down", "production_impaired", "guidance"]), taken=steps)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_timers_round_the_clock(plans, severity, taken):
    live(plans, plans.orbit, plans.outsider, "technical", severity, taken)


@given(taken=steps)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_timers_in_working_days(plans, taken):
    live(plans, plans.acme, plans.member, "business", "guidance", taken)
