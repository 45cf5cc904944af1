"""The lead's page and an organization's own: who sees them, what stands in them, what can be saved."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from common import clock
from tests.tickets.conftest import NOON, file, reply
from tests.tickets.desk_browser import _at_noon, budget, catch, desk  # noqa: F401
from tickets.compliance.period import choices

LEAD = "/desk/lead"


@pytest.fixture
def answered(plans):
    """One first answer in time and one late, of Production down on the business tier."""
    for minutes in (5, 50):
        ticket = file(plans.orbit, plans.outsider, NOON - timedelta(hours=2), severity="production_down", product="ecs")
        reply(ticket, plans.engineer, NOON - timedelta(hours=2) + timedelta(minutes=minutes))


def saved(client, path: str) -> list[list[str]]:
    answer = client.get(path)
    assert answer.status_code == 200, answer
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


@pytest.mark.parametrize("path", [LEAD, f"{LEAD}/now", f"{LEAD}/figures?by=tier"])
def test_the_leads_page_is_for_who_may_read_the_settings_of_the_desk(desk, people, path):
    for person in (people.lead, people.admin, people.engineer, people.tam):
        assert desk(person).get(path).status_code == 200
    assert desk(people.billing_operator).get(path).status_code == 403
    assert desk(people.owner).get(path).status_code == 404


def test_the_present_is_on_the_page_and_figures_are_asked_for(desk, people, answered):
    page = desk(people.lead).get(LEAD).content.decode()
    assert "Open tickets by severity" in page
    assert "Open tickets by engineer" in page
    assert page.count("/desk/lead/figures?by=") == 6
    assert "by=tier&amp;from=2026-11-01&amp;to=2026-11-24" in page


def test_only_leads_and_administrators_have_it_in_their_navigation(desk, people):
    assert f'href="{LEAD}"' in desk(people.lead).get("/desk/").content.decode()
    assert f'href="{LEAD}"' not in desk(people.engineer).get("/desk/").content.decode()


@pytest.mark.parametrize(
    ("by", "name"), [("tier", "Business"), ("severity", "Production down"), ("product", "ECS"), ("month", "Nov 2026")]
)
def test_each_breakdown_has_its_picture_and_its_figures(desk, people, answered, by, name):
    part = desk(people.lead).get(f"{LEAD}/figures?by={by}").content.decode()
    assert name.lower() in part.lower()
    assert "50 %" in part
    assert "27 min" in part
    assert "data-chart-plot" in part
    assert f"/desk/lead/export?by={by}" in part


def test_the_summary_has_the_period_in_four_figures(desk, people, answered):
    part = desk(people.lead).get(f"{LEAD}/figures?by=all").content.decode()
    assert "1 of 2" in part
    assert "–" in part  # no next answer was owed


def test_an_empty_period_says_what_to_do(desk, people):
    for by in ("tier", "month"):
        assert "Choose other days" in desk(people.lead).get(f"{LEAD}/figures?by={by}").content.decode()
    assert "Nobody has rated" in desk(people.lead).get(f"{LEAD}/figures?by=satisfaction").content.decode()
    assert "Nothing is open" in desk(people.lead).get(LEAD).content.decode()


@pytest.mark.parametrize("path", [f"{LEAD}/figures?by=mood", f"{LEAD}/export?by=mood", f"{LEAD}/export?by=all"])
def test_an_unknown_breakdown_is_not_found(desk, people, path):
    assert desk(people.lead).get(path).status_code == 404


@pytest.mark.parametrize("query", ["from=soon", "from=2026-12-01&to=2026-11-01", "from=2020-01-01&to=2026-11-01"])
def test_days_that_cannot_be_are_named_and_this_month_is_shown(desk, people, query):
    answer = desk(people.lead).get(f"{LEAD}?{query}")
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "Shown instead" in page
    assert 'name="from" value="2026-11-01"' in page
    assert 'name="to" value="2026-11-24"' in page


def test_the_periods_of_one_click():
    january = NOON.date().replace(month=1, day=5)
    assert [(one.since.isoformat(), one.until.isoformat()) for one in choices(january)] == [
        ("2026-01-01", "2026-01-05"),
        ("2025-12-01", "2025-12-31"),
        ("2026-01-01", "2026-01-05"),
        ("2025-02-01", "2026-01-05"),
    ]
    assert choices(NOON.date())[2].since.isoformat() == "2026-10-01"


def test_figures_are_saved_as_they_are_shown(desk, people, answered):
    header, *rows = saved(desk(people.lead), f"{LEAD}/export?by=tier")
    assert header[3:] == ["Owed", "In time", "Late", "Share in time", "Median, minutes", "90 % within, minutes"]
    assert rows == [["Business", "business", "First answer", "2", "1", "1", "0.5000", "27.5", "45.5"]]


@pytest.mark.parametrize(
    ("by", "rows"), [("open", 5), ("backlog", 5), ("load", 3), ("satisfaction", 1), ("organization", 1)]
)
def test_everything_else_can_be_saved_too(desk, people, answered, by, rows):
    header, *found = saved(desk(people.lead), f"{LEAD}/export?by={by}")
    assert len(found) == rows
    assert all(len(row) == len(header) for row in found)


def test_the_leads_page_costs_few_statements_whatever_lies_on_the_desk(desk, people, plans, catch):
    assert budget(desk(people.lead), LEAD, catch) <= 6
    for _number in range(5):
        file(plans.orbit, plans.outsider, NOON)
    assert budget(desk(people.lead), LEAD, catch) <= 6
    for by in ("all", "month", "satisfaction"):
        assert budget(desk(people.lead), f"{LEAD}/figures?by={by}", catch) <= 3


def test_an_organization_sees_how_it_was_answered_and_no_other(desk, people, answered):
    own = desk(people.outsider)
    page = own.get("/o/orbit/compliance").content.decode()
    assert "1 of 2" in page
    assert "Answers in time by month" in page
    assert "by end customer" not in page
    assert own.get("/o/pine/compliance").status_code == 404
    assert "No answer was owed in this period" in desk(people.partner_owner).get("/o/pine/compliance").content.decode()
    assert '/o/orbit/compliance"' in own.get("/o/orbit/tickets").content.decode()


def test_a_partner_sees_answers_by_end_customer(desk, people, plans):
    ticket = file(plans.pine, plans.partner_owner, NOON, severity="guidance")
    with clock.at(NOON + timedelta(minutes=5)):
        reply(ticket, plans.engineer, NOON + timedelta(minutes=4))
        partner = desk(people.partner_member)
        assert "Answers in time by end customer" in partner.get("/o/pine/compliance").content.decode()
        header, row = saved(partner, "/o/pine/compliance/export?by=end_customer")
    assert row[:3] == ["No end customer", "none", "First answer"]
    assert len(row) == len(header)
    assert desk(people.outsider).get("/o/orbit/compliance/export?by=end_customer").status_code == 404


def test_an_own_page_costs_the_same_however_many_tickets_there_are(desk, people, plans, catch, answered):
    few = budget(desk(people.outsider), "/o/orbit/compliance", catch)
    for _number in range(4):
        file(plans.orbit, plans.outsider, NOON)
    assert budget(desk(people.outsider), "/o/orbit/compliance", catch) == few <= 10
