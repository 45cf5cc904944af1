"""An organization's home: plan, days left, quota, what is due and what waits for its answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from addons.models import QuotaCounter
from common import clock, tenancy
from supportplans.models import Subscription
from tests.tickets.conftest import NOON, act, file, message, own, reply
from tickets import closing, handling

LATER = NOON + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _shortly_after_noon():
    with clock.at(LATER):
        yield


@pytest.fixture
def home(plans):
    """`home(person, slug)` is the page as that person sees it."""

    def load(person, slug) -> str:
        client = Client()
        client.force_login(person)
        answer = client.get(f"/o/{slug}/")
        assert answer.status_code == 200
        return answer.content.decode()

    return load


def use(organization, count: int, packs: int = 0) -> None:
    with tenancy.organization(organization.pk):
        QuotaCounter.objects.create(
            organization=organization,
            code="technical_tickets",
            period_start=NOON.date().replace(day=1),
            used=count,
            packs_granted=packs,
            metered_plan=30,
        )


# ---- the plan -------------------------------------------------------------------------------------------------------


def test_a_paid_plan_shows_its_days_left(home, plans):
    html = home(plans.outsider, "orbit")
    # From 1 November 2026 for a year; on the 24th 342 of 365 days are left.
    assert '<div class="figure-number">342</div>' in html
    assert "Runs until" in html
    assert "31 Oct 2027" in html
    assert html.count('class="term-over"') == 12


def test_a_plan_that_ends_soon_and_does_not_renew_says_so(home, plans):
    with clock.at(NOON.replace(year=2027, month=10, day=26)):
        assert "It does not renew by itself" in home(plans.outsider, "orbit")
        with tenancy.organization(plans.orbit.pk):
            Subscription.objects.filter(organization=plans.orbit).update(auto_renew=True)
        html = home(plans.outsider, "orbit")
    assert "It does not renew by itself" not in html
    assert "then renews by itself" in html


def test_the_free_plan_says_what_the_next_one_brings(home, plans):
    html = home(plans.member, "acme")
    assert "tickets are accepted within 1 working day" in html
    assert "With Developer you would have" in html
    assert "Answers within 30 min when production is down" in html
    assert "Third-party software help" in html
    assert "from ¥200.00 a month" in html
    assert "/plans" in html


def test_a_partner_who_may_not_subscribe_is_pointed_to_sales(home, plans):
    html = home(plans.vendor_owner, "isvsoft")
    assert "Paid plans are for consulting partners." in html
    assert "you would have" not in html


def test_a_suspended_plan_says_what_to_do(home, plans):
    with tenancy.organization(plans.orbit.pk):
        Subscription.objects.filter(organization=plans.orbit).update(suspended_at=NOON)
    html = home(plans.outsider, "orbit")
    assert "Your plan is suspended" in html
    assert 'href="/o/orbit/invoices"' in html


# ---- the quota ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("used", "words"),
    [
        (23, ""),
        (24, "Only 6 left this month."),
        (29, "Only 1 left this month."),
        (30, "All used. A pack of 10 for ¥1,000.00"),
    ],
)
def test_the_quota_warns_at_80_and_100_percent(home, plans, used, words):
    use(plans.pine, used)
    html = home(plans.partner_owner, "pine")
    assert f"Technical tickets: {30 - used} of 30 left" in html
    assert "1 Dec 2026" in html
    assert ('href="/o/pine/checkout?action=buy_pack"' in html) == bool(words)
    assert words in html


def test_who_may_not_buy_is_told_who_can(home, plans):
    use(plans.pine, 30)
    html = home(plans.partner_member, "pine")
    assert "An owner or a billing colleague can buy a pack." in html
    assert "checkout?action=buy_pack" not in html


def test_packs_enlarge_the_gauge(home, plans):
    use(plans.pine, 30, packs=10)
    assert "Technical tickets: 10 of 40 left" in home(plans.partner_owner, "pine")


def test_unlimited_and_not_included_are_shown_as_such(home, plans):
    assert "Technical tickets: unlimited, 0 used" in home(plans.outsider, "orbit")
    assert "Technical tickets: not included" in home(plans.vendor_owner, "isvsoft")


# ---- tickets --------------------------------------------------------------------------------------------------------


def test_open_tickets_come_by_when_the_answer_is_due(home, plans):
    calm = file(plans.orbit, plans.outsider, NOON, severity="guidance", subject="Calm")
    answered = file(plans.orbit, plans.outsider, NOON, severity="critical_down", subject="Answered")
    urgent = file(plans.orbit, plans.outsider, NOON, severity="production_down", subject="Urgent")
    reply(answered, plans.engineer, LATER)
    html = home(plans.outsider, "orbit")
    open_part = html[html.index("open-title") : html.index("activity-title")]
    assert [open_part.index(each.number) for each in (urgent, calm, answered)] == sorted(
        open_part.index(each.number) for each in (urgent, calm, answered)
    )
    assert "in 25 min" in open_part


def test_what_waits_for_the_customer_stands_first_and_apart(home, plans):
    ticket = file(plans.orbit, plans.outsider, NOON)
    reply(ticket, plans.engineer, LATER, then="wait")
    html = home(plans.outsider, "orbit")
    assert html.index("waiting-title") < html.index("open-title")
    assert html[html.index("waiting-title") : html.index("open-title")].count(ticket.number) == 2
    assert "the tickets above wait for you" in html


def test_an_overdue_answer_is_shown_to_the_customer(home, plans):
    file(plans.orbit, plans.outsider, NOON, severity="critical_down")
    with clock.at(NOON + timedelta(minutes=12)):
        assert "overdue by 2 min" in home(plans.outsider, "orbit")


def test_recent_activity_tells_who_did_what(home, plans):
    ticket = file(plans.orbit, plans.outsider, NOON)
    act(handling.claim, ticket, plans.engineer, NOON + timedelta(minutes=1))
    reply(ticket, plans.engineer, NOON + timedelta(minutes=2))
    message(ticket, plans.outsider, NOON + timedelta(minutes=3))
    own(closing.close, ticket, plans.outsider, NOON + timedelta(minutes=4))
    html = home(plans.outsider, "orbit")
    lines = ["Owner closed the ticket", "Owner wrote", "Engineer answered", "Owner filed the ticket"]
    assert [html.index(f'activity-text">{line}') for line in lines] == sorted(
        html.index(f'activity-text">{line}') for line in lines
    )


def test_a_new_organization_is_told_how_to_begin(home, plans):
    html = home(plans.outsider, "orbit")
    assert "No open tickets" in html
    assert html.count('href="/o/orbit/tickets/new"') == 2
    assert "Recent activity" not in html


def test_a_viewer_is_offered_nothing_to_file(home, plans):
    html = home(plans.viewer, "acme")
    assert "/o/acme/tickets/new" not in html
    assert "Tickets of your organization show up here" in html


# ---- who may, and what it costs ------------------------------------------------------------------------------------


def test_another_organizations_home_is_not_there(plans):
    client = Client()
    assert client.get("/o/orbit/").status_code == 302
    client.force_login(plans.owner)
    assert client.get("/o/orbit/").status_code == 404


def test_staff_without_a_part_in_tickets_see_no_tickets(home, plans):
    ticket = file(plans.orbit, plans.outsider, NOON)
    assert ticket.number in home(plans.engineer, "orbit")
    html = home(plans.billing_operator, "orbit")
    assert ticket.number not in html
    assert "Your plan" in html


def test_the_home_asks_the_database_the_same_however_much_happened(plans):
    client = Client()
    client.force_login(plans.outsider)

    def statements() -> list[str]:
        client.get("/o/orbit/")
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/o/orbit/").status_code == 200
        door = ("SAVEPOINT", "RELEASE", "SELECT set_config")
        return [query["sql"] for query in caught if not query["sql"].startswith(door)]

    file(plans.orbit, plans.outsider, NOON)
    few = statements()
    for _ in range(5):
        waits = file(plans.orbit, plans.outsider, NOON)
        reply(waits, plans.engineer, LATER, then="wait")
        file(plans.orbit, plans.outsider, NOON)
    many = statements()
    assert len(few) == len(many) <= 20, many


def test_staff_come_home_to_where_they_may_work(plans):
    client = Client()
    for person, place in ((plans.engineer, "/desk/"), (plans.billing_operator, "/desk/billing/usage-loads")):
        client.force_login(person)
        assert client.get("/home").headers["Location"] == place
        page = client.get(place)
        assert page.status_code == 200
        assert ('href="/desk/"' in page.content.decode()) == (person == plans.engineer)
