"""The notification centre, by page and by API: a person's own notices, and nobody else's (spec pages 4.6 and 7)."""

from __future__ import annotations

import pytest

from common import live, tenancy
from notifications.access import unread_count
from notifications.models import Notification
from notifications.notices import notify
from tests.cast import browser_of

NOTICES = "/api/v1/orgs/acme/notifications"


def tell(person, organization, key, kind="quota.low", url="/o/acme/quotas"):
    with tenancy.everything():
        notify(
            people=[person],
            kind=kind,
            params={"used": 24, "allowance": 30, "month": "2026-11", "organization": organization.name},
            url=url,
            key=key,
            organization=organization,
        )
        return Notification.objects.get(person=person, key=key)


@pytest.fixture
def told(people):
    """Two notices of the owner in acme, one in orbit; one of the billing person."""
    return [
        tell(people.owner, people.acme, "a"),
        tell(people.owner, people.acme, "b"),
        tell(people.owner, people.orbit, "c"),
        tell(people.billing, people.acme, "d"),
    ]


# ---- API ---------------------------------------------------------------------------------------------------------


def test_the_list_holds_ones_own_notices_of_the_organization_newest_first(people, api, told):
    rows = api(people.owner).get(NOTICES).json()["results"]
    assert [row["id"] for row in rows] == [told[1].pk, told[0].pk]
    assert rows[0] | {"at": ""} == {
        "id": told[1].pk,
        "kind": "quota.low",
        "text": "24 of 30 technical tickets of November 2026 are used by Acme.",
        "url": "/o/acme/quotas",
        "at": "",
        "read_at": None,
    }
    assert rows[0]["at"].endswith("+08:00")
    assert api(people.member).get(NOTICES).json()["results"] == []


def test_the_text_is_in_the_readers_language(people, api, told):
    answer = api(people.owner).get(NOTICES, headers={"accept-language": "zh-hans"})
    assert "2026年11月" in answer.json()["results"][0]["text"]


def test_one_notice_is_marked_read_once(people, api, told):
    client = api(people.owner)
    first = client.post(f"{NOTICES}/{told[0].pk}/read")
    assert first.status_code == 200
    assert first.json()["read_at"].endswith("+08:00")
    assert client.post(f"{NOTICES}/{told[0].pk}/read").json() == first.json()
    assert unread_count(people.owner) == 2


def test_all_of_the_organization_are_marked_read(people, api, told):
    client = api(people.owner)
    assert client.post(f"{NOTICES}/read-all").json() == {"read": 2}
    assert client.post(f"{NOTICES}/read-all").json() == {"read": 0}
    assert unread_count(people.owner) == 1
    assert unread_count(people.billing) == 1


@pytest.mark.parametrize("index", [2, 3])
def test_another_organizations_or_persons_notice_is_not_found(people, api, told, index):
    answer = api(people.owner).post(f"{NOTICES}/{told[index].pk}/read")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert api(people.owner).post(f"{NOTICES}/{2**63}/read").status_code == 404
    with tenancy.everything():
        assert not Notification.objects.exclude(read_at=None).exists()


def test_a_stranger_finds_nothing(people, api, told):
    assert api(people.outsider).get(NOTICES).status_code == 404
    assert api(people.outsider).post(f"{NOTICES}/read-all").status_code == 404
    assert api().get(NOTICES).status_code == 401
    assert unread_count(people.owner) == 3


def test_everybody_inside_reads_their_own(people, api):
    for who in (people.viewer, people.member, people.billing, people.owner, people.engineer, people.billing_operator):
        assert api(who).get(NOTICES).status_code == 200


# ---- pages -------------------------------------------------------------------------------------------------------


def test_the_centre_shows_all_organizations_of_a_person(people, told):
    page = browser_of(people.owner).get("/notifications")
    assert page.text.count("notice-row-unread") == 3
    assert "used by Orbit." in page.text
    assert "3 unread notifications" in page.text


def test_opening_a_notice_marks_it_read_and_leads_on(people, told):
    client = browser_of(people.owner)
    answer = client.get(f"/notifications/{told[0].pk}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/o/acme/quotas")
    assert unread_count(people.owner) == 2
    assert client.get(f"/notifications/{told[3].pk}").status_code == 404
    assert unread_count(people.billing) == 1


def test_all_are_marked_read_on_the_page(people, told):
    client = browser_of(people.owner)
    assert client.post("/notifications").status_code == 303
    assert unread_count(people.owner) == 0
    assert unread_count(people.billing) == 1
    assert "notice-row-unread" not in client.get("/notifications").text
    assert "All read" in client.get("/notifications?show=unread").text


def test_unread_ones_alone(people, told):
    client = browser_of(people.owner)
    client.get(f"/notifications/{told[0].pk}")
    assert client.get("/notifications?show=unread").text.count('class="notice-row ') == 2
    assert client.get("/notifications").text.count('class="notice-row') == 3 + 3 + 2


def test_long_lists_have_pages(people):
    for number in range(35):
        tell(people.owner, people.acme, f"k{number}")
    client = browser_of(people.owner)
    first = client.get("/notifications")
    assert len(first.context["notices"]) == 30
    assert len(client.get(f"/notifications{first.context['page'].older}").context["notices"]) == 5


def test_htmx_gets_the_fragment_alone(people, told):
    answer = browser_of(people.owner).get("/notifications", headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<div id="centre"')


def test_the_bell_counts_and_stops_at_99(people, told):
    client = browser_of(people.owner)
    assert '<span class="bell-count">3</span>' in client.get("/notifications/bell").text
    with tenancy.everything():
        Notification.objects.bulk_create(
            Notification(person=people.owner, kind="quota.low", key=f"n{n}", created_at=told[0].created_at)
            for n in range(120)
        )
    assert '<span class="bell-count">99+</span>' in client.get("/notifications/bell").text


def test_the_persons_open_pages_are_told_after_the_commit(people, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr(live, "_send", lambda channels, message: sent.append((channels, message)))
    with django_capture_on_commit_callbacks(execute=True):
        tell(people.owner, people.acme, "a")
        assert sent == []
    assert sent == [([f"person:{people.owner.pk}"], '{"event": "notice", "data": {}}')]
