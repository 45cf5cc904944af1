"""Training through the API and the pages: organizations, strangers to each other, and staff (spec pages 5.4 and 7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from addons.models import TrainingNeeds, TrainingPlace, TrainingPlan, TrainingSession, Video
from common import clock, tenancy
from common.api import api_time
from supportplans.subscriptions import start_subscription
from tests import cast
from tests.addons.conftest import LATER, catalogue, consume, hold  # noqa: F401

FIELDS = {
    "topic": "network",
    "title_en": "Networks at ease",
    "title_zh": "轻松上手网络",
    "mode": "online",
    "meeting": "998 877",
    "seats": 1,
    "tiers": ["partner/standard"],
}
ANN = {"name": "Ann", "email": "ann@pine.example"}


@pytest.fixture
def pine(people, catalogue):
    now = clock.now()
    with tenancy.organization(people.pine.pk):
        start_subscription(
            organization=people.pine, tier="standard", cycle="yearly", at=now, order_number="O-1", by=None
        )
    return people.pine


def times(days: int = 7) -> dict[str, str | None]:
    starts = clock.now() + timedelta(days=days)
    return {"starts_at": api_time(starts), "ends_at": api_time(starts + timedelta(hours=2))}


@pytest.fixture
def published(api, people, pine) -> int:
    desk = api(people.tam)
    number = desk.post("/api/v1/desk/trainings", FIELDS | times(), format="json").json()["id"]
    assert desk.post(f"/api/v1/desk/trainings/{number}/publish").status_code == 200
    return number


def over(number: int) -> None:
    """The session ended an hour ago."""
    now = clock.now()
    rows = TrainingSession.objects.filter(pk=number)
    rows.update(starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1))


def test_people_are_registered_and_wait_by_the_api(api, people, published):
    member, desk = api(people.partner_member), api(people.tam)
    own = f"/api/v1/orgs/pine/trainings/{published}"
    (listed,) = member.get("/api/v1/orgs/pine/trainings").json()["results"]
    assert (listed["seats_left"], listed["places"], listed["meeting"], listed["status"]) == (1, [], "", "upcoming")
    first = member.post(f"{own}/places", ANN, format="json")
    assert (first.status_code, first.json()["state"]) == (201, "registered")
    again = member.post(f"{own}/places", ANN, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "already_registered")
    assert again.json()["place"] == first.json()["id"]
    second = member.post(f"{own}/places", {"name": "Bo", "email": "bo@pine.example"}, format="json").json()
    assert second["state"] == "waiting"
    seen = member.get(own).json()
    assert (seen["seats_left"], seen["waiting"], seen["meeting"]) == (0, 1, "998 877")
    place = f"{own}/places/{first.json()['id']}"
    assert member.patch(place, {"name": "Ann Li"}, format="json").json()["name"] == "Ann Li"
    assert member.delete(place).status_code == 204
    assert member.delete(place).status_code == 404
    assert member.get(f"{own}/places/{second['id']}").json()["state"] == "registered"
    assert [
        row["organization"] for row in desk.get(f"/api/v1/desk/trainings/{published}/places").json()["results"]
    ] == ["pine"]
    assert member.post(f"{own}/places", {"name": "", "email": "no"}, format="json").status_code == 400


def test_the_calendar_file_names_the_meeting_to_who_has_a_seat(api, people, published):
    member, address = api(people.partner_member), f"/api/v1/orgs/pine/trainings/{published}.ics"
    before = member.get(address)
    assert before["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"998 877" not in before.content
    member.post(f"/api/v1/orgs/pine/trainings/{published}/places", ANN, format="json")
    assert b"LOCATION:998 877" in member.get(address).content


def test_an_organization_reaches_nothing_of_another(api, people, published):
    member, stranger = api(people.partner_member), api(people.outsider)
    place = member.post(f"/api/v1/orgs/pine/trainings/{published}/places", ANN, format="json").json()["id"]
    assert stranger.get("/api/v1/orgs/pine/trainings").status_code == 404
    assert stranger.get("/api/v1/orgs/orbit/trainings").json()["results"] == []
    for path in (f"{published}", f"{published}.ics", f"{published}/places/{place}"):
        assert stranger.get(f"/api/v1/orgs/orbit/trainings/{path}").status_code == 404
    assert stranger.delete(f"/api/v1/orgs/orbit/trainings/{published}/places/{place}").status_code == 404
    assert cast.browser_of(people.outsider).post(f"/o/orbit/training/places/{place}/cancel").status_code == 404
    with tenancy.everything():
        assert TrainingPlace.objects.get().state == "registered"


def test_who_only_reads_registers_nobody(api, people, published):
    viewer = cast.person("viewer@pine.example", people.pine, "viewer")
    assert api(viewer).get("/api/v1/orgs/pine/trainings").status_code == 200
    assert api(viewer).post(f"/api/v1/orgs/pine/trainings/{published}/places", ANN, format="json").status_code == 403
    page = cast.browser_of(viewer).get("/o/pine/training").content.decode()
    assert "Networks at ease" in page
    assert "Register a person" not in page
    assert api(people.engineer).post("/api/v1/desk/trainings", FIELDS | times(), format="json").status_code == 403
    with tenancy.everything():
        assert not TrainingPlace.objects.exists()


def test_staff_change_note_and_cancel_by_the_api(api, people, published):
    desk, address = api(people.tam), f"/api/v1/desk/trainings/{published}"
    place = (
        api(people.partner_member).post(f"/api/v1/orgs/pine/trainings/{published}/places", ANN, format="json").json()
    )
    changed = desk.patch(address, {"seats": 4, "tiers": ["partner/premium"]}, format="json").json()
    assert (changed["seats"], changed["tiers"], changed["registered"]) == (4, ["partner/premium"], 1)
    wrong = desk.patch(address, {"mode": "onsite"}, format="json")
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["place"])
    early = desk.post(f"{address}/attendance", {"present": [place["id"]]}, format="json")
    assert early.json()["code"] == "session_not_begun"
    over(published)
    assert desk.post(f"{address}/attendance", {"present": [place["id"]]}, format="json").status_code == 200
    rated = api(people.partner_member).post(
        f"/api/v1/orgs/pine/trainings/{published}/places/{place['id']}/rating", {"rating": 4}, format="json"
    )
    assert (rated.json()["rating"], rated.json()["attended"]) == (4, True)
    late = desk.post(f"{address}/cancel", {"because": "Ill"}, format="json")
    assert (late.status_code, late.json()["code"]) == (409, "session_begun")


def test_needs_become_a_plan_by_the_api(api, people, pine):
    member, desk = api(people.partner_member), api(people.tam)
    said = member.put("/api/v1/orgs/pine/training-needs", {"topics": ["security"], "people": 3}, format="json").json()
    assert (said["topics"], said["people"], said["answered_by"]) == (["security"], 3, "Member")
    quarter = said["quarter"]
    assert [row["organization"] for row in desk.get("/api/v1/desk/training-needs").json()["results"]] == ["pine"]
    assert desk.get("/api/v1/desk/training-needs?quarter=soon").status_code == 400
    address = f"/api/v1/desk/training-plans/pine/{quarter}"
    assert desk.get(address).status_code == 404
    assert desk.post(f"{address}/publish").json()["code"] == "plan_missing"
    desk.put(address, {"body": "Security first."}, format="json")
    assert member.get("/api/v1/orgs/pine/training-plans").json()["results"] == []
    assert desk.post(f"{address}/publish").status_code == 200
    assert [plan["body"] for plan in member.get("/api/v1/orgs/pine/training-plans").json()["results"]] == [
        "Security first."
    ]
    refused = api(people.vendor_owner).put("/api/v1/orgs/isvsoft/training-needs", {"topics": ["paas"]}, format="json")
    assert (refused.status_code, refused.json()["code"], refused.json()["action_url"]) == (
        409,
        "not_entitled",
        "/plans",
    )


def test_the_library_is_open_to_everyone(api, people, catalogue, client):
    assert "first lessons are being recorded" in client.get("/training/videos").content.decode()
    desk, lesson = api(people.tam), {"topic": "architecture", "title_en": "Principles", "title_zh": "原则"}
    fields = lesson | {"course": "architecture", "url": "https://videos.example/1", "minutes": 12, "published": True}
    number = desk.post("/api/v1/desk/training-videos", fields, format="json").json()["id"]
    assert (
        desk.post("/api/v1/desk/training-videos", fields | {"url": "http://x.example"}, format="json").status_code
        == 400
    )
    page = client.get("/training/videos").content.decode()
    assert "Principles" in page
    assert "https://support.example/certification" in page
    assert [row["title_zh"] for row in api().get("/api/v1/training-videos").json()["results"]] == ["原则"]
    desk.patch(f"/api/v1/desk/training-videos/{number}", {"published": False}, format="json")
    assert api().get("/api/v1/training-videos").json()["results"] == []


def test_the_page_registers_gives_back_and_rates(people, published):
    browser = cast.browser_of(people.partner_member)
    page = browser.get("/o/pine/training").content.decode()
    assert "1 of 1" in page
    assert 'value="member@pine.example"' in page
    kept = browser.post(f"/o/pine/training/{published}/places", {"name": "Ann", "email": "nobody"})
    assert kept.status_code == 400
    assert 'value="nobody"' in kept.content.decode()
    assert browser.post(f"/o/pine/training/{published}/places", ANN).status_code == 303
    refused = browser.post(f"/o/pine/training/{published}/places", ANN)
    assert (refused.status_code, "has a place already" in refused.content.decode()) == (409, True)
    with tenancy.everything():
        place = TrainingPlace.objects.get()
    assert b"LOCATION:998 877" in browser.get(f"/o/pine/training/{published}.ics").content
    over(published)
    assert "How was it?" in browser.get("/o/pine/training").content.decode()
    assert browser.post(f"/o/pine/training/places/{place.pk}/rate", {"rating": "9"}).status_code == 400
    assert (
        browser.post(f"/o/pine/training/places/{place.pk}/rate", {"rating": "5", "comment": "Good"}).status_code == 303
    )
    assert browser.post(f"/o/pine/training/places/{place.pk}/cancel").status_code == 409
    with tenancy.everything():
        assert TrainingPlace.objects.values_list("state", "rating", "comment").get() == ("registered", 5, "Good")
    desk = cast.browser_of(people.tam)
    assert "Good" in desk.get("/desk/training/feedback").content.decode()
    assert "Note who was there" in desk.get(f"/desk/training/sessions/{published}").content.decode()
    assert desk.post(f"/desk/training/sessions/{published}/attendance", {"present": [place.pk]}).status_code == 303


def test_the_onsite_session_is_offered_until_it_is_booked(people, catalogue):
    hold(people.pine, "premium")
    browser = cast.browser_of(people.partner_owner)
    with clock.at(LATER):
        assert "/o/pine/bookings/new?service=onsite_training" in browser.get("/o/pine/training").content.decode()
        consume(people.pine, "onsite_training", 1)
        page = browser.get("/o/pine/training").content.decode()
    assert "The on-site session of this service year is booked." in page
    assert "service=onsite_training" not in page


def test_an_empty_page_says_what_to_do(people, pine):
    page = cast.browser_of(people.partner_member).get("/o/pine/training").content.decode()
    assert "Tell us in the survey what you need" in page
    plain = cast.browser_of(people.vendor_owner).get("/o/isvsoft/training").content.decode()
    assert "Open the video library" in plain
    assert "What do you need in" not in plain


def test_staff_write_publish_and_cancel_on_pages(people, pine):
    desk = cast.browser_of(people.tam)
    assert "No online session is published for" in desk.get("/desk/training").content.decode()
    starts = clock.now() + timedelta(days=3)
    typed: dict[str, Any] = FIELDS | {"starts_at": f"{starts:%Y-%m-%dT%H:%M}", "ends_at": f"{starts:%Y-%m-%dT23:59}"}
    wrong = desk.post("/desk/training/sessions/new", typed | {"meeting": ""})
    assert (wrong.status_code, "needs the meeting" in wrong.content.decode()) == (400, True)
    typed["ends_at"] = f"{starts + timedelta(hours=2):%Y-%m-%dT%H:%M}"
    written = desk.post("/desk/training/sessions/new", typed)
    session = TrainingSession.objects.get()
    assert written["Location"] == f"/desk/training/sessions/{session.pk}"
    assert desk.post(f"{written['Location']}/publish").status_code == 303
    assert desk.post(written["Location"], typed | {"title_en": "Networks"}).status_code == 303
    month = f"{starts:%Y-%m}"
    assert "Networks" in desk.get(f"/desk/training?month={month}").content.decode()
    assert "Say why" in desk.post(f"{written['Location']}/cancel", {"because": ""}).content.decode()
    assert desk.post(f"{written['Location']}/cancel", {"because": "The trainer is ill."}).status_code == 303
    session.refresh_from_db()
    assert (session.title_en, session.cancelled_because) == ("Networks", "The trainer is ill.")


def test_staff_make_a_plan_of_the_survey_on_pages(people, published):
    member, desk = cast.browser_of(people.partner_member), cast.browser_of(people.tam)
    assert member.post("/o/pine/training/needs", {"people": "2"}).status_code == 400
    assert (
        member.post("/o/pine/training/needs", {"topics": ["network"], "people": "2", "wishes": "IPv6"}).status_code
        == 303
    )
    page = desk.get("/desk/training/needs").content.decode()
    assert "IPv6" in page
    with tenancy.everything():
        quarter = TrainingNeeds.objects.get().quarter
    address = f"/desk/training/plans/pine/{quarter.year}-Q{(quarter.month + 2) // 3}"
    assert address in page
    assert "What you asked for:" in desk.get(address).content.decode()
    assert desk.post(address, {"body": " "}).status_code == 400
    assert (
        desk.post(address, {"body": "**Networks** first", "sessions": [published], "publish": "1"}).status_code == 303
    )
    assert "<strong>Networks</strong> first" in member.get("/o/pine/training").content.decode()
    with tenancy.everything():
        assert [session.pk for session in TrainingPlan.objects.get().sessions.all()] == [published]


def test_staff_keep_the_library_on_pages(people, catalogue):
    desk = cast.browser_of(people.tam)
    assert "Add the first one" in desk.get("/desk/training/videos").content.decode()
    typed = {"topic": "compute", "title_en": "Disks", "title_zh": "磁盘", "url": "https://videos.example/2"}
    typed |= {"position": "1", "minutes": "9", "course": ""}
    assert desk.post("/desk/training/videos/new", typed | {"url": "nowhere at all"}).status_code == 400
    assert desk.post("/desk/training/videos/new", typed).status_code == 303
    video = Video.objects.get()
    assert video.published_at is None
    assert desk.post(f"/desk/training/videos/{video.pk}", typed | {"published": "on"}).status_code == 303
    video.refresh_from_db()
    assert video.published_at is not None
    assert cast.browser_of(people.engineer).get("/desk/training/videos/new").status_code == 403
