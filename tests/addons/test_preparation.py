"""Getting ready: checklist, roster, team, patrol log; who may, who is told, what stands in the history."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from addons import booking_progress, checklist, duty, duty_cover, event_team, patrol, preparation
from addons.booking_reminders import remind
from addons.desk import access, history
from addons.models import BookingDuty, PatrolEntry, PreparationItem
from addons.refusals import BookingNotBegun, BookingNotOpen, DutiesOverlap, NoEvent, NotOnRoster, NotReadyYet
from common import clock, outbox, tenancy
from common.beijing import BEIJING
from common.problems import FieldErrors, NotFound
from notifications.models import Notification
from tests.addons.conftest import LATER, act, book, hold
from tickets.filing import file_ticket
from tickets.filing_fields import Draft

ENGINEER, EXPERT = "engineer@support.example", "expert@support.example"
DAY = date(2026, 7, 6)


def hour(number: float, day: date = DAY) -> datetime:
    return datetime.combine(day, time(), tzinfo=BEIJING) + timedelta(hours=number)


@pytest.fixture
def booking(catalogue, people):
    """Escort on Monday 2026-07-06."""
    return book(hold(people.orbit, "enterprise"), people.outsider)


def now_as(booking):
    with tenancy.everything():
        return access.whole_booking(str(booking.pk))


def open_codes(booking) -> list[str]:
    with tenancy.everything():
        return [item.code for item in checklist.open_items(checklist.checklist(now_as(booking)))]


def tick(booking, by, code, at=LATER, **more):
    return act(checklist.tick, booking, by, at=at, code=code, **more)


def put_on_duty(booking, by, person, begins, ends, task="patrol", at=LATER) -> BookingDuty:
    return act(duty.add, booking, by, at=at, person=person, task=task, starts_at=begins, ends_at=ends)


def name_team(booking, by, manager=EXPERT, group="Orbit escort", at=LATER):
    return act(event_team.name_team, booking, by, at=at, service_manager=manager, im_group=group)


def told(kind: str) -> list[str]:
    with tenancy.everything():
        rows = Notification.objects.filter(kind=kind).order_by("pk")
        return list(rows.values_list("person__email", flat=True))


def lines(booking) -> list[tuple[str, str]]:
    with tenancy.everything():
        return [(line.by, line.text) for line in history.lines_of(booking)]


def test_an_item_that_the_portal_can_see_needs_its_tick_and_its_fact():
    ticked = {"load_analysis", "im_group", "duty_roster"}
    assert preparation.open_items("escort_basic", ticked, {"duty_roster", "service_manager"}) == [
        "service_manager",
        "capacity_forecast",
        "agreed_with_organization",
        "duty_roster",
    ]


def test_each_service_has_its_own_list():
    assert {"escort_basic", "event_assurance"} == preparation.EVENTS
    assert preparation.items_of("availability_check")[1:] == ("scope_agreed", "resource_list", "read_access")
    assert preparation.items_of("a_service_to_come") == ("service_manager", "scope_agreed")
    assert set(preparation.CODES) == set(checklist.LABELS)


def test_a_roster_has_the_gaps_that_nobody_covers():
    day = duty_cover.span_of(DAY, DAY)
    duties = [(hour(7), hour(9)), (hour(0), hour(8)), (hour(16), hour(24)), (hour(8), hour(15))]
    assert duty_cover.gaps(duties, day) == [(hour(15), hour(16))]
    assert duty_cover.gaps([], day) == [day]
    assert duty_cover.gaps([(hour(-3), hour(1)), (hour(23), hour(30)), (hour(40), hour(41))], day) == [
        (hour(1), hour(23))
    ]


def test_an_item_is_ticked_with_who_when_and_a_note(booking, people):
    item = tick(booking, people.tam, "load_analysis", note=" 12,000 a second at 20:00 ")
    assert (item.is_ready, item.row.done_by, item.row.done_at) == (True, people.tam, LATER)
    assert item.note == "12,000 a second at 20:00"
    tick(booking, people.lead, "load_analysis", at=LATER + timedelta(days=1), note="More")
    again = tick(booking, people.lead, "load_analysis", done=False)
    assert (again.is_ready, again.note, again.row.done_by) == (False, "More", None)
    assert "load_analysis" in open_codes(booking)
    assert lines(booking)[:3] == [
        ("Lead", "Not ready: Load analysis (More)"),
        ("Lead", "Ready: Load analysis (More)"),
        ("Tam", "Ready: Load analysis (12,000 a second at 20:00)"),
    ]


@pytest.mark.parametrize(
    ("code", "lacks"),
    [
        ("service_manager", "No service manager is named."),
        ("im_group", "No IM group is named."),
        ("duty_roster", "Nobody is on the roster."),
    ],
)
def test_what_is_not_so_cannot_be_ready_and_says_the_way_on(booking, people, code, lacks):
    with pytest.raises(NotReadyYet) as refused:
        tick(booking, people.tam, code)
    assert (refused.value.detail, refused.value.members) == (lacks, {"item": code})
    assert refused.value.action_url.startswith(f"/desk/bookings/{booking.pk}#")
    with tenancy.everything():
        assert not PreparationItem.objects.exists()


def test_an_item_of_another_service_or_with_too_long_a_note_is_not_taken(booking, people):
    with pytest.raises(NotFound):
        tick(booking, people.tam, "trainer_named")
    with pytest.raises(FieldErrors):
        tick(booking, people.tam, "load_analysis", note="x" * 2001)


def test_a_roster_that_gets_a_hole_is_open_again(booking, people):
    put_on_duty(booking, people.lead, ENGINEER, hour(0), hour(12))
    with pytest.raises(NotReadyYet) as refused:
        tick(booking, people.lead, "duty_roster")
    assert refused.value.detail == "Nobody is on duty from 6 Jul 2026, 12:00 to 7 Jul 2026, 00:00."
    second = put_on_duty(booking, people.lead, EXPERT, hour(12), hour(24))
    assert tick(booking, people.lead, "duty_roster").is_ready
    act(duty.remove, booking, people.lead, duty=second)
    assert "duty_roster" in open_codes(booking)
    assert told("booking.duty") == [ENGINEER, EXPERT]
    assert told("booking.off_duty") == [EXPERT]


def test_the_expert_of_the_war_room_does_not_patrol(booking, people):
    put_on_duty(booking, people.lead, EXPERT, hour(0), hour(24), task="war_room")
    assert checklist.gaps(booking, [put_on_duty(booking, people.lead, ENGINEER, hour(0), hour(8))]) == [
        (hour(8), hour(24))
    ]
    with pytest.raises(NotReadyYet):
        tick(booking, people.lead, "duty_roster")


@pytest.mark.parametrize(
    ("person", "begins", "ends", "field"),
    [
        ("owner@orbit.example", 0, 8, "person"),
        ("billing@support.example", 0, 8, "person"),
        (ENGINEER, 8, 8, "ends_at"),
        (ENGINEER, -1, 8, "starts_at"),
        (ENGINEER, 20, 25, "starts_at"),
    ],
)
def test_a_duty_is_a_colleagues_inside_the_event(booking, people, person, begins, ends, field):
    with pytest.raises(FieldErrors) as refused:
        put_on_duty(booking, people.lead, person, hour(begins), hour(ends))
    assert list(refused.value.errors) == [field]
    assert told("booking.duty") == []


def test_a_duty_takes_at_most_a_day(people, catalogue):
    long = book(hold(people.orbit, "enterprise"), people.outsider, days=2)
    with pytest.raises(FieldErrors) as refused:
        put_on_duty(long, people.lead, ENGINEER, hour(0), hour(25))
    assert refused.value.errors == {"ends_at": ["A duty takes at most 24 hours. Write two."]}


def test_nobody_is_on_duty_twice_at_a_time(booking, people):
    put_on_duty(booking, people.lead, ENGINEER, hour(0), hour(8))
    hold(people.pine, "standard")
    other = book(people.pine, people.partner_owner, service="event_assurance")
    with pytest.raises(DutiesOverlap) as refused:
        put_on_duty(other, people.lead, ENGINEER, hour(7), hour(15))
    assert refused.value.members["duty"]["booking"] == booking.pk
    put_on_duty(other, people.lead, ENGINEER, hour(8), hour(15))
    act(booking_progress.reject, booking, people.lead, reason="Nobody is free.")
    put_on_duty(other, people.lead, ENGINEER, hour(0), hour(8))


def test_only_events_have_a_roster(people, catalogue):
    check = book(hold(people.orbit, "enterprise"), people.outsider, service="availability_check")
    with pytest.raises(NoEvent):
        put_on_duty(check, people.lead, ENGINEER, hour(0), hour(8))
    with pytest.raises(NoEvent):
        act(patrol.note, check, people.lead, body="All is quiet.", all_well=True)


def test_the_service_manager_is_told_and_stands_in_the_history(booking, people):
    name_team(booking, people.lead)
    name_team(booking, people.lead)
    assert told("booking.manager") == [EXPERT]
    assert lines(booking)[0] == ("Lead", "Service manager: Expert; IM group: Orbit escort")
    assert tick(booking, people.tam, "service_manager").is_ready
    assert tick(booking, people.tam, "im_group").is_ready
    name_team(booking, people.lead, manager="")
    assert "service_manager" in open_codes(booking)
    for wrong in ({"manager": "owner@orbit.example"}, {"group": "x" * 201}):
        with pytest.raises(FieldErrors):
            name_team(booking, people.lead, **wrong)


def begun(booking, people):
    act(booking_progress.confirm, booking, people.lead)
    act(booking_progress.start, booking, people.lead, at=hour(1))
    return booking


def test_the_patrol_log_is_written_by_the_roster_while_the_event_runs(booking, people):
    put_on_duty(booking, people.lead, ENGINEER, hour(0), hour(8))
    with pytest.raises(BookingNotBegun):
        act(patrol.note, booking, people.engineer, body="Early", all_well=True)
    begun(booking, people)
    note = {"at": hour(2), "body": " Load is rising. ", "all_well": False}
    entry = act(patrol.note, booking, people.engineer, **note)
    assert (entry.body, entry.all_well, entry.at, entry.by) == ("Load is rising.", False, hour(2), people.engineer)
    with pytest.raises(NotOnRoster):
        act(patrol.note, booking, people.expert, **note)
    act(patrol.note, booking, people.tam, **note)
    for wrong in ("", "  ", "x" * 5001):
        with pytest.raises(FieldErrors):
            act(patrol.note, booking, people.tam, at=hour(2), body=wrong, all_well=True)
    act(booking_progress.complete, booking, people.lead, at=hour(23), summary="Well")
    with pytest.raises(BookingNotOpen):
        act(patrol.note, booking, people.tam, **note)
    with tenancy.everything():
        assert PatrolEntry.objects.count() == 2
        assert all("patrolled" not in line.text for line in history.lines_of(booking))


def test_nothing_is_prepared_for_a_booking_that_is_over(booking, people):
    act(booking_progress.reject, booking, people.lead, reason="Nobody is free.")
    for action in (
        lambda: tick(booking, people.lead, "load_analysis"),
        lambda: name_team(booking, people.lead),
        lambda: put_on_duty(booking, people.lead, ENGINEER, hour(0), hour(8)),
    ):
        with pytest.raises(BookingNotOpen):
            action()


def test_what_is_not_ready_is_told_three_working_days_and_one_day_before(booking, people):
    name_team(booking, people.lead)
    for code in ("load_analysis", "capacity_forecast", "agreed_with_organization", "service_manager", "im_group"):
        tick(booking, people.tam, code)
    for day in (30, 31, 32, 35, 36):
        at = hour(9, date(2026, 6, 1) + timedelta(days=day - 1))
        with clock.at(at):
            remind(at=at)
    assert sorted(told("booking.unprepared")) == [EXPERT] * 2 + ["lead@support.example"] * 2
    with tenancy.everything():
        notice = Notification.objects.filter(kind="booking.unprepared").earliest("pk")
    assert notice.params["items"]["en"] == "Duty roster round the clock"
    assert notice.url == f"/desk/bookings/{booking.pk}"


def test_nothing_is_warned_of_once_everything_is_ready(booking, people):
    name_team(booking, people.lead)
    put_on_duty(booking, people.lead, ENGINEER, hour(0), hour(24))
    for code in preparation.items_of("escort_basic"):
        tick(booking, people.tam, code)
    assert open_codes(booking) == []
    at = hour(9, date(2026, 7, 5))
    with clock.at(at):
        remind(at=at)
    assert told("booking.unprepared") == []
    assert "engineer@support.example" in told("booking.reminder")


def file(booking, by, at) -> None:
    """A ticket of the event, and what follows from it."""
    draft = Draft(
        kind="technical",
        severity="production_impaired",
        subject="Slow",
        body="Slow",
        region="cn-north-4",
        booking=str(booking.pk),
    )
    with clock.at(at):
        with tenancy.organization(booking.organization_id):
            file_ticket(organization=booking.organization, by=by, draft=draft, channel="portal", at=at)
        outbox.relay()


def test_the_roster_is_told_of_each_ticket_of_the_running_event(booking, people):
    name_team(booking, people.lead)
    put_on_duty(booking, people.lead, ENGINEER, hour(0), hour(8))
    put_on_duty(booking, people.lead, "tam@support.example", hour(8), hour(24))
    act(booking_progress.confirm, booking, people.lead)
    file(booking, people.outsider, LATER)
    assert told("booking.ticket") == []
    file(booking, people.outsider, hour(1))
    assert sorted(told("booking.ticket")) == [ENGINEER, EXPERT]
    file(booking, people.outsider, hour(8))
    assert sorted(told("booking.ticket")) == [ENGINEER, EXPERT, EXPERT, "tam@support.example"]
    file(booking, people.outsider, hour(25))
    assert len(told("booking.ticket")) == 4


def test_without_anybody_on_duty_the_leads_hear_of_the_ticket(booking, people):
    act(booking_progress.confirm, booking, people.lead)
    file(booking, people.outsider, hour(1))
    assert told("booking.ticket") == ["lead@support.example"]
