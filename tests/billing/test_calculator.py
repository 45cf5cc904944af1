"""`/plans/calculator`: open to everyone, explained line by line, every tier drawn."""

import json
import re
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from billing.buying.calculator import calculator
from billing.pricing.price_estimate import estimate
from supportplans.reader import reader_of
from tests.billing.conftest import NOON

PAGE = "/plans/calculator"


def visit(person=None, hx: bool = False, **asked):
    client = Client()
    if person:
        client.force_login(person)
    return client.get(PAGE, asked, headers={"HX-Request": "true"} if hx else {})


def shown(person=None, **asked):
    return calculator(reader_of(person or AnonymousUser(), "", NOON), asked, "en")


def words(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def test_a_visitor_sees_how_the_price_comes_about(at_noon):
    text = words(visit(tier="business", cycle="yearly", monthly_usage="101000"))
    for line in (
        "¥9,170.00 a month",
        "¥8,400.00 a year, paid in advance, in twelve parts ¥700.00",
        "The rates below on ¥101,000.00 ¥9,170.00",
        "-¥700.00",
        "¥8,470.00",
        "¥70,000.00 to ¥560,000.00 7 % ¥31,000.00 ¥2,170.00",
        "All plans at ¥101,000.00 a month",
    ):
        assert line in text


def test_usage_that_the_base_covers_costs_nothing_more(at_noon):
    text = words(visit(tier="business", monthly_usage="7000"))
    assert "Nothing: the base price covers usage up to ¥7,000.00 a month" in text


def test_the_page_carries_no_inline_code(at_noon):
    html = visit().content.decode()
    assert not re.search(r"\sstyle=|<script>|\son[a-z]+=", html)


def test_htmx_gets_the_answer_alone_and_says_it(at_noon):
    answer = visit(hx=True, tier="developer", monthly_usage="0")
    html = answer.content.decode()
    assert html.lstrip().startswith('<div class="calculator-answer" id="estimate">')
    assert "<html" not in html
    assert "Developer: ¥200.00 a month" in html
    assert "HX-Request" in answer["Vary"]


def test_every_tier_is_drawn_over_the_usage(at_noon):
    html = visit(tier="business", monthly_usage="101000").content.decode()
    found = re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    drawn = json.loads(found[1])
    assert [series["name"] for series in drawn["series"]] == ["Basic", "Developer", "Business", "Enterprise"]
    assert drawn["mark"] == {"name": "Your usage", "at": "101000.00"}
    assert (drawn["x"][0], Decimal(drawn["x"][-1])) == ("0.00", 200_000)


def test_the_chart_goes_through_exact_totals(at_noon):
    page = shown(tier="business", monthly_usage="101000")
    business = page.chart.series[2]
    totals = dict(zip(page.chart.x, business.values, strict=True))
    assert totals[Decimal("7000.00")] == Decimal("700.00")
    assert totals[Decimal("70000.00")] == Decimal("7000.00")
    assert totals[Decimal("101000")] == Decimal("9170.00")
    tabled = [x for x, _values in page.chart.rows()]
    assert Decimal("101000") in tabled
    assert len(tabled) <= 10


def test_partner_tiers_are_compared_by_price(at_noon):
    page = shown(family="partner")
    assert (page.has_usage_fee, page.chosen.tier.code, page.covered) == (False, "standard", None)
    assert (page.chart.kind, list(page.chart.x)) == ("bar", ["Basic", "Standard", "Premium"])
    assert "These plans have no usage fee" in words(visit(family="partner"))


@pytest.mark.parametrize("typed", ["¥101,000.00", "101 000", "１０１０００", "101，000"])
def test_an_amount_may_be_typed_as_people_write_it(at_noon, typed):
    assert shown(monthly_usage=typed).usage == 101_000


@pytest.mark.parametrize("typed", ["", " "])
def test_nothing_typed_is_no_usage(at_noon, typed):
    page = shown(monthly_usage=typed)
    assert (page.usage, page.problem) == (0, "")


@pytest.mark.parametrize("typed", ["much", "-1", "0.001", "NaN", "1e99"])
def test_what_is_no_amount_is_said_so_and_kept(at_noon, typed):
    answer = visit(monthly_usage=typed)
    assert answer.status_code == 400
    assert "Enter an amount of 0 or more" in words(answer)
    assert f'value="{typed}"' in answer.content.decode()


@pytest.mark.parametrize("asked", [{"family": "x", "tier": "x", "cycle": "x"}, {"tier": "premium"}, {}])
def test_unknown_words_in_the_address_show_the_default(at_noon, asked):
    page = shown(**asked)
    assert (page.family, page.chosen.tier.code, page.cycle, page.usage) == ("customer", "business", "monthly", 100_000)


def test_the_largest_amount_has_a_chart(at_noon):
    assert shown(monthly_usage="999999999999.99").chart.x[-1] >= Decimal("999999999999.99")


def test_the_other_family_keeps_the_question(at_noon):
    page = shown(cycle="yearly", monthly_usage="5000")
    assert page.families[1].url == "/plans/calculator?family=partner&cycle=yearly&monthly_usage=5000.00"


def test_an_owner_finds_their_plan_and_the_way_to_checkout(people, buy):
    buy(people.acme, people.owner, "subscribe", tier="developer", cycle="monthly")
    assert shown(people.owner).chosen.tier.code == "developer"
    assert shown(people.outsider).chosen.column.choose_url.startswith("/o/orbit/checkout?action=subscribe")


def test_every_figure_is_the_estimate_of_the_api(at_noon):
    for offer in shown(cycle="yearly", monthly_usage="600000").offers:
        assert offer.estimate == estimate(offer.tier, "yearly", Decimal(600_000))
