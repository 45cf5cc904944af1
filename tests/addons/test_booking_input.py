"""Whatever is sent to the bookings' API: it is read, or the field is named, and nothing of it is a fault of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from addons import booking_progress
from addons.models import Booking
from common import clock, tenancy
from common.beijing import midnight
from tests.addons.conftest import LATER, act, book, hold

ORBIT, DESK = "/api/v1/orgs/orbit/bookings", "/api/v1/desk/bookings"
WISH = {"service": "escort_basic", "starts_on": "2026-07-06", "days": 2, "contact": "Ann", "description": "Sale"}
HUGE = 10**30


@pytest.fixture
def orbit(catalogue, people):
    hold(people.orbit, "enterprise")
    with clock.at(LATER):
        yield people.orbit


@pytest.fixture
def owner(orbit, api, people):
    return api(people.outsider)


@pytest.fixture
def booking(orbit, people) -> Booking:
    return book(orbit, people.outsider)


def send(client, path: str, body: Any):
    raw = body if isinstance(body, str) else json.dumps(body)
    return client.post(path, raw, content_type="application/json")


def named(answer) -> list[str]:
    """The fields of a 400."""
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error"), answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return list(answer.json()["errors"])


DAYS = [0, -1, -HUGE, 1.5, "2", "two", "", " ", True, False, None, [], [2], {}, {"days": 2}]


def test_days_are_a_whole_number_of_at_least_one(owner, booking):
    for days in DAYS:
        assert named(send(owner, ORBIT, WISH | {"days": days})) == ["days"], days
        moved = send(owner, f"{ORBIT}/{booking.pk}/reschedule", {"starts_on": "2026-07-20", "days": days})
        assert named(moved) == ["days"], days
    with tenancy.everything():
        assert list(Booking.objects.values_list("starts_on", "days")) == [(booking.starts_on, 1)]


@pytest.mark.parametrize(
    ("days", "code"),
    [(2.0, None), (3, None), (4, "quota_insufficient"), (300, "outside_period"), (HUGE, "outside_period")],
    ids=repr,
)
def test_a_number_that_is_whole_is_judged_by_the_rules(owner, days, code):
    answer = send(owner, ORBIT, WISH | {"days": days})
    assert (answer.status_code, answer.json().get("code")) == (409 if code else 201, code)


DATES = ["2026-02-30", "20260706", "2026-W28-1", "2026-7-6", "2026-13-01", "2026-00-10", "0000-01-01", "2026-07-06T09:00:00+08:00", "06.07.2026", "", "soon",
         "２０２６-07-32", 20260706, 1.5, True, None, [], ["2026-07-06"], {}, "9" * 5000]  # fmt: skip


def test_a_first_day_is_a_date_of_the_calendar_in_our_time(owner, booking):
    for starts_on in (*DATES, "0001-01-01", "1999-12-31", "2201-01-01", "9999-12-31"):
        assert named(send(owner, ORBIT, WISH | {"starts_on": starts_on})) == ["starts_on"], starts_on
        moved = send(owner, f"{ORBIT}/{booking.pk}/reschedule", {"starts_on": starts_on, "days": 1})
        assert named(moved) == ["starts_on"], starts_on


UNREADABLE = [
    ({"service": None}, "service"),
    ({"service": 7}, "service"),
    ({"service": "technical_tickets"}, "service"),
    ({"service": "escort"}, "service"),
    ({"service": "x" * 100_000}, "service"),
    ({"contact": None}, "contact"),
    ({"contact": "   "}, "contact"),
    ({"contact": "x" * 201}, "contact"),
    ({"contact": {"name": "Ann"}}, "contact"),
    ({"description": []}, "description"),
    ({"description": "a\x00b"}, "description"),
    ({"contact": "\ud800"}, "contact"),
    ({"acknowledge_binding": "perhaps"}, "acknowledge_binding"),
    ({"acknowledge_binding": None}, "acknowledge_binding"),
    ({"details": "none"}, "details"),
    ({"details": []}, "details"),
    ({"details": {"event_kind": ["launch"]}}, "details.event_kind"),
    ({"details": {"event_kind": {}}}, "details.event_kind"),
    ({"details": {"regions": {"a": "b"}}}, "details.regions"),
    ({"details": {"regions": ["none"] * 21}}, "details.regions"),
    ({"details": {"regions": ["mars"]}}, "details.regions"),
    ({"details": {"regions": [None]}}, "details.regions.0"),
    ({"details": {"products": [["ecs"]]}}, "details.products.0"),
    ({"details": {"expected_load": {"rps": 5}}}, "details.expected_load"),
    ({"details": {"peak_times": "x" * 2001}}, "details.peak_times"),
    ({"details": {"venue": "a\x00b"}}, "details"),
]


def test_each_field_that_cannot_be_read_is_named(owner):
    for body, field in UNREADABLE:
        assert named(send(owner, ORBIT, WISH | body)) == [field], body
    for field in ("service", "starts_on", "contact", "description"):
        assert named(send(owner, ORBIT, {name: WISH[name] for name in WISH if name != field})) == [field]
    with tenancy.everything():
        assert not Booking.objects.exists()


def test_numbers_that_are_none_in_json_are_refused(owner):
    for number in ("1e400", "-1e400", "NaN", "Infinity", "1" * 5000, "0x10", "01"):
        raw = json.dumps(WISH).replace('"days": 2', f'"days": {number}')
        assert named(send(owner, ORBIT, raw))[0] in ("body", "days"), number[:10]


def test_a_body_that_is_no_booking_is_refused(owner):
    for raw in ("", "{}", "[]", "7", "null", '"x"', "{", '{"a": ' * 3000):
        assert named(send(owner, ORBIT, raw)), raw[:10]


def test_no_query_is_a_fault(owner, api, people, booking):
    lead = api(people.lead)
    for text in ("%00", "a%00b", "%ED%A0%80", "x" * 3000, "%27%3B--", "-1", "%F0%9F%8E%89"):
        for client, path in ((owner, ORBIT), (lead, DESK)):
            for name in ("status", "service", "organization", "cursor", "page_size"):
                assert client.get(f"{path}?{name}={text}").status_code in (200, 400, 404), (path, name, text)
        for path in (f"{ORBIT}/{text}", f"/api/v1/orgs/orbit/quotas/{text}/entries", f"{DESK}/{text}"):
            client = lead if path.startswith(DESK) else owner
            assert client.get(path).status_code == 404, path


def test_what_staff_send_is_read_as_strictly(api, people, booking, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    lead, path = api(people.lead), f"{DESK}/{booking.pk}"
    assert named(send(lead, f"{path}/confirm", {"details": {"regions": ["mars"]}})) == ["details.regions"]
    assert named(send(lead, f"{path}/reject", {"reason": "x" * 501})) == ["reason"]
    assert named(send(lead, f"{path}/reject", {"reason": ["No"]})) == ["reason"]
    act(booking_progress.confirm, booking, people.lead)
    first_instant = midnight(booking.starts_on)
    act(booking_progress.start, booking, people.lead, at=first_instant)
    for body, field in (
        ({"sections": ["all"]}, "sections"),
        ({"sections": {"cost": "Low"}}, "sections"),
        ({"sections": {"cost": {}}}, "sections.cost"),
        ({"summary": "x" * 20_001}, "summary"),
        ({"summary": 5}, "summary"),
    ):
        assert named(send(lead, f"{path}/complete", body)) == [field], body
    page = SimpleUploadedFile("r.pdf", b"<html>", "application/pdf")
    assert named(lead.post(f"{path}/complete", {"report": page}, format="multipart")) == ["report"]
    assert named(lead.post(f"{path}/complete", {"report": "words"}, format="multipart")) == ["report"]
    assert named(lead.post(f"{path}/complete", {"sections": "words"}, format="multipart")) == ["sections"]
    with tenancy.everything():
        assert Booking.objects.get().status == "in_progress"


@pytest.mark.parametrize("sections", [{"sections": '{"limits": "Few."}'}, {"sections.limits": "Few."}])
def test_sections_come_beside_the_file_of_a_form(api, people, orbit, settings, tmp_path, sections):
    settings.MEDIA_ROOT = tmp_path
    checked = book(orbit, people.outsider, service="availability_check")
    act(booking_progress.confirm, checked, people.lead)
    act(booking_progress.start, checked, people.lead, at=midnight(checked.starts_on))
    report = SimpleUploadedFile("r.pdf", b"%PDF-1.7", "application/pdf")
    done = api(people.lead).post(f"{DESK}/{checked.pk}/complete", {"report": report} | sections, format="multipart")
    assert (done.status_code, done.json()["sections"]) == (200, {"limits": "Few."})
