"""The desk's pages and API of bookings: calendar, list, one booking from its confirmation to its report, capacity."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from addons import booking_progress
from addons.models import Booking, BookingDuty, PatrolEntry, PreparationItem, ServiceCapacity
from common import clock, tenancy
from common.beijing import BEIJING
from tests.addons.conftest import LATER, act, book, hold
from tests.cast import browser_of, client_of

PATH, API = "/desk/bookings", "/api/v1/desk"
DURING = datetime(2026, 7, 6, 10, tzinfo=BEIJING)
TOLD = {
    "regions": ["cn-north-4"],
    "products": ["ecs", "elb"],
    "event_kind": "promotion",
    "expected_load": "12,000 a second",
    "peak_times": "20:00",
}


@pytest.fixture
def booking(catalogue, people):
    """Escort on Monday 2026-07-06, of which nothing but the days is told."""
    return book(hold(people.orbit, "enterprise"), people.outsider)


@pytest.fixture
def lead(people):
    return browser_of(people.lead)


def see(browser, path: str, at: datetime = LATER) -> str:
    with clock.at(at):
        answer = browser.get(path)
    assert answer.status_code == 200, answer.content
    return " ".join(answer.content.decode().split())


def send(browser, path: str, fields: dict | None = None, at: datetime = LATER):
    with clock.at(at):
        return browser.post(path, fields or {})


def stored(booking) -> Booking:
    with tenancy.everything():
        return Booking.objects.select_related("service_manager").get(pk=booking.pk)


def count(model) -> int:
    with tenancy.everything():
        return model.objects.count()


def test_a_booking_undecided_on_its_first_day_is_marked(booking, people, lead):
    badge = "First day has come"
    assert badge not in see(lead, f"{PATH}?week=2026-07-06", DURING - timedelta(days=1))
    assert see(lead, f"{PATH}?week=2026-07-06", DURING).count(badge) == 2
    page = f"{PATH}/{booking.pk}"
    assert "nobody has decided" not in see(lead, page, DURING - timedelta(days=1))
    assert "The first day has come, and nobody has decided." in see(lead, page, DURING)
    assert "Its days are over, and nobody has decided." in see(lead, page, DURING + timedelta(days=1))
    act(booking_progress.reject, booking, people.lead, DURING, reason="Nobody is free")
    assert badge not in see(lead, f"{PATH}?week=2026-07-06", DURING)


def test_a_booking_whose_last_day_is_over_waits_for_its_report(booking, people, lead):
    act(booking_progress.confirm, booking, people.lead)
    act(booking_progress.start, booking, people.lead, DURING)
    list_of_weeks, page = f"{PATH}?week=2026-07-06", f"{PATH}/{booking.pk}"
    assert "Report is due" not in see(lead, list_of_weeks, DURING)
    assert '<details class="card mb-3 bk-more" id="complete"><summary' in see(lead, page, DURING)
    after = DURING + timedelta(days=1)
    assert see(lead, list_of_weeks, after).count("Report is due") == 1
    assert '<details class="card mb-3 bk-more" id="complete" open><summary' in see(lead, page, after)
    act(booking_progress.complete, booking, people.lead, after, summary="All well")
    assert "Report is due" not in see(lead, list_of_weeks, after)


def test_the_calendar_shows_bookings_and_the_capacity_used(booking, people, lead):
    ServiceCapacity.objects.create(service="escort_basic", capacity=1)
    book(hold(people.acme, "enterprise"), people.owner)
    shown = see(lead, f"{PATH}?week=2026-07-08")
    assert "2 bookings wait for your decision" in shown
    assert 'bk-load bk-over">2 / 1<small>over</small>' in shown
    assert "1 day of a service is over capacity" in shown
    assert shown.count('class="bk-bar bk-requested"') == 2
    assert "0 of 6 ready" in shown
    assert 'Week from <time datetime="2026-07-06">' in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Acme", "Orbit"]),
        ("organization=orb", ["Orbit"]),
        ("organization=acme", ["Acme"]),
        ("service=availability_check", ["Acme"]),
        ("status=confirmed", ["Orbit"]),
        ("status=made_up", []),
        ("organization=nobody", []),
        ("period=all&status=confirmed", ["Orbit"]),
    ],
)
def test_the_list_is_filtered_by_service_state_and_organization(booking, people, lead, query, found):
    act(booking_progress.confirm, booking, people.lead)
    book(hold(people.acme, "enterprise"), people.owner, service="availability_check")
    shown = see(lead, f"{PATH}?week=2026-07-06&{query}").split('id="list-title"')[1]
    assert sorted(name for name in ("Acme", "Orbit") if f">{name}</a>" in shown) == found
    assert ("No booking fits these filters" in shown) == (not found)
    assert (f'href="{PATH}"' in shown) == (not found)


def test_the_list_of_all_times_goes_on_with_older_ones(people, lead, catalogue):
    hold(people.orbit, "enterprise")
    numbers = []
    for place in range(27):
        one = book(people.orbit, people.outsider, starts_on=date(2026, 7, 6) + timedelta(days=place))
        act(booking_progress.reject, one, people.lead, reason="Nobody is free.")
        numbers.append(one.pk)
    first = see(lead, f"{PATH}?period=all&organization=orbit")
    assert f"?before={numbers[2]}&amp;organization=orbit&amp;period=all" in first
    older = see(lead, f"{PATH}?before={numbers[2]}&organization=orbit&period=all").split('id="list-title"')[1]
    assert f'"{PATH}/{numbers[0]}"' in older
    assert f'"{PATH}/{numbers[2]}"' not in older


def test_an_empty_calendar_says_what_it_waits_for(people, lead, catalogue):
    assert "No booking in these weeks" in see(lead, PATH)
    see(lead, f"{PATH}?week=nonsense")
    see(lead, f"{PATH}?week=9999-12-31")


def test_a_booking_is_not_confirmed_before_its_details_are_there(booking, lead):
    page = see(lead, f"{PATH}/{booking.pk}")
    for label in ("Regions", "Products", "Kind of event", "Expected load", "Peak times"):
        assert label in page
    refused = send(lead, f"{PATH}/{booking.pk}/confirm", TOLD | {"peak_times": ""})
    assert refused.status_code == 400
    assert "12,000 a second" in refused.content.decode()
    assert stored(booking).status == "requested"
    assert send(lead, f"{PATH}/{booking.pk}/confirm", TOLD).status_code == 303
    assert (stored(booking).status, stored(booking).details) == ("confirmed", TOLD)


def test_a_confirmed_booking_is_not_confirmed_again(booking, people, lead):
    act(booking_progress.confirm, booking, people.lead, details=TOLD)
    again = send(lead, f"{PATH}/{booking.pk}/confirm", TOLD)
    assert again.status_code == 409
    assert "Its state: Confirmed." in again.content.decode()


def test_days_over_capacity_are_named_before_the_decision(booking, lead):
    ServiceCapacity.objects.create(service="escort_basic", capacity=0)
    page = see(lead, f"{PATH}/{booking.pk}")
    assert "this would be 1 booking for a capacity of 0." in page


def test_a_rejection_asks_why(booking, lead):
    refused = send(lead, f"{PATH}/{booking.pk}/reject", {"reason": " "})
    assert refused.status_code == 400
    assert "Say why, in at most 500 characters." in refused.content.decode()
    assert stored(booking).status == "requested"
    assert send(lead, f"{PATH}/{booking.pk}/reject", {"reason": "Nobody is free."}).status_code == 303
    page = see(lead, f"{PATH}/{booking.pk}")
    assert "The booking was rejected. Nobody is free." in page
    assert "Rejected: Nobody is free." in page
    assert 'id="preparation"' not in page
    assert 'id="roster"' not in page


def test_the_checklist_is_ticked_on_the_page(booking, lead):
    path = f"{PATH}/{booking.pk}/preparation"
    assert (
        send(lead, f"{path}/load_analysis", {"done": "1", "note": "Fine"})
        .headers["Location"]
        .endswith("#item-load_analysis")
    )
    refused = send(lead, f"{path}/im_group", {"done": "1"})
    assert refused.status_code == 409
    assert "No IM group is named." in refused.content.decode()
    assert f'href="{PATH}/{booking.pk}#team"' in refused.content.decode()
    assert send(lead, f"{path}/made_up", {"done": "1"}).status_code == 404
    page = see(lead, f"{PATH}/{booking.pk}")
    assert "1 of 6 ready" in page
    assert "Ready: Load analysis (Fine)" in page
    send(lead, f"{path}/load_analysis", {"done": "0"})
    assert "0 of 6 ready" in see(lead, f"{PATH}/{booking.pk}")


def test_the_roster_is_written_on_the_page(booking, people, lead):
    path = f"{PATH}/{booking.pk}/duties"
    page = see(lead, f"{PATH}/{booking.pk}")
    assert 'value="2026-07-06T00:00"' in page
    assert 'value="2026-07-06T08:00"' in page
    fields = {"person": "engineer@support.example", "task": "patrol"}
    times = {"starts_at": "2026-07-06T00:00", "ends_at": "2026-07-06T20:00"}
    assert send(lead, path, fields | times).status_code == 303
    page = see(lead, f"{PATH}/{booking.pk}")
    assert "Nobody patrols:" in page
    assert 'value="2026-07-06T20:00"' in page
    clash = send(lead, path, fields | {"starts_at": "2026-07-06T19:00", "ends_at": "2026-07-06T23:00"})
    assert clash.status_code == 409
    assert "This person is on duty at that time" in clash.content.decode()
    assert send(lead, path, fields | {"starts_at": "", "ends_at": ""}).status_code == 400
    with tenancy.everything():
        duty = BookingDuty.objects.get()
        assert duty.starts_at == datetime(2026, 7, 6, tzinfo=BEIJING)
    assert "on duty now" in see(lead, f"{PATH}/{booking.pk}", at=DURING)
    assert send(lead, f"{path}/{duty.pk}/remove").status_code == 303
    assert send(lead, f"{path}/{duty.pk}/remove").status_code == 404
    assert count(BookingDuty) == 0


def test_the_team_is_named_on_the_page(booking, lead):
    path = f"{PATH}/{booking.pk}/team"
    named = {"service_manager": "expert@support.example", "im_group": "Orbit escort"}
    assert send(lead, path, named).status_code == 303
    assert (stored(booking).service_manager.email, stored(booking).im_group) == tuple(named.values())
    assert send(lead, path, {"service_manager": "owner@orbit.example"}).status_code == 400


def test_an_event_from_its_start_to_its_report(booking, people, lead, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    path = f"{PATH}/{booking.pk}"
    act(booking_progress.confirm, booking, people.lead, details=TOLD)
    assert "It begins by itself on" in see(lead, path)
    assert "Patrol log" not in see(lead, path)
    early = send(lead, f"{path}/start")
    assert (early.status_code, stored(booking).status) == (409, "confirmed")
    assert send(lead, f"{path}/start", at=DURING).status_code == 303
    engineer = browser_of(people.engineer)
    entry = {"body": "CPU at 80 %, two nodes added.", "all_well": "no"}
    outside = send(engineer, f"{path}/patrol", entry, at=DURING)
    assert (outside.status_code, count(PatrolEntry)) == (409, 0)
    assert "You are not on the duty roster of this event" in outside.content.decode()
    assert send(lead, f"{path}/patrol", {"body": " ", "all_well": "yes"}, at=DURING).status_code == 400
    assert send(lead, f"{path}/patrol", entry, at=DURING).status_code == 303
    assert "CPU at 80 %, two nodes added." in see(engineer, f"{path}/patrol", at=DURING)
    incomplete = send(lead, f"{path}/complete", {"summary": "All went well."}, at=DURING)
    assert (incomplete.status_code, stored(booking).status) == (400, "in_progress")
    report = SimpleUploadedFile("escort.pdf", b"not a PDF", "application/pdf")
    wrong = send(lead, f"{path}/complete", {"summary": "All went well.", "report": report}, at=DURING)
    assert "Send the report as a PDF file." in wrong.content.decode()
    report = SimpleUploadedFile("escort.pdf", b"%PDF-1.7", "application/pdf")
    done = send(lead, f"{path}/complete", {"summary": "All went well.", "report": report}, at=DURING)
    assert (done.status_code, stored(booking).status) == (303, "completed")
    page = see(lead, path, at=DURING)
    assert "All went well." in page
    assert "CPU at 80 %" in page
    with clock.at(DURING):
        assert b"".join(engineer.get(f"{path}/report").streaming_content) == b"%PDF-1.7"


def test_a_report_is_written_by_the_sections_of_its_service(people, lead, catalogue, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    check = book(hold(people.orbit, "enterprise"), people.outsider, service="availability_check")
    act(booking_progress.confirm, check, people.lead)
    act(booking_progress.start, check, people.lead, at=DURING)
    page = see(lead, f"{PATH}/{check.pk}", at=DURING)
    assert "High availability across zones" in page
    assert "Duty roster" not in page
    texts = {"section_high_availability": "Two zones.", "section_deployment": "Good.", "section_limits": "More EIPs."}
    report = SimpleUploadedFile("check.pdf", b"%PDF-1.7", "application/pdf")
    fields = texts | {"summary": "Sound.", "report": report}
    assert send(lead, f"{PATH}/{check.pk}/complete", fields, at=DURING).status_code == 303
    assert stored(check).sections == {"high_availability": "Two zones.", "deployment": "Good.", "limits": "More EIPs."}
    assert "More EIPs." in see(lead, f"{PATH}/{check.pk}", at=DURING)


def test_who_may_not_change_bookings_sees_them_and_changes_nothing(booking, people):
    for someone in (people.engineer, people.admin):
        browser = browser_of(someone)
        page = see(browser, f"{PATH}/{booking.pk}")
        assert "It waits for the decision" in page
        assert f'action="{PATH}/{booking.pk}' not in page
        assert send(browser, f"{PATH}/{booking.pk}/confirm", TOLD).status_code == 403
        assert send(browser, f"{PATH}/{booking.pk}/preparation/load_analysis", {"done": "1"}).status_code == 403
    assert browser_of(people.billing_operator).get(PATH).status_code == 403
    assert browser_of(people.outsider).get(f"{PATH}/{booking.pk}").status_code == 404
    assert (stored(booking).status, count(PreparationItem)) == ("requested", 0)


def test_leads_set_the_capacity(catalogue, people, lead):
    page = see(lead, f"{PATH}/capacity")
    assert "No day is an exception" in page
    assert send(lead, f"{PATH}/capacity", {"escort_basic": "2", "event_assurance": "3"}).status_code == 303
    assert send(lead, f"{PATH}/capacity", {"escort_basic": "-1"}).status_code == 400
    assert send(lead, f"{PATH}/capacity", {"escort_basic": "2", "event_assurance": ""}).status_code == 303
    day = {"service": "escort_basic", "day": "2026-07-06", "capacity": "1", "note": "A big event"}
    assert send(lead, f"{PATH}/capacity/exceptions", day).status_code == 303
    over = send(lead, f"{PATH}/capacity/exceptions", day | {"day": "2026-06-01"})
    assert over.status_code == 400
    assert "Choose today or a day to come." in over.content.decode()
    rows = ServiceCapacity.objects.values_list("service", "day", "capacity")
    assert sorted(map(str, rows)) == ["('escort_basic', None, 2)", "('escort_basic', datetime.date(2026, 7, 6), 1)"]
    assert "A big event" in see(lead, f"{PATH}/capacity")
    assert send(browser_of(people.tam), f"{PATH}/capacity/exceptions", day).status_code == 403
    assert "Leads set the capacity." in see(browser_of(people.tam), f"{PATH}/capacity")
    assert send(lead, f"{PATH}/capacity/exceptions/drop", day).status_code == 303
    assert send(lead, f"{PATH}/capacity/exceptions/drop", {"day": "x"}).status_code == 400
    assert ServiceCapacity.objects.count() == 1


def test_the_api_prepares_a_booking_as_the_page_does(booking, people):
    lead = client_of(people.lead)
    path = f"{API}/bookings/{booking.pk}"
    team = {"service_manager": "expert@support.example", "im_group": "Orbit escort"}
    with clock.at(LATER):
        assert lead.patch(path, team, format="json").json()["service_manager"] == "expert@support.example"
        assert (
            lead.patch(path, {"im_group": "Other"}, format="json").json()["service_manager"] == team["service_manager"]
        )
        ticked = lead.put(f"{path}/preparation/im_group", {"note": "Made"}, format="json").json()
        (item,) = [each for each in ticked["preparation"] if each["code"] == "im_group"]
        assert (item["ready"], item["done_by"], item["note"], item["lacks"]) == (True, "Lead", "Made", None)
        times = {"starts_at": "2026-07-06T00:00:00+08:00", "ends_at": "2026-07-06T08:00:00+08:00"}
        made = lead.post(f"{path}/duties", {"person": "engineer@support.example", **times}, format="json")
        assert (made.status_code, made.json()["task"]) == (201, "patrol")
        refused = lead.put(f"{path}/preparation/duty_roster", {}, format="json")
        assert (refused.status_code, refused.json()["code"], refused.json()["item"]) == (
            409,
            "not_ready_yet",
            "duty_roster",
        )
        assert lead.delete(f"{path}/duties/{made.json()['id']}").status_code == 204
        assert lead.get(path).json()["duties"] == []
        early = lead.post(f"{path}/patrol", {"body": "Quiet"}, format="json")
        assert (early.status_code, early.json()["code"]) == (409, "booking_not_begun")
        assert lead.get(f"{path}/patrol").json()["results"] == []
        for someone in (people.engineer, people.admin):
            assert client_of(someone).patch(path, {"im_group": "x"}, format="json").status_code == 403


def test_the_api_sets_capacity_and_says_the_loads(booking, people):
    lead, capacity = client_of(people.lead), f"{API}/booking-capacity"
    with clock.at(LATER):
        assert lead.put(f"{capacity}/escort_basic", {"capacity": 2}, format="json").json() == {
            "service": "escort_basic",
            "day": None,
            "capacity": 2,
            "note": "",
        }
        assert lead.put(f"{capacity}/escort_basic/2026-07-06", {"capacity": 0}, format="json").status_code == 200
        assert lead.put(f"{capacity}/hotline", {"capacity": 1}, format="json").status_code == 404
        assert lead.put(f"{capacity}/escort_basic/tomorrow", {"capacity": 1}, format="json").status_code == 404
        assert [row["capacity"] for row in lead.get(capacity).json()["results"]] == [2, 0]
        loads = lead.get(f"{API}/booking-loads?from=2026-07-06&to=2026-07-07").json()["results"]
        assert loads[0] == {"service": "escort_basic", "day": "2026-07-06", "used": 1, "capacity": 0, "over": True}
        assert len(lead.get(f"{API}/booking-loads").json()["results"]) == 28 * 6
        for wrong in ("from=x", "from=2026-07-06&to=2026-07-05", "from=2026-07-06&to=2027-07-07"):
            assert lead.get(f"{API}/booking-loads?{wrong}").status_code == 400
        assert lead.delete(f"{capacity}/escort_basic/2026-07-06").status_code == 204
        assert lead.delete(f"{capacity}/escort_basic").status_code == 204
        assert lead.get(capacity).json()["results"] == []
        assert client_of(people.tam).put(f"{capacity}/escort_basic", {"capacity": 2}, format="json").status_code == 403
