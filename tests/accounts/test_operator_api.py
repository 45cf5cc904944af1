"""Operators: disabling organizations, the calendar, everybody's audit trail (spec page 7)."""

from __future__ import annotations

from datetime import date

import pytest

from common import calendar_days, tenancy
from common.models import AuditEntry, CalendarDay

ORGANIZATIONS = "/api/v1/operator/organizations"
CALENDAR = "/api/v1/operator/calendar"


# ---- disabling ---------------------------------------------------------------------------------------------------


def test_an_administrator_disables_and_enables_with_a_reason(people, api):
    client = api(people.admin)
    answer = client.post(f"{ORGANIZATIONS}/acme/disable", {"reason": "unpaid for a year"}, format="json")
    assert (answer.status_code, answer.json()["disabled"]) == (200, True)
    people.acme.refresh_from_db()
    assert people.acme.is_disabled
    again = client.post(f"{ORGANIZATIONS}/acme/disable", {"reason": "again"}, format="json")
    assert (again.status_code, again.json()["disabled"]) == (200, True)
    assert client.post(f"{ORGANIZATIONS}/acme/enable", {"reason": "paid"}, format="json").json()["disabled"] is False
    with tenancy.organization(people.acme.pk):
        assert list(AuditEntry.objects.values_list("action", "by", "after")) == [
            ("organization.disabled", "Admin", {"reason": "unpaid for a year"}),
            ("organization.enabled", "Admin", {"reason": "paid"}),
        ]


@pytest.mark.parametrize("body", [{}, {"reason": "  "}, {"reason": "x" * 501}])
def test_a_reason_is_required(people, api, body):
    answer = api(people.admin).post(f"{ORGANIZATIONS}/acme/disable", body, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["reason"])
    people.acme.refresh_from_db()
    assert not people.acme.is_disabled


@pytest.mark.parametrize(("who", "status"), [("owner", 404), ("lead", 403), ("billing_operator", 403)])
def test_nobody_else_disables(people, api, who, status):
    answer = api(getattr(people, who)).post(f"{ORGANIZATIONS}/acme/disable", {"reason": "x"}, format="json")
    assert answer.status_code == status
    people.acme.refresh_from_db()
    assert not people.acme.is_disabled


def test_an_organization_that_does_not_exist_is_not_found(people, api):
    assert api(people.admin).post(f"{ORGANIZATIONS}/moon/disable", {"reason": "x"}, format="json").status_code == 404
    assert api(people.admin).post(f"{ORGANIZATIONS}/mo%00on/disable", {"reason": "x"}, format="json").status_code == 404


def test_organizations_are_found_by_name_address_and_caller_code(people, api):
    client = api(people.admin)
    code = people.pine.caller_code
    for text in ("PIN", "pine", code):
        assert [row["slug"] for row in client.get(ORGANIZATIONS, {"q": text}).json()["results"]] == ["pine"]
    assert len(client.get(ORGANIZATIONS).json()["results"]) == 4


def test_a_disabled_organization_keeps_its_settings(people, api):
    api(people.admin).post(f"{ORGANIZATIONS}/acme/disable", {"reason": "x"}, format="json")
    answer = api(people.owner).patch("/api/v1/orgs/acme", {"name": "New"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "organization_disabled")
    assert api(people.owner).get("/api/v1/orgs/acme").json()["name"] == "Acme"


# ---- the organization itself -------------------------------------------------------------------------------------


def test_everybody_inside_reads_the_organization(people, api):
    for who in (people.viewer, people.member, people.billing, people.owner, people.engineer, people.billing_operator):
        body = api(who).get("/api/v1/orgs/acme").json()
        assert (body["slug"], body["name"], body["kind"], body["partner_type"], body["caller_code"]) == (
            "acme",
            "Acme",
            "customer",
            None,
            people.acme.caller_code,
        )
    assert api(people.partner_owner).get("/api/v1/orgs/pine").json()["partner_type"] == "consulting"
    assert api(people.outsider).get("/api/v1/orgs/acme").status_code == 404


def test_owners_change_name_mailbox_and_language(people, api):
    body = {"name": "Acme 2", "registered_email": "Desk@Acme.example", "language": "zh-hans"}
    answer = api(people.owner).patch("/api/v1/orgs/acme", body, format="json")
    assert answer.status_code == 200
    people.acme.refresh_from_db()
    assert (people.acme.name, people.acme.registered_email, people.acme.language) == (
        "Acme 2",
        "desk@acme.example",
        "zh-hans",
    )
    for who, status in ((people.member, 403), (people.outsider, 404), (people.engineer, 404)):
        assert api(who).patch("/api/v1/orgs/acme", {"name": "x"}, format="json").status_code == status
    people.acme.refresh_from_db()
    assert people.acme.name == "Acme 2"


@pytest.mark.parametrize("field", [{"name": ""}, {"registered_email": "nobody"}, {"language": "tlh"}])
def test_wrong_settings_are_named(people, api, field):
    answer = api(people.owner).patch("/api/v1/orgs/acme", field, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, list(field))
    people.acme.refresh_from_db()
    assert (people.acme.name, people.acme.language) == ("Acme", "en")


def test_the_list_shows_staff_every_organization_and_members_their_own(people, api):
    assert len(api(people.engineer).get("/api/v1/orgs").json()["results"]) == 4
    assert [row["slug"] for row in api(people.outsider).get("/api/v1/orgs").json()["results"]] == ["orbit"]
    page = api(people.engineer).get("/api/v1/orgs", {"page_size": 3}).json()
    assert len(page["results"]) == 3
    assert len(api(people.engineer).get(page["next"]).json()["results"]) == 1


# ---- the calendar ------------------------------------------------------------------------------------------------


def test_a_day_is_corrected_and_counts_at_once(people, api):
    client = api(people.admin)
    before = client.get(f"{CALENDAR}/2026-11-25").json()
    assert before == {"date": "2026-11-25", "is_working": True, "note": "", "corrected": False, "provisional": False}
    answer = client.put(f"{CALENDAR}/2026-11-25", {"is_working": False, "note": "Typhoon"}, format="json")
    assert answer.status_code == 200
    assert answer.json() == before | {"is_working": False, "note": "Typhoon", "corrected": True}
    assert not calendar_days.calendar().is_working_day(date(2026, 11, 25))
    client.put(f"{CALENDAR}/2026-11-25", {"is_working": True}, format="json")
    assert calendar_days.calendar().is_working_day(date(2026, 11, 25))
    with tenancy.everything():
        assert list(
            AuditEntry.objects.filter(action="calendar.corrected").values_list("object", "before", "after")
        ) == [
            ("2026-11-25", None, {"is_working": False, "note": "Typhoon"}),
            ("2026-11-25", {"is_working": False, "note": "Typhoon"}, {"is_working": True, "note": ""}),
        ]


@pytest.mark.parametrize("day", ["2026-02-30", "today", "20261125", "2026-1-5", "2026-W48-3"])
def test_what_is_no_day_is_not_found(people, api, day):
    client = api(people.admin)
    assert client.get(f"{CALENDAR}/{day}").status_code == 404
    assert client.put(f"{CALENDAR}/{day}", {"is_working": True}, format="json").status_code == 404
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize(
    ("day", "body", "wrong"),
    [
        ("2026-11-25", {}, "is_working"),
        ("2026-11-25", {"is_working": "perhaps"}, "is_working"),
        ("2026-11-25", {"is_working": None}, "is_working"),
        ("2026-11-25", {"is_working": True, "note": "x" * 201}, "note"),
        ("1999-12-31", {"is_working": True}, "date"),
        ("2100-01-01", {"is_working": True}, "date"),
    ],
)
def test_wrong_corrections_are_named(people, api, day, body, wrong):
    answer = api(people.admin).put(f"{CALENDAR}/{day}", body, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [wrong])
    assert not CalendarDay.objects.exists()


def test_staff_read_the_calendar_and_administrators_write_it(people, api):
    for who in (people.engineer, people.tam, people.lead, people.billing_operator):
        assert api(who).get(f"{CALENDAR}/2026-11-25").status_code == 200
        assert api(who).put(f"{CALENDAR}/2026-11-25", {"is_working": False}, format="json").status_code == 403
    assert api(people.owner).get(f"{CALENDAR}/2026-11-25").status_code == 404
    assert api().get(f"{CALENDAR}/2026-11-25").status_code == 401
    assert not CalendarDay.objects.exists()


# ---- the trail ---------------------------------------------------------------------------------------------------


def test_an_owner_reads_the_own_trail_only(people, api):
    api(people.owner).patch("/api/v1/orgs/acme", {"name": "Acme 2"}, format="json")
    api(people.outsider).patch("/api/v1/orgs/orbit", {"name": "Orbit 2"}, format="json")
    rows = api(people.owner).get("/api/v1/orgs/acme/audit").json()["results"]
    assert [row["object"] for row in rows] == ["acme"]
    assert rows[0] | {"at": ""} == {
        "at": "",
        "by": "Owner",
        "action": "organization.changed",
        "object": "acme",
        "before": {"name": "Acme", "registered_email": "support@acme.example", "language": "en"},
        "after": {"name": "Acme 2", "registered_email": "support@acme.example", "language": "en"},
    }
    assert rows[0]["at"].endswith("+08:00")


@pytest.mark.parametrize(
    ("who", "own", "whole"),
    [
        ("viewer", 403, 404), ("member", 403, 404), ("billing", 403, 404), ("outsider", 404, 404),
        ("engineer", 404, 403), ("tam", 404, 403), ("lead", 200, 200), ("billing_operator", 200, 200), ("admin", 200, 200),
    ],
)  # fmt: skip
def test_the_trail_is_open_as_the_table_says(people, api, who, own, whole):
    client = api(getattr(people, who))
    assert client.get("/api/v1/orgs/acme/audit").status_code == own
    assert client.get("/api/v1/operator/audit").status_code == whole


def test_staff_read_everybodys_trail_or_one_organizations(people, api):
    api(people.owner).patch("/api/v1/orgs/acme", {"name": "Acme 2"}, format="json")
    api(people.outsider).patch("/api/v1/orgs/orbit", {"name": "Orbit 2"}, format="json")
    client = api(people.lead)
    changed = [
        row["object"] for row in client.get("/api/v1/operator/audit").json()["results"] if "token" not in row["action"]
    ]
    assert changed == ["orbit", "acme"]
    one = client.get("/api/v1/operator/audit", {"organization": "acme"}).json()["results"]
    assert [row["object"] for row in one] == ["acme"]
    assert client.get("/api/v1/operator/audit", {"organization": "moon"}).status_code == 404


# ---- oneself -----------------------------------------------------------------------------------------------------


def test_a_person_reads_and_changes_their_own_settings(people, api):
    client = api(people.member)
    assert client.get("/api/v1/me").json() == {
        "email": "member@acme.example",
        "name": "Member",
        "language": "",
        "theme": "auto",
        "staff_role": None,
    }
    answer = client.patch("/api/v1/me", {"name": "Mei", "language": "zh-hans", "theme": "dark"}, format="json")
    assert (answer.status_code, answer.json()["name"], answer.json()["theme"]) == (200, "Mei", "dark")
    people.member.refresh_from_db()
    assert (people.member.name, people.member.language, people.member.theme) == ("Mei", "zh-hans", "dark")
    wrong = client.patch("/api/v1/me", {"name": "Evil", "language": "tlh"}, format="json")
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["language"])
    people.member.refresh_from_db()
    assert people.member.name == "Mei"
