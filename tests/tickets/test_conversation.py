import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from common import tenancy
from common.models import OutboxEvent
from common.problems import FieldErrors, OrganizationDisabled
from tests.tickets.conftest import NOON, at, events_of, file, fresh, history_of, message, own, reply, timers_of
from tickets import access, closing
from tickets.conversation import note
from tickets.models import Message, Status
from tickets.refusals import AttachmentRejected, FollowUpNeeded, TicketNotOpen


@pytest.fixture
def ticket(plans):
    """Of a business tier, severity production_down: 30 minutes."""
    return file(plans.orbit, plans.outsider, severity="production_down")


def test_a_public_reply_in_time_meets_the_first_timer(plans, ticket):
    reply(ticket, plans.engineer, at("2026-11-24 12:29:59"))
    (timer,) = timers_of(ticket)
    assert (timer.state, timer.answered_at, timer.answered_by) == ("met", at("2026-11-24 12:29:59"), plans.engineer)
    assert (timer.ended_at, timer.breached_at) == (at("2026-11-24 12:29:59"), None)
    assert (timer.next_step, timer.next_step_at) == (None, None)
    row = fresh(ticket)
    assert (row.status, row.first_reply_at, row.response_state) == ("in_progress", timer.answered_at, "met")
    assert row.assignee is None


def test_a_reply_at_the_due_time_is_a_breach_although_no_sweep_came(plans, ticket):
    reply(ticket, plans.engineer, at("2026-11-24 12:30:00"))
    (timer,) = timers_of(ticket)
    assert (timer.state, timer.breached_at) == ("breached", at("2026-11-24 12:30"))
    assert timer.answered_at == at("2026-11-24 12:30")
    # What the sweep would have told is told.
    (event,) = OutboxEvent.objects.filter(topic="ticket.breached")
    assert event.payload == {"timers": [timer.pk]}
    escalated = [entry for entry in history_of(ticket) if entry.event == "escalated"]
    assert [(entry.details, entry.at) for entry in escalated] == [
        ({"timer": "first", "step": 100}, at("2026-11-24 12:30"))
    ]


def test_internal_notes_never_count(plans, ticket):
    with tenancy.everything():
        note(ticket=ticket, by=plans.engineer, body="Looks like the network.", at=at("2026-11-24 12:05"))
    (timer,) = timers_of(ticket)
    assert timer.state == "running"
    row = fresh(ticket)
    assert (row.status, row.first_reply_at, row.last_side) == ("open", None, "customer")
    with tenancy.everything():
        assert [m.public for m in access.messages_of(row, internal=True)] == [True, False]
        assert [m.public for m in access.messages_of(row, internal=False)] == [True]


def test_a_customer_message_before_the_answer_moves_nothing(plans, ticket):
    message(ticket, plans.outsider, at("2026-11-24 12:10"))
    (timer,) = timers_of(ticket)
    assert (timer.kind, timer.due_at, timer.state) == ("first", at("2026-11-24 12:30"), "running")


def test_a_customer_message_after_a_reply_starts_a_next_timer(plans, ticket):
    reply(ticket, plans.engineer, at("2026-11-24 12:10"))
    message(ticket, plans.outsider, at("2026-11-24 13:00"))
    message(ticket, plans.outsider, at("2026-11-24 13:20"))
    first, following = timers_of(ticket)
    assert first.state == "met"
    assert (following.kind, following.started_at, following.due_at) == (
        "next",
        at("2026-11-24 13:00"),
        at("2026-11-24 13:30"),
    )
    row = fresh(ticket)
    assert (row.response_due_at, row.response_state, row.sort_due) == (following.due_at, "running", following.due_at)
    reply(ticket, plans.engineer, at("2026-11-24 13:29"))
    assert [timer.state for timer in timers_of(ticket)] == ["met", "met"]


def test_a_next_timer_takes_the_tier_of_its_moment(plans, ticket, on_tier):
    """Filed on business; at the second message the organization is on basic again."""
    reply(ticket, plans.engineer, at("2026-11-24 12:10"))
    message(ticket, plans.outsider, at("2027-11-01 12:00"))
    following = timers_of(ticket)[-1]
    assert (following.tier, following.target_minutes, following.target_working_days) == ("basic", None, 1)
    assert fresh(ticket).tier == "business"


def test_a_reply_may_wait_for_the_customer(plans, ticket):
    reply(ticket, plans.engineer, at("2026-11-24 12:10"), then="wait")
    row = fresh(ticket)
    assert (row.status, row.waiting_since) == (Status.WAITING_CUSTOMER, at("2026-11-24 12:10"))
    assert row.quiet_at == at("2026-11-27 12:10")
    message(ticket, plans.outsider, at("2026-11-24 14:00"))
    row = fresh(ticket)
    assert (row.status, row.waiting_since, row.quiet_at) == (Status.IN_PROGRESS, None, None)
    assert timers_of(ticket)[-1].started_at == at("2026-11-24 14:00")


def test_a_reply_may_resolve(plans, ticket):
    reply(ticket, plans.engineer, at("2026-11-24 12:10"), then="resolve")
    row = fresh(ticket)
    assert (row.status, row.resolved_at, row.quiet_at) == (
        "resolved",
        at("2026-11-24 12:10"),
        at("2026-12-01 12:10"),
    )
    assert timers_of(ticket)[0].state == "met"
    assert OutboxEvent.objects.filter(topic="ticket.resolved").count() == 1


@pytest.mark.parametrize("last", ["2026-12-08 12:10", "2026-11-24 12:11"])
def test_a_message_within_14_days_of_resolution_revives(plans, ticket, last):
    reply(ticket, plans.engineer, at("2026-11-24 12:10"), then="resolve")
    message(ticket, plans.outsider, at(last))
    row = fresh(ticket)
    assert (row.status, row.resolved_at) == ("in_progress", None)
    assert [timer.kind for timer in timers_of(ticket)] == ["first", "next"]
    assert events_of(ticket)[-2:] == ["reopened", "timer_started"]


def test_a_later_message_is_offered_a_follow_up(plans, ticket):
    reply(ticket, plans.engineer, at("2026-11-24 12:10"), then="resolve")
    with pytest.raises(FollowUpNeeded) as refused:
        message(ticket, plans.outsider, at("2026-12-08 12:10:01"))
    assert refused.value.members == {"follow_up_of": ticket.number}
    assert refused.value.action_url == f"/o/orbit/tickets/new?follow_up_of={ticket.number}"
    assert fresh(ticket).status == "resolved"
    with tenancy.everything():
        assert Message.objects.filter(ticket=ticket).count() == 2


def test_nobody_writes_on_a_withdrawn_ticket(plans, ticket):
    own(closing.withdraw, ticket, plans.outsider, at("2026-11-24 12:10"))
    with pytest.raises(TicketNotOpen) as refused:
        message(ticket, plans.outsider, at("2026-11-24 12:11"))
    assert refused.value.members == {"ticket_status": "withdrawn"}
    with pytest.raises(TicketNotOpen):
        reply(ticket, plans.engineer, at("2026-11-24 12:11"))
    assert len(timers_of(ticket)) == 1


def test_the_staff_may_add_to_a_resolved_ticket_but_not_wait_on_it(plans, ticket):
    reply(ticket, plans.engineer, at("2026-11-24 12:10"), then="resolve")
    reply(ticket, plans.engineer, at("2026-11-24 13:10"), body="One more hint.")
    assert fresh(ticket).status == "resolved"
    with pytest.raises(TicketNotOpen):
        reply(ticket, plans.engineer, at("2026-11-24 13:11"), then="wait")


@pytest.mark.parametrize("body", ["", "   \n ", "x" * 20_001])
def test_a_message_has_words_and_not_too_many(plans, ticket, body):
    with pytest.raises(FieldErrors) as refused:
        message(ticket, plans.outsider, NOON, body=body)
    assert set(refused.value.errors) == {"body"}
    with pytest.raises(FieldErrors):
        reply(ticket, plans.engineer, NOON, body=body)
    assert len(events_of(ticket)) == 2


def test_then_is_one_of_its_words(plans, ticket):
    with pytest.raises(FieldErrors) as refused:
        reply(ticket, plans.engineer, NOON, then="close")
    assert set(refused.value.errors) == {"then"}
    assert timers_of(ticket)[0].state == "running"


def test_people_of_a_disabled_organization_do_not_write(plans, ticket):
    plans.orbit.disabled_at = NOON
    plans.orbit.save()
    with pytest.raises(OrganizationDisabled):
        message(ticket, plans.outsider, at("2026-11-24 12:10"))
    with tenancy.everything():
        assert Message.objects.count() == 1


def test_a_rejected_file_stores_no_message(plans, ticket):
    page = SimpleUploadedFile("page.html", b"<script>alert(1)</script>")
    with pytest.raises(AttachmentRejected) as refused:
        message(ticket, plans.outsider, at("2026-11-24 12:10"), files=[page])
    assert (refused.value.code, refused.value.status) == ("attachment_rejected", 400)
    with tenancy.everything():
        assert Message.objects.count() == 1
