"""Tickets of a running event: ten minutes, and first in the queue (spec pages 4.3, 4.5)."""

from datetime import date

import pytest

from addons.models import Booking
from common import clock, tenancy
from common.models import OutboxEvent
from common.problems import FieldErrors
from tests.tickets.conftest import FIELDS, NOON, act, at, file, fresh, message, reply, timers_of
from tickets import event_places, queue, regrading


@pytest.fixture
def booking(plans) -> Booking:
    """The escort service of orbit on 24 and 25 November."""
    return make_booking(plans.orbit, plans.outsider)


def make_booking(organization, person, service="escort_basic", status="confirmed", **days) -> Booking:
    with tenancy.everything():
        return Booking.objects.create(
            organization=organization,
            service=service,
            unit="natural_day",
            status=status,
            starts_on=days.get("starts_on", date(2026, 11, 24)),
            ends_on=days.get("ends_on", date(2026, 11, 25)),
            days=2,
            period_start=date(2026, 11, 1),
            contact="Ann",
            description="Sale",
            requested_by=person,
            created_at=at("2026-11-02 10:00"),
        )


def in_event(plans, booking, when=NOON, **changes):
    return file(plans.orbit, plans.outsider, when, booking=str(booking.pk), **changes)


def minutes(ticket) -> int | None:
    return timers_of(ticket)[-1].target_minutes


@pytest.mark.parametrize(
    ("when", "severity", "kind", "target"),
    [
        ("2026-11-24 00:00", "production_impaired", "technical", 10),
        ("2026-11-25 23:59", "production_impaired", "technical", 10),
        ("2026-11-23 23:59", "production_impaired", "technical", 180),
        ("2026-11-26 00:00", "production_impaired", "technical", 180),
        ("2026-11-24 12:00", "production_down", "technical", 10),
        ("2026-11-24 12:00", "critical_down", "technical", 10),
        ("2026-11-24 12:00", "system_impaired", "technical", 480),
        ("2026-11-24 12:00", "production_impaired", "business", 180),
    ],
)
def test_from_midnight_of_the_first_to_midnight_after_the_last_day(plans, booking, when, severity, kind, target):
    ticket = in_event(plans, booking, at(when), severity=severity, kind=kind)
    assert minutes(ticket) == target


@pytest.mark.parametrize(
    ("status", "service", "target"),
    [
        ("confirmed", "escort_basic", 10),
        ("in_progress", "escort_basic", 10),
        ("requested", "escort_basic", 180),
        ("completed", "escort_basic", 180),
        ("withdrawn", "escort_basic", 180),
        ("confirmed", "availability_check", 180),
    ],
)
def test_only_while_it_is_confirmed_or_runs_and_the_catalogue_says_so(plans, status, service, target):
    booking = make_booking(plans.orbit, plans.outsider, service, status)
    ticket = in_event(plans, booking)
    assert minutes(ticket) == target
    assert fresh(ticket).queue_rank // 100 == (0 if target == 10 else 1)


def test_the_next_timer_and_a_regrading_have_the_target_too(plans, booking):
    ticket = in_event(plans, booking, severity="guidance")
    assert minutes(ticket) == 960
    act(regrading.regrade, ticket, plans.engineer, at("2026-11-24 12:05"), severity="production_down", reason="worse")
    assert timers_of(ticket)[0].due_at == at("2026-11-24 12:15")
    reply(ticket, plans.engineer, at("2026-11-24 12:10"))
    message(ticket, plans.outsider, at("2026-11-24 12:11"))
    assert minutes(ticket) == 10


def test_its_tickets_stand_first(plans, booking):
    urgent = file(plans.orbit, plans.outsider, severity="critical_down")
    ticket = in_event(plans, booking, severity="guidance")
    with tenancy.everything():
        page = queue.page(view="all", person=plans.engineer, at=NOON, filters=queue.Filters())
    assert [row.number for row in page.tickets] == [ticket.number, urgent.number]


def test_they_go_back_at_midnight_after_the_last_day_and_forward_before_the_first(plans, booking):
    early = in_event(plans, booking, at("2026-11-23 20:00"))
    assert fresh(early).queue_rank >= 100
    for when, moved, is_first in (
        ("2026-11-24 00:00", 1, True),
        ("2026-11-25 00:00", 0, True),
        ("2026-11-26 00:00", 1, False),
        ("2026-11-26 00:00", 0, False),
    ):
        with clock.at(at(when)):
            assert event_places.place_tickets_of_events(at=at(when)) == {"moved": moved}
        assert (fresh(early).queue_rank < 100) is is_first


def test_a_change_of_the_booking_moves_them_at_once(plans, booking):
    ticket = in_event(plans, booking)
    with tenancy.everything(), clock.at(NOON):
        Booking.objects.filter(pk=booking.pk).update(status="completed")
        event_places.follow_booking(OutboxEvent(topic="booking.updated", payload={"booking": booking.pk}))
    assert fresh(ticket).queue_rank >= 100


def test_the_booking_is_the_organizations_own(plans, booking):
    foreign = make_booking(plans.pine, plans.partner_owner)
    for wrong in (foreign.pk, 999_999, "x"):
        with pytest.raises(FieldErrors) as refused:
            file(plans.orbit, plans.outsider, booking=str(wrong))
        assert list(refused.value.errors) == ["booking"]


def test_the_api_takes_a_booking_and_the_queue_names_it(plans, api, booking):
    with clock.at(NOON):
        made = api(plans.outsider).post("/api/v1/orgs/orbit/tickets", FIELDS | {"booking": booking.pk}, format="json")
        assert made.status_code == 201
        assert (made.json()["booking"], made.json()["response_due_at"]) == (booking.pk, "2026-11-24T12:10:00+08:00")
        (row,) = api(plans.engineer).get("/api/v1/desk/queue").json()["results"]
        assert row["event_booking"] == booking.pk
        refused = api(plans.outsider).post("/api/v1/orgs/orbit/tickets", FIELDS | {"booking": 0}, format="json")
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["booking"])


def test_the_form_offers_events_to_come(plans, browse, booking):
    make_booking(plans.orbit, plans.outsider, starts_on=date(2026, 11, 10), ends_on=date(2026, 11, 11))
    with clock.at(NOON):
        page = browse(plans.outsider).get("/o/orbit/tickets/new").content.decode()
        assert f'<option value="{booking.pk}">' in page
        assert page.count("2026-11-24 – 2026-11-25") == 1
        assert "2026-11-10" not in page
        posted = FIELDS | {"booking": booking.pk, "region": "cn-north-4"}
        assert browse(plans.outsider).post("/o/orbit/tickets/new", posted).status_code == 303
        assert 'id="id_booking"' not in browse(plans.owner).get("/o/acme/tickets/new").content.decode()
    with tenancy.everything():
        assert [row.booking_id for row in queue_all(plans)] == [booking.pk]


def test_the_form_offers_events_without_a_faster_target_too(plans, browse):
    """An event assurance has people on duty, who hear of its tickets; only an escort gives them ten minutes."""
    assurance = make_booking(plans.pine, plans.partner_owner, "event_assurance")
    with clock.at(NOON):
        partner = browse(plans.partner_owner)
        assert f'<option value="{assurance.pk}">' in partner.get("/o/pine/tickets/new").content.decode()
        of_it = partner.get(f"/o/pine/bookings/{assurance.pk}/tickets").content.decode()
        assert "our people on duty hear of its tickets at once" in of_it
        assert f"booking={assurance.pk}" in of_it


def queue_all(plans):
    return queue.page(view="all", person=plans.engineer, at=NOON, filters=queue.Filters()).tickets
