"""Inviting by e-mail, and accepting with an account or making one (spec page 1 'Joining and leaving')."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts import invitations
from accounts.models import Invitation, Membership, Person
from accounts.people import prove_mailbox
from accounts.refusals import InvitationEnded, SignInFirst, StaffAccount, WrongMailbox
from common import clock, outbox, tenancy
from common.models import AuditEntry, OutboxEvent
from common.problems import FieldErrors, NotFound
from notifications.access import notices_in
from tests import cast

MEMBERS = "/api/v1/orgs/acme/members"
PASSWORD = "quiet-lantern-42"


def invite(people, email="new@acme.example", role="member"):
    with tenancy.organization(people.acme.pk):
        return invitations.invite(organization=people.acme, email=email, role=role, by=people.owner)


def token_of(invitation) -> str:
    return invitations.link(invitation).rsplit("/", 1)[1]


def trail(people) -> list[str]:
    with tenancy.organization(people.acme.pk):
        return list(AuditEntry.objects.exclude(action__startswith="token.").values_list("action", flat=True))


# ---- inviting ----------------------------------------------------------------------------------------------------


def test_an_owner_invites_by_api_and_the_link_goes_to_the_mailbox(people, api):
    answer = api(people.owner).post(MEMBERS, {"email": "New@Acme.example", "role": "billing"}, format="json")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["email"], body["name"], body["role"], body["status"]) == ("new@acme.example", "", "billing", "invited")
    outbox.relay()
    letter = mail.outbox[0]
    assert letter.to == ["new@acme.example"]
    assert letter.subject == "Invitation to Acme"
    assert "Owner invites you to Acme as Billing." in letter.body
    invitation = Invitation.objects.get()
    assert f"http://127.0.0.1:8000{invitations.link(invitation)}" in letter.body
    assert invitation.expires_at - invitation.created_at == timedelta(days=7)
    assert trail(people) == ["member.invited"]


def test_the_secret_of_a_link_stands_nowhere(people):
    invitation = invite(people)
    secret = token_of(invitation)
    assert secret not in str(OutboxEvent.objects.values())
    assert secret not in str(Invitation.objects.values())


def test_members_and_invitations_are_listed_together(people, api):
    invite(people, "a-new@acme.example", "viewer")
    rows = api(people.owner).get(MEMBERS).json()["results"]
    assert [(row["email"], row["role"], row["status"]) for row in rows] == [
        ("billing@acme.example", "billing", "active"),
        ("member@acme.example", "member", "active"),
        ("owner@acme.example", "owner", "active"),
        ("viewer@acme.example", "viewer", "active"),
        ("a-new@acme.example", "viewer", "invited"),
    ]


def test_inviting_again_renews_the_invitation_and_ends_the_earlier_link(people):
    first = token_of(invite(people, role="viewer"))
    second = token_of(invite(people, role="member"))
    assert Invitation.objects.get().role == "member"
    with pytest.raises(NotFound):
        invitations.invitation_of(first)
    assert invitations.invitation_of(second).email == "new@acme.example"
    outbox.relay()
    assert len(mail.outbox) == 1, "only the link that works is sent"


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"email": "engineer@support.example", "role": "member"}, 400, {"email"}),
        ({"email": "nobody", "role": "member"}, 400, {"email"}),
        ({"email": "new@acme.example", "role": "king"}, 400, {"role"}),
        ({"email": "new@acme.example"}, 400, {"role"}),
        ({"role": "member"}, 400, {"email"}),
        ({"email": ["a"], "role": {}}, 400, {"email", "role"}),
    ],
)
def test_wrong_fields_are_named_and_nobody_is_invited(people, api, fields, status, told):
    answer = api(people.owner).post(MEMBERS, fields, format="json")
    assert (answer.status_code, set(answer.json()["errors"])) == (status, told)
    assert not Invitation.objects.exists()


def test_a_member_is_not_invited_again(people, api):
    answer = api(people.owner).post(MEMBERS, {"email": "viewer@acme.example", "role": "owner"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "already_member")
    assert not Invitation.objects.exists()
    assert Membership.objects.get(person=people.viewer).role == "viewer"


@pytest.mark.parametrize(
    ("who", "status"),
    [("viewer", 403), ("member", 403), ("billing", 403), ("outsider", 404), ("engineer", 404), ("lead", 404)],
)
def test_only_owners_and_administrators_invite(people, api, who, status):
    body = {"email": "new@acme.example", "role": "member"}
    assert api(getattr(people, who)).post(MEMBERS, body, format="json").status_code == status
    assert api(getattr(people, who)).get(MEMBERS).status_code == status
    assert not Invitation.objects.exists()
    assert api(people.admin).post(MEMBERS, body, format="json").status_code == 201


def test_a_disabled_organization_invites_nobody(people, api):
    people.acme.disabled_at = clock.now()
    people.acme.save(update_fields=["disabled_at"])
    answer = api(people.owner).post(MEMBERS, {"email": "new@acme.example", "role": "member"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "organization_disabled")
    assert not Invitation.objects.exists()


def test_an_invitation_is_changed_and_revoked_under_the_mailbox(people, api):
    token = token_of(invite(people))
    client = api(people.owner)
    changed = client.patch(f"{MEMBERS}/new@acme.example", {"role": "owner"}, format="json")
    assert (changed.status_code, changed.json()["role"], changed.json()["status"]) == (200, "owner", "invited")
    assert client.delete(f"{MEMBERS}/new@acme.example").status_code == 204
    assert client.get(f"{MEMBERS}/new@acme.example").status_code == 404
    with pytest.raises(NotFound):
        invitations.invitation_of(token)
    assert trail(people) == ["member.invited", "invitation.changed", "invitation.revoked"]


def test_a_revoked_invitation_is_not_mailed_any_more(people, api):
    invite(people)
    api(people.owner).delete(f"{MEMBERS}/new@acme.example")
    outbox.relay()
    assert mail.outbox == []


# ---- accepting ---------------------------------------------------------------------------------------------------


def test_a_person_with_an_account_accepts(people):
    newcomer = cast.person("new@acme.example")
    membership = invitations.accept(token=token_of(invite(people, role="billing")), by=newcomer)
    assert (membership.organization, membership.role) == (people.acme, "billing")
    assert trail(people) == ["member.invited", "member.joined"]
    outbox.relay()
    outbox.relay()
    with tenancy.organization(people.acme.pk):
        assert [row.kind for row in notices_in(people.acme, people.owner)] == ["member.joined"]


def test_an_invitation_works_once(people):
    newcomer = cast.person("new@acme.example")
    token = token_of(invite(people))
    invitations.accept(token=token, by=newcomer)
    with pytest.raises(InvitationEnded):
        invitations.accept(token=token, by=newcomer)
    assert newcomer.memberships.count() == 1


def test_an_invitation_ends_after_seven_days(people):
    newcomer = cast.person("new@acme.example")
    invitation = invite(people)
    with clock.at(invitation.created_at + timedelta(days=7)), pytest.raises(InvitationEnded):
        invitations.accept(token=token_of(invitation), by=newcomer)
    assert not newcomer.memberships.exists()
    with clock.at(invitation.created_at + timedelta(days=7, seconds=-1)):
        assert invitations.accept(token=token_of(invitation), by=newcomer).role == "member"


def test_another_mailbox_cannot_accept(people):
    token = token_of(invite(people))
    with pytest.raises(WrongMailbox) as refused:
        invitations.accept(token=token, by=people.outsider)
    assert "new@acme.example" in str(refused.value.detail)
    assert people.outsider.memberships.count() == 1
    assert Invitation.objects.get().accepted_at is None


def test_staff_cannot_accept(people):
    invitation = invite(people)
    Invitation.objects.filter(pk=invitation.pk).update(email=people.engineer.email)
    with pytest.raises(StaffAccount):
        invitations.accept(token=token_of(invitation), by=people.engineer)
    assert not people.engineer.memberships.exists()


def test_an_unknown_link_is_not_found(people):
    with pytest.raises(NotFound):
        invitations.invitation_of("0" * 64)
    assert Client().get("/invitations/nothing").status_code == 404


def test_an_invited_mailbox_without_an_account_makes_one(people):
    person = invitations.accept_with_new_account(
        token=token_of(invite(people)), name=" Mei  Lin ", password=PASSWORD, language="zh-hans"
    )
    assert (person.email, person.name, person.language) == ("new@acme.example", "Mei Lin", "zh-hans")
    assert person.check_password(PASSWORD)
    assert person.memberships.get().organization == people.acme
    assert person.emailaddress_set.get().verified


def test_a_weak_password_joins_nobody(people):
    token = token_of(invite(people))
    with pytest.raises(FieldErrors) as refused:
        invitations.accept_with_new_account(token=token, name="Mei", password="12345678", language="en")
    assert set(refused.value.errors) == {"password"}
    assert not Person.objects.filter(email="new@acme.example").exists()
    assert Invitation.objects.get().accepted_at is None


def test_an_account_that_was_proven_keeps_its_password(people):
    newcomer = cast.person("new@acme.example")
    newcomer.set_password("another-lantern-7")
    newcomer.save()
    prove_mailbox(newcomer)
    with pytest.raises(SignInFirst):
        invitations.accept_with_new_account(
            token=token_of(invite(people)), name="Evil", password=PASSWORD, language="en"
        )
    newcomer.refresh_from_db()
    assert newcomer.check_password("another-lantern-7")
    assert not newcomer.memberships.exists()


def test_who_signed_up_with_somebody_elses_mailbox_loses_it_to_its_owner(people):
    squatter = cast.person("new@acme.example", name="Squatter")
    squatter.set_password("squatters-pass-9")
    squatter.save()
    invitations.accept_with_new_account(token=token_of(invite(people)), name="Mei", password=PASSWORD, language="en")
    squatter.refresh_from_db()
    assert squatter.name == "Mei"
    assert not squatter.check_password("squatters-pass-9")


def test_an_invitation_is_accepted_by_api(people, api):
    newcomer = cast.person("new@acme.example")
    token = token_of(invite(people))
    wrong = api(people.outsider).post(f"/api/v1/invitations/{token}/accept")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "wrong_mailbox")
    answer = api(newcomer).post(f"/api/v1/invitations/{token}/accept")
    assert (answer.status_code, answer.json()["slug"]) == (200, "acme")
    assert api(newcomer).post("/api/v1/invitations/nothing/accept").status_code == 404


# ---- pages -------------------------------------------------------------------------------------------------------


def test_a_newcomer_joins_on_the_page_of_the_link_and_is_signed_in(people):
    url = invitations.link(invite(people))
    client = Client()
    page = client.get(url)
    assert page.status_code == 200
    assert "Join Acme" in page.text
    answer = client.post(url, {"name": "Mei", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/o/acme/")
    assert client.get("/account").status_code == 200
    assert Person.objects.get(email="new@acme.example").memberships.get().role == "member"


def test_a_weak_password_is_told_on_the_page(people):
    answer = Client().post(invitations.link(invite(people)), {"name": "Mei", "password": "12345678"})
    assert answer.status_code == 400
    assert "This password is too common" in answer.text
    assert not Person.objects.filter(email="new@acme.example").exists()


def test_a_signed_in_person_accepts_on_the_page(people):
    newcomer = cast.person("new@acme.example")
    client = Client()
    client.force_login(newcomer)
    url = invitations.link(invite(people))
    assert "Accept the invitation" in client.get(url).text
    assert client.post(url).headers["Location"] == "/o/acme/"
    assert newcomer.memberships.get().organization == people.acme


def test_a_person_with_an_account_is_sent_to_sign_in_and_back(people):
    prove_mailbox(cast.person("new@acme.example"))
    url = invitations.link(invite(people))
    page = Client().get(url).text
    assert re.search(r'href="/accounts/login/\?next=/invitations/[0-9a-f]{64}"', page)
    assert 'name="password"' not in page


def test_the_wrong_person_is_told_so_on_the_page_and_joins_nothing(people):
    client = Client()
    client.force_login(people.outsider)
    url = invitations.link(invite(people))
    assert "You are signed in as owner@orbit.example" in client.get(url).text
    answer = client.post(url)
    assert answer.status_code == 409
    assert people.outsider.memberships.count() == 1


def test_an_ended_invitation_says_what_to_do(people):
    invitation = invite(people)
    with clock.at(invitation.expires_at):
        answer = Client().get(invitations.link(invitation))
    assert answer.status_code == 409
    assert "Ask an owner of the organization to invite you again." in answer.text


def test_an_owner_made_by_an_administrator_chooses_a_password_by_the_mailed_link(people, api):
    api(people.admin).post(
        "/api/v1/operator/organizations",
        {"slug": "birch", "name": "Birch", "kind": "customer", "owner_email": "mei@birch.example"},
        format="json",
    )
    outbox.relay()
    url = re.search(r"http://127.0.0.1:8000(/invitations/\S+)", mail.outbox[0].body).group(1)
    client = Client()
    assert "Choose your password" in client.get(url).text
    assert client.post(url, {"name": "Mei", "password": PASSWORD}).headers["Location"] == "/o/birch/"
    mei = Person.objects.get(email="mei@birch.example")
    assert mei.check_password(PASSWORD)
    assert mei.memberships.get().role == "owner"
    assert client.post(url, {"name": "Mei", "password": "other-lantern-77"}).status_code == 409


def test_who_signs_up_with_an_invited_mailbox_is_offered_the_invitation(people):
    newcomer = cast.person("new@acme.example")
    invitation = invite(people)
    client = Client()
    client.force_login(newcomer)
    assert "Owner invites you: Member" in client.get("/organizations/new").text
    answer = client.post(f"/invitations/own/{invitation.pk}/accept")
    assert answer.headers["Location"] == "/o/acme/"
    assert newcomer.memberships.get().role == "member"
    other = Client()
    other.force_login(people.outsider)
    assert other.post(f"/invitations/own/{invitation.pk}/accept").status_code == 404
