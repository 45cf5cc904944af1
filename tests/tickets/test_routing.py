"""Who gets which ticket: the next one, the least loaded, in turn (spec page 4.5 'Routing')."""

from datetime import timedelta

import pytest

from accounts.models import StaffProfile
from common import clock, tenancy
from tests.cast import client_of, staff
from tests.tickets.conftest import NOON, act, at, file, fresh, history_of, reply
from tickets.desk import rosters, routing
from tickets.handling import claim


def take(person, when=NOON):
    with tenancy.everything(), clock.at(when):
        return routing.next_for(by=person, at=when)


@pytest.fixture
def tickets(plans):
    """orbit is for experts, pine and acme for engineers; the most urgent first."""
    return {
        "expert, production down": file(plans.orbit, plans.outsider, severity="production_down", product="rds"),
        "production down": file(plans.pine, plans.partner_member, severity="production_down", product="ecs"),
        "impaired": file(plans.pine, plans.partner_member, product="rds"),
        "basic": file(plans.acme, plans.member),
    }


def names(tickets, numbers):
    by_number = {ticket.number: name for name, ticket in tickets.items()}
    return [by_number[number] for number in numbers]


def test_an_engineer_gets_the_most_urgent_of_their_level(plans, tickets):
    taken = [take(plans.engineer).number for _ in range(3)]
    assert names(tickets, taken) == ["production down", "impaired", "basic"]
    with pytest.raises(routing.NothingToDo):
        take(plans.engineer)
    assert fresh(tickets["expert, production down"]).assignee is None


def test_a_higher_level_may_take_lower_work(plans, tickets):
    taken = [take(plans.expert).number for _ in range(4)]
    assert names(tickets, taken) == ["expert, production down", "production down", "impaired", "basic"]


def test_a_product_team_gets_its_products_and_what_names_none(plans, tickets):
    StaffProfile.objects.filter(person=plans.engineer).update(products=["rds"])
    plans.engineer.refresh_from_db()
    taken = [take(plans.engineer).number for _ in range(2)]
    assert names(tickets, taken) == ["impaired", "basic"]


def test_a_product_that_no_team_of_its_level_looks_after_is_everybodys(plans, tickets):
    StaffProfile.objects.filter(person=plans.engineer).update(products=["ecs"])
    StaffProfile.objects.filter(person=plans.expert).update(products=["obs"])
    plans.expert.refresh_from_db()
    plans.engineer.refresh_from_db()
    # Nobody at all looks after rds; ecs is the engineer's.
    assert names(tickets, [take(plans.expert).number]) == ["expert, production down"]
    taken = [take(plans.engineer).number for _ in range(3)]
    assert names(tickets, taken) == ["production down", "impaired", "basic"]
    with tenancy.everything(), clock.at(NOON):
        given = routing.assign_to_least_loaded(ticket=tickets["impaired"], by=plans.lead, at=NOON)
    assert given.assignee == plans.expert


def test_a_ticket_that_waits_for_its_customer_is_no_work(plans):
    ticket = file(plans.acme, plans.member)
    reply(ticket, plans.expert, at("2026-11-24 12:10"), then="wait")
    with pytest.raises(routing.NothingToDo):
        take(plans.engineer)


def test_next_claims_and_answers_with_the_ticket(plans, tickets):
    client = client_of(plans.engineer)
    with clock.at(NOON):
        answer = client.post("/api/v1/desk/next", {}, format="json")
        assert answer.status_code == 200
        assert answer.json()["number"] == tickets["production down"].number
        assert answer.json()["assignee"]["email"] == "engineer@support.example"
        assert answer.json()["status"] == "in_progress"
        assert [row["event"] for row in answer.json()["history"]][-2:] == ["claimed", "started"]
        client.post("/api/v1/desk/next")
        client.post("/api/v1/desk/next")
        none = client.post("/api/v1/desk/next")
    assert (none.status_code, none.json()["code"]) == (409, "nothing_to_do")


def test_the_next_button_opens_the_ticket_or_says_why_not(plans, tickets, browse):
    browser = browse(plans.engineer)
    with clock.at(NOON):
        answer = browser.post("/desk/next")
        assert (answer.status_code, answer["Location"]) == (303, f"/desk/tickets/{tickets['production down'].number}")
        browser.post("/desk/next")
        opened = browser.post("/desk/next", headers={"HX-Request": "true"})
        assert (opened.status_code, opened["HX-Redirect"]) == (204, f"/desk/tickets/{tickets['basic'].number}")
        none = browser.post("/desk/next", headers={"HX-Request": "true"})
        assert none.status_code == 409
        assert 'data-problem="nothing_to_do"' in none.content.decode()
        assert "No ticket waits for you" in browser.post("/desk/next", follow=True).content.decode()
        assert 'data-key="n"' in browser.get("/desk/").content.decode()


def test_the_least_loaded_of_those_on_duty_gets_it_and_in_turn(plans):
    colleagues = [staff(f"e{place}@support.example", "engineer") for place in range(3)]
    StaffProfile.objects.filter(person__in=[plans.engineer, plans.expert]).update(on_duty=False)
    made = [file(plans.acme, plans.member, when=NOON + timedelta(minutes=place)) for place in range(7)]
    act(claim, made[0], colleagues[1], NOON)
    given = [act(routing.assign_to_least_loaded, ticket, plans.lead, NOON) for ticket in made[1:]]
    who = [fresh(ticket).assignee.email.split("@")[0] for ticket in given]
    # e1 had one already; where all are equal it goes round.
    assert who == ["e0", "e2", "e0", "e2", "e1", "e0"] or who == ["e0", "e2", "e1", "e0", "e2", "e1"]
    assert history_of(given[0])[-2].details == {"to": "E0"}


def test_nobody_on_duty_is_a_refusal_that_says_what_to_do(plans):
    ticket = file(plans.orbit, plans.outsider)
    with clock.at(NOON), tenancy.everything():
        rosters.add(person=plans.engineer.email, starts_at=NOON, ends_at=NOON + timedelta(hours=8), by=plans.lead)
    client = client_of(plans.lead)
    with clock.at(NOON):
        answer = client.post(f"/api/v1/desk/tickets/{ticket.number}/assign", {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "nobody_on_duty")
    assert fresh(ticket).assignee is None


def test_assigning_without_a_name_gives_it_to_somebody_else_on_duty(plans, browse):
    ticket = file(plans.acme, plans.member)
    act(claim, ticket, plans.engineer, NOON)
    with clock.at(NOON):
        answer = client_of(plans.lead).post(f"/api/v1/desk/tickets/{ticket.number}/assign")
        assert answer.json()["assignee"]["email"] == "expert@support.example"
        browse(plans.lead).post(f"/desk/tickets/{ticket.number}/assign-to-least-loaded")
    assert fresh(ticket).assignee == plans.engineer


def test_the_next_ticket_costs_few_statements(plans, tickets, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        take(plans.engineer)
