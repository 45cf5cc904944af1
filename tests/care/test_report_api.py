"""Reports by API: archive, what a manager edits, exclusions, addresses (care/reports/api.py, desk_api.py)."""

from __future__ import annotations

import pytest

from care.models import Recommendation
from common import clock, tenancy
from common.beijing import Month
from common.models import AuditEntry
from tests.care.report_stage import DUE, MADE, beijing, enterprise, feed, made, plan, report_of, work
from tests.tickets.conftest import catalogue, file

__all__ = ["catalogue", "enterprise"]
OWN, DESK = "/api/v1/orgs/acme/reports", "/api/v1/desk/reports"
SECTIONS = [
    "overview",
    "service_summary",
    "resources",
    "service_tickets",
    "security",
    "recommendations",
    "consumption_trend",
]


@pytest.fixture
def report(people, enterprise):
    """acme's report of November, made; the clock stands on the 3rd of December."""
    enterprise(people.acme)
    file(people.acme, people.owner, beijing("2026-11-05T09:00"), product="ecs", subject="=HYPERLINK()")
    feed(people.acme)
    report = made(people.acme)
    with clock.at(beijing("2026-12-03T10:00")):
        yield report


def trail() -> list[str]:
    with tenancy.everything():
        rows = AuditEntry.objects.filter(action__startswith="report").exclude(action__startswith="report_feed")
        return list(rows.order_by("pk").values_list("action", flat=True))


def test_a_sent_report_is_there_for_everybody_inside_and_nobody_else(report, people, api):
    work()
    for someone in (
        people.viewer,
        people.member,
        people.billing,
        people.owner,
        people.engineer,
        people.tam,
        people.lead,
    ):
        answer = api(someone).get(f"{OWN}/2026-11")
        assert answer.status_code == 200
    body = answer.json()
    assert {name: body[name] for name in ("month", "status", "sent_at", "reason")} == {
        "month": "2026-11",
        "status": "sent",
        "sent_at": "2026-12-10T09:00:00+08:00",
        "reason": None,
    }
    assert [section["code"] for section in body["sections"]] == SECTIONS
    assert list(body["sections"][0]) == ["code", "title", "data"]
    listed = api(people.viewer).get(OWN).json()
    assert listed["results"] == [body]
    assert (listed["next"], listed["previous"], listed["availability"]) == (None, None, "included")
    assert [one["kind"] for one in listed["collected"]] == ["resources", "load", "security", "consumption"]
    for someone in (people.outsider, people.billing_operator):
        assert api(someone).get(f"{OWN}/2026-11").status_code == 404
        assert api(someone).get(OWN).status_code == 404


def test_before_it_is_sent_the_organization_sees_that_it_comes_and_staff_what_is_in_it(report, people, api):
    body = api(people.owner).get(f"{OWN}/2026-11").json()
    assert (body["status"], body["sent_at"], body["due_on"], body["sections"]) == ("ready", None, "2026-12-10", [])
    assert len(api(people.tam).get(f"{OWN}/2026-11").json()["sections"]) == 7
    refused = api(people.owner).get(f"{OWN}/2026-11.pdf")
    assert (refused.status_code, refused.json()["code"], refused.json()["due_on"]) == (
        409,
        "report_not_ready",
        "2026-12-10",
    )
    assert refused.json()["detail"] == "The report of November 2026 is sent by 10 Dec 2026."
    assert api(people.tam).get(f"{OWN}/2026-11.pdf").content.startswith(b"%PDF")


@pytest.mark.parametrize("month", ["2026-12", "2026-13", "november", "2026-1", "9999-12", "%00"])
def test_months_without_a_report_are_not_found(report, people, api, month):
    for path in (f"{OWN}/{month}", f"{OWN}/{month}.pdf", f"{OWN}/{month}/tickets.csv"):
        assert api(people.owner).get(path).status_code == 404


def test_the_pdf_and_the_whole_list_of_tickets(report, people, api):
    work()
    pdf = api(people.viewer).get(f"{OWN}/2026-11.pdf")
    assert (pdf.status_code, pdf["Content-Type"]) == (200, "application/pdf")
    assert pdf["Content-Disposition"] == 'inline; filename="service-report-acme-2026-11.pdf"'
    with tenancy.everything():
        number = report_of(people.acme).sections[3]["data"]["tickets"][0]["id"]
    rows = b"".join(api(people.viewer).get(f"{OWN}/2026-11/tickets.csv").streaming_content).decode().splitlines()
    assert len(rows) == 2
    assert rows[1].startswith(f"{number},'=HYPERLINK(),technical")


def test_partner_premium_is_told_that_it_is_coming_soon(people, enterprise, api):
    enterprise(people.pine, since="2026-11-01T10:00", tier="premium")
    with clock.at(DUE):
        listed = api(people.partner_owner).get("/api/v1/orgs/pine/reports").json()
        one = api(people.partner_owner).get("/api/v1/orgs/pine/reports/2026-11")
        basic = api(people.owner).get(OWN).json()
    assert (listed["results"], listed["availability"]) == ([], "coming_soon")
    assert listed["explanation"] == "The monthly report is announced for this plan and not delivered yet."
    assert one.status_code == 404
    assert (basic["results"], basic["availability"]) == ([], "not_included")


def test_a_manager_edits_a_report_until_it_is_sent(report, people, api):
    tam, one = api(people.tam), f"{DESK}/{report.pk}"
    begun = tam.get(one).json()
    assert [row["rule"] for row in begun["recommendations"]][:2] == ["idle_instances", "overloaded"]
    assert sorted(begun["feeds"]) == ["consumption", "load", "resources", "security"]
    first, second = (row["id"] for row in begun["recommendations"][:2])
    assert (
        tam.patch(one, {"foreword": "  A quiet\r\nmonth.\x07 "}, format="json").json()["foreword"] == "A quiet\nmonth."
    )
    added = tam.post(f"{one}/recommendations", {"text": "Move the orders database."}, format="json")
    assert (added.status_code, added.json()["rule"]) == (201, "")
    reworded = tam.patch(f"{one}/recommendations/{first}", {"text": "Release web-1."}, format="json").json()
    assert (reworded["text"], reworded["edited_by"]) == ("Release web-1.", "Tam")
    assert tam.delete(f"{one}/recommendations/{second}").status_code == 204
    order = [added.json()["id"], first]
    ordered = tam.post(f"{one}/order", {"recommendations": order}, format="json").json()
    assert [row["id"] for row in ordered["recommendations"]][:3] == [*order, second]
    assert ordered["recommendations"][2]["left_out"] is True
    sent = tam.post(f"{one}/send", {}, format="json")
    assert (sent.status_code, sent.json()["status"]) == (200, "sent")
    read = api(people.viewer).get(f"{OWN}/2026-11").json()["sections"]
    assert read[0]["data"]["foreword"] == "A quiet\nmonth."
    advised = [row["text"] for row in read[5]["data"]["recommendations"]]
    assert advised[:2] == ["Move the orders database.", "Release web-1."]
    assert not any("above 80 %" in text for text in advised)
    for answer in (
        tam.patch(one, {"foreword": "Late"}, format="json"),
        tam.post(f"{one}/recommendations", {"text": "Late"}, format="json"),
        tam.patch(f"{one}/recommendations/{first}", {"left_out": True}, format="json"),
        tam.delete(f"{one}/recommendations/{first}"),
        tam.post(f"{one}/order", {"recommendations": [first]}, format="json"),
        tam.post(f"{one}/send", {}, format="json"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "report_sent")
    assert trail() == [
        "report.foreword",
        "report.recommendation_added",
        "report.recommendation_edited",
        "report.recommendation_edited",
        "report.recommendations_ordered",
        "report.sent",
    ]


def test_one_removes_ones_own_and_edits_nobody_elses(report, people, enterprise, api):
    enterprise(people.orbit)
    feed(people.orbit)
    foreign = made(people.orbit)
    with tenancy.everything():
        theirs = Recommendation.objects.filter(report=foreign).first()
    tam, one = api(people.tam), f"{DESK}/{report.pk}"
    made_here = tam.post(f"{one}/recommendations", {"text": "Mine"}, format="json").json()["id"]
    assert tam.delete(f"{one}/recommendations/{made_here}").status_code == 204
    assert tam.delete(f"{one}/recommendations/{made_here}").status_code == 404
    assert tam.patch(f"{one}/recommendations/{theirs.pk}", {"text": "x"}, format="json").status_code == 404
    refused = tam.post(f"{one}/order", {"recommendations": [theirs.pk]}, format="json")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["recommendations"])


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("", {"foreword": "x" * 4001}, "foreword"),
        ("", {}, "foreword"),
        ("", {"foreword": 7}, "foreword"),
        ("/recommendations", {"text": " "}, "text"),
        ("/recommendations", {"text": "x" * 1001}, "text"),
        ("/order", {"recommendations": ["a"]}, "recommendations.0"),
        ("/order", {"recommendations": [1, 1]}, "recommendations"),
        ("/order", {"recommendations": 10**30}, "recommendations"),
        ("/order", {"recommendations": [10**30]}, "recommendations"),
    ],
)
def test_what_is_wrong_is_named(report, people, api, path, body, field):
    client = api(people.tam)
    act = client.post if path else client.patch
    answer = act(f"{DESK}/{report.pk}{path}", body, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert trail() == []


@pytest.mark.parametrize("number", ["0", "x", "9" * 30, "-1", "%00"])
def test_reports_that_are_not_there_are_not_found(report, people, api, number):
    for ending in ("", ".pdf"):
        assert api(people.tam).get(f"{DESK}/{number}{ending}").status_code == 404


def test_only_managers_edit_and_other_staff_read(report, people, api):
    for someone in (people.engineer, people.lead, people.admin):
        assert api(someone).get(f"{DESK}/{report.pk}").status_code == 200
        assert api(someone).patch(f"{DESK}/{report.pk}", {"foreword": "x"}, format="json").status_code == 403
        assert api(someone).post(f"{DESK}/{report.pk}/send", {}, format="json").status_code == 403
    assert api(people.billing_operator).get(f"{DESK}/{report.pk}").status_code == 403
    assert api(people.owner).get(f"{DESK}/{report.pk}").status_code == 404
    assert (report_of(people.acme).status, trail()) == ("ready", [])


def test_the_desk_finds_reports(report, people, api):
    plan(Month(2026, 12))
    client = api(people.lead)
    assert [row["month"] for row in client.get(DESK).json()["results"]] == ["2026-12", "2026-11"]
    assert [row["status"] for row in client.get(DESK, {"status": "ready"}).json()["results"]] == ["ready"]
    assert [row["month"] for row in client.get(DESK, {"month": "2026-12"}).json()["results"]] == ["2026-12"]
    assert client.get(DESK, {"organization": "orbit"}).json()["results"] == []
    assert api(people.tam).get(DESK, {"mine": "true"}).json()["results"] == []
    for wrong in ({"status": "late"}, {"month": "x"}, {"mine": "maybe"}):
        assert client.get(DESK, wrong).status_code == 400


def test_an_exclusion_and_its_reason_are_said(report, people, api):
    one, tam = "/api/v1/desk/report-exclusions/acme", api(people.tam)
    assert tam.get(one).status_code == 404
    wrong = tam.put(one, {"reason": "boring", "note": "x" * 301}, format="json")
    assert (wrong.status_code, sorted(wrong.json()["errors"])) == (400, ["note", "reason"])
    assert api(people.lead).put(one, {"reason": "poc"}, format="json").status_code == 403
    kept = tam.put(one, {"reason": "poc", "note": "until spring"}, format="json").json()
    assert (kept["organization"], kept["reason"], kept["note"], kept["by"]) == ("acme", "poc", "until spring", "Tam")
    seen = api(people.viewer).get(f"{OWN}/2026-11").json()
    assert (seen["status"], seen["reason"], seen["sections"]) == ("not_reportable", "poc", [])
    assert seen["explanation"] == "No report is made: the organization is a proof of concept."
    refused = api(people.viewer).get(f"{OWN}/2026-11.pdf").json()
    assert (refused["code"], refused["reason"], refused["detail"]) == ("not_reportable", "poc", seen["explanation"])
    listed = api(people.viewer).get(OWN).json()
    assert (listed["availability"], listed["explanation"]) == ("not_reportable", seen["explanation"])
    assert [row["organization"] for row in tam.get("/api/v1/desk/report-exclusions").json()["results"]] == ["acme"]
    assert tam.delete(one).status_code == 204
    assert tam.delete(one).status_code == 404
    assert (report_of(people.acme).status, trail()) == (
        "scheduled",
        ["report_exclusion.set", "report_exclusion.lifted"],
    )


def test_owners_list_the_further_addresses(people, api):
    one = "/api/v1/orgs/acme/report-addresses"
    with clock.at(MADE):
        assert api(people.viewer).get(one).json() == {"registered_email": "support@acme.example", "addresses": []}
        for someone in (people.viewer, people.member, people.billing):
            assert api(someone).put(one, {"addresses": []}, format="json").status_code == 403
        assert api(people.tam).put(one, {"addresses": []}, format="json").status_code == 404
        listed = api(people.owner).put(one, {"addresses": [" CIO@acme.example "]}, format="json")
        assert (listed.status_code, listed.json()["addresses"]) == (200, ["cio@acme.example"])
        wrong = api(people.owner).put(one, {"addresses": ["x", "cio@acme.example", "CIO@acme.example"]}, format="json")
        assert (wrong.status_code, sorted(wrong.json()["errors"])) == (400, ["addresses.0", "addresses.2"])
        for body in ({}, {"addresses": None}, {"addresses": "x"}, {"addresses": [7]}):
            assert api(people.owner).put(one, body, format="json").status_code == 400
        assert api(people.owner).get(one).json()["addresses"] == ["cio@acme.example"]
