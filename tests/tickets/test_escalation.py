"""Ladders of other versions, the statement beside the rule, and people who hear of many tickets at once."""

from datetime import timedelta

import pytest

from common import clock, outbox, tenancy
from notifications.kinds import text_of
from notifications.models import Notification
from supportplans import versions
from supportplans.publishing import FILES, publish, read_text
from tests import cast
from tests.tickets.conftest import NOON, at, file, fresh, history_of, timers_of
from tickets import timers
from tickets.models import ResponseTimer, TicketEvent
from tickets.sweep import sweep
from tickets.timer_records import calendar_for, target_of


def swept(when: str) -> dict[str, int]:
    with clock.at(at(when)):
        return sweep(at=at(when))


def told() -> list[tuple[str, str, str]]:
    """(kind, who, count or number) of every notice of tickets, in order; told while managers are at work."""
    with clock.at(at("2026-11-24 15:00")):
        outbox.relay()
    return [
        (row.kind, row.person.email.split("@")[0], str(row.params.get("count") or row.params["number"]))
        for row in notices()
    ]


def notices() -> list[Notification]:
    with tenancy.everything():
        rows = Notification.objects.filter(kind__startswith="ticket").select_related("person")
        return list(rows.order_by("pk"))


@pytest.fixture
def ladder(plans):
    """`ladder([(percent, [audience, …]), …])`: a version with this ladder is in force from the day before NOON."""

    def begin(steps):
        document = read_text((FILES / "2022-01-06.yaml").read_text("utf-8"))
        document |= {"version": "2026-11-20", "effective_on": "2026-11-20"}
        document["escalation"] = [{"percent": percent, "told": told} for percent, told in steps]
        with tenancy.everything():
            publish(document=document, by=plans.admin)

    yield begin
    versions.forget()


def test_the_statement_finds_the_steps_that_the_rule_finds(plans):
    ladder = (50, 80, 100, 200)
    made = [file(plans.orbit, plans.outsider, severity=severity) for severity in ("critical_down", "guidance")]
    made += [file(plans.acme, plans.member) for _ in range(2)]
    made += [file(plans.orbit, plans.outsider, when=NOON - timedelta(minutes=17 * turn)) for turn in range(12)]
    when = at("2026-11-24 14:24")
    expected = {}
    with tenancy.everything():
        for timer in ResponseTimer.objects.filter(ticket__in=made):
            target = target_of(timer)
            found = timers.crossing(
                timer.next_step, timer.due_at, target, calendar_for(target), percents=ladder, at=when
            )
            expected[timer.pk] = (found.crossed, found.next_step, found.next_step_at)
    assert len({crossed for crossed, _step, _at in expected.values()}) > 5
    with clock.at(when):
        sweep(at=when)
    with tenancy.everything():
        for timer in ResponseTimer.objects.filter(ticket__in=made):
            written = TicketEvent.objects.filter(timer=timer, step__isnull=False).order_by("id")
            crossed = tuple(written.values_list("step", "at"))
            assert (crossed, timer.next_step, timer.next_step_at) == expected[timer.pk]
            assert timer.breached_at == (timer.due_at if timer.due_at <= when else None)


def test_a_new_ladder_counts_for_timers_that_run_already(plans, ladder):
    ticket = file(plans.orbit, plans.outsider)
    ladder([(80, ["lead"]), (90, ["assignee"]), (100, ["tam", "lead"])])
    # It waits for 50 still, which is no step any more.
    assert swept("2026-11-24 13:30") == {"timers": 1, "fired": 0}
    assert timers_of(ticket)[0].next_step == 80
    swept("2026-11-24 14:45")
    assert [(row.event, row.step) for row in history_of(ticket) if row.step] == [("step_passed", 80), ("escalated", 90)]
    assert fresh(ticket).at_risk is True
    swept("2026-11-24 20:00")
    assert timers_of(ticket)[0].next_step is None
    assert timers_of(ticket)[0].breached_at == at("2026-11-24 15:00")
    assert told() == [
        ("ticket.step_before", "expert", ticket.number),
        ("ticket.breach", "lead", ticket.number),
    ]


def test_a_timer_that_waits_for_a_step_above_the_ladder_waits_for_none(plans, ladder):
    ticket = file(plans.orbit, plans.outsider)
    swept("2026-11-24 15:00")
    assert timers_of(ticket)[0].next_step == 200
    ladder([(80, ["lead"]), (100, ["lead"])])
    assert swept("2026-11-24 18:00") == {"timers": 1, "fired": 0}
    assert timers_of(ticket)[0].next_step_at is None


def test_a_new_timer_begins_with_the_ladder_in_force_whatever_version_the_plan_is_of(plans, ladder):
    ladder([(25, ["assignee"]), (80, ["lead"]), (100, ["lead"])])
    ticket = file(plans.orbit, plans.outsider)
    (timer,) = timers_of(ticket)
    assert (timer.next_step, timer.next_step_at) == (25, at("2026-11-24 12:45"))


def test_of_many_tickets_a_person_hears_in_one_notice(plans):
    tickets = [file(plans.orbit, plans.outsider) for _ in range(12)]
    alone = file(plans.pine, plans.partner_member, severity="production_down", when=at("2026-11-24 14:30"))
    swept("2026-11-24 15:00")
    assert told() == [("ticket.breach_many", "lead", "13")]
    with tenancy.everything():
        assert TicketEvent.objects.filter(event="escalated", step=100, ticket__in=[*tickets, alone]).count() == 13
    (notice,) = notices()
    assert notice.url == "/desk/?view=breached"
    assert text_of(notice.kind, notice.params) == "13 tickets are overdue."


def test_one_among_many_is_told_of_by_name_to_who_has_it(plans):
    from tickets.handling import claim

    tickets = [file(plans.orbit, plans.outsider) for _ in range(3)]
    with tenancy.everything():
        claim(ticket=tickets[0], by=plans.engineer, at=NOON)
    swept("2026-11-24 14:24")
    assert sorted(told()) == [
        ("ticket.step80", "engineer", tickets[0].number),
        ("ticket.step80_many", "expert", "2"),
        ("ticket.step80_many", "lead", "3"),
    ]


def test_batches_that_wait_are_told_of_together(plans, monkeypatch):
    monkeypatch.setattr("tickets.sweep.BATCH", 2)
    for _ in range(7):
        file(plans.orbit, plans.outsider)
    swept("2026-11-24 15:00")
    assert told() == [("ticket.breach_many", "lead", "7")]


def test_three_days_late_everybody_hears_once_of_the_last_step(plans):
    for turn in range(5):
        file(plans.orbit, plans.outsider, when=NOON + timedelta(minutes=turn))
    swept("2026-11-27 12:00")
    assert told() == [("ticket.step200_many", "lead", "5")]


def test_an_organization_on_a_plan_with_a_tam_is_told_apart_from_others(plans, on_tier):
    zenith = on_tier(cast.organization("zenith"), "enterprise")
    theirs = file(zenith, cast.person("owner@zenith.example", zenith, "owner"))
    file(plans.orbit, plans.outsider)
    swept("2026-11-24 15:00")
    assert sorted(told()) == [("ticket.breach", "tam", theirs.number), ("ticket.breach_many", "lead", "2")]
