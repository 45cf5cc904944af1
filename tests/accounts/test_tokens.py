"""API tokens: per person, named, scoped, limited, ending, shown once (spec page 7 'Auth')."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from accounts import tokens
from accounts.models import ApiToken
from accounts.tokens import create_token
from common import clock, tenancy
from common.beijing import BEIJING
from common.models import AuditEntry, IdempotencyRecord
from common.problems import NotAuthenticated
from tests import cast

TOKENS = "/api/v1/orgs/acme/tokens"


def with_token(plain: str):
    client = cast.client_of()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {plain}")
    return client


def test_a_member_makes_a_token_and_sees_its_secret_once(people, api):
    client = api(people.member)
    answer = client.post(TOKENS, {"name": "backup", "scope": "read", "expires_on": "2030-01-31"}, format="json")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["name"], body["scope"], body["expires_on"], body["organization"], body["person"]) == (
        "backup",
        "read",
        "2030-01-31",
        None,
        "member@acme.example",
    )
    assert with_token(body["token"]).get("/api/v1/orgs/acme").status_code == 200
    listed = client.get(TOKENS).json()["results"]
    assert [row["name"] for row in listed] == ["backup", "test"]
    assert body["token"] not in str(listed)
    assert body["token"] not in str(ApiToken.objects.values())


def test_a_number_is_no_name(people, api):
    answer = api(people.member).post(TOKENS, {"name": 5, "scope": "read"}, format="json")
    assert (answer.status_code, answer.json()["errors"]) == (400, {"name": ["Not a valid string."]})
    assert list(ApiToken.objects.values_list("name", flat=True)) == ["test"]


def test_a_token_ends_after_its_last_day_in_beijing(people):
    plain = create_token(person=people.member, name="x", scope="read", by=None, expires_on=date(2030, 1, 31))[1]
    midnight = datetime(2030, 2, 1, tzinfo=BEIJING)
    with clock.at(midnight - timedelta(seconds=1)):
        assert tokens.authenticate(plain).person == people.member
    with clock.at(midnight), pytest.raises(NotAuthenticated):
        tokens.authenticate(plain)


def test_a_token_with_read_scope_changes_nothing(people):
    plain = create_token(person=people.owner, name="x", scope="read", by=None)[1]
    answer = with_token(plain).post(TOKENS, {"name": "y", "scope": "write"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert ApiToken.objects.count() == 1


def test_a_token_for_one_organization_finds_no_other(people):
    cast.Membership.objects.create(organization=people.orbit, person=people.owner, role="owner", since=clock.now())
    plain = create_token(person=people.owner, name="x", scope="write", by=None, organization=people.acme)[1]
    client = with_token(plain)
    assert client.get("/api/v1/orgs/acme").status_code == 200
    assert client.get("/api/v1/orgs/orbit").status_code == 404
    assert [row["slug"] for row in client.get("/api/v1/orgs").json()["results"]] == ["acme"]


def test_a_staff_token_for_one_organization_opens_no_desk(people):
    plain = create_token(person=people.admin, name="x", scope="write", by=None, organization=people.acme)[1]
    assert with_token(plain).get("/api/v1/operator/audit").status_code == 404


@pytest.mark.parametrize("header", ["Bearer nothing", "Bearer ", "Basic abc", "Bearer spp_ü", "Token x"])
def test_a_wrong_header_is_not_authenticated(people, header):
    client = cast.client_of()
    client.credentials(HTTP_AUTHORIZATION=header)
    answer = client.get("/api/v1/orgs")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_revoked_token_and_one_of_a_person_switched_off_do_not_work(people, api):
    plain = create_token(person=people.member, name="x", scope="write", by=None)[1]
    number = ApiToken.objects.get(name="x").pk
    assert api(people.member).delete(f"{TOKENS}/{number}").status_code == 204
    assert with_token(plain).get("/api/v1/orgs").status_code == 401
    other = create_token(person=people.owner, name="y", scope="write", by=None)[1]
    people.owner.is_active = False
    people.owner.save()
    assert with_token(other).get("/api/v1/orgs").status_code == 401


def test_owners_see_and_end_the_tokens_of_their_organization_and_members_their_own(people, api):
    create_token(person=people.member, name="for acme", scope="read", by=None, organization=people.acme)
    create_token(person=people.member, name="for all", scope="read", by=None)
    create_token(person=people.outsider, name="foreign", scope="read", by=None, organization=people.orbit)
    seen = [row["name"] for row in api(people.owner).get(TOKENS).json()["results"]]
    assert seen == ["test", "for acme"]
    assert [row["name"] for row in api(people.billing).get(TOKENS).json()["results"]] == ["test"]
    number = ApiToken.objects.get(name="for acme").pk
    assert api(people.billing).delete(f"{TOKENS}/{number}").status_code == 404
    assert api(people.owner).delete(f"{TOKENS}/{number}").status_code == 204
    foreign = ApiToken.objects.get(name="foreign")
    assert api(people.owner).delete(f"{TOKENS}/{foreign.pk}").status_code == 404
    foreign.refresh_from_db()
    assert foreign.revoked_at is None


@pytest.mark.parametrize(("who", "status"), [("viewer", 403), ("outsider", 404), ("engineer", 404), ("tam", 404)])
def test_who_may_not_hold_tokens_makes_none(people, api, who, status):
    client = api(getattr(people, who))
    assert client.get(TOKENS).status_code == status
    assert client.post(TOKENS, {"name": "x", "scope": "read"}, format="json").status_code == status
    assert not ApiToken.objects.filter(name="x").exists()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"scope": "admin"}, "scope"),
        ({"expires_on": "2020-01-01"}, "expires_on"),
        ({"expires_on": "soon"}, "expires_on"),
        ({"expires_on": "9999-12-31"}, "expires_on"),
        ({"organization": "orbit"}, "organization"),
        ({"organization": 7}, "organization"),
    ],
)
def test_wrong_fields_are_named_and_no_token_is_made(people, api, fields, wrong):
    client = api(people.member)
    answer = client.post(TOKENS, {"name": "x", "scope": "read"} | fields, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [wrong])
    assert ApiToken.objects.count() == 1


def test_a_token_makes_none_that_reaches_farther_or_lives_longer(people):
    limited = create_token(
        person=people.owner,
        name="limited",
        scope="write",
        by=None,
        organization=people.acme,
        expires_on=date(2030, 1, 31),
    )[1]
    client = with_token(limited)
    made = client.post(TOKENS, {"name": "child", "scope": "write"}, format="json").json()
    assert (made["organization"], made["expires_on"]) == ("acme", "2030-01-31")
    longer = client.post(TOKENS, {"name": "long", "scope": "read", "expires_on": "2030-02-01"}, format="json")
    assert (longer.status_code, list(longer.json()["errors"])) == (400, ["expires_on"])


def test_a_person_holds_at_most_fifty_tokens(people, api):
    client = api(people.member)
    for number in range(49):
        create_token(person=people.member, name=str(number), scope="read", by=None)
    answer = client.post(TOKENS, {"name": "x", "scope": "read"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_tokens")
    assert ApiToken.objects.filter(person=people.member).count() == 50


def test_making_and_ending_stand_on_the_trail_of_the_organization(people, api):
    client = api(people.owner)
    number = client.post(TOKENS, {"name": "x", "scope": "read", "organization": "acme"}, format="json").json()["id"]
    client.delete(f"{TOKENS}/{number}")
    with tenancy.organization(people.acme.pk):
        assert list(AuditEntry.objects.values_list("action", "object", "by")) == [
            ("token.created", "x", "Owner"),
            ("token.revoked", "x", "Owner"),
        ]


# ---- the page ----------------------------------------------------------------------------------------------------


def page_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_token_is_made_on_the_page_and_shown_once(people):
    client = page_of(people.owner)
    form = {"name": "script", "scope": "write", "organization": "acme", "expires_on": "", "idempotency_key": "k"}
    answer = client.post("/account/tokens", form)
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    secret = answer.context["secret"]
    assert f'data-copy="{secret}"' in answer.text
    assert with_token(secret).get("/api/v1/orgs/acme").status_code == 200
    assert secret not in str(IdempotencyRecord.objects.values())
    again = client.post("/account/tokens", form)
    assert again.status_code == 201
    assert "was made already" in again.text
    assert ApiToken.objects.filter(name="script").count() == 1
    assert secret not in client.get("/account/tokens").text


def test_wrong_fields_are_told_on_the_page(people):
    answer = page_of(people.owner).post("/account/tokens", {"name": "x", "scope": "read", "expires_on": "2020-01-01"})
    assert answer.status_code == 400
    assert "Choose a day from today on" in answer.text
    assert not ApiToken.objects.exists()


def test_another_organization_cannot_be_chosen(people):
    answer = page_of(people.owner).post("/account/tokens", {"name": "x", "scope": "read", "organization": "orbit"})
    assert answer.status_code == 400
    assert not ApiToken.objects.exists()


def test_a_viewer_makes_no_token_on_the_page(people):
    client = page_of(people.viewer)
    assert "Make the token" not in client.get("/account/tokens").text
    assert client.post("/account/tokens", {"name": "x", "scope": "read"}).status_code == 403
    assert not ApiToken.objects.exists()


def test_staff_make_tokens_on_the_page(people):
    answer = page_of(people.engineer).post("/account/tokens", {"name": "x", "scope": "read"})
    assert answer.status_code == 201
    assert ApiToken.objects.get().person == people.engineer


def test_only_own_tokens_are_ended_on_the_page(people):
    own = create_token(person=people.owner, name="own", scope="read", by=None, organization=people.acme)[0]
    foreign = create_token(person=people.member, name="foreign", scope="read", by=None)[0]
    client = page_of(people.owner)
    assert client.post(f"/account/tokens/{own.pk}/revoke").status_code == 303
    assert client.post(f"/account/tokens/{foreign.pk}/revoke").status_code == 404
    own.refresh_from_db()
    foreign.refresh_from_db()
    assert own.revoked_at is not None
    assert foreign.revoked_at is None
