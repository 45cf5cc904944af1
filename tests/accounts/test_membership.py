"""Roles, leaving and handing over; an organization keeps an owner (spec page 1)."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from accounts import membership
from accounts.models import ApiToken, Membership
from accounts.refusals import LastOwner
from accounts.tokens import create_token
from common import clock, outbox, tenancy
from common.models import AuditEntry
from common.problems import FieldErrors, NotFound
from notifications.models import Notification
from tests import cast

MEMBERS = "/api/v1/orgs/acme/members"


def role_of(person) -> str:
    return Membership.objects.get(person=person).role


def trail(people) -> list[tuple[str, object, object]]:
    with tenancy.organization(people.acme.pk):
        rows = AuditEntry.objects.exclude(action__startswith="token.")
        return [(entry.action, entry.before, entry.after) for entry in rows]


def told(person) -> list[str]:
    with tenancy.everything():
        return list(Notification.objects.filter(person=person).values_list("kind", flat=True))


def test_an_owner_changes_a_role_and_the_person_is_told(people, api):
    answer = api(people.owner).patch(f"{MEMBERS}/Member@acme.example", {"role": "billing"}, format="json")
    assert (answer.status_code, answer.json()["role"], answer.json()["status"]) == (200, "billing", "active")
    assert role_of(people.member) == "billing"
    assert trail(people) == [("member.role_changed", {"role": "member"}, {"role": "billing"})]
    outbox.relay()
    assert told(people.member) == ["member.role"]


def test_the_same_role_again_changes_and_records_nothing(people, api):
    assert (
        api(people.owner).patch(f"{MEMBERS}/member@acme.example", {"role": "member"}, format="json").status_code == 200
    )
    assert trail(people) == []


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_the_last_owner_keeps_the_role(people, api, method):
    client = api(people.owner)
    answer = getattr(client, method)(f"{MEMBERS}/owner@acme.example", {"role": "member"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")
    assert role_of(people.owner) == "owner"
    assert trail(people) == []


def test_an_owner_who_was_switched_off_does_not_count(people):
    second = cast.person("second@acme.example", people.acme, "owner", is_active=False)
    with tenancy.organization(people.acme.pk), pytest.raises(LastOwner):
        membership.remove_member(organization=people.acme, email="owner@acme.example", by=people.owner)
    assert second.memberships.exists()


def test_one_of_two_owners_may_leave(people, api):
    cast.person("second@acme.example", people.acme, "owner")
    assert api(people.owner).delete(f"{MEMBERS}/owner@acme.example").status_code == 204
    assert not people.owner.memberships.exists()
    assert api(people.owner).get("/api/v1/orgs/acme").status_code == 404
    assert [entry[0] for entry in trail(people)] == ["member.left"]


def test_everybody_may_leave_but_not_remove(people, api):
    client = api(people.viewer)
    assert client.delete(f"{MEMBERS}/member@acme.example").status_code == 403
    assert people.member.memberships.exists()
    assert client.delete(f"{MEMBERS}/viewer@acme.example").status_code == 204
    assert not people.viewer.memberships.exists()


@pytest.mark.parametrize(("who", "status"), [("member", 403), ("billing", 403), ("outsider", 404), ("engineer", 404)])
def test_only_owners_and_administrators_change_members(people, api, who, status):
    client = api(getattr(people, who))
    assert client.patch(f"{MEMBERS}/viewer@acme.example", {"role": "owner"}, format="json").status_code == status
    assert client.delete(f"{MEMBERS}/viewer@acme.example").status_code == status
    assert client.get(f"{MEMBERS}/viewer@acme.example").status_code == status
    assert role_of(people.viewer) == "viewer"


def test_an_administrator_changes_members(people, api):
    client = api(people.admin)
    assert client.patch(f"{MEMBERS}/viewer@acme.example", {"role": "owner"}, format="json").status_code == 200
    assert role_of(people.viewer) == "owner"


def test_a_member_of_another_organization_is_not_found(people, api):
    client = api(people.owner)
    assert client.patch(f"{MEMBERS}/owner@orbit.example", {"role": "viewer"}, format="json").status_code == 404
    assert client.delete(f"{MEMBERS}/owner@orbit.example").status_code == 404
    assert role_of(people.outsider) == "owner"


def test_a_wrong_role_is_named(people, api):
    answer = api(people.owner).patch(f"{MEMBERS}/member@acme.example", {"role": "admin"}, format="json")
    assert (answer.status_code, set(answer.json()["errors"])) == (400, {"role"})
    assert role_of(people.member) == "member"


def test_removing_a_member_ends_the_tokens_for_this_organization_and_tells_them(people, api):
    limited, plain = create_token(person=people.member, name="a", scope="write", by=None, organization=people.acme)
    assert api(people.owner).delete(f"{MEMBERS}/member@acme.example").status_code == 204
    limited.refresh_from_db()
    assert limited.revoked_at is not None
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {plain}")
    assert client.get("/api/v1/orgs").status_code == 401
    outbox.relay()
    assert told(people.member) == ["member.removed"]


def test_ownership_is_handed_over_in_one_step(people):
    with tenancy.organization(people.acme.pk):
        membership.hand_over(organization=people.acme, to="Member@acme.example", by=people.owner)
    assert (role_of(people.owner), role_of(people.member)) == ("member", "owner")


def test_ownership_is_not_handed_to_oneself_or_a_stranger(people):
    with tenancy.organization(people.acme.pk):
        with pytest.raises(FieldErrors):
            membership.hand_over(organization=people.acme, to="OWNER@acme.example", by=people.owner)
        with pytest.raises(NotFound):
            membership.hand_over(organization=people.acme, to="owner@orbit.example", by=people.owner)
    assert role_of(people.owner) == "owner"


def test_a_disabled_organization_changes_no_members(people, api):
    people.acme.disabled_at = clock.now()
    people.acme.save(update_fields=["disabled_at"])
    answer = api(people.owner).patch(f"{MEMBERS}/member@acme.example", {"role": "owner"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "organization_disabled")
    assert role_of(people.member) == "member"


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_at_once_cannot_both():
    people = cast.gather()
    second = cast.person("second@acme.example", people.acme, "owner")
    barrier, outcomes = threading.Barrier(2), []

    def leave(person):
        barrier.wait()
        try:
            with tenancy.organization(people.acme.pk):
                membership.remove_member(organization=people.acme, email=person.email, by=person)
            outcomes.append("left")
        except LastOwner:
            outcomes.append("kept")
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[person]) for person in (people.owner, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["kept", "left"]
    assert Membership.objects.filter(organization=people.acme, role="owner").count() == 1
    assert ApiToken.objects.count() == 0
