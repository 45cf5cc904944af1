"""Pages of organizations: members, settings, trail, the making of one (spec page 1), with what each role sees."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Invitation, Membership, Organization
from common import clock, tenancy
from tests import cast
from tests.cast import browser_of


def role_of(person) -> str:
    return Membership.objects.get(person=person).role


# ---- making an organization --------------------------------------------------------------------------------------


def test_an_organization_is_made_on_the_page_once_even_by_a_double_click(people):
    newcomer = cast.person("mei@birch.example")
    client = browser_of(newcomer)
    assert "Your organization" in client.get("/organizations/new").text
    form = {"name": "Birch", "slug": "birch", "kind": "customer", "partner_type": "consulting", "idempotency_key": "k"}
    for _click in range(2):
        answer = client.post("/organizations/new", form)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/o/birch/")
    birch = Organization.objects.get(slug="birch")
    assert (birch.partner_type, birch.memberships.count()) == ("", 1)


def test_a_taken_address_is_told_beside_the_field_and_what_was_typed_stays(people):
    client = browser_of(cast.person("mei@birch.example"))
    answer = client.post("/organizations/new", {"name": "Birch & Sons", "slug": "acme", "kind": "customer"})
    assert answer.status_code == 400
    assert "This address is taken: choose another." in answer.text
    assert 'value="Birch &amp; Sons"' in answer.text
    assert Organization.objects.count() == 4


def test_staff_make_no_organization(people):
    answer = browser_of(people.engineer).post("/organizations/new", {"name": "x", "slug": "xy", "kind": "customer"})
    assert answer.status_code == 409
    assert 'data-problem="staff_account"' in answer.text
    assert Organization.objects.count() == 4


def test_an_address_is_suggested_and_checked_while_typing(people):
    client = browser_of(cast.person("mei@birch.example"))
    suggested = client.get("/organizations/new/address", {"name": "Acme"}, headers={"HX-Trigger-Name": "name"})
    assert 'value="acme-2"' in suggested.text
    assert "/o/acme-2 is free" in suggested.text
    typed = {"HX-Trigger-Name": "slug"}
    assert "/o/acme is taken" in client.get("/organizations/new/address", {"slug": "Acme"}, headers=typed).text
    assert "This cannot be an address" in client.get("/organizations/new/address", {"slug": "a b"}, headers=typed).text


def test_strangers_are_sent_to_sign_in(db):
    for path in ("/organizations/new", "/account", "/account/tokens", "/o/acme/members", "/notifications"):
        answer = Client().get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/accounts/login/?next={path}")


# ---- members -----------------------------------------------------------------------------------------------------


def test_an_owner_sees_members_and_invites(people):
    client = browser_of(people.owner)
    page = client.get("/o/acme/members")
    assert page.status_code == 200
    for email in ("owner@acme.example", "billing@acme.example", "member@acme.example", "viewer@acme.example"):
        assert email in page.text
    assert "owner@orbit.example" not in page.text
    answer = client.post("/o/acme/members", {"email": "new@acme.example", "role": "viewer"})
    assert answer.status_code == 303
    assert "An invitation is on its way to new@acme.example." in client.get("/o/acme/members").text
    assert Invitation.objects.get().role == "viewer"


def test_a_refused_invitation_is_told_on_the_page(people):
    client = browser_of(people.owner)
    staff = client.post("/o/acme/members", {"email": "engineer@support.example", "role": "member"})
    assert staff.status_code == 400
    assert "An account belongs to the staff or to organizations" in staff.text
    known = client.post("/o/acme/members", {"email": "viewer@acme.example", "role": "member"})
    assert known.status_code == 409
    assert 'data-problem="already_member"' in known.text
    assert not Invitation.objects.exists()


def test_an_owner_changes_a_role_resends_and_revokes_on_the_page(people):
    client = browser_of(people.owner)
    assert client.post("/o/acme/members/member@acme.example/role", {"role": "billing"}).status_code == 303
    assert role_of(people.member) == "billing"
    client.post("/o/acme/members", {"email": "new@acme.example", "role": "viewer"})
    first = Invitation.objects.get().token_hash
    assert client.post("/o/acme/members/new@acme.example/role", {"role": "member"}).status_code == 303
    assert client.post("/o/acme/members/new@acme.example/resend").status_code == 303
    invitation = Invitation.objects.get()
    assert (invitation.role, invitation.token_hash != first) == ("member", True)
    assert client.post("/o/acme/members/new@acme.example/revoke").status_code == 303
    assert not Invitation.objects.exists()


def test_removing_asks_first(people):
    client = browser_of(people.owner)
    page = "/o/acme/members/member@acme.example/remove"
    assert "Remove Member?" in client.get(page).text
    assert people.member.memberships.exists()
    assert client.post(page).headers["Location"] == "/o/acme/members"
    assert not people.member.memberships.exists()


def test_the_last_owner_is_told_on_the_page(people):
    client = browser_of(people.owner)
    answer = client.post("/o/acme/leave")
    assert answer.status_code == 409
    assert 'data-problem="last_owner"' in answer.text
    demoted = client.post("/o/acme/members/owner@acme.example/role", {"role": "viewer"})
    assert demoted.status_code == 409
    assert role_of(people.owner) == "owner"


def test_handing_over_on_the_page(people):
    client = browser_of(people.owner)
    answer = client.post("/o/acme/members/hand-over", {"to": "member@acme.example"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/o/acme/")
    assert (role_of(people.owner), role_of(people.member)) == ("member", "owner")
    assert client.get("/o/acme/members").status_code == 403


def test_a_viewer_leaves_on_the_page(people):
    client = browser_of(people.viewer)
    assert "Leave Acme?" in client.get("/o/acme/leave").text
    assert client.post("/o/acme/leave").headers["Location"] == "/home"
    assert not people.viewer.memberships.exists()


OWNERS_PAGES = ("/o/acme/members", "/o/acme/settings", "/o/acme/members/viewer@acme.example/remove")
OWNERS_ACTIONS = (
    ("/o/acme/members", {"email": "new@acme.example", "role": "owner"}),
    ("/o/acme/members/viewer@acme.example/role", {"role": "owner"}),
    ("/o/acme/members/viewer@acme.example/remove", {}),
    ("/o/acme/members/hand-over", {"to": "viewer@acme.example"}),
    ("/o/acme/settings", {"name": "Evil", "registered_email": "a@b.example", "language": "en"}),
)


@pytest.mark.parametrize(
    ("who", "status"),
    [("viewer", 403), ("member", 403), ("billing", 403), ("outsider", 404), ("engineer", 404), ("lead", 404)],
)
def test_others_see_and_change_nothing_of_the_members(people, who, status):
    client = browser_of(getattr(people, who))
    for page in OWNERS_PAGES:
        assert client.get(page).status_code == status, page
    for page, form in OWNERS_ACTIONS:
        assert client.post(page, form).status_code == status, page
    people.acme.refresh_from_db()
    assert (role_of(people.viewer), role_of(people.owner), people.acme.name) == ("viewer", "owner", "Acme")
    assert not Invitation.objects.exists()


# ---- settings, trail, list of all --------------------------------------------------------------------------------


def test_an_owner_changes_the_settings_and_finds_them_on_the_trail(people):
    client = browser_of(people.owner)
    form = {"name": "Acme Studio", "registered_email": "desk@acme.example", "language": "zh-hans"}
    assert client.post("/o/acme/settings", form).status_code == 303
    people.acme.refresh_from_db()
    assert (people.acme.name, people.acme.language) == ("Acme Studio", "zh-hans")
    trail = client.get("/o/acme/audit").text
    assert "Settings of the organization changed" in trail
    assert "<del>Acme</del> → <ins>Acme Studio</ins>" in trail


def test_wrong_settings_are_told_and_the_page_keeps_the_real_name(people):
    answer = browser_of(people.owner).post(
        "/o/acme/settings", {"name": "Evil Corp", "registered_email": "nobody", "language": "en"}
    )
    assert answer.status_code == 400
    assert answer.context["organization"].name == "Acme"
    people.acme.refresh_from_db()
    assert people.acme.name == "Acme"


@pytest.mark.parametrize(
    ("who", "status"), [("viewer", 403), ("member", 403), ("billing", 403), ("outsider", 404), ("engineer", 404)]
)
def test_the_trail_is_the_owners(people, who, status):
    assert browser_of(getattr(people, who)).get("/o/acme/audit").status_code == status
    assert browser_of(people.lead).get("/o/acme/audit").status_code == 200


def test_staff_find_organizations(people):
    client = browser_of(people.engineer)
    page = client.get("/desk/organizations", {"q": "pine"})
    assert "pine" in page.text
    assert "acme" not in page.text
    assert browser_of(people.owner).get("/desk/organizations").status_code == 404


def test_a_disabled_organization_says_so_and_changes_nothing(people):
    people.acme.disabled_at = clock.now()
    people.acme.save(update_fields=["disabled_at"])
    client = browser_of(people.owner)
    assert "This organization is disabled" in client.get("/o/acme/members").text
    for page, form in OWNERS_ACTIONS:
        assert client.post(page, form).status_code == 409, page
    assert role_of(people.viewer) == "viewer"
    assert not Invitation.objects.exists()


def test_one_page_of_members_takes_few_statements_whatever_their_number(people, django_assert_max_num_queries):
    client = browser_of(people.owner)
    client.get("/o/acme/members")
    for number in range(30):
        cast.person(f"m{number}@acme.example", people.acme)
    with django_assert_max_num_queries(12):
        assert client.get("/o/acme/members").status_code == 200


def test_names_are_escaped_everywhere(people):
    with tenancy.everything():
        people.member.name = "<script>alert(1)</script>"
        people.member.save()
    page = browser_of(people.owner).get("/o/acme/members").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
