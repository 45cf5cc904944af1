"""Pages of reports: what an organization reads and chooses, what the desk edits, makes again, releases and leaves out."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from care.models import MonthlyReport, ReportFeed, ReportMail
from care.reports import access, desk_lists, sending
from common import clock, tenancy
from common.models import AuditEntry
from tests.care.report_stage import DUE, MADE, enterprise, feed, made, plan, report_of
from tests.cast import browser_of
from tests.tickets.conftest import catalogue

__all__ = ["catalogue", "enterprise"]
OWN, DESK = "/o/acme/reports", "/desk/reports/acme/2026-11"


def page(person, path: str, at: datetime = MADE, **data: Any):
    """GET, or POST where there is `data`."""
    with clock.at(at):
        browser = browser_of(person)
        return browser.post(path, data) if data else browser.get(path)


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def post(person, path: str, expected: int = 303, at: datetime = MADE, **data: Any):
    answer = page(person, path, at, **(data or {"nothing": ""}))
    assert answer.status_code == expected, answer.content.decode()[:2000]
    return answer


@pytest.fixture
def report(people, enterprise) -> MonthlyReport:
    """Acme's of November, made with three of the four feeds."""
    enterprise(people.acme)
    plan()
    feed(people.acme, security=None)
    return made(people.acme)


def advised(report: MonthlyReport) -> list[tuple[str, bool]]:
    with tenancy.everything():
        return [(row.rule or row.text, row.left_out) for row in access.recommendations_of(report)]


def release(report: MonthlyReport, people) -> None:
    with tenancy.everything(), clock.at(MADE):
        sending.release(report=report, at=MADE, by=people.tam)


# ---- an organization's own ------------------------------------------------------------------------------------------


def test_a_report_is_hidden_until_it_is_sent_and_then_has_sections_charts_and_files(people, report):
    archive = text_of(page(people.viewer, OWN))
    assert "November 2026" in archive
    assert "10 Dec 2026" in archive
    assert "Scheduled" in archive
    assert "Ready for review" not in archive
    waiting = text_of(page(people.viewer, f"{OWN}/2026-11"))
    assert "This report is on its way" in waiting
    assert 'id="section-overview"' not in waiting
    assert page(people.viewer, f"{OWN}/2026-11.pdf").status_code == 409
    release(report, people)
    assert f'href="{OWN}/2026-11"' in text_of(page(people.viewer, OWN))
    shown = text_of(page(people.viewer, f"{OWN}/2026-11"))
    codes = re.findall(r'<section class="card rep-section" id="section-(\w+)"', shown)
    assert codes == [
        "overview",
        "service_summary",
        "resources",
        "service_tickets",
        "security",
        "recommendations",
        "consumption_trend",
    ]
    assert shown.count("data-chart-plot") == shown.count('<details class="chart-figures">') > 0
    assert "Data were not collected for this part: the feed “Security” of the month had not arrived" in shown
    pdf = page(people.viewer, f"{OWN}/2026-11.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    assert page(people.viewer, f"{OWN}/2026-11/tickets.csv")["Content-Type"].startswith("text/csv")


def test_a_month_without_a_report_is_not_found(people, report):
    assert [page(people.viewer, f"{OWN}/{month}").status_code for month in ("2026-10", "2026-13", "x")] == [404] * 3


def test_owners_choose_addresses_and_others_only_see_them(people, report):
    post(people.owner, f"{OWN}/addresses", do="add", address=" CIO@acme.example ")
    people.acme.refresh_from_db()
    assert people.acme.report_addresses == ["cio@acme.example"]
    for wrong, sentence in (
        ("cio@acme.example", "This address is listed already."),
        ("nobody", "This is not an e-mail address."),
        ("support@acme.example", "Reports go to the registered mailbox anyway."),
    ):
        assert sentence in text_of(post(people.owner, f"{OWN}/addresses", 400, do="add", address=wrong))
    post(people.member, f"{OWN}/addresses", 403, do="remove", address="cio@acme.example")
    assert "One address more" not in text_of(page(people.member, OWN))
    people.acme.refresh_from_db()
    assert people.acme.report_addresses == ["cio@acme.example"]
    post(people.owner, f"{OWN}/addresses", do="remove", address="cio@acme.example")
    people.acme.refresh_from_db()
    assert people.acme.report_addresses == []


def test_who_has_no_reports_reads_why(people, enterprise):
    assert "Your plan has no monthly service report" in text_of(page(people.viewer, OWN))
    enterprise(people.pine, tier="premium")
    announced = text_of(page(people.partner_owner, "/o/pine/reports"))
    assert "Coming soon" in announced
    assert "What is collected" not in announced
    enterprise(people.acme)
    included = text_of(page(people.viewer, OWN))
    assert "Your first report is on its way" in included
    assert "They are deleted as soon as it is sent" in included
    post(people.tam, "/desk/report-exclusions", organization="acme", reason="poc")
    assert "the organization is a proof of concept" in text_of(page(people.viewer, OWN))


# ---- the desk -------------------------------------------------------------------------------------------------------


def test_the_months_list_marks_missing_feeds_and_what_nobody_edited(people, report):
    shown = text_of(page(people.lead, "/desk/reports?month=2026-11"))
    assert "Acme" in shown
    assert "unedited" in shown
    assert re.findall(r"</svg> (Security|Load|Resources|Consumption)</span>", shown) == ["Security"]
    assert "No report of your organizations" in text_of(page(people.tam, "/desk/reports?month=2026-11"))
    assert "Acme" in text_of(page(people.tam, "/desk/reports?month=2026-11&whose=all&status=ready"))
    assert "No report of this month fits" in text_of(
        page(people.tam, "/desk/reports?month=2026-11&whose=all&status=sent")
    )


def test_a_manager_edits_adds_orders_and_leaves_out(people, report):
    rules = [name for name, _out in advised(report)]
    first, second = rules[:2]
    with tenancy.everything():
        rows = {row.rule: row for row in access.recommendations_of(report)}
    post(people.tam, f"{DESK}/foreword", foreword="A calm month.")
    post(people.tam, f"{DESK}/recommendations", text="Move the database.")
    address = f"{DESK}/recommendations/{rows[first].pk}"
    moved = post(people.tam, address, do="down", text="Turn them off.")
    assert moved["Location"] == f"{DESK}?moved={rows[first].pk}-down"
    assert re.search(r'value="down"[^>]* autofocus', text_of(page(people.tam, moved["Location"])))
    post(people.tam, f"{DESK}/recommendations/{rows[second].pk}", do="leave_out", text=rows[second].text)
    expected = [(second, True), (first, False), *((name, False) for name in rules[2:]), ("Move the database.", False)]
    assert advised(report) == expected
    assert "Use 1 to 1000 characters." in text_of(post(people.tam, address, 400, do="save", text=" "))
    shown = text_of(page(people.tam, DESK))
    preview = shown[shown.index("As the organization will read it") :]
    assert "A calm month." in preview
    assert "Turn them off." in preview
    assert rows[second].text not in preview
    post(people.tam, f"{DESK}/again")
    assert advised(report) == expected
    assert report_of(people.acme).foreword == "A calm month."
    with tenancy.everything():
        assert AuditEntry.objects.filter(action="report.made_again", organization_id=people.acme.pk).count() == 1


def test_releasing_wants_a_confirmation_and_happens_once(people, report):
    assert "Send to 1 address" in text_of(page(people.tam, DESK))
    assert "Confirm that you have looked" in text_of(post(people.tam, f"{DESK}/release", 400))
    assert report_of(people.acme).status == "ready"
    post(people.lead, f"{DESK}/release", 403, confirmed="1")
    post(people.tam, f"{DESK}/release", confirmed="1")
    assert report_of(people.acme).status == "sent"
    post(people.tam, f"{DESK}/release", 409, confirmed="1")
    for step, data in (("foreword", {"foreword": "x"}), ("recommendations", {"text": "x"}), ("again", {})):
        post(people.tam, f"{DESK}/{step}", 409, **data)
    with tenancy.everything():
        assert ReportMail.objects.filter(report=report).count() == 1
    shown = text_of(page(people.tam, DESK))
    assert "waits for the mail server" in shown
    assert "Its feeds were deleted" in shown
    assert "Missing then:" in shown


def test_a_running_month_is_neither_made_nor_released_by_hand(people, enterprise):
    enterprise(people.acme)
    plan()
    early = MADE.replace(month=11, day=20)
    assert "The month is not over yet" in text_of(page(people.tam, DESK, early))
    post(people.tam, f"{DESK}/again", 409, early)
    post(people.tam, f"{DESK}/release", 409, early, confirmed="1")
    assert report_of(people.acme).status == "scheduled"


def test_exclusions_are_set_changed_and_lifted_with_who_and_when(people, report):
    wrong = text_of(post(people.tam, "/desk/report-exclusions", 400, organization="nowhere", reason="poc"))
    assert "There is no such organization." in wrong
    post(people.tam, "/desk/report-exclusions", organization="acme", reason="dedicated_cloud", note="Asked in May")
    shown = text_of(page(people.lead, "/desk/report-exclusions"))
    assert "Dedicated cloud" in shown
    assert "Asked in May" in shown
    assert "Make reports again" not in shown
    assert "the organization runs in a dedicated cloud" in text_of(page(people.viewer, f"{OWN}/2026-11"))
    with tenancy.everything():
        assert not ReportFeed.objects.filter(organization=people.acme).exists()
    post(people.tam, "/desk/report-exclusions/acme/lift")
    assert report_of(people.acme).status == "scheduled"


def test_operators_see_what_arrived_and_nothing_of_what_it_holds(people, report):
    shown = text_of(page(people.billing_operator, "/desk/feeds?month=2026-11"))
    assert "7 items" in shown
    assert shown.count("missing</span>") == 1
    assert "web-1" not in shown
    assert page(people.tam, "/desk/feeds").status_code == 403
    release(report, people)
    after = text_of(page(people.billing_operator, "/desk/feeds?month=2026-11", DUE))
    assert after.count("deleted</span>") == 3


def test_what_is_made_and_unedited_waits_for_its_manager(people, report):
    with tenancy.everything():
        assert [one.pk for one in desk_lists.to_look_through([people.acme.pk])[people.acme.pk]] == [report.pk]
    post(people.tam, f"{DESK}/foreword", foreword="Looked through.")
    with tenancy.everything():
        assert desk_lists.to_look_through([people.acme.pk]) == {}
