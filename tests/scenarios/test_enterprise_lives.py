"""A year of an enterprise customer, told through HTTP with the travelling clock (spec pages 4.3, 5.2 and 5.3)."""

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import organizations
from accounts.models import Organization
from common import tenancy
from tests.cast import client_of
from tests.cast import staff as make_staff
from tests.scenarios.booked import (
    book,
    entries,
    let_the_day_come,
    mistaken,
    period,
    quotas,
    refused,
    staff,
    state,
    told,
    wish,
)
from tests.scenarios.life import Life, Portal, answered

ESCORT, CHECK, TUNING = "escort_basic", "availability_check", "monitoring_optimization"
STANDARD_EDITION = "https://support.example/escort-standard"
EVENT = {
    "event_kind": "holiday_peak",
    "expected_load": "40,000 requests a second",
    "peak_times": "20:00 to 23:00",
    "regions": ["cn-north-4"],
    "products": ["ecs", "elb"],
}


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def zenith_of(portal: Portal) -> Life:
    """Enterprise, yearly, from Monday 2 March 2026."""
    zenith = portal.organization("zenith")
    zenith.buy("subscribe", tier="enterprise", cycle="yearly")
    return zenith


def switch(portal: Portal, *, off: bool) -> None:
    """An administrator disables the organization, or lets it go on."""
    with tenancy.everything():
        action = organizations.disable if off else organizations.enable
        by = Organization.objects.get(slug="zenith")
        action(organization=by, reason="Asked for by its owner.", by=make_staff(f"{off}@support.example", "admin"))


def complete(portal: Portal, booking, **fields) -> dict:
    report = SimpleUploadedFile("report.pdf", b"%PDF-1.7 what was found", "application/pdf")
    return staff(portal, booking, "complete", {"report": report} | fields, format="multipart")


def test_a_year_in_which_every_service_is_used(begin):
    portal = begin("2026-03-02T10:00")
    zenith = zenith_of(portal)
    year = ("2026-03-02", "2027-03-02")
    assert quotas(zenith) == {
        "technical_tickets": (None, 0, None),
        ESCORT: (3, 0, 3),
        CHECK: (1, 0, 1),
        TUNING: (1, 0, 1),
    }
    assert {period(zenith, code) for code in (ESCORT, CHECK, TUNING)} == {year}

    check = book(zenith, CHECK, "2026-03-05", details={"regions": ["none"], "products": ["ecs"]})
    assert (check["status"], check["ends_on"], check["short_notice"]) == ("requested", "2026-03-05", False)
    staff(portal, check, "confirm")
    let_the_day_come(portal, "2026-03-05")
    assert state(zenith, check) == "in_progress"
    done = complete(
        portal,
        check,
        summary="Two zones, one of them empty.",
        **{"sections": '{"high_availability": "Use both zones.", "limits": "Raise the quota of EIPs."}'},
    )
    assert (done["status"], sorted(done["sections"])) == ("completed", ["high_availability", "limits"])
    seen = zenith.get(f"bookings/{check['id']}")
    assert (seen["summary"], seen["report"]["name"]) == ("Two zones, one of them empty.", "report.pdf")
    assert b"".join(zenith.client.get(seen["report"]["url"]).streaming_content).startswith(b"%PDF-1.7")
    assert told(zenith, "booking.completed")

    tuning = book(zenith, TUNING, "2026-05-09")
    assert tuning["starts_on"] == "2026-05-09", "a Saturday that is worked"
    assert staff(portal, tuning, "reject", {"reason": "Nobody is free on that Saturday."})["status"] == "rejected"
    assert entries(zenith, TUNING) == [(-1, "booked"), (1, "booking_rejected")]
    tuning = book(zenith, TUNING, "2026-05-11")
    staff(portal, tuning, "confirm")

    escort = book(zenith, ESCORT, "2026-03-06", days=2, details=EVENT, acknowledge_binding=True)
    assert (escort["ends_on"], escort["short_notice"], escort["acknowledged_binding"]) == ("2026-03-07", True, True)
    moved = zenith.post(f"bookings/{escort['id']}/reschedule", {"starts_on": "2026-05-01", "days": 3}, status=200)
    assert (moved["status"], moved["ends_on"], moved["short_notice"]) == ("requested", "2026-05-03", False)
    assert quotas(zenith)[ESCORT] == (3, 3, 0)
    zenith.post(f"bookings/{escort['id']}/reschedule", {"starts_on": "2026-05-01", "days": 2}, status=200)
    assert entries(zenith, ESCORT) == [(-2, "booked"), (-1, "booking_moved"), (1, "booking_moved")]
    staff(portal, escort, "confirm")
    assert zenith.refused("change_tier", tier="business")["blocking"] == [
        {"service": ESCORT, "consumed": 2, "allowed": 1},
        {"service": CHECK, "consumed": 1, "allowed": 0},
        {"service": TUNING, "consumed": 1, "allowed": 0},
    ]
    # The third working day before the 1st of May is the 28th of April; the day before it is the 30th.
    for day, reminders in (("2026-04-27", 0), ("2026-04-28", 1), ("2026-04-29", 1), ("2026-04-30", 2)):
        portal.sleep_until(f"{day}T08:55")
        portal.travel(f"{day}T09:00")
        assert len(told(zenith, "booking.reminder")) == reminders, day
    let_the_day_come(portal, "2026-05-01")
    assert state(zenith, escort) == "in_progress"
    begun = zenith.post(f"bookings/{escort['id']}/withdraw", status=409)
    assert (begun["code"], begun["starts_on"]) == ("booking_begun", "2026-05-01")
    let_the_day_come(portal, "2026-05-12")
    complete(portal, escort, summary="No alarm.")
    complete(portal, tuning, sections='{"resource_monitoring": "Add alarms on disks."}')

    # One day is left; its owner hears of it 60 and 30 days before the end, once each.
    for day, texts in (("2027-01-01", 1), ("2027-01-30", 1), ("2027-01-31", 2), ("2027-02-01", 2)):
        portal.sleep_until(f"{day}T08:55")
        portal.travel(f"{day}T09:00")
        assert len(told(zenith, "quota.expiring")) == texts, day
    across = refused(zenith, ESCORT, "2027-03-01", days=2)
    assert (across["code"], across["starts_on"], across["ends_on"]) == ("outside_period", *year[:1], "2027-03-01")
    zenith.buy("renew")
    assert refused(zenith, ESCORT, "2027-03-02")["code"] == "outside_period", (
        "its quota is granted when the term starts"
    )
    last = book(zenith, ESCORT, "2027-03-01")
    assert quotas(zenith)[ESCORT] == (3, 3, 0)
    let_the_day_come(portal, "2027-03-02")
    assert quotas(zenith)[ESCORT] == quotas(zenith)[ESCORT] == (3, 0, 3)
    assert period(zenith, ESCORT) == ("2027-03-02", "2028-03-02")
    assert state(zenith, last) == "requested", "nobody confirmed it, and its day has passed"
    book(zenith, ESCORT, "2027-03-16", days=3)


def unpaid_march(portal: Portal) -> None:
    """Usage whose settlement nobody pays: the plan is suspended 15 days after it was due."""
    day = {"record_id": "m", "list_amount": "3000000.00", "starts_on": "2026-03-10", "ends_on": "2026-03-11"}
    portal.use("zenith", day)
    portal.sleep_until("2026-04-01T01:55")
    portal.travel("2026-04-01T02:00")
    portal.sleep_until("2026-04-27T09:00")


def test_everything_stands_against_a_booking_and_is_put_right_in_the_order_of_the_refusals(begin):
    portal = begin("2026-03-02T10:00")
    acme = portal.organization("acme")
    on_basic = refused(acme, CHECK, "2026-03-16")
    assert (on_basic["code"], on_basic["action_url"]) == ("not_entitled", "/plans")
    zenith = zenith_of(portal)
    first = book(zenith, CHECK, "2026-06-10")
    unpaid_march(portal)
    switch(portal, off=True)

    asked = {"service": "event_assurance", "starts_on": "2026-04-28", "details": {"regions": ["eu-paris", "none"]}}
    assert refused(zenith, **asked)["code"] == "organization_disabled"
    switch(portal, off=False)
    assert refused(zenith, **asked)["code"] == "not_entitled"
    asked["service"] = CHECK
    assert refused(zenith, **asked)["code"] == "account_overdue"
    number = zenith.get("settlements")["results"][0]["invoice"]
    zenith.pay(zenith.post(f"invoices/{number}/pay", status=200))
    abroad = refused(zenith, **asked)
    assert (abroad["code"], abroad["regions"]) == ("region_not_served", ["eu-paris"])
    assert abroad["action_url"].startswith("mailto:")
    asked["details"] = {"regions": ["none"]}
    hasty = refused(zenith, **asked)
    assert (hasty["code"], hasty["earliest"]) == ("notice_too_short", "2026-04-30")
    asked["starts_on"] = "2027-03-02"
    beyond = refused(zenith, **asked)
    assert (beyond["code"], beyond["starts_on"], beyond["ends_on"]) == ("outside_period", "2026-03-02", "2027-03-01")
    asked["starts_on"] = "2026-06-10"
    twice = refused(zenith, **asked)
    assert (twice["code"], twice["booking"]) == ("overlapping_booking", first["id"])
    asked["starts_on"] = "2026-06-11"
    spent = refused(zenith, **asked)
    assert (spent["code"], spent["remaining"], spent["requested"]) == ("quota_insufficient", 0, 1)
    assert "action_url" not in spent

    zenith.post(f"bookings/{first['id']}/withdraw", status=200)
    assert zenith.post("bookings", wish(**asked))["starts_on"] == "2026-06-11"
    book(zenith, ESCORT, "2026-06-19", days=2)
    more = refused(zenith, ESCORT, "2026-07-01", days=2)
    assert (more["code"], more["remaining"], more["requested"]) == ("quota_insufficient", 1, 2)
    assert more["action_url"] == STANDARD_EDITION
    assert mistaken(zenith, CHECK, "2026-06-20") == {
        "starts_on": ["This service starts on a working day. The next one is 2026-06-22."]
    }
    assert list(mistaken(zenith, TUNING, "2026-06-22", days=2)) == ["days"]
    assert quotas(zenith) == {
        "technical_tickets": (None, 0, None),
        ESCORT: (3, 2, 1),
        CHECK: (1, 1, 0),
        TUNING: (1, 0, 1),
    }


def file(zenith: Life, severity: str, booking=None) -> dict:
    body = {"kind": "technical", "severity": severity, "region": "cn-north-4", "subject": "Slow", "body": "Since now."}
    return zenith.post("tickets", body | ({"booking": booking["id"]} if booking else {}))


def minutes(ticket: dict) -> float:
    promised = datetime.fromisoformat(ticket["response_due_at"]) - datetime.fromisoformat(ticket["created_at"])
    return promised / timedelta(minutes=1)


def test_the_clock_passes_into_an_event_and_out_of_it(begin):
    """The escort of the Dragon Boat Festival, Friday 19 and Saturday 20 June."""
    portal = begin("2026-06-01T10:00")
    zenith = zenith_of(portal)
    engineer = client_of(make_staff("engineer@support.example", "engineer"))
    escort = book(zenith, ESCORT, "2026-06-19", days=2, details=EVENT)
    assert escort["short_notice"] is False
    staff(portal, escort, "confirm")

    def queue() -> list[str]:
        rows = answered(engineer.get("/api/v1/desk/queue?view=all"), 200)["results"]
        return [row["number"] for row in rows]

    portal.sleep_until("2026-06-18T23:00")
    early, urgent = file(zenith, "production_impaired", escort), file(zenith, "critical_down")
    assert (minutes(early), minutes(urgent)) == (180, 10)
    assert queue() == [urgent["number"], early["number"]]
    portal.travel("2026-06-19T00:00")
    assert state(zenith, escort) == "in_progress"
    assert queue() == [early["number"], urgent["number"]], "tickets of a running event come first"
    assert zenith.get(f"tickets/{early['number']}")["response_due_at"] == early["response_due_at"], "a promise stays"
    during = {code: file(zenith, code, escort) for code in ("guidance", "system_impaired", "production_impaired")}
    assert {code: minutes(ticket) for code, ticket in during.items()} == {
        "guidance": 960,
        "system_impaired": 480,
        "production_impaired": 10,
    }
    assert minutes(file(zenith, "production_impaired")) == 180, "it does not belong to the event"

    portal.sleep_until("2026-06-20T23:50")
    assert minutes(file(zenith, "production_down", escort)) == 10
    late = file(zenith, "production_impaired", escort)
    assert minutes(late) == 10
    assert queue().index(late["number"]) < queue().index(urgent["number"])
    portal.travel("2026-06-21T00:00")
    after = file(zenith, "production_impaired", escort)
    assert minutes(after) == 180
    assert zenith.get(f"tickets/{late['number']}")["response_due_at"] == late["response_due_at"]
    assert queue()[0] == urgent["number"]
    assert complete(portal, escort, summary="One alarm.")["status"] == "completed"
