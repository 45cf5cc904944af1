"""Bookings and yearly quotas by API, for organizations and for staff."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from addons.models import Booking
from common import clock, tenancy
from common.beijing import BEIJING
from tests.addons.conftest import FIRST, LATER, hold

WISH = {"service": "escort_basic", "starts_on": "2026-07-06", "days": 2, "contact": "Ann", "description": "Sale"}
ORBIT, DESK = "/api/v1/orgs/orbit/bookings", "/api/v1/desk/bookings"


@pytest.fixture
def orbit(catalogue, people):
    hold(people.orbit, "enterprise")
    with clock.at(LATER):
        yield people.orbit


@pytest.fixture
def owner(orbit, api, people):
    return api(people.outsider)


def post(client, path, body=None, **more):
    return client.post(path, {} if body is None else body, format=more.pop("format", "json"), **more)


def quota(client, code: str) -> dict:
    results = client.get("/api/v1/orgs/orbit/quotas").json()["results"]
    return next(each for each in results if each["code"] == code)


def bookings() -> int:
    with tenancy.everything():
        return Booking.objects.count()


def test_a_booking_is_made_listed_and_read(owner):
    answer = post(owner, ORBIT, WISH | {"details": {"event_kind": "promotion", "peak_times": ["10:00", "20:00"]}})
    assert answer.status_code == 201
    made = answer.json()
    assert {name: made[name] for name in ("service", "status", "starts_on", "ends_on", "days", "short_notice")} == {
        "service": "escort_basic",
        "status": "requested",
        "starts_on": "2026-07-06",
        "ends_on": "2026-07-07",
        "days": 2,
        "short_notice": False,
    }
    assert made["details"]["peak_times"] == "10:00, 20:00"
    assert made["created_at"] == "2026-06-15T12:00:00+08:00"
    assert owner.get(f"{ORBIT}/{made['id']}").json() == made
    assert owner.get(ORBIT).json() == {"results": [made], "next": None, "previous": None}
    assert owner.get(f"{ORBIT}?status=confirmed").json()["results"] == []
    assert owner.get(f"{ORBIT}?status=later").status_code == 400


def test_the_quotas_list_each_service_with_its_period_and_entries(owner):
    number = post(owner, ORBIT, WISH).json()["id"]
    assert quota(owner, "escort_basic") == {
        "code": "escort_basic",
        "unit": "natural_day",
        "period": {"starts_at": "2026-03-01T00:00:00+08:00", "ends_at": "2027-03-01T00:00:00+08:00"},
        "allowance": 3,
        "used": 2,
        "remaining": 1,
        "source": [{"kind": "plan", "quantity": 3}],
    }
    assert quota(owner, "technical_tickets")["allowance"] is None
    (entry,) = owner.get("/api/v1/orgs/orbit/quotas/escort_basic/entries").json()["results"]
    assert (entry["quantity"], entry["reason"], entry["booking"], entry["ticket"], entry["by"]) == (
        -2,
        "booked",
        number,
        None,
        "Owner",
    )
    assert owner.get("/api/v1/orgs/orbit/quotas/event_assurance/entries").json()["results"] == []
    assert owner.get("/api/v1/orgs/orbit/quotas/nonsense/entries").status_code == 404


def test_a_booking_is_moved_and_withdrawn(owner):
    number = post(owner, ORBIT, WISH).json()["id"]
    moved = post(owner, f"{ORBIT}/{number}/reschedule", {"starts_on": "2026-07-07"})
    assert (moved.status_code, moved.json()["ends_on"], moved.json()["days"]) == (200, "2026-07-08", 2)
    fewer = post(owner, f"{ORBIT}/{number}/reschedule", {"starts_on": "2026-07-07", "days": 1})
    assert (fewer.json()["days"], quota(owner, "escort_basic")["used"]) == (1, 1)
    withdrawn = post(owner, f"{ORBIT}/{number}/withdraw")
    assert (withdrawn.status_code, withdrawn.json()["status"]) == (200, "withdrawn")
    assert quota(owner, "escort_basic")["used"] == 0
    again = post(owner, f"{ORBIT}/{number}/withdraw")
    problem = again.json()
    assert (again.status_code, problem["code"], problem["status"], problem["booking_status"]) == (
        409,
        "booking_not_open",
        409,
        "withdrawn",
    )


UNREADABLE = [
    ({"days": 1.5}, "days"),
    ({"days": "many"}, "days"),
    ({"days": 0}, "days"),
    ({"days": True}, "days"),
    ({"days": None}, "days"),
    ({"starts_on": "soon"}, "starts_on"),
    ({"starts_on": "2026-02-30"}, "starts_on"),
    ({"contact": ""}, "contact"),
    ({"description": "x" * 10_001}, "description"),
    ({"details": {"event_kind": "wedding"}}, "details.event_kind"),
    ({"details": {"regions": "cn-north-4"}}, "details.regions"),
    ({"service": "hotline"}, "service"),
]


def test_what_cannot_be_read_is_named_by_its_field(owner):
    for body, field in UNREADABLE:
        answer = post(owner, ORBIT, WISH | body)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field]), body
    assert bookings() == 0


def test_refusals_carry_their_members(owner):
    post(owner, ORBIT, WISH)
    too_many = post(owner, ORBIT, WISH | {"starts_on": "2026-08-03"})
    assert too_many.status_code == 409
    assert too_many["Content-Type"] == "application/problem+json"
    problem = too_many.json()
    assert (problem["code"], problem["remaining"], problem["requested"]) == ("quota_insufficient", 1, 2)
    assert problem["action_url"] == "https://support.example/escort-standard"
    check = WISH | {"service": "availability_check", "days": 1, "starts_on": "2026-06-17"}
    too_soon = post(owner, ORBIT, check).json()
    assert (too_soon["code"], too_soon["earliest"]) == ("notice_too_short", "2026-06-18")
    assert bookings() == 1


def test_the_same_key_books_once(owner):
    first = post(owner, ORBIT, WISH, HTTP_IDEMPOTENCY_KEY="k")
    again = post(owner, ORBIT, WISH, HTTP_IDEMPOTENCY_KEY="k")
    assert (again.status_code, again["Idempotent-Replay"], again.json()) == (201, "true", first.json())
    assert (bookings(), quota(owner, "escort_basic")["used"]) == (1, 2)


def test_who_may_not_book_books_nothing(orbit, api, people):
    from tests.cast import person

    member = person("member@orbit.example", orbit, "member")
    for someone, status in ((member, 403), (people.engineer, 403), (people.admin, 403), (people.owner, 404),
                            (people.billing_operator, 404)):  # fmt: skip
        assert post(api(someone), ORBIT, WISH).status_code == status
    assert bookings() == 0
    assert api(member).get(ORBIT).status_code == 200


def test_a_technical_service_manager_may_book_for_the_organization(orbit, api, people):
    answer = post(api(people.tam), ORBIT, WISH)
    assert (answer.status_code, answer.json()["requested_by"]) == (201, people.tam.display_name())


def test_bookings_of_others_do_not_exist(owner, api, people):
    number = post(owner, ORBIT, WISH).json()["id"]
    hold(people.acme, "enterprise")
    stranger = api(people.owner)
    assert stranger.get(f"{ORBIT}/{number}").status_code == 404
    assert stranger.get(f"/api/v1/orgs/acme/bookings/{number}").status_code == 404
    assert post(stranger, f"/api/v1/orgs/acme/bookings/{number}/withdraw").status_code == 404
    for made_up in ("x", "²", "0", "9" * 30):
        assert owner.get(f"{ORBIT}/{made_up}").status_code == 404
    assert owner.get(f"{ORBIT}/{number}").json()["status"] == "requested"


def test_staff_take_a_booking_to_its_end(owner, api, people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    number = post(owner, ORBIT, WISH).json()["id"]
    lead = api(people.lead)
    (listed,) = lead.get(f"{DESK}?organization=orbit&status=requested&service=escort_basic").json()["results"]
    assert (listed["id"], listed["organization"]) == (number, "orbit")
    assert listed["missing_details"] == ["regions", "products", "event_kind", "expected_load", "peak_times"]
    told = {"event_kind": "launch", "expected_load": "10,000 a second", "peak_times": "20:00", "products": ["ecs"]}
    confirmed = post(lead, f"{DESK}/{number}/confirm", {"details": told}).json()
    assert (confirmed["status"], confirmed["missing_details"]) == ("confirmed", ["regions"])
    early = post(lead, f"{DESK}/{number}/start")
    assert (early.status_code, early.json()["code"]) == (409, "booking_not_begun")
    with clock.at(datetime(2026, 7, 6, 9, tzinfo=BEIJING)):
        assert post(lead, f"{DESK}/{number}/start").json()["status"] == "in_progress"
        report = SimpleUploadedFile("escort.pdf", b"%PDF-1.7", "application/pdf")
        done = post(
            lead, f"{DESK}/{number}/complete", {"summary": "All went well.", "report": report}, format="multipart"
        )
        assert (done.status_code, done.json()["status"], done.json()["summary"]) == (200, "completed", "All went well.")
        seen = owner.get(f"{ORBIT}/{number}").json()
        assert seen["report"] == {"name": "escort.pdf", "size": 8, "url": f"{ORBIT}/{number}/report"}
        assert b"".join(owner.get(seen["report"]["url"]).streaming_content) == b"%PDF-1.7"
        assert post(lead, f"{DESK}/{number}/complete").status_code == 409


def test_a_rejection_needs_no_words_by_api(owner, api, people):
    number = post(owner, ORBIT, WISH).json()["id"]
    assert post(api(people.tam), f"{DESK}/{number}/reject").json()["reason"] is None
    assert quota(owner, "escort_basic")["used"] == 0


def test_members_find_no_desk_and_staff_without_the_right_do_nothing(owner, api, people):
    number = post(owner, ORBIT, WISH).json()["id"]
    assert owner.get(DESK).status_code == 404
    assert post(owner, f"{DESK}/{number}/confirm").status_code == 404
    for someone in (people.engineer, people.admin, people.billing_operator):
        assert post(api(someone), f"{DESK}/{number}/confirm").status_code == 403
    assert api(people.engineer).get(DESK).status_code == 200
    assert owner.get(f"{ORBIT}/{number}").json()["status"] == "requested"


def test_an_upgrade_inside_a_term_lists_the_service_and_grants_nothing(catalogue, people, api):
    hold(people.orbit, "developer")
    hold(people.orbit, "enterprise", at=FIRST + timedelta(days=1))
    with clock.at(LATER):
        listed = quota(api(people.outsider), "escort_basic")
        assert (listed["allowance"], listed["used"], listed["remaining"], listed["source"]) == (0, 0, 0, [])
        refused = post(api(people.outsider), ORBIT, WISH)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_entitled")


def test_what_was_consumed_on_a_larger_plan_is_a_source_of_its_own(catalogue, people, api):
    hold(people.pine, "premium")
    client, path = api(people.partner_owner), "/api/v1/orgs/pine"
    with clock.at(LATER):
        made = post(client, f"{path}/bookings", WISH | {"service": "event_assurance", "days": 6})
        assert made.status_code == 201
        hold(people.pine, "standard", at=LATER)
        results = client.get(f"{path}/quotas").json()["results"]
    listed = next(each for each in results if each["code"] == "event_assurance")
    assert (listed["allowance"], listed["used"], listed["remaining"]) == (6, 6, 0)
    assert listed["source"] == [{"kind": "plan", "quantity": 4}, {"kind": "consumed", "quantity": 2}]
