from datetime import timedelta

import pytest

from addons.models import QuotaCounter, QuotaEntry
from common import clock, tenancy
from common.problems import FieldErrors, OrganizationDisabled
from tests.tickets.conftest import (
    NOON,
    act,
    at,
    events_of,
    file,
    fresh,
    history_of,
    message,
    own,
    reply,
    timers_of,
)
from tickets import closing, reclassifying, regrading, sweep
from tickets.models import Ticket
from tickets.refusals import SeverityNotOffered, TicketNotOpen


def regrade(ticket, by, when, severity, reason="it got worse") -> Ticket:
    return act(regrading.regrade, ticket, by, when, severity=severity, reason=reason)


def ask(ticket, by, when, severity, reason="Please look at once"):
    def action(**given):
        return regrading.request_regrade(severity=severity, reason=reason, **given)

    return own(action, ticket, by, when)


@pytest.fixture
def ticket(plans):
    """Of orbit on business: production_impaired, 480 minutes or what the plan says."""
    return file(plans.orbit, plans.outsider)


def test_more_urgent_is_due_by_the_new_target_from_now_on(plans, ticket):
    held = timers_of(ticket)[0]
    regrade(ticket, plans.engineer, at("2026-11-24 12:20"), "production_down")
    (timer,) = timers_of(ticket)
    assert (timer.severity, timer.target_minutes) == ("production_down", 30)
    assert timer.due_at == min(held.due_at, at("2026-11-24 12:50"))
    assert fresh(ticket).sort_due == fresh(ticket).response_due_at == timer.due_at
    assert fresh(ticket).severity == "production_down"


def test_a_due_time_sooner_than_the_new_one_stays(plans, ticket):
    due = timers_of(ticket)[0].due_at
    regrade(ticket, plans.engineer, due - timedelta(minutes=1), "production_down")
    assert timers_of(ticket)[0].due_at == due


def test_less_urgent_is_due_by_the_new_target_from_the_start_on(plans, ticket):
    regrade(ticket, plans.engineer, at("2026-11-24 12:20"), "guidance", "better")
    (timer,) = timers_of(ticket)
    assert timer.due_at == NOON + timedelta(minutes=timer.target_minutes)
    assert timer.excluded is False


def test_the_history_says_what_moved_and_why(plans, ticket):
    before = timers_of(ticket)[0].due_at
    regrade(ticket, plans.engineer, at("2026-11-24 12:20"), "guidance", "misjudged")
    row = history_of(ticket)[-1]
    timer = timers_of(ticket)[0]
    assert (row.event, row.by, row.timer_id) == ("regraded", plans.engineer, timer.pk)
    told = {name: row.details[name] for name in ("from", "to", "reason", "due_before", "due_after")}
    assert told == {
        "from": "production_impaired",
        "to": "guidance",
        "reason": "misjudged",
        "due_before": before.isoformat(),
        "due_after": timer.due_at.isoformat(),
    }
    assert timer.excluded is True


def test_a_breach_stays_and_so_does_the_due_time(plans, ticket):
    due = timers_of(ticket)[0].due_at
    regrade(ticket, plans.engineer, due + timedelta(minutes=1), "guidance", "misjudged")
    (timer,) = timers_of(ticket)
    assert (timer.due_at, timer.breached_at, timer.state, timer.excluded) == (due, due, "breached", True)
    assert "escalated" in events_of(ticket)


def test_steps_that_fired_do_not_fire_again(plans, ticket):
    (timer,) = timers_of(ticket)
    half = timer.started_at + (timer.due_at - timer.started_at) / 2
    with clock.at(half):
        sweep.sweep(at=half)
    regrade(ticket, plans.engineer, half, "guidance")
    (timer,) = timers_of(ticket)
    assert timer.next_step == 80
    assert timer.next_step_at == timer.due_at - timedelta(minutes=timer.target_minutes) / 5
    late = timer.due_at + timedelta(hours=1)
    with clock.at(late):
        sweep.sweep(at=late)
    assert [row.step for row in history_of(ticket) if row.step] == [50, 80, 100]


def test_misjudged_leaves_out_the_timer_that_was_answered_late(plans, ticket):
    due = timers_of(ticket)[0].due_at
    reply(ticket, plans.engineer, due + timedelta(minutes=5))
    regrade(ticket, plans.engineer, due + timedelta(minutes=6), "guidance", "misjudged")
    (timer,) = timers_of(ticket)
    assert (timer.excluded, timer.state, timer.breached_at) == (True, "breached", due)
    row = history_of(ticket)[-1]
    assert (row.details["due_before"], row.details["due_after"]) == (None, None)


def test_only_severities_of_the_plan(plans):
    ticket = file(plans.pine, plans.partner_member)
    before = events_of(ticket)
    with pytest.raises(SeverityNotOffered) as refused:
        regrade(ticket, plans.engineer, NOON, "critical_down")
    assert refused.value.members["offered"] == ["production_down", "production_impaired", "system_impaired", "guidance"]
    assert fresh(ticket).severity == "production_impaired"
    assert events_of(ticket) == before


@pytest.mark.parametrize(("severity", "reason"), [("nothing", "why"), ("guidance", "  "), ("guidance", "x" * 501)])
def test_fields_come_first(plans, ticket, severity, reason):
    with pytest.raises(FieldErrors):
        regrade(ticket, plans.engineer, NOON, severity, reason)


def test_the_same_severity_changes_nothing(plans, ticket):
    before = events_of(ticket)
    regrade(ticket, plans.engineer, NOON, "production_impaired")
    assert events_of(ticket) == before


def test_a_finished_ticket_is_not_regraded(plans, ticket):
    own(closing.close, ticket, plans.outsider, at("2026-11-24 12:05"))
    with pytest.raises(TicketNotOpen):
        regrade(ticket, plans.engineer, at("2026-11-24 12:06"), "guidance")


def test_the_place_in_the_queue_moves(plans, ticket):
    before = fresh(ticket).queue_rank
    regrade(ticket, plans.engineer, NOON, "production_down")
    assert fresh(ticket).queue_rank == before - 10


def test_a_basic_ticket_stays_due_within_its_working_day(plans):
    ticket = file(plans.acme, plans.member, kind="business")
    regrade(ticket, plans.engineer, at("2026-11-24 12:30"), "guidance")
    (timer,) = timers_of(ticket)
    assert (timer.target_working_days, timer.due_at) == (1, at("2026-11-25 12:00"))


def test_the_customer_asks_and_the_staff_see_it_until_they_regrade(plans, ticket):
    ask(ticket, plans.outsider, at("2026-11-24 12:10"), "production_down")
    row = history_of(ticket)[-1]
    assert (row.event, row.by) == ("regrade_requested", plans.outsider)
    assert row.details == {"from": "production_impaired", "to": "production_down", "reason": "Please look at once"}
    with tenancy.everything():
        assert regrading.open_request(fresh(ticket)) == row
    assert timers_of(ticket)[0].severity == "production_impaired"
    regrade(ticket, plans.engineer, at("2026-11-24 12:15"), "production_down", "customer_asked")
    with tenancy.everything():
        assert regrading.open_request(fresh(ticket)) is None


def test_what_cannot_be_asked_for(plans, ticket):
    with pytest.raises(FieldErrors):
        ask(ticket, plans.outsider, NOON, "production_impaired")
    with pytest.raises(SeverityNotOffered):
        ask(file(plans.pine, plans.partner_member), plans.partner_member, NOON, "critical_down")
    plans.orbit.disabled_at = NOON
    plans.orbit.save()
    with pytest.raises(OrganizationDisabled):
        ask(ticket, plans.outsider, NOON, "guidance")
    assert "regrade_requested" not in events_of(ticket)


def test_a_technical_ticket_made_business_gives_its_unit_back_to_its_month(plans):
    ticket = file(plans.pine, plans.partner_member, at("2026-11-30 23:00"))
    act(reclassifying.reclassify, ticket, plans.engineer, at("2026-12-01 09:00"), kind="business", reason="a bill")
    with tenancy.organization(plans.pine.pk):
        assert QuotaCounter.objects.get().used == 0
        assert [entry.quantity for entry in QuotaEntry.objects.order_by("id")] == [-1, 1]
    assert fresh(ticket).kind == "business"
    assert history_of(ticket)[-1].details["quota_returned"] is True


def test_a_business_ticket_made_technical_takes_a_unit_and_may_overdraw(plans):
    for _ in range(30):
        file(plans.pine, plans.partner_member)
    ticket = file(plans.pine, plans.partner_member, kind="business")
    act(reclassifying.reclassify, ticket, plans.engineer, NOON, kind="technical", reason="it is an error")
    with tenancy.organization(plans.pine.pk):
        assert QuotaCounter.objects.get().used == 31
        assert QuotaEntry.objects.order_by("-id").first().kind == "overdraw"
    before = events_of(ticket)
    act(reclassifying.reclassify, ticket, plans.engineer, NOON, kind="technical", reason="again")
    assert events_of(ticket) == before


def test_reopening_starts_a_next_timer(plans, ticket):
    reply(ticket, plans.engineer, at("2026-11-24 12:10"), then="resolve")
    own(closing.reopen, ticket, plans.outsider, at("2026-11-24 13:00"))
    assert [(timer.kind, timer.state, timer.started_at) for timer in timers_of(ticket)] == [
        ("first", "met", NOON),
        ("next", "running", at("2026-11-24 13:00")),
    ]
    message(ticket, plans.outsider, at("2026-11-24 13:01"))
    assert len(timers_of(ticket)) == 2
