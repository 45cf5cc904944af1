from datetime import timedelta

import pytest

from addons.models import QuotaCounter
from common import tenancy
from common.problems import FieldErrors
from tests.tickets.conftest import NOON, act, at, events_of, file, fresh, history_of, message, own, reply, timers_of
from tickets import access, closing, merging
from tickets.models import Message, Ticket
from tickets.refusals import TicketNotOpen
from tickets.thread_refusals import MergeCycle, OtherOrganization, SameTicket

LATER = at("2026-11-24 12:30")


def merge(ticket, target, by, when=LATER) -> Ticket:
    return act(merging.merge, ticket, by, when, into=target.number)


@pytest.fixture
def urgent(plans):
    """Due at 12:30 and filed at noon."""
    return file(plans.orbit, plans.outsider, severity="production_down")


@pytest.fixture
def calm(plans):
    """Due at 04:00 on the next day."""
    return file(plans.orbit, plans.outsider, severity="guidance")


def test_the_target_takes_the_earlier_due_time(plans, urgent, calm):
    before = timers_of(calm)[0].due_at
    merge(urgent, calm, plans.engineer, at("2026-11-24 12:20"))
    (merged,), (kept,) = timers_of(urgent), timers_of(calm)
    assert (merged.state, merged.ended_at, merged.breached_at) == ("merged", at("2026-11-24 12:20"), None)
    assert (kept.state, kept.due_at) == ("running", at("2026-11-24 12:30"))
    assert fresh(calm).response_due_at == at("2026-11-24 12:30")
    source = fresh(urgent)
    assert (source.status, source.merged_into_id, source.response_state) == ("merged", calm.pk, "merged")
    (moved,) = [row for row in history_of(calm) if row.event == "timer_handed_over"]
    assert (moved.details["due_before"], moved.details["due_after"], moved.details["from"]) == (
        before.isoformat(),
        kept.due_at.isoformat(),
        urgent.number,
    )


def test_a_later_due_time_moves_nothing(plans, urgent, calm):
    merge(calm, urgent, plans.engineer, at("2026-11-24 12:20"))
    assert timers_of(urgent)[0].due_at == at("2026-11-24 12:30")
    assert "timer_handed_over" not in events_of(urgent)
    assert events_of(urgent)[-1] == "merged_in"


def test_merged_after_its_due_time_the_breach_is_recorded(plans, urgent, calm):
    merge(urgent, calm, plans.engineer, at("2026-11-24 12:40"))
    (merged,) = timers_of(urgent)
    assert (merged.state, merged.breached_at) == ("merged", at("2026-11-24 12:30"))
    assert "escalated" in events_of(urgent)
    assert timers_of(calm)[0].due_at == at("2026-11-24 12:30")


def test_after_a_breach_the_due_time_of_the_target_stays(plans, urgent):
    earlier = file(plans.orbit, plans.outsider, NOON - timedelta(minutes=20), severity="production_down")
    late = at("2026-11-24 12:40")
    merge(earlier, urgent, plans.engineer, late)
    assert timers_of(urgent)[0].due_at == at("2026-11-24 12:30")


def test_a_target_that_owed_nothing_owes_what_was_owed(plans, urgent, calm):
    reply(calm, plans.engineer, at("2026-11-24 12:05"), then="wait")
    merge(urgent, calm, plans.engineer, at("2026-11-24 12:20"))
    answered, owed = timers_of(calm)
    assert answered.state == "met"
    assert (owed.kind, owed.state, owed.started_at, owed.due_at, owed.target_minutes) == (
        "next",
        "running",
        NOON,
        at("2026-11-24 12:30"),
        30,
    )
    assert (fresh(calm).status, fresh(calm).last_side) == ("in_progress", "customer")
    reply(calm, plans.engineer, at("2026-11-24 12:25"))
    assert timers_of(calm)[1].state == "met"


def test_nothing_owed_hands_over_nothing(plans, urgent, calm):
    reply(urgent, plans.engineer, at("2026-11-24 12:05"))
    due = timers_of(calm)[0].due_at
    merge(urgent, calm, plans.engineer)
    assert timers_of(urgent)[0].state == "met"
    assert timers_of(calm)[0].due_at == due


def test_the_unit_goes_back(plans):
    one, two = file(plans.pine, plans.partner_member), file(plans.pine, plans.partner_member)
    merge(one, two, plans.engineer)
    with tenancy.organization(plans.pine.pk):
        assert QuotaCounter.objects.get().used == 1
    assert next(row for row in history_of(one) if row.event == "merged").details["quota_returned"] is True


def test_later_messages_go_where_the_conversation_goes_on(plans, urgent, calm):
    third = file(plans.orbit, plans.outsider)
    merge(urgent, calm, plans.engineer, at("2026-11-24 12:20"))
    merge(calm, third, plans.engineer, at("2026-11-24 12:21"))
    reply(third, plans.engineer, at("2026-11-24 12:25"))
    said = message(urgent, plans.outsider, at("2026-11-24 12:26"), "It happens again")
    assert said.ticket_id == third.pk
    with tenancy.everything():
        assert Message.objects.filter(ticket=urgent).count() == 1
    assert [timer.kind for timer in timers_of(third)] == ["first", "next"]


def test_who_heard_of_it_hears_of_the_target(plans, calm):
    urgent = file(plans.orbit, plans.outsider, severity="production_down", watchers=("owner@orbit.example",))
    merge(urgent, calm, plans.engineer)
    with tenancy.everything():
        # The reporter of both is not a watcher besides.
        assert access.watchers_of(fresh(calm)) == []


def test_what_cannot_be_merged(plans, urgent, calm):
    stranger = file(plans.pine, plans.partner_member)
    finished = file(plans.orbit, plans.outsider)
    own(closing.close, finished, plans.outsider, NOON)
    for target, refusal in ((urgent, SameTicket), (stranger, OtherOrganization), (finished, TicketNotOpen)):
        with pytest.raises(refusal):
            merge(urgent, target, plans.engineer)
    with pytest.raises(TicketNotOpen):
        merge(finished, urgent, plans.engineer)
    with pytest.raises(FieldErrors):
        act(merging.merge, urgent, plans.engineer, LATER, into="T-2026-0000000")
    assert fresh(urgent).status == "open"
    assert "merged" not in events_of(urgent)


def test_a_cycle_is_refused_and_says_where_it_went(plans, urgent, calm):
    third = file(plans.orbit, plans.outsider)
    merge(urgent, calm, plans.engineer)
    merge(calm, third, plans.engineer)
    with pytest.raises(MergeCycle):
        merge(third, urgent, plans.engineer)
    other = file(plans.orbit, plans.outsider)
    with pytest.raises(TicketNotOpen) as refused:
        merge(other, urgent, plans.engineer)
    assert refused.value.members["merged_into"] == third.number


def test_a_merged_ticket_is_not_reopened(plans, urgent, calm):
    merge(urgent, calm, plans.engineer)
    with pytest.raises(TicketNotOpen):
        own(closing.reopen, urgent, plans.outsider, LATER)
