"""The navigation of the organization that was read last stays on pages that belong to none."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import Membership
from common import clock


@pytest.fixture(autouse=True)
def _catalogue(db):
    call_command("load_catalogue", verbosity=0)


OWN_PAGES = ("/help", "/notifications", "/account")


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def led_to(client: Client, path: str, slug: str) -> bool:
    page = client.get(path)
    assert page.status_code == 200
    return f'href="/o/{slug}/tickets"' in page.text


@pytest.mark.parametrize("path", OWN_PAGES)
def test_it_is_the_only_organization(people, path):
    assert led_to(browser(people.member), path, "acme")


@pytest.mark.parametrize("path", OWN_PAGES)
def test_of_several_it_is_the_one_that_was_read_last(people, path):
    Membership.objects.create(person=people.member, organization=people.orbit, role="viewer", since=clock.now())
    client = browser(people.member)
    assert not led_to(client, path, "acme")
    for slug, other in (("orbit", "acme"), ("acme", "orbit")):
        client.get(f"/o/{slug}/end-customers")
        client.get(f"/o/{slug}/members")
        client.get(f"/o/{slug}/")
        assert led_to(client, path, slug)
        assert not led_to(client, path, other)


def test_it_is_gone_with_the_membership(people):
    client = browser(people.member)
    client.get("/o/acme/")
    Membership.objects.filter(person=people.member).delete()
    assert not led_to(client, "/help", "acme")


def test_what_a_stranger_asks_for_is_not_remembered(people):
    client = browser(people.member)
    Membership.objects.create(person=people.member, organization=people.pine, role="viewer", since=clock.now())
    client.get("/o/acme/")
    assert client.get("/o/orbit/").status_code == 404
    assert led_to(client, "/help", "acme")


def test_staff_keep_the_desk(people):
    client = browser(people.engineer)
    client.get("/o/acme/")
    assert not led_to(client, "/help", "acme")
