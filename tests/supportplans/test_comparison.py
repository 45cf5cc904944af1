from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from common.problems import NotFound
from supportplans import cells, comparison
from supportplans.reader import reader_of
from tests import cast
from tests.supportplans.conftest import START


def table(person=None, organization="", family="", cycle="", language="en"):
    reader = reader_of(person or AnonymousUser(), organization, START)
    return comparison.table(reader, family=family, cycle=cycle, language=language)


def row(shown, label):
    return next(line for section in shown.sections for line in section.rows if line.label == label).cells


def test_a_stranger_sees_the_customers_plans_with_monthly_prices(catalogue):
    shown = table()
    assert (shown.family.code, shown.cycle) == ("customer", "monthly")
    assert [(column.name, str(column.price)) for column in shown.columns] == [
        ("Basic", "0.00"),
        ("Developer", "200.00"),
        ("Business", "700.00"),
        ("Enterprise", "100000.00"),
    ]
    assert [column.choose_url for column in shown.columns] == ["", *["/accounts/signup/"] * 3]
    assert not any(column.is_current for column in shown.columns)


def test_the_switches_lead_to_the_other_family_and_the_yearly_prices(catalogue):
    shown = table(family="partner", cycle="yearly")
    assert [str(column.price) for column in shown.columns] == ["0.00", "50000.00", "200000.00"]
    assert [(link.label, link.is_chosen) for link in shown.families] == [
        ("Support plans", False),
        ("Partner support plans", True),
    ]
    assert shown.cycles[0].url == "/plans?family=partner&cycle=monthly"
    assert shown.eligibility_note == "These plans are for consulting partners."


@pytest.mark.parametrize("word", ["", "staff", "weekly", "<script>"])
def test_unknown_words_in_the_address_show_the_default(catalogue, word):
    shown = table(family=word, cycle=word)
    assert (shown.family.code, shown.cycle) == ("customer", "monthly")


def test_response_times_are_a_scale_and_the_free_tier_speaks_for_all_its_severities(catalogue):
    shown = table()
    basic, developer, business, _enterprise = row(shown, "Core production system down")
    assert (basic.text, basic.rows, basic.label) == ("accepted within 1 working day", 5, "Every severity")
    assert developer == cells.NO
    assert (business.text, business.bar) == ("within 10 min", 69)
    guidance = row(shown, "General guidance")
    assert (guidance[0].kind, guidance[1].text, guidance[1].bar) == ("covered", "within 16 h", 8)


def test_quotas_announcements_and_packs_stand_in_words(catalogue):
    shown = table(family="partner")
    assert [cell.text for cell in row(shown, "Technical tickets")] == ["", "30 a calendar month", "Unlimited"]
    assert row(shown, "Ticket packs")[1].text == "10 more for ¥1,000.00"
    assert [cell.text for cell in row(shown, "Event assurance")] == [
        "",
        "4 natural days a year",
        "8 natural days a year",
    ]
    assert row(shown, "Event assurance")[1].note == "with yearly orders"
    assert row(shown, "Architecture consulting")[1].text == "4 working days a year"
    assert row(shown, "On-site training session")[2].text == "1 a year"
    assert [cell.text for cell in row(shown, "Monthly service report")] == ["", "", "Coming soon"]


def test_usage_fees_are_lines_of_brackets(catalogue):
    lines = row(table(), "Of your monthly cloud usage")
    assert lines[0] == cells.NO
    assert lines[1].lines == ("3 %",)
    assert lines[2].lines == ("10 %", "7 % from ¥70,000.00", "5 % from ¥560,000.00", "3 % from ¥1,750,000.00")


def test_the_longer_the_bar_the_faster_the_answer():
    assert [cells.speed(minutes, 960) for minutes in (960, 480, 180, 30, 10, 1)] == [8, 17, 30, 54, 69, 100]
    assert cells.speed(1, 0) == 100


def test_the_cards_for_narrow_screens_show_what_each_tier_has(catalogue):
    basic, developer, *_more = table().cards
    titles = [title for title, _lines in basic.sections]
    assert "Value-added services" not in titles
    assert dict(basic.highlights)["Fastest answer"].text == "accepted within 1 working day"
    assert dict(developer.highlights)["Fastest answer"].text == "within 30 min"
    assert "Third-party software help" in [label for _title, lines in developer.sections for label, _cell in lines]


def test_an_owner_chooses_a_plan_for_the_own_organization(people, catalogue):
    shown = table(people.owner)
    basic, developer, *_more = shown.columns
    assert (basic.is_current, basic.choose_url) == (True, "")
    assert developer.choose_url == "/o/acme/checkout?action=subscribe&tier=developer&cycle=monthly"
    assert all(not column.choose_url for column in table(people.owner, family="partner").columns)


def test_a_partner_sees_the_partners_plans_first(people, catalogue):
    shown = table(people.partner_owner)
    assert (shown.family.code, shown.eligibility_note) == ("partner", "")
    assert shown.columns[1].choose_url == "/o/pine/checkout?action=subscribe&tier=standard&cycle=monthly"


def test_a_partner_of_another_type_is_told_so_and_cannot_choose(people, catalogue):
    shown = table(people.vendor_owner)
    assert shown.eligibility_note == (
        "Your organization is not a consulting partner, so it cannot subscribe to these plans."
    )
    assert not any(column.choose_url for column in shown.columns)


@pytest.mark.parametrize("who", ["member", "viewer"])
def test_who_may_not_buy_is_told_whom_to_ask(people, catalogue, who):
    shown = table(getattr(people, who))
    assert not any(column.choose_url for column in shown.columns)
    assert shown.columns[1].note == "Ask an owner or a billing person of your organization to buy it."


def test_the_held_tier_is_marked_and_no_second_one_is_offered(people, subscribe):
    subscribe(people.acme, "business")
    shown = table(people.owner)
    assert [column.is_current for column in shown.columns] == [False, False, True, False]
    assert not any(column.choose_url or column.note for column in shown.columns)


def test_staff_compare_without_choosing(people, catalogue):
    assert not any(column.choose_url for column in table(people.engineer).columns)


def test_who_has_several_organizations_looks_for_one_of_them(people, catalogue):
    birch = cast.organization("birch", "partner", "consulting")
    cast.Membership.objects.create(organization=birch, person=people.owner, role="owner", since=START)
    shown = table(people.owner, organization="birch")
    assert shown.columns[1].choose_url.startswith("/o/birch/checkout?")
    assert shown.cycles[1].url == "/plans?family=partner&cycle=yearly&organization=birch"
    with pytest.raises(NotFound):
        table(people.owner, organization="pine")


def test_names_are_in_the_readers_language(catalogue):
    with translation.override("zh-hans"):
        shown = table(language="zh-hans")
    assert [column.name for column in shown.columns] == ["基础级", "开发者级", "商业级", "企业级"]
    assert row(shown, "云上保障护航服务（基础版）")[0] == cells.NO


def test_a_tier_that_accepts_within_two_days_says_so(catalogue):
    tier = replace(catalogue.family("customer").base, accept_within_working_days=2)
    assert cells.target(tier, "critical_down", 960).text == "accepted within 2 working days"
