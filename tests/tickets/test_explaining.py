from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from common import clock, tenancy
from tests.tickets.conftest import NOON, act, at, file, fresh, message, reply, timers_of
from tickets import explaining, merging, rebuilding, regrading, sweep
from tickets.models import ResponseTimer


def explained(ticket, catalogue, when=NOON):
    with tenancy.everything():
        return explaining.explain(fresh(ticket), when, catalogue)


def check(*options: str) -> str:
    out = StringIO()
    with clock.at(NOON):
        call_command("rebuild_timers", *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def lived(plans):
    """A ticket regraded twice, half late, answered, asked again; and one merged into it."""
    ticket = file(plans.orbit, plans.outsider)
    act(regrading.regrade, ticket, plans.engineer, at("2026-11-24 12:20"), severity="guidance", reason="better")
    act(regrading.regrade, ticket, plans.engineer, at("2026-11-24 12:30"), severity="production_down", reason="worse")
    late = at("2026-11-24 12:50")
    with clock.at(late):
        sweep.sweep(at=late)
    reply(ticket, plans.engineer, at("2026-11-24 12:55"))
    message(ticket, plans.outsider, at("2026-11-24 13:00"))
    other = file(plans.orbit, plans.outsider, severity="critical_down")
    act(merging.merge, other, plans.engineer, at("2026-11-24 13:05"), into=ticket.number)
    return ticket


def test_a_timer_tells_every_step(catalogue, plans, lived):
    first, second = explained(lived, catalogue, at("2026-11-24 13:06"))
    assert [step.event.event for step in first.steps] == [
        "timer_started",
        "regraded",
        "regraded",
        "escalated",
        "timer_answered",
    ]
    assert (first.state, first.facts.due_at, first.target) == ("met", at("2026-11-24 13:00"), "30 min")
    assert (second.facts.due_at, second.state) == (at("2026-11-24 12:10"), "breached")
    assert second.steps[-1].text == (
        f"The due time of ticket {merged_number(second)} counts here; "
        "due 24 Nov 2026, 12:10 instead of 24 Nov 2026, 13:30"
    )
    assert "from “Production system impaired” to “General guidance”: it got better" in first.steps[1].text


def merged_number(told) -> str:
    return told.steps[-1].event.details["from"]


def test_skipped_days_are_told(catalogue, plans):
    ticket = file(plans.acme, plans.member, at("2026-11-27 15:00"), kind="business")
    (told,) = explained(ticket, catalogue)
    assert told.facts.due_at == at("2026-11-30 15:00")
    assert told.skipped_days == [date(2026, 11, 28), date(2026, 11, 29)]


def test_customer_and_staff_read_the_same(plans, lived, api):
    own = api(plans.outsider).get(f"/api/v1/orgs/orbit/tickets/{lived.number}/timers/explain")
    desk = api(plans.engineer).get(f"/api/v1/desk/tickets/{lived.number}/timers/explain")
    assert (own.status_code, desk.status_code) == (200, 200)
    assert own.json() == desk.json()
    first = own.json()["results"][0]
    assert (first["kind"], first["state"], first["due_at"]) == ("first", "met", "2026-11-24T13:00:00+08:00")
    assert first["answered_by"] == "Engineer"
    assert first["steps"][1]["details"]["due_after"] == "2026-11-25T04:00:00+08:00"
    assert api(plans.member).get(f"/api/v1/orgs/orbit/tickets/{lived.number}/timers/explain").status_code == 404


def test_rebuilding_gives_the_same(lived):
    assert check("--check") == "3 timers, 0 differences\n"


def test_a_difference_is_told_and_mended(lived):
    timer = timers_of(lived)[1]
    with tenancy.everything():
        ResponseTimer.objects.filter(pk=timer.pk).update(due_at=timer.due_at + timedelta(hours=1), excluded=True)
    with pytest.raises(CommandError, match="1 differences"):
        check("--check")
    assert timers_of(lived)[1].excluded is True
    assert "1 mended" in check()
    assert timers_of(lived)[1].due_at == timer.due_at
    assert check("--check") == "3 timers, 0 differences\n"


def test_a_timer_without_a_record_is_told(plans, lived):
    with tenancy.everything():
        ResponseTimer.objects.create(
            ticket=lived,
            organization=plans.orbit,
            kind="next",
            tier="business",
            severity="guidance",
            started_at=NOON,
            target_minutes=10,
            due_at=NOON,
            state="cancelled",
            ended_at=NOON,
        )
    found = list(rebuilding.differences(batch=2))
    assert [one.columns for one in found] == [{}]
    assert str(found[0]).endswith("nothing is recorded")
    assert rebuilding.mend(found[0]) is False
