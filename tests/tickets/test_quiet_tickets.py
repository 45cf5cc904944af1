import pytest

from common import clock, outbox, tenancy
from common.models import OutboxEvent
from notifications.models import Notification
from tests.tickets.conftest import at, events_of, file, fresh, history_of, message, reply
from tickets.quiet_tickets import advance_quiet_tickets

ASKED = at("2026-11-24 12:30")


@pytest.fixture
def waiting(plans):
    """We wait for the customer since 24 November 12:30."""
    ticket = file(plans.orbit, plans.outsider)
    reply(ticket, plans.engineer, ASKED, then="wait")
    return ticket


def advance(when: str) -> dict[str, int]:
    with clock.at(at(when)):
        counts = advance_quiet_tickets(at=at(when))
        outbox.relay()
    return counts


def kinds_told(ticket) -> list[str]:
    with tenancy.everything():
        rows = Notification.objects.filter(params__number=ticket.number).order_by("pk")
        return [row.kind for row in rows]


def test_reminders_on_days_3_and_6_and_resolved_on_day_7(plans, waiting):
    assert advance("2026-11-27 12:29:59") == {"reminded": 0, "resolved": 0, "closed": 0}
    assert advance("2026-11-27 12:30") == {"reminded": 1, "resolved": 0, "closed": 0}
    assert advance("2026-11-27 12:35") == {"reminded": 0, "resolved": 0, "closed": 0}
    assert advance("2026-11-30 12:31") == {"reminded": 1, "resolved": 0, "closed": 0}
    assert advance("2026-12-01 12:40") == {"reminded": 0, "resolved": 1, "closed": 0}
    row = fresh(waiting)
    assert (row.status, row.resolved_at) == ("resolved", at("2026-12-01 12:30"))
    assert kinds_told(waiting) == ["ticket.replied", "ticket.reminder", "ticket.reminder", "ticket.resolved"]
    reminded = [entry for entry in history_of(waiting) if entry.event == "reminded"]
    assert [(entry.at, entry.details) for entry in reminded] == [
        (at("2026-11-27 12:30"), {"days": 3}),
        (at("2026-11-30 12:30"), {"days": 6}),
    ]


def test_a_resolved_ticket_is_closed_after_7_days_without_a_word(plans):
    ticket = file(plans.orbit, plans.outsider)
    reply(ticket, plans.engineer, ASKED, then="resolve")
    assert advance("2026-12-01 12:29") == {"reminded": 0, "resolved": 0, "closed": 0}
    assert advance("2026-12-03 00:00") == {"reminded": 0, "resolved": 0, "closed": 1}
    row = fresh(ticket)
    assert (row.status, row.closed_at, row.quiet_at) == ("closed", at("2026-12-01 12:30"), None)
    assert row.resolved_at == ASKED


def test_an_answer_of_the_customer_ends_the_silence(plans, waiting):
    message(waiting, plans.outsider, at("2026-11-26 12:00"))
    assert advance("2026-12-20 12:00") == {"reminded": 0, "resolved": 0, "closed": 0}
    assert fresh(waiting).status == "in_progress"


def test_asked_again_the_days_are_counted_anew(plans, waiting):
    reply(waiting, plans.engineer, at("2026-11-26 12:30"), then="wait")
    assert advance("2026-11-28 12:30")["reminded"] == 0
    assert advance("2026-11-29 12:30")["reminded"] == 1


def test_after_a_long_downtime_no_old_reminder_is_sent(plans, waiting):
    assert advance("2027-02-24 12:00") == {"reminded": 0, "resolved": 0, "closed": 1}
    row = fresh(waiting)
    assert (row.status, row.resolved_at, row.closed_at) == (
        "closed",
        at("2026-12-01 12:30"),
        at("2026-12-08 12:30"),
    )
    assert "reminded" not in events_of(waiting)
    assert OutboxEvent.objects.filter(topic="ticket.quiet").count() == 0
    assert kinds_told(waiting) == ["ticket.replied", "ticket.closed"]


def test_of_two_reminders_missed_only_the_second_is_sent(plans, waiting):
    assert advance("2026-12-01 12:00")["reminded"] == 1
    assert [entry.details for entry in history_of(waiting) if entry.event == "reminded"] == [{"days": 6}]
    assert advance("2026-12-01 12:30")["resolved"] == 1
