"""An organization's tickets as CSV: for people on the page, for programs by the API (spec page 4.5)."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import clock, tenancy
from tests.tickets.conftest import NOON, at, file, reply
from tickets.conversation import note
from tickets.exports import ticket_list

API, PAGE = "/api/v1/orgs/orbit/tickets.csv", "/o/orbit/tickets/export.csv"
LATER = at("2026-11-24 18:00")


@pytest.fixture(autouse=True)
def _later():
    with clock.at(LATER):
        yield


@pytest.fixture
def tickets(plans):
    first = file(plans.orbit, plans.outsider, subject="=cmd|' /C calc'!A0", product="rds")
    with tenancy.everything():
        note(ticket=first, by=plans.engineer, body="Keep this inside.", at=NOON)
    second = file(plans.orbit, plans.outsider, at("2026-11-24 13:00"), subject="磁盘满了", severity="guidance")
    reply(second, plans.engineer, at("2026-11-24 13:10"), then="resolve")
    return first, second


def rows(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_programs_get_field_names_and_codes(plans, tickets, api):
    answer = api(plans.outsider).get(API)
    assert answer["Content-Disposition"] == 'attachment; filename="tickets-orbit-2026-11-24.csv"'
    second, first = rows(answer)
    assert (first["number"], second["number"]) == (tickets[0].number, tickets[1].number)
    wanted = {
        "subject": "'=cmd|' /C calc'!A0",
        "kind": "technical",
        "severity": "production_impaired",
        "status": "open",
        "product": "rds",
        "region": "cn-north-4",
        "tier": "business",
        "channel": "portal",
        "reporter": "Owner",
        "assignee": "",
        "created_at": "2026-11-24T12:00:00+08:00",
        "response_due_at": "2026-11-24T15:00:00+08:00",
        "response_state": "breached",
        "first_reply_at": "",
        "satisfaction": "",
    }
    assert {name: first[name] for name in wanted} == wanted
    assert (second["status"], second["response_state"]) == ("resolved", "met")
    assert second["url"].endswith(f"/o/orbit/tickets/{tickets[1].number}")


def test_people_get_names_in_their_language(plans, tickets, browse):
    second, first = rows(browse(plans.outsider).get(PAGE))
    assert first["Severity"] == "Production system impaired"
    assert (first["Status"], first["Answer"], second["Status"]) == ("Open", "Breached", "Resolved")
    assert second["Subject"] == "磁盘满了"
    chinese = browse(plans.outsider, **{"Accept-Language": "zh-Hans"}).get(PAGE)
    assert "生产系统异常" in rows(chinese)[1].values()


def test_the_filters_of_the_list_apply(plans, tickets, browse, api):
    assert [row["Subject"] for row in rows(browse(plans.outsider).get(PAGE, {"status": "finished"}))] == ["磁盘满了"]
    assert [row["Subject"] for row in rows(browse(plans.outsider).get(PAGE, {"q": "磁盘"}))] == ["磁盘满了"]
    assert [row["status"] for row in rows(api(plans.outsider).get(API, {"product": "rds"}))] == ["open"]
    assert rows(api(plans.outsider).get(API, {"created_after": "2026-11-25"})) == []
    wrong = api(plans.outsider).get(API, {"status": "lost", "created_after": "soon"})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["status"])


def test_only_ones_own_tickets_are_in_it_and_nothing_of_the_desk(plans, tickets, api):
    mine = file(plans.acme, plans.member)
    assert [row["number"] for row in rows(api(plans.viewer).get("/api/v1/orgs/acme/tickets.csv"))] == [mine.number]
    assert api(plans.member).get(API).status_code == 404
    assert api().get(API).status_code == 401
    text = b"".join(api(plans.outsider).get(API).streaming_content).decode()
    assert "Keep this inside" not in text


def test_parts_cost_one_statement_each_and_leave_nothing_out(plans, tickets, browse, monkeypatch):
    numbers = [file(plans.orbit, plans.outsider, LATER).number for _ in range(5)]
    browser = browse(plans.outsider)

    def statements() -> tuple[int, list[str]]:
        answer = browser.get(PAGE)
        with CaptureQueriesContext(connection) as caught:
            found = rows(answer)
        reads = [query for query in caught if 'FROM "tickets_ticket"' in query["sql"]]
        return len(reads), [row["Number"] for row in found]

    expected = [*reversed(numbers), tickets[1].number, tickets[0].number]
    assert statements() == (1, expected)
    monkeypatch.setattr(ticket_list, "OF_A_PART", 3)
    assert statements() == (3, expected)


def test_the_list_page_leads_to_its_file(plans, tickets, browse):
    html = browse(plans.outsider).get("/o/orbit/tickets", {"status": "finished"}).content.decode()
    assert f'href="{PAGE}?status=finished" download' in html
    assert "Export these tickets (CSV)" in html
