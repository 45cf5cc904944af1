"""Making organizations: by oneself on a page or by API, and by an administrator (spec pages 1 and 7)."""

from __future__ import annotations

import pytest
from django.core import mail

from accounts import joining
from accounts.models import Membership, Organization, Person
from accounts.people import prove_mailbox
from accounts.refusals import StaffAccount, TooMany
from accounts.tokens import create_token
from common import outbox, tenancy
from common.models import AuditEntry, OutboxEvent
from common.problems import FieldErrors
from tests import cast

NEW = {"slug": "birch", "name": "Birch  Ltd", "kind": "customer"}


def make(owner, **fields):
    return joining.create_organization(by=owner, owner=owner, **(NEW | fields))


def test_an_organization_starts_with_its_owner_on_the_trail(people):
    newcomer = cast.person("mei@birch.example")
    birch = make(newcomer)
    assert (birch.slug, birch.name, birch.kind, birch.partner_type) == ("birch", "Birch Ltd", "customer", "")
    assert birch.registered_email == "mei@birch.example"
    assert len(birch.caller_code) == 10
    assert birch.caller_code.isdecimal()
    assert list(birch.memberships.values_list("person", "role")) == [(newcomer.pk, "owner")]
    with tenancy.organization(birch.pk):
        entry = AuditEntry.objects.get()
    assert (entry.action, entry.object, entry.by, entry.after["owner"]) == (
        "organization.created",
        "birch",
        "Mei",
        "mei@birch.example",
    )
    assert OutboxEvent.objects.get(topic="organization.created").payload == {"organization": birch.pk}


def test_a_partner_without_a_type_is_a_consulting_partner(people):
    newcomer = cast.person("mei@birch.example")
    assert make(newcomer, kind="partner").partner_type == "consulting"
    assert make(newcomer, slug="birch2", kind="partner", partner_type="technology").partner_type == "technology"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"slug": "acme"}, {"slug"}),
        ({"slug": "Birch"}, {"slug"}),
        ({"slug": "b"}, {"slug"}),
        ({"slug": "birch\n"}, {"slug"}),
        ({"name": "  "}, {"name"}),
        ({"name": "x" * 121}, {"name"}),
        ({"kind": "friend"}, {"kind"}),
        ({"partner_type": "consulting"}, {"partner_type"}),
        ({"kind": "partner", "partner_type": "magic"}, {"partner_type"}),
        ({"registered_email": "nobody"}, {"registered_email"}),
        ({"slug": "", "name": "", "kind": ""}, {"slug", "name", "kind"}),
    ],
)
def test_wrong_fields_are_named_and_nothing_is_made(people, fields, wrong):
    newcomer = cast.person("mei@birch.example")
    with pytest.raises(FieldErrors) as refused:
        make(newcomer, **fields)
    assert set(refused.value.errors) == wrong
    assert Organization.objects.count() == 4
    assert not Membership.objects.filter(person=newcomer).exists()


def test_staff_cannot_own_an_organization(people):
    with pytest.raises(StaffAccount):
        make(people.engineer)
    assert not Organization.objects.filter(slug="birch").exists()


def test_one_person_owns_at_most_twenty_organizations(people):
    newcomer = cast.person("mei@birch.example")
    for number in range(20):
        make(newcomer, slug=f"birch-{number}")
    with pytest.raises(TooMany):
        make(newcomer, slug="birch-20")
    assert newcomer.memberships.count() == 20


def test_people_make_organizations_by_api(people, api):
    answer = api(people.owner).post("/api/v1/orgs", NEW, format="json")
    assert answer.status_code == 201
    assert answer.json() | {"created_at": "", "caller_code": ""} == {
        "slug": "birch",
        "name": "Birch Ltd",
        "kind": "customer",
        "partner_type": None,
        "caller_code": "",
        "registered_email": "owner@acme.example",
        "language": "en",
        "disabled": False,
        "created_at": "",
    }
    assert [row["slug"] for row in api(people.owner).get("/api/v1/orgs").json()["results"]] == ["birch", "acme"]


def test_a_token_for_one_organization_makes_no_other(people):
    client = cast.client_of(people.owner)
    limited = create_token(person=people.owner, name="x", scope="write", by=None, organization=people.acme)[1]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {limited}")
    assert client.post("/api/v1/orgs", NEW, format="json").status_code == 403
    assert not Organization.objects.filter(slug="birch").exists()
    assert [row["slug"] for row in client.get("/api/v1/orgs").json()["results"]] == ["acme"]


# ---- by an administrator -----------------------------------------------------------------------------------------

OPERATOR = NEW | {"owner_email": "Mei@Birch.example"}
PATH = "/api/v1/operator/organizations"


def test_an_administrator_makes_an_organization_for_somebody_new(people, api):
    answer = api(people.admin).post(PATH, OPERATOR | {"kind": "partner", "partner_type": "consulting"}, format="json")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["slug"], body["name"], body["kind"], body["partner_type"]) == (
        "birch",
        "Birch Ltd",
        "partner",
        "consulting",
    )
    mei = Person.objects.get(email="mei@birch.example")
    assert not mei.has_usable_password()
    assert Membership.objects.get(person=mei).role == "owner"
    members = api(people.admin).get("/api/v1/orgs/birch/members").json()["results"]
    assert [(row["email"], row["role"], row["status"]) for row in members] == [("mei@birch.example", "owner", "active")]
    outbox.relay()
    assert [letter.to for letter in mail.outbox] == [["mei@birch.example"]]
    assert mail.outbox[0].subject == "Your account at Birch Ltd"


def test_an_owner_who_has_an_account_gets_no_new_one(people, api):
    prove_mailbox(people.owner)
    answer = api(people.admin).post(PATH, OPERATOR | {"owner_email": "OWNER@acme.example"}, format="json")
    assert answer.status_code == 201
    assert Organization.objects.get(slug="birch").memberships.get().person == people.owner
    outbox.relay()
    outbox.relay()
    assert [letter.subject for letter in mail.outbox] == ["Your role in Birch Ltd is now Owner"]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"slug": "acme"}, {"slug"}),
        ({"slug": "ACME"}, {"slug"}),
        ({"owner_email": "engineer@support.example"}, {"owner_email"}),
        ({"owner_email": "nobody"}, {"owner_email"}),
        ({"owner_email": "engineer@support.example", "slug": "x"}, {"owner_email", "slug"}),
        ({"kind": "customer", "partner_type": "consulting"}, {"partner_type"}),
        ({"name": None}, {"name"}),
    ],
)
def test_wrong_fields_of_an_administrator_are_named_and_nothing_is_made(people, api, fields, wrong):
    before = Person.objects.count()
    answer = api(people.admin).post(PATH, OPERATOR | fields, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert set(answer.json()["errors"]) == wrong
    assert Organization.objects.count() == 4
    assert Person.objects.count() == before


def test_missing_fields_are_named(people, api):
    answer = api(people.admin).post(PATH, {}, format="json")
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"slug", "name", "kind", "owner_email"}


@pytest.mark.parametrize(
    ("role", "status"),
    [("owner", 404), ("engineer", 403), ("lead", 403), ("billing_operator", 403), ("tam", 403), (None, 401)],
)
def test_only_administrators_make_organizations_for_others(people, api, role, status):
    client = api(getattr(people, role)) if role else api()
    assert client.post(PATH, OPERATOR, format="json").status_code == status
    assert Organization.objects.count() == 4
    assert not Person.objects.filter(email="mei@birch.example").exists()


def test_the_same_key_makes_one_organization(people, api):
    client = api(people.admin)
    first = client.post(PATH, OPERATOR, format="json", HTTP_IDEMPOTENCY_KEY="k1")
    again = client.post(PATH, OPERATOR, format="json", HTTP_IDEMPOTENCY_KEY="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replay"] == "true"
    assert Organization.objects.count() == 5
