"""Signing up and in: e-mail and password, a code to the mailbox, a new password; nobody learns who has an account."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import Organization, Person
from accounts.people import prove_mailbox
from accounts.sessions import SessionStore
from common import clock, outbox
from common.models import OutboxEvent
from tests import cast

PASSWORD = "quiet-lantern-42"
SIGN_UP = {"name": "Mei Lin", "email": "Mei@Birch.example", "password1": PASSWORD}


@pytest.fixture
def client(settings):
    settings.ACCOUNT_RATE_LIMITS = False
    return Client()


def letters() -> list:
    outbox.relay()
    return mail.outbox


def code_in(letter) -> str:
    return re.search(r"^\s*(\d{6})\s*$", letter.body, re.MULTILINE).group(1)


def sign_up(client, **fields):
    return client.post("/accounts/signup/", SIGN_UP | fields)


def account(email="mei@birch.example", *, proven=True):
    person = cast.person(email)
    person.set_password(PASSWORD)
    person.save()
    if proven:
        prove_mailbox(person)
    return person


def test_a_newcomer_signs_up_confirms_and_makes_an_organization(db, client):
    answer = sign_up(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/confirm-email/")
    assert client.get("/account").status_code == 302, "not signed in before the mailbox is proven"
    mei = Person.objects.get()
    assert (mei.email, mei.name, mei.language) == ("mei@birch.example", "Mei Lin", "en")
    assert mei.check_password(PASSWORD)
    letter = letters()[0]
    assert letter.to == ["mei@birch.example"]
    confirmed = client.post("/accounts/confirm-email/", {"code": code_in(letter)})
    assert confirmed.status_code == 302
    page = client.get(confirmed.headers["Location"], follow=True)
    assert page.request["PATH_INFO"] == "/organizations/new"
    made = client.post(
        "/organizations/new", {"name": "Birch Ltd", "slug": "birch", "kind": "partner", "partner_type": "consulting"}
    )
    assert (made.status_code, made.headers["Location"]) == (303, "/o/birch/")
    birch = Organization.objects.get()
    assert (birch.kind, birch.partner_type, birch.memberships.get().person) == ("partner", "consulting", mei)


def test_the_language_of_signing_up_stays(db, client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    sign_up(client)
    assert Person.objects.get().language == "zh-hans"


def test_a_code_is_wiped_from_the_outbox_once_it_has_left(db, client):
    sign_up(client)
    code = code_in(letters()[0])
    assert code not in str(OutboxEvent.objects.values())


def test_a_wrong_code_signs_nobody_in(db, client):
    sign_up(client)
    assert client.post("/accounts/confirm-email/", {"code": "abcdef"}).status_code == 200
    assert client.get("/account").status_code == 302
    assert not Person.objects.get().emailaddress_set.get().verified


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"password1": "short"}, "at least 10 characters"),
        ({"password1": "password123"}, "too common"),
        ({"password1": "1234567890123"}, "entirely numeric"),
        ({"email": "nobody"}, "valid email address"),
        ({"name": ""}, "required"),
    ],
)
def test_a_weak_or_missing_field_is_told_and_no_account_is_made(db, client, fields, sentence):
    answer = sign_up(client, **fields)
    assert answer.status_code == 200
    assert sentence in answer.text
    assert not Person.objects.exists()
    assert letters() == []


def test_signing_up_with_a_known_mailbox_looks_the_same_and_writes_to_its_owner(db, client):
    account()
    answer = sign_up(client, email="mei@birch.example", password1="another-lantern-7")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/confirm-email/")
    assert "mei@birch.example" in client.get("/accounts/confirm-email/").text
    assert Person.objects.count() == 1
    assert Person.objects.get().check_password(PASSWORD)
    assert [letter.to for letter in letters()] == [["mei@birch.example"]]
    assert "/accounts/password/reset/" in letters()[0].body


def test_a_known_and_an_unknown_mailbox_get_the_same_answer_for_a_new_password(db, client):
    account()
    known = client.post("/accounts/password/reset/", {"email": "mei@birch.example"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@birch.example"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert [letter.to for letter in letters()] == [["mei@birch.example"], ["nobody@birch.example"]]


def test_a_wrong_password_and_an_unknown_mailbox_read_alike(db, client):
    account()
    wrong = client.post("/accounts/login/", {"login": "mei@birch.example", "password": "wrong"})
    unknown = client.post("/accounts/login/", {"login": "nobody@birch.example", "password": "wrong"})
    sentence = "The email address and/or password you specified are not correct."
    assert sentence in wrong.text
    assert sentence in unknown.text
    assert client.get("/account").status_code == 302


def test_signing_in_with_any_case_of_the_mailbox(people, client):
    person = account("member@pine2.example")
    answer = client.post("/accounts/login/", {"login": "MEMBER@pine2.example", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/home")
    person.refresh_from_db()
    assert person.last_login is not None
    assert person.language == "en"


def test_an_unproven_mailbox_is_asked_for_a_code(db, client):
    account(proven=False)
    answer = client.post("/accounts/login/", {"login": "mei@birch.example", "password": PASSWORD})
    assert answer.headers["Location"] == "/accounts/confirm-email/"
    assert client.get("/account").status_code == 302


def test_a_person_switched_off_is_not_let_in(db, client):
    person = account()
    person.is_active = False
    person.save()
    answer = client.post("/accounts/login/", {"login": "mei@birch.example", "password": PASSWORD})
    assert answer.headers["Location"] == "/accounts/inactive/"
    assert client.get("/account").status_code == 302


def test_a_new_password_by_the_mailed_link_works_once_and_signs_in(db, client):
    person = account()
    client.post("/accounts/password/reset/", {"email": "mei@birch.example"})
    url = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", letters()[0].body).group(1)
    form = client.get(url, follow=True).request["PATH_INFO"]
    answer = client.post(form, {"password1": "new-lantern-77", "password2": "new-lantern-77"})
    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.check_password("new-lantern-77")
    assert client.get("/account").status_code == 200
    assert "does not work any more" in Client().get(url, follow=True).text


def test_a_link_for_a_new_password_ends_after_a_day_of_the_portals_clock(db, client):
    account()
    client.post("/accounts/password/reset/", {"email": "mei@birch.example"})
    url = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", letters()[0].body).group(1)
    with clock.at(clock.now() + timedelta(days=1, seconds=5)):
        assert "does not work any more" in client.get(url, follow=True).text
    assert "Choose a new password" in client.get(url, follow=True).text


def test_sessions_live_by_the_portals_clock(people, client):
    client.force_login(people.member)
    assert client.get("/account").status_code == 200
    with clock.at(clock.now() + timedelta(days=34)):
        assert client.get("/account").status_code == 200
    with clock.at(clock.now() + timedelta(days=36)):
        assert client.get("/account").status_code == 302


def test_the_clean_up_of_sessions_goes_by_the_portals_clock(people, client):
    client.force_login(people.member)
    SessionStore.clear_expired()
    assert Session.objects.count() == 1
    with clock.at(clock.now() + timedelta(days=36)):
        SessionStore.clear_expired()
    assert Session.objects.count() == 0


def test_failed_attempts_are_limited_per_account(db, settings):
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "100/m/ip,5/5m/key"}
    account()
    client = Client()
    for _attempt in range(5):
        client.post("/accounts/login/", {"login": "mei@birch.example", "password": "wrong"})
    answer = client.post("/accounts/login/", {"login": "mei@birch.example", "password": PASSWORD})
    assert "Too many failed login attempts" in answer.text
    assert client.get("/account").status_code == 302
    cache.clear()


def test_too_many_sign_ups_from_one_address_are_told_to_wait(db, settings):
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}
    client = Client()
    sign_up(client)
    answer = sign_up(client, email="other@birch.example")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "300")
    assert "Too many requests" in answer.text
    assert Person.objects.count() == 1
    cache.clear()


def test_the_next_page_stays_inside_the_portal(db, client):
    account()
    inside = client.post("/accounts/login/?next=/account", {"login": "mei@birch.example", "password": PASSWORD})
    assert inside.headers["Location"] == "/account"
    other = Client()
    outside = other.post(
        "/accounts/login/?next=https://evil.example/", {"login": "mei@birch.example", "password": PASSWORD}
    )
    assert outside.headers["Location"] == "/home"


def test_changing_the_mailbox_needs_a_code_from_the_new_one(db, client):
    person = account()
    client.force_login(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": clock.real_now().timestamp()}]
    session.save()
    client.post("/accounts/email/", {"email": "mei@willow.example", "action_add": ""})
    person.refresh_from_db()
    assert person.email == "mei@birch.example"
    letter = letters()[-1]
    assert letter.to == ["mei@willow.example"]
    client.post("/accounts/confirm-email/", {"code": code_in(letter)})
    person.refresh_from_db()
    assert person.email == "mei@willow.example"


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/password/reset/done/",
        "/accounts/inactive/",
    ],
)  # fmt: skip
def test_pages_for_strangers_are_drawn(db, client, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/accounts/logout/", "/accounts/password/change/", "/accounts/email/", "/accounts/reauthenticate/"]
)
def test_pages_of_the_signed_in_are_drawn(db, client, path):
    client.force_login(account())
    assert client.get(path, follow=True).status_code == 200
