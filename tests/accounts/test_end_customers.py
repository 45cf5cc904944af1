"""A partner's own customers: a name and a reference, nothing more (spec page 1)."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import EndCustomer
from common import clock, tenancy
from common.models import AuditEntry

PATH = "/api/v1/orgs/pine/end-customers"


def rows() -> list[tuple[str, str]]:
    with tenancy.everything():
        return list(EndCustomer.objects.filter(archived_at=None).order_by("name").values_list("name", "reference"))


def add(client, name="Harbour Foods", **fields):
    return client.post(PATH, {"name": name} | fields, format="json")


def test_end_customers_are_added_changed_and_archived(people, api):
    client = api(people.partner_member)
    added = add(client, reference="HF-201")
    assert added.status_code == 201
    number = added.json()["id"]
    assert added.json() == {"id": number, "name": "Harbour Foods", "reference": "HF-201"}
    assert client.get(PATH).json() == {"results": [added.json()], "next": None, "previous": None}
    changed = client.patch(f"{PATH}/{number}", {"reference": " HF 202 "}, format="json")
    assert (changed.status_code, changed.json()) == (
        200,
        {"id": number, "name": "Harbour Foods", "reference": "HF 202"},
    )
    assert client.delete(f"{PATH}/{number}").status_code == 204
    assert client.get(f"{PATH}/{number}").status_code == 404
    assert rows() == []
    with tenancy.organization(people.pine.pk):
        assert list(AuditEntry.objects.values_list("action", flat=True)) == [
            "end_customer.added",
            "end_customer.changed",
            "end_customer.archived",
        ]


def test_a_name_that_was_archived_comes_back_as_the_same(people, api):
    client = api(people.partner_member)
    number = add(client, reference="A").json()["id"]
    client.delete(f"{PATH}/{number}")
    assert add(client, reference="B").json() == {"id": number, "name": "Harbour Foods", "reference": "B"}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"reference": "x" * 81}, "reference"),
        ({"name": "Taken"}, "name"),
    ],
)
def test_wrong_fields_are_named_and_nothing_is_added(people, api, fields, wrong):
    client = api(people.partner_member)
    add(client, "Taken")
    answer = add(client, **fields)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [wrong])
    assert rows() == [("Taken", "")]


def test_a_name_that_another_has_is_refused(people, api):
    client = api(people.partner_member)
    add(client, "First")
    number = add(client, "Second").json()["id"]
    answer = client.patch(f"{PATH}/{number}", {"name": "First"}, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["name"])
    assert rows() == [("First", ""), ("Second", "")]


def test_a_viewer_reads_and_strangers_find_nothing(people, api):
    number = add(api(people.partner_member)).json()["id"]
    people.partner_owner.memberships.update(role="viewer")
    viewer = api(people.partner_owner)
    assert viewer.get(PATH).status_code == 200
    assert add(viewer, "Other").status_code == 403
    assert viewer.delete(f"{PATH}/{number}").status_code == 403
    assert api(people.outsider).get(PATH).status_code == 404
    assert api(people.billing_operator).get(PATH).status_code == 404
    assert (
        api(people.owner).patch(f"/api/v1/orgs/acme/end-customers/{number}", {"name": "x"}, format="json").status_code
        == 404
    )
    assert rows() == [("Harbour Foods", "")]


def test_a_disabled_organization_adds_none(people, api):
    people.pine.disabled_at = clock.now()
    people.pine.save(update_fields=["disabled_at"])
    answer = add(api(people.partner_member))
    assert (answer.status_code, answer.json()["code"]) == (409, "organization_disabled")
    assert rows() == []


def test_the_page_adds_changes_and_archives(people):
    client = Client()
    client.force_login(people.partner_member)
    assert "No end customers yet" in client.get("/o/pine/end-customers").text
    assert client.post("/o/pine/end-customers", {"name": "Harbour", "reference": "H"}).status_code == 303
    with tenancy.everything():
        number = EndCustomer.objects.get().pk
    again = client.post("/o/pine/end-customers", {"name": "Harbour"})
    assert again.status_code == 400
    assert "There is an end customer with this name already." in again.text
    page = f"/o/pine/end-customers/{number}"
    assert 'value="Harbour"' in client.get(page).text
    assert client.post(page, {"name": "Harbour Foods", "reference": ""}).status_code == 303
    assert rows() == [("Harbour Foods", "")]
    assert client.post(page, {"archive": "1"}).status_code == 303
    assert rows() == []
    assert client.get(page).status_code == 404


def test_a_number_is_no_name(people, api):
    client = api(people.partner_member)
    answer = client.post(PATH, {"name": 5, "reference": 7}, format="json")
    assert (answer.status_code, answer.json()["errors"]) == (
        400,
        {"name": ["Not a valid string."], "reference": ["Not a valid string."]},
    )
    assert rows() == []


def test_customers_have_no_end_customers(people, api):
    client = api(people.owner)
    answer = client.post("/api/v1/orgs/acme/end-customers", {"name": "Harbour"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "partners_only")
    assert client.post("/api/v1/orgs/acme/end-customers", {"name": ""}, format="json").status_code == 400
    assert client.get("/api/v1/orgs/acme/end-customers").json()["results"] == []
    browser = Client()
    browser.force_login(people.owner)
    page = browser.get("/o/acme/end-customers")
    assert (page.status_code, "End customers are for partners" in page.text) == (409, True)
    assert browser.post("/o/acme/end-customers", {"name": "Harbour"}).status_code == 409
    assert rows() == []
