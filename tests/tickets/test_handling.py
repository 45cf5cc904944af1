import pytest

from common.problems import FieldErrors
from tests.tickets.conftest import act, at, events_of, file, fresh, message, own, reply, timers_of
from tickets import closing, handling
from tickets.refusals import AlreadyAccepted, AlreadyClaimed, AnswerOwed, NotAcceptable, TicketNotOpen

LATER = at("2026-11-24 12:05")


@pytest.fixture
def ticket(plans):
    return file(plans.orbit, plans.outsider)


@pytest.fixture
def basic(plans):
    """Of a tier that promises acceptance within one working day."""
    return file(plans.acme, plans.member)


def test_a_claimed_ticket_is_in_progress_and_has_its_engineer(plans, ticket):
    act(handling.claim, ticket, plans.engineer, LATER)
    row = fresh(ticket)
    assert (row.assignee, row.status) == (plans.engineer, "in_progress")
    assert events_of(ticket)[2:] == ["claimed", "started"]
    # Claiming is no answer.
    assert timers_of(ticket)[0].state == "running"


def test_the_second_to_claim_is_told_who_was_first(plans, ticket):
    act(handling.claim, ticket, plans.engineer, LATER)
    with pytest.raises(AlreadyClaimed) as refused:
        act(handling.claim, ticket, plans.expert, LATER)
    assert refused.value.members["assignee"] == {"name": "Engineer", "email": "engineer@support.example"}
    assert "Engineer" in refused.value.detail
    assert fresh(ticket).assignee == plans.engineer


def test_claiming_what_one_has_changes_nothing(plans, ticket):
    act(handling.claim, ticket, plans.engineer, LATER)
    act(handling.claim, ticket, plans.engineer, LATER)
    assert events_of(ticket).count("claimed") == 1


def test_a_released_ticket_is_open_again_unless_it_was_answered(plans, ticket):
    act(handling.claim, ticket, plans.engineer, LATER)
    act(handling.release, ticket, plans.engineer, LATER)
    assert (fresh(ticket).assignee, fresh(ticket).status) == (None, "open")
    act(handling.claim, ticket, plans.engineer, LATER)
    reply(ticket, plans.engineer, LATER)
    act(handling.release, ticket, plans.engineer, LATER)
    assert (fresh(ticket).assignee, fresh(ticket).status) == (None, "in_progress")


def test_a_ticket_is_given_to_a_colleague(plans, ticket):
    act(handling.assign, ticket, plans.lead, LATER, to="Expert@support.example")
    assert (fresh(ticket).assignee, fresh(ticket).status) == (plans.expert, "in_progress")


@pytest.mark.parametrize("to", ["nobody@support.example", "owner@orbit.example", "billing@support.example", ""])
def test_only_who_works_on_tickets_can_be_given_one(plans, ticket, to):
    with pytest.raises(FieldErrors) as refused:
        act(handling.assign, ticket, plans.lead, LATER, to=to)
    assert set(refused.value.errors) == {"to"}
    assert fresh(ticket).assignee is None


def test_accepting_meets_the_first_timer_of_a_basic_tier(plans, basic):
    act(handling.accept, basic, plans.engineer, LATER)
    (timer,) = timers_of(basic)
    assert (timer.state, timer.answered_at, timer.answered_by) == ("met", LATER, plans.engineer)
    row = fresh(basic)
    assert (row.status, row.accepted_at, row.first_reply_at) == ("in_progress", LATER, None)


def test_a_late_acceptance_is_a_breach(plans, basic):
    act(handling.accept, basic, plans.engineer, at("2026-11-25 12:00"))
    (timer,) = timers_of(basic)
    assert (timer.state, timer.breached_at) == ("breached", at("2026-11-25 12:00"))


def test_accepting_meets_only_the_first_timer(plans, basic):
    act(handling.accept, basic, plans.engineer, LATER)
    message(basic, plans.member, at("2026-11-24 13:00"))
    following = timers_of(basic)[-1]
    assert (following.kind, following.due_at) == ("next", at("2026-11-25 13:00"))
    with pytest.raises(AlreadyAccepted):
        act(handling.accept, basic, plans.engineer, at("2026-11-24 14:00"))
    assert timers_of(basic)[-1].state == "running"


def test_a_tier_that_promises_an_answer_accepts_nothing(plans, ticket):
    with pytest.raises(NotAcceptable):
        act(handling.accept, ticket, plans.engineer, LATER)
    assert timers_of(ticket)[0].state == "running"


def test_an_answered_ticket_is_not_accepted_again(plans, basic):
    reply(basic, plans.engineer, LATER)
    with pytest.raises(AlreadyAccepted):
        act(handling.accept, basic, plans.engineer, LATER)


@pytest.mark.parametrize("action", [handling.resolve, handling.wait])
def test_the_staff_neither_resolve_nor_wait_while_an_answer_is_owed(plans, ticket, action):
    with pytest.raises(AnswerOwed) as refused:
        act(action, ticket, plans.engineer, LATER)
    assert (refused.value.code, refused.value.status) == ("answer_owed", 409)
    reply(ticket, plans.engineer, LATER)
    message(ticket, plans.outsider, at("2026-11-24 12:10"))
    with pytest.raises(AnswerOwed):
        act(action, ticket, plans.engineer, at("2026-11-24 12:11"))
    assert fresh(ticket).status == "in_progress"


def test_acceptance_is_no_answer_to_resolve_upon(plans, basic):
    act(handling.accept, basic, plans.engineer, LATER)
    with pytest.raises(AnswerOwed):
        act(handling.resolve, basic, plans.engineer, LATER)
    assert fresh(basic).status == "in_progress"


def test_reopened_without_a_word_an_answer_is_owed(plans, ticket):
    reply(ticket, plans.engineer, LATER, then="resolve")
    own(closing.reopen, ticket, plans.outsider, at("2026-11-24 13:00"))
    with pytest.raises(AnswerOwed):
        act(handling.resolve, ticket, plans.engineer, at("2026-11-24 13:01"))


def test_an_answered_ticket_can_wait_and_be_resolved(plans, ticket):
    reply(ticket, plans.engineer, LATER)
    act(handling.wait, ticket, plans.engineer, LATER)
    assert fresh(ticket).status == "waiting_customer"
    act(handling.resolve, ticket, plans.engineer, at("2026-11-24 12:20"))
    row = fresh(ticket)
    assert (row.status, row.resolved_at) == ("resolved", at("2026-11-24 12:20"))


@pytest.mark.parametrize("action", [handling.claim, handling.release, handling.accept, handling.wait, handling.resolve])
def test_a_finished_ticket_is_not_handled(plans, ticket, action):
    own(closing.close, ticket, plans.outsider, LATER)
    with pytest.raises(TicketNotOpen) as refused:
        act(action, ticket, plans.engineer, LATER)
    assert refused.value.members == {"ticket_status": "closed"}
