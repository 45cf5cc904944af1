"""What reports say: figures of three organizations, one by one, against plain SQL (care/reports/making.py)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from accounts.models import Organization
from addons.models import QuotaCounter, QuotaEntry
from care.models import Advisory, AdvisoryReceipt, AdvisoryTask
from care.reports import making
from common import clock, tenancy
from common.beijing import BEIJING
from supportplans.models import ProvisioningTask
from tests import cast
from tests.care.report_stage import (
    CONSUMPTION,
    MADE,
    OCTOBER,
    RESOURCES,
    SECURITY,
    beijing,
    data_of,
    enterprise,
    feed,
    leave,
    made,
    plan,
    report_of,
)
from tests.tickets.conftest import catalogue, file, reply
from tickets.models import Ticket

__all__ = ["catalogue", "enterprise"]
# Offset in days from 1 November 09:00, kind, severity, product, minutes until solved (0: never), rating.
STORY = [
    (0, "technical", "production_down", "rds", 25, 5),
    (0, "technical", "production_impaired", "rds", 300, 4),
    (2, "technical", "guidance", "rds", 0, 0),
    (2, "technical", "guidance", "ecs", 90, 3),
    (7, "business", "guidance", "", 45, 0),
    (29, "technical", "production_down", "ecs", 0, 0),
]
TITLES = [
    "Overview",
    "Service summary",
    "Resources",
    "Service tickets",
    "Security",
    "Recommendations",
    "Consumption trend",
]
IN_NOVEMBER = "organization_id = %s AND {} >= '2026-11-01 00:00+08' AND {} < '2026-12-01 00:00+08'"


def one(sql: str, *params: Any) -> Any:
    """The first value of plain SQL, over all tenants."""
    with tenancy.everything(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


def count(organization: Organization, column: str = "created_at", more: str = "true") -> int:
    where = IN_NOVEMBER.format(column, column)
    return one(f"SELECT count(*) FROM tickets_ticket WHERE {where} AND {more}", organization.pk)


def tell(organization: Organization, by: Any, engineer: Any, story: Any = STORY) -> list[Ticket]:
    """The tickets of the story, answered after ten minutes or when they are solved."""
    filed = []
    for days, kind, severity, product, solved, rating in story:
        at = datetime(2026, 11, 1, 9, tzinfo=BEIJING) + timedelta(days=days)
        ticket = file(
            organization, by, at, kind=kind, severity=severity, product=product, subject=f"{product} of {days}"
        )
        if solved:
            reply(ticket, engineer, at + timedelta(minutes=solved), then="resolve")
        if rating:
            with tenancy.everything():
                Ticket.objects.filter(pk=ticket.pk).update(
                    satisfaction=rating, rated_at=at + timedelta(minutes=solved + 60)
                )
        filed.append(ticket)
    return filed


def keyed(rows: list[dict[str, Any]], value: str = "count") -> dict[str, Any]:
    return {row["key"]: row[value] for row in rows}


@pytest.fixture
def busy(people, enterprise) -> Organization:
    """acme: a report of October, the story's tickets, all feeds, an advisory and its task, a TAM."""
    acme = enterprise(people.acme)
    plan(OCTOBER)
    early = beijing("2026-11-01T03:00")
    earlier = [{"product": "ecs", "amount": "30000"}, {"product": "obs", "amount": "500"}]
    feed(
        acme,
        OCTOBER,
        early,
        resources=RESOURCES[:4],
        consumption=earlier,
        security=[SECURITY[-1] | {"attacks": 600}],
        load=None,
    )
    made(acme, OCTOBER, at=early)
    tell(acme, people.owner, people.engineer)
    with tenancy.everything():
        ProvisioningTask.objects.filter(organization=acme, kind="tam").update(person=people.tam, state="done")
        moment = beijing("2026-11-12T10:00")
        said = Advisory.objects.create(
            number="ADV-2026-0001", kind="platform_change", severity="high", status="published", title_en="Zone moves",
            title_zh="可用区迁移", body_en="", body_zh="", created_by=people.tam, created_at=moment, changed_at=moment,
        )  # fmt: skip
        AdvisoryReceipt.objects.create(advisory=said, organization=acme, at=moment, acknowledged_at=moment)
        AdvisoryTask.objects.create(
            advisory=said, organization=acme, person=people.tam, opened_at=moment, contacted_at=moment
        )
    reply(
        tell(acme, people.owner, people.engineer, STORY[2:3])[0],
        people.tam,
        beijing("2026-11-20T10:00"),
        body="I look after it.",
    )
    feed(acme)
    return acme


def test_the_report_of_a_busy_month(busy):
    """Counts against SQL, the rest against the numbers that the story makes."""
    report = made(busy)
    assert [section["title"] for section in report.sections] == TITLES
    assert (report.status, report.language, report.due_on.isoformat()) == ("ready", "en", "2026-12-10")
    data = data_of(report)
    tickets = data["service_tickets"]
    assert tickets["total"] == count(busy) == 7
    assert tickets["technical"] == count(busy, more="kind = 'technical'") == 6
    assert tickets["business"] == count(busy, more="kind = 'business'") == 1
    assert tickets["solved"] == count(busy, "resolved_at") == 4
    assert tickets["still_open"] == count(busy, more="resolved_at IS NULL") == 3
    for key, column in (("by_severity", "severity"), ("by_status", "status"), ("by_kind", "kind")):
        for row in tickets[key]:
            assert row["count"] == count(busy, more=f"{column} = '{row['key']}'")
    assert keyed(tickets["by_product"]) == {"rds": 4, "ecs": 2, "none": 1}
    assert keyed(tickets["technical_by_product"]) == {"rds": 4, "ecs": 2}
    days = {row["day"]: (row["filed"], row["solved"]) for row in tickets["by_day"]}
    assert (len(days), days["2026-11-01"], days["2026-11-03"]) == (30, (2, 2), (3, 1))
    assert tickets["time_to_solve"] == {
        "solved": 4,
        "average_minutes": "115.0",
        "median_minutes": "67.5",
        "p90_minutes": "237.0",
    }
    assert tickets["csat"] | {"scores": keyed(tickets["csat"]["scores"])} == {
        "ratings": 3,
        "average": "4.00",
        "scores": {"1": 0, "2": 0, "3": 1, "4": 1, "5": 1},
    }
    first = next(row for row in tickets["compliance"] if row["timer"] == "first")
    due = one(
        "SELECT count(*) FROM tickets_responsetimer WHERE kind = 'first' AND organization_id = %s AND due_at < %s",
        busy.pk,
        MADE,
    )
    met = one("SELECT count(*) FROM tickets_responsetimer WHERE organization_id = %s AND state = 'met'", busy.pk)
    assert (first["due"], first["met"]) == (due, met) == (7, 3)
    assert (first["rate"], len(tickets["tickets"]), tickets["is_capped"]) == ("0.4286", 7, False)
    assert tickets["tickets"][0] | {"id": "", "solved_at": None} == {
        "id": "",
        "description": "ecs of 29",
        "kind": "technical",
        "severity": "production_down",
        "product": "ecs",
        "status": "open",
        "created_at": "2026-11-30T09:00:00+08:00",
        "solved_at": None,
    }


def test_the_service_and_the_feeds_of_a_busy_month(busy):
    data = data_of(made(busy))
    service = data["service_summary"]
    assert (service["plan"]["tier"], service["plan"]["cycle"], service["plan"]["ends_on"]) == (
        "enterprise",
        "yearly",
        "2027-01-01",
    )
    used = {quota["code"]: (quota["allowance"], quota["used"]) for quota in service["quotas"]}
    assert used["technical_tickets"] == (None, 6)
    assert used["escort_basic"] == (3, 0)
    assert (service["advisories"]["total"], service["advisories"]["acknowledged"]) == (1, 1)
    assert service["tam"] == {
        "names": ["Tam"],
        "replies": 1,
        "advisories_discussed": 1,
        "advisories_done": 0,
        "services_completed": 0,
    }
    resources = data["resources"]
    assert (resources["total"], resources["previous_total"], resources["change"]) == (7, 4, 3)
    assert resources["created"] == 2
    assert [(row["key"], row["count"], row["change"]) for row in resources["by_type"]] == [
        ("ecs", 5, 1),
        ("rds", 2, 2),
    ]
    cpu = next(row for row in resources["load"]["metrics"] if row["metric"] == "cpu")
    assert cpu == {"metric": "cpu", "instances": 3, "average": "37.2", "peak": "99.0", "p95": "58.1"}
    assert [one["name"] for one in resources["load"]["busiest"]] == ["web-2", "web-3", "web-1"]
    security = data["security"]
    assert (security["iam"]["users"], security["iam"]["without_mfa"], security["buckets"]["public"]) == (2, 1, 1)
    assert security["ddos"] == {"addresses": 1, "blocked": 1, "cleaned": 12, "diverted": 3}
    assert (security["waf"]["attacks"], security["waf"]["previous_attacks"]) == (900, 600)
    consumption = data["consumption_trend"]
    total = sum(Decimal(str(item["amount"])) for item in CONSUMPTION)
    assert (consumption["total"], total) == ("61000.00", Decimal("61000.00"))
    assert (consumption["previous_total"], consumption["change"], consumption["change_rate"]) == (
        "30500.00",
        "30500.00",
        "1.0000",
    )
    assert keyed(consumption["by_product"], "change") == {
        "ecs": "12000.50",
        "rds": "18000.00",
        "Search appliance": "999.50",
        "obs": "-500.00",
    }
    assert [month["month"] for month in consumption["months"]] == ["2026-10", "2026-11"]


def test_what_a_busy_month_recommends_and_shows_first(busy):
    data = data_of(made(busy))
    advised = {each["rule"]: each for each in data["recommendations"]["recommendations"]}
    assert list(advised) == [
        "idle_instances",
        "overloaded",
        "packet_loss",
        "stopped_instances",
        "single_zone",
        "repeated_tickets",
        "quota_unused",
        "without_mfa",
        "audit_log_off",
        "open_groups",
        "public_buckets",
        "waf_rising",
        "consumption_rising",
    ]
    assert advised["overloaded"]["evidence_lines"] == ["web-2 (i-2): CPU 91.25 %"]
    assert advised["repeated_tickets"]["evidence_lines"] == ["Relational Database Service (RDS): 4 tickets"]
    assert advised["audit_log_off"]["evidence_lines"] == ["CN East-Shanghai1"]
    assert advised["waf_rising"]["evidence_lines"] == ["900 attacks, 600 in the month before"]
    overview = data["overview"]
    assert {name: overview[name] for name in ("tickets", "solved", "csat", "instances", "attacks_blocked")} == {
        "tickets": 7,
        "solved": 4,
        "csat": "4.00",
        "instances": 7,
        "attacks_blocked": 880,
    }
    assert (overview["consumption"], overview["recommendations"], overview["not_collected"]) == ("61000.00", 13, [])


def test_who_joined_in_the_middle_without_tickets_and_feeds_is_told_so(people, enterprise):
    orbit = enterprise(people.orbit, since="2026-11-18T15:00")
    report = made(orbit)
    assert (report.first_day.isoformat(), report.last_day.isoformat()) == ("2026-11-18", "2026-11-30")
    data = data_of(report)
    assert data["service_tickets"]["total"] == count(orbit) == 0
    assert data["overview"]["no_tickets"] is data["overview"]["joined_late"] is True
    assert data["overview"]["not_collected"] == ["resources", "load", "security", "consumption"]
    assert (data["resources"]["collected"], data["security"], data["resources"]["load"]) == (
        False,
        {"collected": False},
        {"collected": False},
    )
    assert data["consumption_trend"] == {"collected": False, "currency": "CNY", "months": []}
    assert data["recommendations"]["recommendations"] == []
    said = "\n".join(sentences(report))
    assert "The plan was held from 18 Nov 2026 to 30 Nov 2026: the report is about these days." in said
    assert "No ticket was filed from 18 Nov 2026 to 30 Nov 2026." in said
    assert said.count("had not arrived when the report was made") == 8


def sentences(report) -> list[str]:
    """The notes of the page and the PDF."""
    from care.reports.reading import view_of

    with tenancy.organization(report.organization_id):
        view = view_of(report)
    return [block.text for section in view.sections for block in section.blocks if block.type == "note"]


def test_who_left_in_the_middle_has_a_report_until_then(people, enterprise):
    vega = cast.organization("vega", language="zh-hans")
    owner = cast.person("owner@vega.example", vega, "owner")
    enterprise(vega)
    tell(vega, owner, people.engineer)
    leave(vega, "2026-11-03T16:00")
    feed(vega, load=None)
    report = made(vega)
    assert (report.first_day.isoformat(), report.last_day.isoformat()) == ("2026-11-01", "2026-11-03")
    data = data_of(report)
    until = "created_at < '2026-11-04 00:00+08'"
    assert data["service_tickets"]["total"] == count(vega, more=until) == 4
    assert data["service_tickets"]["solved"] == count(vega, "resolved_at", "resolved_at < '2026-11-04 00:00+08'") == 3
    assert (data["overview"]["left_early"], data["service_summary"]["plan"]["tier"]) == (True, "enterprise")
    assert data["overview"]["not_collected"] == ["load"]
    assert data["resources"]["load"] == {"collected": False}
    assert report.language == "zh-hans"


def test_a_very_large_month_is_counted_whole_and_listed_in_part(people, enterprise):
    acme = enterprise(people.acme)
    template = file(acme, people.owner, beijing("2026-11-02T09:00"), product="ecs")
    columns = ", ".join(
        field.column for field in Ticket._meta.concrete_fields if field.column not in ("id", "number", "created_at")
    )
    with tenancy.everything(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO tickets_ticket (number, created_at, {columns}) "
            f"SELECT 'T-L-' || n, created_at + n * interval '20 seconds', {columns} "
            "FROM tickets_ticket, generate_series(1, 20000) AS n WHERE id = %s",
            [template.pk],
        )
    tickets = data_of(made(acme))["service_tickets"]
    assert tickets["total"] == count(acme) == 20_001
    assert (tickets["listed"], len(tickets["tickets"]), tickets["is_capped"]) == (200, 200, True)
    assert keyed(tickets["by_product"]) == {"ecs": 20_001}


def test_quotas_are_told_as_they_stood_when_the_month_ended(people, enterprise):
    acme = enterprise(people.acme)
    plan()
    entry = {
        "organization": acme,
        "code": "escort_basic",
        "period_start": "2026-01-01",
        "kind": "use",
        "reason": "booked",
    }
    with tenancy.everything():
        QuotaCounter.objects.create(organization=acme, code="escort_basic", period_start="2026-01-01", used=3)
        for quantity, moment in ((-1, "2026-11-30T23:59"), (-2, "2026-12-01T00:00")):
            QuotaEntry.objects.create(**entry, quantity=quantity, at=beijing(moment), by=people.owner)
    quotas = {quota["code"]: quota for quota in data_of(made(acme))["service_summary"]["quotas"]}
    assert [quotas["escort_basic"][name] for name in ("allowance", "used", "remaining")] == [3, 1, 2]


def test_a_report_is_made_again_and_what_people_wrote_stays(people, enterprise):
    acme = enterprise(people.acme)
    feed(acme)
    report = made(acme)
    with tenancy.everything():
        rows = {row.rule: row for row in report.recommendations.all()}
        kept = rows["idle_instances"]
        kept.text, kept.edited_by = "As we said on the phone.", people.tam
        kept.save()
    feed(acme, security=[], load=[{"id": "i-9", "cpu": {"p95": 95}}])
    again = made(acme)
    with tenancy.everything():
        rows = {row.rule: row.text for row in again.recommendations.all()}
    assert rows["idle_instances"] == "As we said on the phone."
    assert "without_mfa" not in rows
    assert rows["overloaded"].startswith("1 instance works above 80 %")
    assert again.pk == report.pk


def test_a_month_that_is_not_over_has_no_report_yet(people, enterprise):
    enterprise(people.acme)
    plan()
    report = report_of(people.acme)
    with clock.at(beijing("2026-11-30T23:59")):
        assert making.make(report.pk, at=clock.now()) is False
    assert report_of(people.acme).status == "scheduled"
