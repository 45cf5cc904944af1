"""The support desk's queue and organization card: who sees them, what stands in them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from common import clock
from tests.tickets.conftest import NOON, act, file, fresh, reply
from tests.tickets.desk_browser import LATER, _at_noon, address, budget, catch, desk, messages_of, ticket  # noqa: F401
from tickets import handling


@pytest.mark.parametrize("path", ["/desk/", "/desk/live", "/desk/organization-options?organization=o"])
def test_the_queue_is_for_the_staff_alone(desk, people, path):
    assert desk(people.engineer).get(path).status_code == 200
    assert desk(people.lead).get(path).status_code == 200
    assert desk(people.admin).get(path).status_code == 200
    assert desk(people.billing_operator).get(path).status_code == 403
    assert desk(people.owner).get(path).status_code == 404
    stranger = Client().get(path)
    assert stranger.status_code == 302
    assert stranger["Location"].startswith("/accounts/login/")


def test_a_ticket_of_the_desk_is_for_the_staff_alone(desk, people, ticket):
    for name in ("desk_ticket", "desk_ticket_parts", "earlier_messages", "history", "assignees"):
        path = address(name, ticket)
        assert desk(people.tam).get(path).status_code == 200
        # Whom to give it to is asked by those who may.
        assert desk(people.admin).get(path).status_code == (403 if name == "assignees" else 200)
        assert desk(people.billing_operator).get(path).status_code == 403
        assert desk(people.outsider).get(path).status_code == 404


def test_an_unknown_number_is_not_found(desk):
    assert desk().get("/desk/tickets/T-2026-0000000").status_code == 404
    assert desk().get("/desk/tickets/nothing").status_code == 404


@pytest.mark.parametrize("name", ["claim", "release", "accept", "assign", "reply", "note"])
def test_an_administrator_only_reads(desk, people, ticket, name):
    posted = {"body": "x", "to": people.expert.email}
    assert desk(people.admin).post(address(name, ticket), posted).status_code == 403
    assert desk(people.billing_operator).post(address(name, ticket), posted).status_code == 403
    assert desk(people.outsider).post(address(name, ticket), posted).status_code == 404
    now = fresh(ticket)
    assert (now.status, now.assignee_id) == ("open", None)
    assert len(messages_of(ticket)) == 1


def test_an_administrator_sees_no_buttons(desk, people, ticket):
    page = desk(people.admin).get(address("desk_ticket", ticket)).content.decode()
    assert "You can only read here" in page
    assert address("claim", ticket) not in page
    assert address("claim", ticket) not in desk(people.admin).get("/desk/").content.decode()


def test_the_organization_card_is_for_the_staff_alone(desk, people):
    path = reverse("portal:organization_card", args=["orbit"])
    assert desk(people.engineer).get(path).status_code == 200
    assert desk(people.billing_operator).get(path).status_code == 403
    assert desk(people.outsider).get(path).status_code == 404
    assert desk().get(reverse("portal:organization_card", args=["nobody"])).status_code == 404


# ---- the queue -----------------------------------------------------------------------------------------------------


def test_the_most_urgent_ticket_stands_first(desk, plans, ticket):
    urgent = file(plans.orbit, plans.outsider, NOON, severity="critical_down", subject="The shop is down")
    page = desk().get("/desk/").content.decode()
    assert page.index(urgent.number) < page.index(ticket.number)
    assert "Core system down" in page
    assert "Business" in page
    # 10 minutes promised, 5 are over.
    assert "in 5 min" in page


def test_what_customers_write_is_text_in_the_queue(desk, ticket):
    page = desk().get("/desk/").content.decode()
    assert "Disks fill up &lt;b&gt;fast&lt;/b&gt;" in page
    assert "<b>fast" not in page


def test_an_empty_queue_says_so(desk, plans):
    assert "Nothing waits" in desk().get("/desk/").content.decode()
    for view in ("unassigned", "mine", "team", "at_risk", "breached", "waiting"):
        page = desk().get("/desk/", {"view": view}).content.decode()
        assert "empty-state" in page
    narrowed = desk().get("/desk/", {"q": "nothing like this"}).content.decode()
    assert "No ticket fits these filters" in narrowed
    assert "Clear the filters" in narrowed


def test_views_hold_what_their_names_say(desk, people, ticket):
    act(handling.claim, ticket, people.engineer, LATER)
    assert ticket.number in desk().get("/desk/", {"view": "mine"}).content.decode()
    assert ticket.number not in desk(people.expert).get("/desk/", {"view": "mine"}).content.decode()
    assert ticket.number not in desk().get("/desk/", {"view": "unassigned"}).content.decode()
    assert ticket.number not in desk().get("/desk/", {"view": "breached"}).content.decode()
    with clock.at(NOON + timedelta(hours=4)):
        page = desk().get("/desk/", {"view": "breached"}).content.decode()
    assert ticket.number in page
    assert "overdue by 1 h" in page


def test_tabs_count_up_to_99(desk, plans, ticket, monkeypatch):
    file(plans.orbit, plans.outsider, NOON)
    counted = {view["code"]: view["count"] for view in desk().get("/desk/").context["queue"]["views"]}
    assert counted == {
        "all": "2", "unassigned": "2", "mine": "", "team": "", "at_risk": "", "breached": "", "waiting": "",
        "callbacks": "",
    }  # fmt: skip
    monkeypatch.setattr("tickets.queue_counts.COUNTED_UP_TO", 1)
    counted = {view["code"]: view["count"] for view in desk().get("/desk/").context["queue"]["views"]}
    assert counted["all"] == "1+"


def test_filters_narrow_and_stay_in_the_addresses(desk, plans, ticket):
    other = file(plans.pine, plans.partner_owner, NOON, subject="Quota of the network")
    for asked in ({"organization": "orbit"}, {"q": "disks"}, {"tier": "business"}, {"product": "rds"}):
        page = desk().get("/desk/", asked)
        assert ticket.number in page.content.decode()
        assert other.number not in page.content.decode()
        assert all(next(iter(asked)) in view["url"] for view in page.context["queue"]["views"])
        assert next(iter(asked)) in page.context["live_url"]


def test_an_unknown_view_opens_the_first(desk, ticket):
    assert ticket.number in desk().get("/desk/", {"view": "nonsense"}).content.decode()


def test_pages_of_the_queue_lead_on_and_back(desk, plans, monkeypatch):
    filed = [file(plans.orbit, plans.outsider, NOON + timedelta(seconds=n)).number for n in range(5)]
    monkeypatch.setattr("tickets.queue.PAGE_SIZE", 2)
    monkeypatch.setattr("tickets.queue.page.__kwdefaults__", {"marker": "", "size": 2}, raising=False)
    first = desk().get("/desk/")
    numbers = [row.shown.number for row in first.context["rows"]]
    assert numbers == filed[:2]
    assert first.context["queue"]["previous_url"] is None
    second = desk().get(first.context["queue"]["next_url"])
    assert [row.shown.number for row in second.context["rows"]] == filed[2:4]
    back = desk().get(second.context["queue"]["previous_url"])
    assert [row.shown.number for row in back.context["rows"]] == filed[:2]


def test_an_open_queue_gets_its_parts_anew(desk, ticket):
    answer = desk().get("/desk/live", headers={"HX-Request": "true"}).content.decode()
    assert 'id="queue-views"' in answer
    assert 'id="queue-rows" hx-swap-oob="keyed"' in answer
    assert f'id="row-{ticket.pk}"' in answer
    assert "<html" not in answer


def test_a_row_reads_differently_when_somebody_has_it(desk, people, ticket):
    before = desk().get("/desk/").context["rows"][0].shown.version
    act(handling.claim, ticket, people.expert, LATER)
    assert desk().get("/desk/").context["rows"][0].shown.version != before


def test_a_row_is_drawn_for_its_reader(desk, people, ticket):
    act(handling.claim, ticket, people.expert, LATER)
    reply(ticket, people.expert, LATER, then="wait")
    page = desk().get("/desk/").content.decode()
    assert "Waiting for customer</span>" in page
    assert "queue-mine" not in page
    assert "queue-mine" in desk(people.expert).get("/desk/").content.decode()
    people.expert.language = "zh-hans"
    people.expert.save(update_fields=["language"])
    assert "商业级" in desk(people.expert).get("/desk/").content.decode()
    assert "商业级" not in desk().get("/desk/").content.decode()


def test_organizations_are_found_by_the_beginning_of_their_name(desk, people):
    found = desk().get("/desk/organization-options", {"organization": "Or"}).content.decode()
    assert '<option value="orbit">Orbit</option>' in found
    assert "acme" not in found
    assert desk().get("/desk/organization-options").content.decode().strip() == ""


def test_the_queue_costs_six_statements_whatever_lies_in_it(desk, plans, catch):
    few = budget(desk(), "/desk/", catch)
    for _number in range(6):
        file(plans.orbit, plans.outsider, NOON)
    assert budget(desk(), "/desk/", catch) <= 6
    assert few <= 6


# ---- the organization card -----------------------------------------------------------------------------------------


def test_the_card_tells_plan_quota_and_other_tickets(desk, plans):
    one = file(plans.pine, plans.partner_owner, NOON, subject="First problem")
    two = file(plans.pine, plans.partner_owner, NOON, subject="Second problem")
    path = reverse("portal:organization_card", args=["pine"])
    card = desk().get(path, {"ticket": one.number}).content.decode()
    assert "Standard" in card
    assert "28 of 30 left" in card
    assert plans.pine.caller_code in card
    assert "Second problem" in card
    assert "First problem" not in card
    assert address("desk_ticket", two) in card


def test_the_card_of_a_free_tier_says_what_is_missing(desk, plans):
    card = desk().get(reverse("portal:organization_card", args=["isvsoft"])).content.decode()
    assert "No technical tickets in this plan." in card
    assert "None besides this one." in card


def test_a_filter_that_does_not_exist_narrows_nothing_and_is_named(desk, plans, ticket):
    page = desk().get("/desk/", {"kind": "nope", "tier": "business"})
    text = page.content.decode()
    assert ticket.number in text
    assert "These filters do not exist, so they narrow nothing:" in text
    assert "<code>nope</code>" in text
    assert "nope" not in page.context["live_url"]
    assert "tier=business" in page.context["live_url"]
    assert ticket.number in desk().get("/desk/live", {"kind": "nope"}).content.decode()
