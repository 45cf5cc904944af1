"""`/plans/finder`: questions, a suggestion and its reasons in words."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from billing.buying.finder import finder
from supportplans.reader import reader_of
from tests.billing.conftest import NOON


def visit(hx: bool = False, **asked):
    return Client().get("/plans/finder", asked, headers={"HX-Request": "true"} if hx else {})


def shown(person=None, **asked):
    return finder(reader_of(person or AnonymousUser(), "", NOON), asked, "en")


def reasons(told) -> list[tuple[str, bool]]:
    return [(reason.text, reason.is_met) for reason in told.reasons]


def test_a_visitor_is_asked_and_told_why(at_noon):
    answer = visit()
    html = answer.content.decode()
    assert answer.status_code == 200
    assert not re.search(r"\sstyle=|<script>|\son[a-z]+=", html)
    for question in ("How much depends on the system?", "How well do you know the cloud?", "Your budget"):
        assert question in html
    found = shown()
    assert found.suggested.column.tier.code == "developer"
    assert reasons(found.suggested) == [
        ("Answers within 30 min when it is urgent; you want 30 min.", True),
        ("Every fault of production has an answer time that is promised.", True),
    ]
    assert [(told.column.name, told.verdict) for told in found.others] == [
        ("Basic", "misses 2 of your needs"),
        ("Business", "fits too, at a higher price"),
        ("Enterprise", "fits too, at a higher price"),
    ]


def test_too_small_a_budget_is_answered_with_what_it_buys(at_noon):
    found = shown(depends="core", skills="new", budget="¥2,000")
    assert found.suggested.column.tier.code == "enterprise"
    assert reasons(found.suggested)[-1] == ("About ¥100,000.00 a month, ¥98,000.00 over your budget.", False)
    assert found.within_budget.column.tier.code == "developer"
    assert reasons(found.within_budget) == [
        ("Answers within 30 min when it is urgent; you want 30 min.", True),
        ("Does not take the most urgent level, for when the core of your business is down.", False),
        ("No chat group with our engineers, for the many questions of the beginning.", False),
        ("No technical service manager who knows your systems.", False),
        ("About ¥1,500.00 a month, within your budget of ¥2,000.00.", True),
    ]


@pytest.mark.parametrize(
    ("asked", "tier", "sentence"),
    [
        ({"tickets": "30"}, "standard", "30 technical tickets a month; you expect 30."),
        (
            {"tickets": "60"},
            "standard",
            "30 technical tickets a month, and packs for the rest of your 60: 3 a month.",
        ),
        ({"tickets": "60", "answers": "10"}, "premium", "Technical tickets without a limit; you expect 60 a month."),
        ({"partner_type": "technology"}, "basic", "No technical tickets: business questions only."),
    ],
)
def test_partners_are_asked_for_their_tickets(at_noon, asked, tier, sentence):
    found = shown(family="partner", **asked).suggested
    assert found.column.tier.code == tier
    assert sentence in [reason.text for reason in found.reasons]


def test_only_consulting_partners_are_told_a_paid_plan(at_noon):
    found = shown(family="partner", partner_type="reseller")
    assert found.suggested.column.tier.is_base
    assert ("Only for consulting partners.", False) in reasons(found.others[0])


def test_a_partner_s_own_kind_is_chosen(people, at_noon):
    field = shown(people.partner_owner).fields[0]
    assert (field.name, [choice.value for choice in field.choices if choice.is_chosen]) == (
        "partner_type",
        ["consulting"],
    )


def test_speeds_are_those_of_the_catalogue(at_noon):
    (speeds,) = (field for field in shown().fields if field.name == "answers")
    assert [choice.label for choice in speeds.choices] == [
        "within 10 min",
        "within 30 min",
        "within 3 h",
        "within 8 h",
        "within 16 h",
        "a working day is enough",
    ]


def test_who_wants_no_promise_and_tests_only_stays_on_the_free_plan(at_noon):
    found = shown(depends="tests", answers="none")
    assert (found.suggested.column.tier.code, found.suggested.reasons) == ("basic", [])
    assert "You asked for nothing that this plan lacks." in visit(depends="tests", answers="none").content.decode()


def test_a_budget_that_cannot_be_read_is_said_so_and_kept(at_noon):
    answer = visit(budget="plenty")
    assert answer.status_code == 400
    assert "The budget cannot be read" in answer.content.decode()
    assert 'value="plenty"' in answer.content.decode()


@pytest.mark.parametrize("asked", [{"depends": "x", "answers": "7", "skills": "", "scale": "huge", "family": "x"}, {}])
def test_unknown_words_in_the_address_mean_the_default(at_noon, asked):
    assert shown(**asked) == shown()


def test_htmx_gets_the_suggestion_alone(at_noon):
    html = visit(hx=True).content.decode()
    assert html.lstrip().startswith('<div class="calculator-answer" id="suggestion">')
    assert "We suggest Developer" in html


def test_the_suggestion_leads_to_the_calculator_with_the_same_figures(at_noon):
    url = shown().suggested.calculator_url
    assert url == "/plans/calculator?family=customer&tier=developer&cycle=monthly&monthly_usage=50000"
    assert "¥1,500.00" in Client().get(url).content.decode()


def test_the_comparison_leads_to_both(at_noon):
    html = Client().get("/plans?family=partner").content.decode()
    assert "/plans/calculator?family=partner&amp;cycle=monthly" in html
    assert "/plans/finder?family=partner" in html
