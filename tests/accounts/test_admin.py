"""The admin: who enters, what is changed through the rules, and what is only read."""

from __future__ import annotations

from datetime import date

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Membership, Organization, Person, StaffProfile
from common import audit, calendar_days, clock, outbox, tenancy
from common.models import AuditEntry, CalendarDay, OutboxEvent
from notifications.notices import notify

ADMIN = "/admin/"


@pytest.fixture
def client(people) -> Client:
    signed_in = Client()
    signed_in.force_login(people.admin)
    return signed_in


def trail() -> list[tuple[str, str, str]]:
    with tenancy.everything():
        return list(AuditEntry.objects.order_by("pk").values_list("action", "object", "by"))


# ---- the door ----------------------------------------------------------------------------------------------------


def test_strangers_are_sent_to_the_portals_own_sign_in(db):
    answer = Client().get(ADMIN)
    assert answer.status_code == 302
    answer = Client().get(answer.headers["Location"])
    assert answer.headers["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("who", ["owner", "engineer", "tam", "lead"])
def test_others_find_nothing(people, who):
    client = Client()
    client.force_login(getattr(people, who))
    assert client.get(ADMIN, follow=True).status_code == 404
    assert client.get("/admin/accounts/organization/", follow=True).status_code == 404
    assert client.post("/admin/accounts/organization/add/", {"slug": "evil"}, follow=True).status_code == 404
    assert Organization.objects.count() == 4


def test_a_billing_operator_enters_and_changes_nothing_of_people(people):
    client = Client()
    client.force_login(people.billing_operator)
    assert client.get(ADMIN).status_code == 200
    assert client.get("/admin/accounts/organization/").status_code == 403
    assert client.post(f"/admin/accounts/person/{people.owner.pk}/change/", {}).status_code == 403


PAGES = (
    "accounts/organization", "accounts/person", "accounts/membership", "accounts/invitation", "accounts/apitoken",
    "common/calendarday", "common/auditentry", "common/outboxevent", "common/jobrun", "common/heartbeat",
    "notifications/notification",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_list_is_drawn_with_every_tenants_rows(people, client, page):
    with tenancy.everything():
        notify(people=[people.owner], kind="quota.low", params={}, url="/", key="k", organization=people.acme)
    answer = client.get(f"{ADMIN}{page}/")
    assert answer.status_code == 200
    assert client.get(f"{ADMIN}{page}/", {"q": "acme"}).status_code in (200, 302)


def test_the_index_is_drawn_with_the_looser_policy_only_here(client):
    policy = client.get(ADMIN).headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src 'self' 'unsafe-inline'" not in policy
    elsewhere = client.get("/account").headers["Content-Security-Policy"]
    assert "unsafe" not in elsewhere


# ---- organizations -----------------------------------------------------------------------------------------------


def test_an_organization_is_made_through_the_rule(client):
    form = {
        "slug": "birch",
        "name": "Birch",
        "kind": "partner",
        "partner_type": "technology",
        "owner_email": "mei@birch.example",
    }
    assert client.get("/admin/accounts/organization/add/").status_code == 200
    assert client.post("/admin/accounts/organization/add/", form).status_code == 302
    birch = Organization.objects.get(slug="birch")
    assert (birch.partner_type, birch.memberships.get().person.email) == ("technology", "mei@birch.example")
    outbox.relay()
    assert [letter.to for letter in mail.outbox] == [["mei@birch.example"]]
    assert ("organization.created", "birch", "Admin") in trail()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"slug": "acme"}, "This address is taken: choose another."),
        ({"owner_email": "engineer@support.example"}, "An account belongs to the staff or to organizations"),
        ({"kind": "customer", "partner_type": "consulting"}, "Only a partner has a partner type."),
    ],
)
def test_a_wrong_organization_is_told_beside_the_fields(client, fields, sentence):
    form = {"slug": "birch", "name": "B", "kind": "partner", "partner_type": "", "owner_email": "mei@birch.example"}
    answer = client.post("/admin/accounts/organization/add/", form | fields)
    assert answer.status_code == 200
    assert sentence in answer.text
    assert Organization.objects.count() == 4
    assert not Person.objects.filter(email="mei@birch.example").exists()


def test_changes_of_an_organization_stand_on_its_trail(people, client):
    page = f"/admin/accounts/organization/{people.pine.pk}/change/"
    form = {"name": "Pine 2", "partner_type": "technology", "registered_email": "a@pine.example", "language": "en"}
    no_members = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    assert client.get(page).status_code == 200
    assert client.post(page, form | no_members).status_code == 302
    people.pine.refresh_from_db()
    assert (people.pine.name, people.pine.partner_type, people.pine.slug) == ("Pine 2", "technology", "pine")
    with tenancy.organization(people.pine.pk):
        entry = AuditEntry.objects.get()
    assert (entry.action, entry.by) == ("organization.changed", "Admin")
    assert entry.before["partner_type"] == "consulting"
    assert entry.after["partner_type"] == "technology"


def test_disabling_asks_for_a_reason(people, client):
    page = f"/admin/accounts/organization/{people.acme.pk}/disable/"
    assert "Disable this organization?" in client.get(page).text
    assert "required" in client.post(page, {"_form_submitted": "on", "reason": ""}).text
    people.acme.refresh_from_db()
    assert not people.acme.is_disabled
    answer = client.post(page, {"_form_submitted": "on", "reason": "unpaid"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (
        204,
        f"/admin/accounts/organization/{people.acme.pk}/change/",
    )
    people.acme.refresh_from_db()
    assert people.acme.is_disabled
    assert client.get(page).status_code == 403, "it is disabled already"
    client.post(f"/admin/accounts/organization/{people.acme.pk}/enable/", {"_form_submitted": "on", "reason": "paid"})
    people.acme.refresh_from_db()
    assert not people.acme.is_disabled
    assert [entry[0] for entry in trail()] == ["organization.disabled", "organization.enabled"]


def test_nothing_is_deleted_here(people, client):
    for path in (
        f"organization/{people.acme.pk}",
        f"person/{people.owner.pk}",
        f"membership/{people.owner.memberships.get().pk}",
    ):
        assert client.post(f"/admin/accounts/{path}/delete/", {"post": "yes"}).status_code == 403
    assert Organization.objects.count() == 4
    assert Membership.objects.filter(person=people.owner).exists()


# ---- people ------------------------------------------------------------------------------------------------------


def test_staff_are_appointed_here(client):
    form = {
        "email": "New@Support.example",
        "name": "Nova",
        "language": "",
        "staff_role": "engineer",
        "level": "expert",
        "products": "ecs, rds",
    }
    assert client.get("/admin/accounts/person/add/").status_code == 200
    assert client.post("/admin/accounts/person/add/", form).status_code == 302
    nova = Person.objects.select_related("staff").get(email="new@support.example")
    assert (nova.staff.role, nova.staff.level, nova.staff.products, nova.is_staff) == (
        "engineer",
        "expert",
        ["ecs", "rds"],
        False,
    )
    assert [entry[0] for entry in trail()] == ["person.created", "staff.appointed"]


def test_a_member_does_not_become_staff(people, client):
    page = f"/admin/accounts/person/{people.member.pk}/change/"
    form = {
        "name": "Member",
        "language": "",
        "staff_role": "admin",
        "level": "engineer",
        "products": "",
        "is_active": "on",
    }
    answer = client.post(page, form)
    assert answer.status_code == 200
    assert "An account belongs to the staff or to organizations" in answer.text
    assert not StaffProfile.objects.filter(person=people.member).exists()


def test_a_staff_role_is_changed_and_ended(people, client):
    page = f"/admin/accounts/person/{people.engineer.pk}/change/"
    form = {
        "name": "Engineer",
        "language": "",
        "staff_role": "lead",
        "level": "senior",
        "products": "",
        "is_active": "on",
    }
    assert client.post(page, form).status_code == 302
    assert StaffProfile.objects.get(person=people.engineer).role == "lead"
    assert client.post(page, form | {"staff_role": ""}).status_code == 302
    assert not StaffProfile.objects.filter(person=people.engineer).exists()
    assert [entry[0] for entry in trail()] == ["staff.appointed", "staff.dismissed"]


def test_a_person_is_switched_off_and_out_at_once(people, client):
    their_browser = Client()
    their_browser.force_login(people.member)
    form = {"name": "Member", "language": "", "staff_role": "", "level": "", "products": ""}
    assert client.post(f"/admin/accounts/person/{people.member.pk}/change/", form).status_code == 302
    people.member.refresh_from_db()
    assert not people.member.is_active
    assert their_browser.get("/account").status_code == 302
    assert [entry[0] for entry in trail()] == ["person.changed"]


# ---- foundations -------------------------------------------------------------------------------------------------


def test_the_calendar_is_corrected_and_uncorrected_here(client):
    assert client.post("/admin/common/calendarday/add/", {"date": "2026-11-25", "note": "Typhoon"}).status_code == 302
    assert not calendar_days.calendar().is_working_day(date(2026, 11, 25))
    client.post("/admin/common/calendarday/2026-11-25/delete/", {"post": "yes"})
    assert calendar_days.calendar().is_working_day(date(2026, 11, 25))
    assert [entry[0] for entry in trail()] == ["calendar.corrected", "calendar.uncorrected"]
    answer = client.post("/admin/common/calendarday/add/", {"date": "1999-12-31", "note": ""})
    assert "years 2000 to 2099" in answer.text
    assert not CalendarDay.objects.exists()


def test_the_trail_is_read_only(people, client):
    with tenancy.everything():
        audit.record(by=people.admin, organization_id=people.acme.pk, action="x.y", object="z")
        number = AuditEntry.objects.get().pk
    assert client.get(f"/admin/common/auditentry/{number}/change/").status_code == 200
    assert client.post(f"/admin/common/auditentry/{number}/change/", {"by": "nobody"}).status_code == 403
    assert client.post(f"/admin/common/auditentry/{number}/delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/common/auditentry/add/").status_code == 403
    assert trail() == [("x.y", "z", "Admin")]


def test_events_that_were_given_up_are_sent_again(people, client):
    with tenancy.everything():
        outbox.emit("unheard.topic", organization_id=None, payload={})
    OutboxEvent.objects.update(done_at=clock.real_now(), error="refused", attempts=40)
    number = OutboxEvent.objects.get().pk
    answer = client.post("/admin/common/outboxevent/", {"action": "send_again", "_selected_action": [number]})
    assert answer.status_code == 302
    event = OutboxEvent.objects.get()
    assert (event.done_at, event.error, event.attempts) == (None, "", 0)
    assert outbox.relay() == 1
