import re

import pytest
from django.test import Client

from common import clock, tenancy
from supportplans.models import Subscription
from tests.supportplans.conftest import START


def visit(person, url, **headers):
    client = Client()
    if person:
        client.force_login(person)
    with clock.at(START):
        return client.get(url, headers=headers)


def send(person, url, **fields):
    client = Client()
    if person:
        client.force_login(person)
    with clock.at(START):
        return client.post(url, fields)


def renews(organization) -> bool:
    with tenancy.organization(organization.pk):
        return Subscription.objects.get(organization=organization).auto_renew


@pytest.mark.parametrize("url", ["/plans", "/plans?family=partner&cycle=yearly", "/plans?family=nobody&cycle=x"])
def test_everyone_may_compare_plans(catalogue, url):
    answer = visit(None, url)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Compare plans" in text
    assert not re.search(r"\sstyle=|<script>|\son[a-z]+=", text)


def test_an_owner_finds_the_way_to_checkout_on_the_comparison(people, catalogue):
    text = visit(people.owner, "/plans").content.decode()
    assert "/o/acme/checkout?action=subscribe&amp;tier=business&amp;cycle=monthly" in text
    assert "Your plan" in text


def test_another_organization_cannot_be_looked_at(people, catalogue):
    assert visit(people.owner, "/plans?organization=pine").status_code == 404


def test_the_plan_page_shows_the_term(people, subscribe):
    subscribe(people.acme, "enterprise", "yearly")
    answer = visit(people.viewer, "/o/acme/plan")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "365 of 365 days are left" in text
    assert "Does not renew by itself" in text
    assert "/o/acme/plan/auto-renew" not in text


def test_htmx_gets_the_plan_alone(people, subscribe):
    subscribe(people.acme, "business")
    text = visit(people.owner, "/o/acme/plan", hx_request="true").content.decode()
    assert text.lstrip().startswith('<div id="plan"')
    assert "<html" not in text


def test_the_plan_of_another_organization_is_not_found(people, subscribe):
    subscribe(people.acme, "business")
    assert visit(people.outsider, "/o/acme/plan").status_code == 404
    assert visit(None, "/o/acme/plan").status_code == 302


@pytest.mark.parametrize("who", ["owner", "billing"])
def test_renewal_is_switched_after_a_question(people, subscribe, who):
    person = getattr(people, who)
    subscribe(people.acme, "business")
    assert "Turn automatic renewal on?" in visit(person, "/o/acme/plan/auto-renew").content.decode()
    answer = send(person, "/o/acme/plan/auto-renew", auto_renew="on", idempotency_key="k-1")
    assert (answer.status_code, answer["Location"]) == (303, "/o/acme/plan")
    assert renews(people.acme)
    assert "Turn automatic renewal off?" in visit(person, "/o/acme/plan/auto-renew").content.decode()
    send(person, "/o/acme/plan/auto-renew", auto_renew="off", idempotency_key="k-2")
    assert not renews(people.acme)


@pytest.mark.parametrize(("who", "status"), [("member", 403), ("viewer", 403), ("engineer", 403), ("outsider", 404)])
def test_who_may_not_switch_renewal_changes_nothing(people, subscribe, who, status):
    subscribe(people.acme, "business")
    assert visit(getattr(people, who), "/o/acme/plan/auto-renew").status_code == status
    assert send(getattr(people, who), "/o/acme/plan/auto-renew", auto_renew="on").status_code == status
    assert not renews(people.acme)


def test_on_the_free_plan_the_refusal_is_shown(people, catalogue):
    answer = send(people.owner, "/o/acme/plan/auto-renew", auto_renew="on")
    assert answer.status_code == 409
    assert 'data-problem="not_subscribed"' in answer.content.decode()


def test_a_suspended_plan_says_so(people, subscribe):
    subscribe(people.acme, "business")
    with tenancy.organization(people.acme.pk):
        Subscription.objects.update(suspended_at=START)
    assert "The plan is suspended" in visit(people.owner, "/o/acme/plan").content.decode()
