from datetime import timedelta

import pytest

from common import clock, outbox, tenancy
from common.models import OutboxEvent
from notifications.models import Notification
from tests.tickets.conftest import NOON, at, events_of, file, fresh, history_of, message, reply, timers_of
from tickets import sweep as sweep_module
from tickets.models import ResponseTimer, TicketEvent
from tickets.sweep import sweep


@pytest.fixture
def ticket(plans):
    """A target of 180 minutes: steps at 13:30, 14:24, 15:00 and 18:00."""
    return file(plans.orbit, plans.outsider)


def swept(when) -> dict[str, int]:
    instant = at(when) if isinstance(when, str) else when
    with clock.at(instant):
        return sweep(at=instant)


def steps_of(ticket) -> list[tuple[str, int, str]]:
    return [
        (entry.event, entry.step, entry.at.astimezone(NOON.tzinfo).strftime("%H:%M"))
        for entry in history_of(ticket)
        if entry.step is not None
    ]


def breaches() -> list[int]:
    """Timers that the portal has told of as late, to whoever listens outside."""
    events = OutboxEvent.objects.filter(topic="ticket.breached").order_by("pk")
    return [timer for event in events for timer in event.payload["timers"]]


def told(ticket) -> list[tuple[str, str]]:
    """What the relay tells about the ticket: (kind, e-mail), in order; told while managers are at work."""
    with clock.at(at("2026-11-24 15:00")):
        outbox.relay()
    with tenancy.everything():
        rows = Notification.objects.filter(params__number=ticket.number).order_by("pk")
        return [(row.kind, row.person.email) for row in rows]


def test_nothing_is_due_before_the_first_step(ticket):
    assert swept("2026-11-24 13:29:59") == {"timers": 0, "fired": 0}
    assert steps_of(ticket) == []


def test_each_step_fires_once_at_its_own_instant(ticket):
    for when in ("13:30:00", "13:30:15", "14:24:03", "15:00:10", "15:00:25", "18:00:14", "20:00:00"):
        swept(f"2026-11-24 {when}")
    assert steps_of(ticket) == [
        ("escalated", 50, "13:30"),
        ("escalated", 80, "14:24"),
        ("escalated", 100, "15:00"),
        ("escalated", 200, "18:00"),
    ]
    (timer,) = timers_of(ticket)
    assert (timer.state, timer.breached_at, timer.ended_at) == ("breached", at("2026-11-24 15:00"), None)
    assert (timer.next_step, timer.next_step_at) == (None, None)


def test_details_of_an_escalation_name_timer_and_step(ticket):
    swept("2026-11-24 13:30")
    assert history_of(ticket)[-1].details == {"timer": "first", "step": 50}


def test_a_second_sweep_finds_nothing_left(ticket):
    assert swept("2026-11-24 15:00:10") == {"timers": 1, "fired": 1}
    assert swept("2026-11-24 15:00:10") == {"timers": 0, "fired": 0}
    assert len(steps_of(ticket)) == 3


def test_after_three_days_of_downtime_the_highest_step_fires_once(plans, ticket):
    swept("2026-11-27 12:00")
    assert steps_of(ticket) == [
        ("step_passed", 50, "13:30"),
        ("step_passed", 80, "14:24"),
        ("step_passed", 100, "15:00"),
        ("escalated", 200, "18:00"),
    ]
    assert timers_of(ticket)[0].breached_at == at("2026-11-24 15:00")
    assert breaches() == [timers_of(ticket)[0].pk]
    assert told(ticket) == [("ticket.step200", "lead@support.example")]


def test_the_breach_is_told_outside_once(ticket):
    swept("2026-11-24 15:00")
    swept("2026-11-24 18:00")
    (timer,) = timers_of(ticket)
    assert breaches() == [timer.pk]


def test_each_step_tells_its_people_once(plans, ticket):
    for when in ("13:30", "14:24", "15:00", "18:00"):
        swept(f"2026-11-24 {when}")
    # Nobody has it: the engineers on duty who may take work of this level.
    assert told(ticket) == [
        ("ticket.step50", "expert@support.example"),
        ("ticket.step80", "expert@support.example"),
        ("ticket.step80", "lead@support.example"),
        ("ticket.breach", "lead@support.example"),
        ("ticket.step200", "lead@support.example"),
    ]
    OutboxEvent.objects.filter(topic="ticket.escalated").update(done_at=None)
    assert len(told(ticket)) == 5


def test_who_has_the_ticket_is_told_instead_of_the_team(plans, ticket):
    with tenancy.everything():
        from tickets.handling import claim

        claim(ticket=ticket, by=plans.engineer, at=NOON)
    swept("2026-11-24 13:30")
    assert told(ticket) == [("ticket.step50", "engineer@support.example")]


def test_the_tam_is_told_of_a_breach_where_the_plan_has_one(plans, on_tier, people):
    from tests.cast import organization, person

    zenith = on_tier(organization("zenith"), "enterprise")
    theirs = file(zenith, person("owner@zenith.example", zenith, "owner"))
    swept("2026-11-24 15:00")
    assert told(theirs) == [("ticket.breach", "tam@support.example"), ("ticket.breach", "lead@support.example")]


def test_an_assigned_tam_and_deputy_are_told_instead_of_all(plans, on_tier):
    from supportplans.access import live_provisioning
    from supportplans.provisioning import complete
    from tests.cast import organization, person, staff

    zenith = on_tier(organization("zenith"), "enterprise")
    deputy = staff("deputy@support.example", "tam")
    staff("third@support.example", "tam")
    with tenancy.everything():
        task = live_provisioning(zenith).get(kind="tam")
        complete(task=task, by=plans.admin, at=NOON, person=plans.tam, deputy=deputy)
    theirs = file(zenith, person("owner@zenith.example", zenith, "owner"))
    swept("2026-11-24 15:00")
    told_of = {email for _kind, email in told(theirs)}
    assert told_of == {"tam@support.example", "deputy@support.example", "lead@support.example"}


def test_outside_the_managers_hours_the_duty_roster_is_told(plans, on_tier):
    from tests.cast import organization, person, staff

    zenith = on_tier(organization("zenith"), "enterprise")
    staff("senior@support.example", "engineer", "senior")
    theirs = file(zenith, person("owner@zenith.example", zenith, "owner"), when=at("2026-11-24 18:00"))
    swept("2026-11-24 21:00")
    with clock.at(at("2026-11-24 21:00")):
        outbox.relay()
    assert [who for kind, who in told(theirs) if kind == "ticket.breach"] == [
        "lead@support.example",
        "senior@support.example",
    ]


def test_the_80_percent_step_puts_the_ticket_at_risk(plans, ticket):
    swept("2026-11-24 13:30")
    assert fresh(ticket).at_risk is False
    swept("2026-11-24 14:24")
    assert fresh(ticket).at_risk is True
    reply(ticket, plans.engineer, at("2026-11-24 14:30"))
    assert fresh(ticket).at_risk is False


def test_an_answered_timer_crosses_nothing_more(plans, ticket):
    reply(ticket, plans.engineer, at("2026-11-24 13:00"))
    assert swept("2026-11-27 12:00") == {"timers": 0, "fired": 0}
    assert timers_of(ticket)[0].state == "met"


def test_a_late_answer_after_the_sweep_stays_a_breach(plans, ticket):
    swept("2026-11-24 15:00:05")
    reply(ticket, plans.engineer, at("2026-11-24 16:00"))
    (timer,) = timers_of(ticket)
    assert (timer.state, timer.answered_at) == ("breached", at("2026-11-24 16:00"))
    assert timer.breached_at == at("2026-11-24 15:00")
    swept("2026-11-24 20:00")
    assert [step for _event, step, _at in steps_of(ticket)] == [50, 80, 100]
    assert len(breaches()) == 1


def test_working_day_targets_cross_their_steps_in_counted_time(plans):
    """Friday 15:00, due Monday 15:00."""
    basic = file(plans.acme, plans.member, when=at("2026-11-27 15:00"))
    assert swept("2026-11-29 12:00") == {"timers": 0, "fired": 0}
    swept("2026-11-30 03:00")
    swept("2026-11-30 10:12")
    swept("2026-11-30 15:00")
    assert steps_of(basic) == [
        ("escalated", 50, "03:00"),
        ("escalated", 80, "10:12"),
        ("escalated", 100, "15:00"),
    ]


def test_a_sweep_goes_on_batch_after_batch(plans, monkeypatch):
    monkeypatch.setattr(sweep_module, "BATCH", 2)
    tickets = [file(plans.orbit, plans.outsider) for _ in range(5)]
    assert swept("2026-11-24 13:30") == {"timers": 5, "fired": 5}
    assert all(steps_of(ticket) == [("escalated", 50, "13:30")] for ticket in tickets)


def test_a_sweep_killed_in_the_middle_leaves_whole_batches_only(plans, monkeypatch):
    monkeypatch.setattr(sweep_module, "BATCH", 2)
    tickets = [file(plans.orbit, plans.outsider) for _ in range(5)]
    real, calls = outbox.emit, []

    def killed(*event, **more):
        calls.append(event)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*event, **more)

    monkeypatch.setattr(outbox, "emit", killed)
    with pytest.raises(KeyboardInterrupt):
        swept("2026-11-24 13:30")
    assert sum(len(steps_of(ticket)) for ticket in tickets) == 2
    assert OutboxEvent.objects.filter(topic="ticket.escalated").count() == 1
    monkeypatch.setattr(outbox, "emit", real)
    swept("2026-11-24 13:30:15")
    assert all(steps_of(ticket) == [("escalated", 50, "13:30")] for ticket in tickets)
    fired = OutboxEvent.objects.filter(topic="ticket.escalated").values_list("payload__steps__50", flat=True)
    assert sorted(timer for timers in fired for timer in timers) == sorted(timers_of(t)[0].pk for t in tickets)


def test_the_database_itself_refuses_a_step_twice(plans, ticket):
    from django.db import IntegrityError, transaction

    swept("2026-11-24 13:30")
    with tenancy.everything():
        (timer,) = ResponseTimer.objects.filter(ticket=ticket)
        with pytest.raises(IntegrityError), transaction.atomic():
            TicketEvent.objects.create(
                ticket=ticket, organization=plans.orbit, timer=timer, at=NOON, event="escalated", step=50
            )


def test_history_is_only_ever_added_to(plans, ticket):
    from django.db import IntegrityError, transaction

    for change in (lambda rows: rows.update(event="x"), lambda rows: rows.delete()):
        with tenancy.everything(), pytest.raises(IntegrityError), transaction.atomic():
            change(TicketEvent.objects.filter(ticket=ticket))
    assert events_of(ticket) == ["created", "timer_started"]


def test_a_sweep_with_nothing_due_is_one_probe(plans, ticket, django_assert_num_queries):
    with django_assert_num_queries(6, exact=False) as counted:
        swept("2026-11-24 12:30")
    selects = [query for query in counted.captured_queries if "tickets_responsetimer" in query["sql"]]
    assert len(selects) == 1
    assert not any(query["sql"].startswith(("UPDATE", "INSERT")) for query in counted.captured_queries)


def test_statements_of_a_sweep_do_not_grow_with_the_timers_due(plans, django_assert_num_queries):
    def statements(count: int, when) -> int:
        for _ in range(count):
            file(plans.orbit, plans.outsider, when=when)
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            swept(when + timedelta(minutes=90))
        return len(captured)

    assert statements(1, NOON) == statements(20, NOON + timedelta(minutes=1))


def test_the_next_timer_has_steps_of_its_own(plans, ticket):
    reply(ticket, plans.engineer, at("2026-11-24 13:00"))
    message(ticket, plans.outsider, at("2026-11-24 14:00"))
    swept("2026-11-24 15:30")
    assert history_of(ticket)[-1].details == {"timer": "next", "step": 50}
