"""Language and theme: kept on the person, or in cookies for strangers."""

from __future__ import annotations

import pytest
from django.test import Client

PATH = "/account/preferences"


@pytest.fixture
def client(people):
    signed_in = Client()
    signed_in.force_login(people.member)
    return signed_in


def test_a_persons_choice_is_kept_and_applied_at_once(people, client):
    answer = client.post(PATH, {"language": "zh-hans", "next": "/account"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    people.member.refresh_from_db()
    assert people.member.language == "zh-hans"
    page = client.get("/account")
    assert '<html lang="zh-hans"' in page.text
    assert page.headers["Content-Language"] == "zh-hans"
    client.post(PATH, {"theme": "dark"})
    people.member.refresh_from_db()
    assert (people.member.language, people.member.theme) == ("zh-hans", "dark")
    assert 'data-theme-choice="dark"' in client.get("/account").text


def test_the_choice_goes_before_cookie_and_browser(people, client):
    people.member.language = "en"
    people.member.save()
    client.cookies["django_language"] = "zh-hans"
    assert '<html lang="en"' in client.get("/account", headers={"accept-language": "zh-CN"}).text


def test_a_stranger_keeps_it_in_a_cookie(db):
    client = Client()
    answer = client.post(PATH, {"theme": "dark", "next": "/"})
    assert answer.headers["Location"] == "/"
    assert client.cookies["theme"].value == "dark"
    client.post(PATH, {"language": "zh-hans"})
    assert client.cookies["django_language"].value == "zh-hans"
    assert '<html lang="zh-hans"' in client.get("/").text


def test_an_htmx_request_reloads_the_page(people, client):
    answer = client.post(PATH, {"theme": "light"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")


@pytest.mark.parametrize("wrong", [{"language": "tlh"}, {"theme": "pink"}])
def test_what_does_not_exist_is_refused_and_nothing_changes(people, client, wrong):
    assert client.post(PATH, wrong).status_code == 400
    assert Client().post(PATH, wrong).status_code == 400
    people.member.refresh_from_db()
    assert (people.member.language, people.member.theme) == ("", "auto")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_way_back_stays_inside_the_portal(client, target):
    assert client.post(PATH, {"theme": "dark", "next": target}).headers["Location"] == "/home"


def test_the_account_page_saves_name_language_and_theme(people, client):
    answer = client.post("/account", {"name": " Mei  Lin ", "language": "zh-hans", "theme": "dark"})
    assert answer.status_code == 303
    people.member.refresh_from_db()
    assert (people.member.name, people.member.language, people.member.theme) == ("Mei Lin", "zh-hans", "dark")
    wrong = client.post("/account", {"name": "Evil", "language": "tlh", "theme": "dark"})
    assert wrong.status_code == 400
    people.member.refresh_from_db()
    assert people.member.name == "Mei Lin"
    assert client.get("/account").context["memberships"].count() == 1


def test_a_get_changes_nothing(client):
    assert client.get(PATH).status_code == 405
