"""Watchers and follow-ups: colleagues of the same organization, told of what happens; tickets that go on in another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Person
from common import clock, outbox, tenancy
from common.problems import FieldErrors, NotFound, OrganizationDisabled
from notifications.models import Notification
from tests import cast
from tests.tickets.conftest import FIELDS, NOON, events_of, file, fresh, own, reply
from tickets import access, closing, watching
from tickets.models import Ticket, TicketLink

ACME = "/api/v1/orgs/acme/tickets"
PAGE = "/o/acme/tickets"


@pytest.fixture(autouse=True)
def _at_noon():
    with clock.at(NOON):
        yield


@pytest.fixture
def ticket(plans) -> Ticket:
    return file(plans.acme, plans.owner, watchers=["member@acme.example"])


def watchers(ticket: Ticket) -> list[str]:
    with tenancy.everything():
        return [person.email for person in access.watchers_of(ticket)]


def watch(ticket: Ticket, by: Person, *emails: str) -> None:
    with tenancy.organization(ticket.organization_id):
        watching.watch(ticket=ticket, organization=ticket.organization, emails=emails, by=by, at=NOON)


def test_people_are_added_once_and_removed(ticket, plans):
    watch(ticket, plans.owner, "Viewer@acme.example ", "member@acme.example", "viewer@acme.example")
    assert watchers(ticket) == ["member@acme.example", "viewer@acme.example"]
    with tenancy.organization(plans.acme.pk):
        for email in ("member@acme.example", "viewer@acme.example"):
            watching.unwatch(ticket=ticket, organization=plans.acme, email=email, by=plans.owner, at=NOON)
        with pytest.raises(NotFound):
            watching.unwatch(ticket=ticket, organization=plans.acme, email=email, by=plans.owner, at=NOON)
    assert watchers(ticket) == []
    assert events_of(ticket)[2:] == ["watchers_added", "watchers_removed", "watchers_removed"]


@pytest.mark.parametrize("emails", [(), (" ",), ("owner@orbit.example",), ("engineer@support.example",), ("x",)])
def test_only_people_of_the_organization_watch(ticket, plans, emails):
    with pytest.raises(FieldErrors) as refused:
        watch(ticket, plans.owner, *emails)
    assert list(refused.value.errors) == ["watchers"]
    assert watchers(ticket) == ["member@acme.example"]


def test_at_most_twenty_watch(ticket, plans):
    for number in range(20):
        cast.person(f"p{number}@acme.example", plans.acme)
    watch(ticket, plans.owner, *(f"p{number}@acme.example" for number in range(19)))
    with pytest.raises(FieldErrors):
        watch(ticket, plans.owner, "p19@acme.example")
    assert len(watchers(ticket)) == 20


def test_a_disabled_organization_changes_nothing(ticket, plans):
    ticket.organization.disabled_at = NOON
    with pytest.raises(OrganizationDisabled):
        watch(ticket, plans.owner, "viewer@acme.example")
    assert watchers(ticket) == ["member@acme.example"]


def test_watchers_hear_of_an_answer_and_who_stopped_does_not(ticket, plans):
    watch(ticket, plans.owner, "viewer@acme.example")
    with tenancy.organization(plans.acme.pk):
        watching.unwatch(ticket=ticket, organization=plans.acme, email="member@acme.example", by=plans.member, at=NOON)
    reply(ticket, plans.engineer, NOON)
    outbox.relay()
    with tenancy.everything():
        told = Notification.objects.filter(kind="ticket.replied").values_list("person__email", flat=True)
        assert sorted(told) == ["owner@acme.example", "viewer@acme.example"]


def test_the_api_adds_and_removes(ticket, plans):
    client = cast.client_of(plans.owner)
    path = f"{ACME}/{ticket.number}/watchers"
    answer = client.post(path, {"watchers": ["viewer@acme.example"]}, format="json")
    assert (answer.status_code, answer.json()["watchers"]) == (200, ["member@acme.example", "viewer@acme.example"])
    assert client.delete(f"{path}/viewer@acme.example").status_code == 204
    assert client.delete(f"{path}/viewer@acme.example").status_code == 404
    refused = client.post(path, {"watchers": ["owner@orbit.example"]}, format="json")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["watchers"])
    assert (
        cast.client_of(plans.viewer).post(path, {"watchers": ["viewer@acme.example"]}, format="json").status_code == 403
    )
    assert cast.client_of(plans.outsider).delete(f"{path}/member@acme.example").status_code == 404
    assert watchers(ticket) == ["member@acme.example"]


def test_the_page_watches_adds_and_removes_without_leaving(ticket, plans):
    member = cast.browser_of(plans.owner, **{"hx-request": "true"})
    path = f"{PAGE}/{ticket.number}/watchers"
    html = member.get(path).content.decode()
    assert "viewer@acme.example" in html
    assert "member@acme.example" not in html
    assert "owner@acme.example" not in html
    answer = member.post(path, {"watchers": ["viewer@acme.example"], "idempotency_key": "k1"})
    assert answer.status_code == 200
    assert 'id="ticket-aside" hx-swap-oob="true"' in answer.content.decode()
    assert "Stop informing Viewer" in answer.content.decode()
    member.post(f"{path}/remove", {"email": "viewer@acme.example", "idempotency_key": "k2"})
    assert watchers(ticket) == ["member@acme.example"]
    refused = member.post(path, {"watchers": ["owner@orbit.example"], "idempotency_key": "k3"})
    assert refused.status_code == 400
    assert "Not a member of your organization" in refused.content.decode()


def test_without_scripts_a_refusal_stands_on_the_page(ticket, plans):
    answer = cast.browser_of(plans.owner).post(f"{PAGE}/{ticket.number}/watchers", {"idempotency_key": "k1"})
    assert answer.status_code == 400
    assert ticket.subject in answer.content.decode()


# ---- follow-ups -----------------------------------------------------------------------------------------------------


def test_a_follow_up_is_linked_and_both_tickets_tell_of_it(plans):
    former = file(plans.acme, plans.member, subject="Disk <full>")
    own(closing.close, former, plans.member, NOON)
    client = cast.client_of(plans.member)
    later = NOON + timedelta(days=20)
    with clock.at(later):
        made = client.post(ACME, FIELDS | {"follow_up_of": former.number}, format="json")
        number = made.json()["number"]
        assert client.get(f"{ACME}/{number}").json()["follow_up_of"] == former.number
        assert client.get(f"{ACME}/{former.number}").json()["followed_up_by"] == [number]
        browser = cast.browser_of(plans.member)
        assert "Disk &lt;full&gt;" in browser.get(f"{PAGE}/{number}").content.decode()
        assert f"{PAGE}/{number}" in browser.get(f"{PAGE}/{former.number}").content.decode()
    with tenancy.everything():
        link = TicketLink.objects.get()
    assert (link.kind, link.other_id, link.by_id, link.at) == ("follow_up", former.pk, plans.member.pk, later)
    assert link.organization_id == plans.acme.pk


def test_the_form_of_a_follow_up_is_prefilled(plans):
    former = file(plans.acme, plans.member, product="rds", category="troubleshooting", region="cn-east-3")
    browser = cast.browser_of(plans.member)
    html = browser.get(f"{PAGE}/new?follow_up_of={former.number}").content.decode()
    assert 'value="Follow-up: Requests to the database time out"' in html
    assert f'name="follow_up_of" value="{former.number}"' in html
    assert '<option value="rds" selected>' in html
    assert '<option value="cn-east-3" selected>' in html
    typed = FIELDS | {"follow_up_of": former.number}
    filed = browser.post(f"{PAGE}/new", typed | {"idempotency_key": "k1"})
    assert filed.status_code == 303
    with tenancy.everything():
        assert TicketLink.objects.get().other_id == former.pk


@pytest.mark.parametrize("number", ["T-2026-0000001", "x", "of another organization"])
def test_only_own_tickets_are_followed(plans, number):
    foreign = file(plans.orbit, plans.outsider)
    number = foreign.number if number.startswith("of") else number
    answer = cast.client_of(plans.member).post(ACME, FIELDS | {"follow_up_of": number}, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"] == {"follow_up_of": ["Your organization has no ticket of this number."]}
    html = cast.browser_of(plans.member).get(f"{PAGE}/new?follow_up_of={number}").content.decode()
    assert fresh(foreign).subject not in html
    with tenancy.everything():
        assert not TicketLink.objects.exists()
