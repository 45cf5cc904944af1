"""The spending page and what the home page says about money: exact figures, in words."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest

from billing.models import Budget
from billing.usage import spending
from billing.usage.days import usage_of_month
from common import clock, tenancy
from common.beijing import Month
from supportplans.entitlements import entitlements
from tests import cast
from tests.billing.documents_on_record import credit, line, put
from tests.billing.months import (
    DECEMBER,
    FIRST_OF_DECEMBER,
    NOVEMBER,
    beijing,
    documents,
    hold,
    load,
    settle,
    upgrade,
    used,
)

SPENDING = "/o/acme/spending"
PACK = {"tickets": 10, "price": "1000.00"}
MIDDLE = beijing("2026-11-11T12:00")
PAID_DECEMBER = date(2026, 12, 5)


@pytest.fixture
def plans(people, catalogue):
    """acme: developer until 10 November, business from then on (the specification's worked example)."""
    upgrade(people.acme, "developer", "business", "2026-10-20T10:00", "2026-11-10T15:00")
    load(
        used(people.acme, "100.00", date(2026, 11, 1), 10),
        used(people.acme, "5000.00", date(2026, 11, 11), 20),
        used(people.acme, "77.00", date(2026, 11, 3), category="marketplace"),
    )
    return people


def text_of(answer) -> str:
    html = re.sub(r"</?time[^>]*>", "", answer.content.decode())
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def page(person, address: str = SPENDING, *, at=FIRST_OF_DECEMBER) -> str:
    with clock.at(at):
        answer = cast.browser_of(person).get(address)
    assert answer.status_code == 200
    return text_of(answer)


def test_a_settled_month_is_explained_segment_by_segment(plans):
    settle()
    text = page(plans.owner, f"{SPENDING}?month=2026-11")
    for words in (
        "Settlement of November 2026 ¥8,612.54 INV-2026-000001",
        "Developer 10 ¥1,000.00 ¥30.00 ¥66.67 ¥0.00",
        "Business 20 ¥100,000.00 ¥9,079.21 ¥466.67 ¥8,612.54",
        "Together ¥8,612.54",
        "The usage of the whole month on days with a paid plan, ¥101,000.00, picks the rates.",
        "¥0.00 10 % ¥70,000.00 ¥7,000.00 ¥70,000.00 7 % ¥31,000.00 ¥2,170.00",
        "¥9,170.00 × ¥100,000.00 / ¥101,000.00 = ¥9,079.21, less ¥466.67 included: ¥8,612.54.",
    ):
        assert words in text, (words, text)


def test_late_usage_is_explained_in_both_months(plans):
    settle()
    load(used(plans.acme, "1000.00", date(2026, 11, 20)), at=beijing("2026-12-10T09:00"))
    settle(DECEMBER)
    (adjusted,) = documents(plans.acme)[1:]
    after = beijing("2027-01-02T09:00")
    december = page(plans.owner, f"{SPENDING}?month=2026-12", at=after)
    assert f"November 2026 computed again, with usage that was reported later ¥{adjusted.total}" in december
    november = page(plans.owner, f"{SPENDING}?month=2026-11", at=after)
    assert f"changed this month by ¥{adjusted.total}: settled with December 2026." in november


def test_usage_is_shown_by_day_and_product_counted_or_not(plans):
    text = page(plans.owner, f"{SPENDING}?month=2026-11")
    assert "Elastic Cloud Server (ECS) ¥101,000.00 ¥77.00" in text
    assert "3 Nov ¥100.00 ¥77.00" in text, "the table beside the chart"
    with tenancy.organization(plans.acme.pk):
        picture = spending.usage_picture(
            usage_of_month(plans.acme, NOVEMBER), entitlements(plans.acme, FIRST_OF_DECEMBER).catalogue
        )
    assert [(one.name, sum(one.values)) for one in picture.chart.series] == [
        ("Elastic Cloud Server (ECS)", Decimal("101000.00")),
        ("Does not count", Decimal("77.00")),
    ]
    assert len(picture.chart.x) == 30


def test_small_products_are_one_colour(plans):
    rows = [row._replace(product=f"p{n}") for n in range(7) for row in used(plans.acme, 10 + n, date(2026, 12, 1))]
    load(rows)
    with tenancy.organization(plans.acme.pk):
        picture = spending.usage_picture(
            usage_of_month(plans.acme, DECEMBER), entitlements(plans.acme, FIRST_OF_DECEMBER).catalogue
        )
    assert [(one.name, str(sum(one.values))) for one in picture.chart.series] == [
        ("p6", "16.00"),
        ("p5", "15.00"),
        ("p4", "14.00"),
        ("p3", "13.00"),
        ("Other products", "33.00"),
    ]


def test_what_was_invoiced_by_month_is_net_of_credit_notes_and_by_kind(people, catalogue):
    fee = {"tier": {"en": "Business", "zh": "商业级"}, "month": "2026-11", "days": 20, "usage": "1", "gross": "1"}
    plan = put(people.acme, line("700.00"))
    put(people.acme, line("2000.00", "ticket_pack", PACK), number="INV-2026-000002")
    put(people.acme, line("8612.54", "incremental_fee", fee), number="INV-2026-000003", issued_on=PAID_DECEMBER)
    note = credit(plan, "233.33")
    with tenancy.everything():
        note.issued_on = PAID_DECEMBER
        note.save(update_fields=["issued_on"])
    with tenancy.organization(people.acme.pk):
        months = spending.spent_by_month(people.acme, DECEMBER)
    assert len(months) == 12
    assert months[0].month == Month(2026, 1)
    assert [(str(m.month), str(m.plan), str(m.packs), str(m.usage)) for m in months[-2:]] == [
        ("2026-11", "700.00", "2000.00", "0.00"),
        ("2026-12", "-233.33", "0.00", "8612.54"),
    ]
    assert [one.name for one in spending.spending_chart(months).series] == [
        "Plan fees",
        "Ticket packs",
        "Incremental support fee",
    ]


def test_this_month_shows_the_forecast_and_when_it_is_settled(plans):
    text = page(plans.owner, at=MIDDLE)
    assert "November 2026 is settled on 1 Dec 2026 at 02:00 Beijing time." in text
    assert "so far for usage of ¥6,000.00" in text
    assert "expected at the end of the month" in text
    assert "No budget is set." in text


def test_a_budget_is_set_changed_and_removed(plans):
    browser = cast.browser_of(plans.billing)

    def save(amount: str):
        with clock.at(FIRST_OF_DECEMBER - timedelta(hours=3)):
            return browser.post(f"{SPENDING}/budget", {"amount": amount})

    assert save("4900").status_code == 303
    at = FIRST_OF_DECEMBER - timedelta(hours=3)
    assert "175 % of ¥4,900.00 used" in page(plans.owner, at=at)
    for wrong in ("0", "-1", "1.234", "x", "9" * 20):
        refused = save(wrong)
        assert refused.status_code == 400, wrong
        assert 'aria-invalid="true"' in refused.content.decode()
    with tenancy.everything():
        assert [str(budget.amount) for budget in Budget.objects.all()] == ["4900.00"]
    assert save("").status_code == 303
    with tenancy.everything():
        assert not Budget.objects.exists()


def test_who_may_not_buy_sets_no_budget(plans):
    for person in (plans.member, plans.viewer, plans.outsider):
        assert cast.browser_of(person).post(f"{SPENDING}/budget", {"amount": "1"}).status_code in (403, 404)
    with tenancy.everything():
        assert not Budget.objects.exists()
    assert cast.browser_of(plans.viewer).get(SPENDING).status_code == 403


def test_months_are_walked_and_made_up_ones_are_this_one(plans):
    with clock.at(FIRST_OF_DECEMBER):
        html = cast.browser_of(plans.owner).get(f"{SPENDING}?month=2026-11").content.decode()
    assert f'href="{SPENDING}?month=2026-10" rel="prev" aria-label="Earlier: October 2026"' in html
    assert f'href="{SPENDING}?month=2026-12" rel="next" aria-label="Later: December 2026"' in html
    for typed in ("2027-05", "x", "2026-13", "", "0000-01"):
        assert "December 2026 is settled on 1 Jan 2027" in page(plans.owner, f"{SPENDING}?month={typed}")
    oldest = page(plans.owner, f"{SPENDING}?month=2000-01")
    assert "There was no fee to settle for January 2000." in oldest
    assert "No usage in this month" in oldest


def test_a_partner_plan_has_no_fee_that_depends_on_usage(people, catalogue):
    hold(people.pine, "standard", "2026-11-01T10:00", cycle="monthly", family="partner")
    text = page(people.partner_owner, "/o/pine/spending", at=MIDDLE)
    assert "Your plan has no fee that depends on usage this month." in text


def test_the_home_page_says_what_is_to_be_paid_and_by_when(plans):
    settle()
    home = "/o/acme/"
    due = page(plans.owner, home)
    assert "An invoice is to be paid ¥8,612.54 is due on 11 Dec 2026. Pay ¥8,612.54" in due
    overdue = page(plans.owner, home, at=beijing("2026-12-12T00:00"))
    assert "An invoice is overdue ¥8,612.54 was due on 11 Dec 2026." in overdue
    suspended = page(plans.owner, home, at=beijing("2026-12-26T00:00"))
    assert "Your plan is suspended" in suspended
    assert "Pay ¥8,612.54" in suspended
    member = page(plans.member, home, at=beijing("2026-12-26T00:00"))
    assert "Your plan is suspended" in member
    assert "Ask an owner or a billing colleague to pay it." in member
    assert "¥8,612.54" not in member


def test_the_home_page_shows_what_the_month_costs(plans):
    text = page(plans.owner, "/o/acme/", at=MIDDLE)
    assert "incremental fee so far" in text
    assert "expected this month" in text
    assert "incremental fee so far" not in page(plans.member, "/o/acme/", at=MIDDLE)
    assert "Figures as a table" not in page(plans.outsider, "/o/orbit/", at=MIDDLE), "orbit never spent anything"


def test_an_open_invoice_is_paid_on_its_page(plans):
    settle()
    with clock.at(FIRST_OF_DECEMBER):
        browser = cast.browser_of(plans.owner)
        listed = text_of(browser.get("/o/acme/invoices"))
        assert "1 invoice to pay ¥8,612.54" in listed
        shown = text_of(browser.get("/o/acme/invoices/INV-2026-000001"))
        assert "Pay ¥8,612.54" in shown
        assert "Usage of ¥100,000.00 on 20 days: fee ¥9,079.21, less ¥466.67 that the plan includes" in shown
        answer = browser.post("/o/acme/invoices/INV-2026-000001/pay", {"way": "gateway:sandbox"})
        assert answer.status_code == 303
        assert answer["Location"].startswith("/sandbox/payments/P-")
        assert "A payment was started and is not finished." in text_of(browser.get("/o/acme/invoices/INV-2026-000001"))
