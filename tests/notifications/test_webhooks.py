"""Webhooks of an organization, by API: made, changed, told, inspected (spec pages 4.6 and 7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common import clock, tenancy
from common.models import AuditEntry, OutboxEvent
from notifications.models import Endpoint
from notifications.outbound import fan_out
from notifications.webhooks.signing import signature
from tests.notifications.happenings import HOOKS, START, deliver, deliveries, happen

# ---- making and changing -----------------------------------------------------------------------------------------


def test_a_webhook_is_made_with_a_secret_that_is_shown_once(people, api, hook, receiver):
    assert hook | {"id": 0, "secret": "", "created_at": ""} == {
        "id": 0,
        "name": "",
        "url": receiver.url,
        "events": ["quota.low", "invoice.issued"],
        "enabled": True,
        "disabled_reason": None,
        "failing_since": None,
        "old_secret_until": None,
        "created_at": "",
        "secret": "",
    }
    assert hook["secret"].startswith("whsec_")
    listed = api(people.owner).get(HOOKS).json()["results"]
    assert listed == [{name: value for name, value in hook.items() if name != "secret"}]
    assert api(people.owner).get(f"{HOOKS}/{hook['id']}").json() == listed[0]
    with tenancy.everything():
        assert hook["secret"] not in str(Endpoint.objects.values().get())
        assert hook["secret"] not in str(list(AuditEntry.objects.values()))


def test_the_events_are_those_of_the_catalogue(people, api, receiver):
    answer = api(people.owner).post(HOOKS, {"url": receiver.url, "events": ["ticket.created", "x"]}, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"] == {"events": ["There is no event x."]}
    answer = api(people.owner).post(HOOKS, {"url": receiver.url, "events": []}, format="json")
    assert answer.json()["errors"] == {"events": ["Choose at least one event."]}


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/",
        "https://2130706433/",
        "https://[::ffff:127.0.0.1]/",
        "https://localhost/",
        "https://u:p@example.com/",
        "https://example.com:22/",
        "javascript:alert(1)",
        "not an address",
    ],
)
def test_an_address_inside_is_a_field_error_and_nothing_is_stored(people, api, url):
    answer = api(people.owner).post(HOOKS, {"url": url, "events": ["quota.low"]}, format="json")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["url"]
    with tenancy.everything():
        assert not Endpoint.objects.exists()


def test_a_name_that_leads_inside_is_a_field_error(people, api, monkeypatch):
    monkeypatch.setattr("notifications.outbound.http.resolve", lambda host, port: ["93.184.216.34", "192.168.0.7"])
    answer = api(people.owner).post(HOOKS, {"url": "https://in.example/", "events": ["quota.low"]}, format="json")
    assert answer.json()["errors"] == {
        "url": ["This host is not on the public internet. The portal sends to public addresses only."]
    }


def test_a_webhook_is_changed_switched_off_and_on_and_deleted(people, api, hook, receiver):
    one = f"{HOOKS}/{hook['id']}"
    client = api(people.owner)
    changed = client.patch(one, {"events": ["report.ready"], "name": "Pager"}, format="json").json()
    assert (changed["events"], changed["name"], changed["url"]) == (["report.ready"], "Pager", receiver.url)
    assert client.patch(one, {"url": "https://10.0.0.1/"}, format="json").status_code == 400
    off = client.patch(one, {"enabled": False}, format="json").json()
    assert (off["enabled"], off["disabled_reason"]) == (False, "by_person")
    assert client.patch(one, {"enabled": True}, format="json").json()["enabled"] is True
    assert client.delete(one).status_code == 204
    assert client.get(one).status_code == 404
    with tenancy.everything():
        actions = list(AuditEntry.objects.filter(action__startswith="webhook.").values_list("action", flat=True))
    assert actions == ["webhook.added", *["webhook.changed"] * 3, "webhook.deleted"]


def test_others_cannot_reach_a_webhook(people, api, hook):
    one = f"{HOOKS}/{hook['id']}"
    assert api(people.member).get(HOOKS).status_code == 403
    assert api(people.outsider).get(one).status_code == 404
    assert api(people.outsider).delete(f"/api/v1/orgs/orbit/webhooks/{hook['id']}").status_code == 404
    assert api(people.owner).get(f"/api/v1/orgs/acme/im-groups/{hook['id']}").status_code == 404
    assert api(people.owner).get(f"{HOOKS}/99999999999999999999").status_code == 404
    with tenancy.everything():
        assert Endpoint.objects.count() == 1


def test_an_organization_has_twenty_webhooks_at_most(people, api, hook, receiver):
    client = api(people.owner)
    for _turn in range(19):
        assert client.post(HOOKS, {"url": receiver.url, "events": ["quota.low"]}, format="json").status_code == 201
    answer = client.post(HOOKS, {"url": receiver.url, "events": ["quota.low"]}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many")


def test_a_disabled_organization_makes_no_webhook(people, api, receiver):
    people.acme.disabled_at = clock.now()
    people.acme.save()
    answer = api(people.owner).post(HOOKS, {"url": receiver.url, "events": ["quota.low"]}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "organization_disabled")


# ---- telling -----------------------------------------------------------------------------------------------------


def test_an_event_is_told_signed_with_its_public_facts(people, hook, receiver):
    happen(people.acme, secret_note="internal")
    assert deliver() == 1
    taken = receiver.requests[0]
    body = taken.json()
    assert body | {"timestamp": ""} == {
        "type": "quota.low",
        "timestamp": "",
        "data": {
            "organization": "acme",
            "code": "technical_tickets",
            "month": "2026-11",
            "used": 24,
            "allowance": 30,
        },
    }
    assert body["timestamp"].endswith("+08:00")
    assert taken.headers["Content-Type"] == "application/json"
    assert taken.headers["webhook-signature"] == signature(
        secret=hook["secret"],
        message_id=taken.headers["webhook-id"],
        timestamp=int(taken.headers["webhook-timestamp"]),
        body=taken.body.decode(),
    )
    assert abs(int(taken.headers["webhook-timestamp"]) - clock.real_now().timestamp()) < 600


def test_only_events_that_were_asked_for_are_told(people, hook, receiver):
    happen(people.acme, "quota.exhausted")
    happen(people.orbit, "quota.low")
    assert deliver() == 0
    assert deliveries() == []


def test_an_organization_without_webhooks_costs_one_probe(people, django_assert_num_queries):
    with tenancy.everything():
        event = OutboxEvent(pk=1, topic="quota.low", organization_id=people.acme.pk, payload={}, created_at=START)
        with django_assert_num_queries(1):
            fan_out.fan_out(event)


def test_an_event_that_is_handed_on_twice_is_told_once(people, hook, receiver):
    happen(people.acme)
    with tenancy.everything():
        event = OutboxEvent.objects.get(topic="quota.low")
        fan_out.fan_out(event)
    assert deliver() == 1
    assert deliver() == 0
    assert len(receiver.requests) == len(deliveries()) == 1


def test_several_webhooks_each_get_the_event_once_and_know_it_by_the_same_id(people, api, hook, receiver):
    api(people.owner).post(HOOKS, {"url": receiver.url + "/2", "events": ["quota.low"]}, format="json")
    happen(people.acme)
    assert deliver() == 2
    assert sorted(taken.path for taken in receiver.requests) == ["/hook", "/hook/2"]
    assert len({taken.headers["webhook-id"] for taken in receiver.requests}) == 1


def test_after_a_rotation_both_secrets_sign_for_a_day(people, api, hook, receiver):
    answer = api(people.owner).post(f"{HOOKS}/{hook['id']}/rotate-secret")
    assert answer.status_code == 200
    new = answer.json()["secret"]
    assert new != hook["secret"]

    def signed(at):
        with clock.at(at):
            happen(people.acme)
            deliver(at)
        taken = receiver.requests[-1]
        facts = {
            "message_id": taken.headers["webhook-id"],
            "timestamp": int(taken.headers["webhook-timestamp"]),
            "body": taken.body.decode(),
        }
        expected = [signature(secret=secret, **facts) for secret in (new, hook["secret"])]
        return [one in taken.headers["webhook-signature"].split(" ") for one in expected]

    assert signed(clock.now() + timedelta(hours=23)) == [True, True]
    assert signed(clock.now() + timedelta(hours=25)) == [True, False]


# ---- the log -----------------------------------------------------------------------------------------------------


def test_the_log_shows_what_was_sent_and_answered(people, api, hook, receiver):
    receiver.answer(418, b"<b>teapot</b>")
    happen(people.acme)
    deliver()
    rows = api(people.owner).get(f"{HOOKS}/{hook['id']}/deliveries").json()["results"]
    row = rows[0]
    assert (row["type"], row["status"], row["attempts"], row["response_status"]) == ("quota.low", "pending", 1, 418)
    assert row["response_body"] == "<b>teapot</b>"
    assert row["error"] == "The host answered, but did not take it."
    assert row["body"]["data"]["used"] == 24
    assert row["message_id"] == receiver.requests[0].headers["webhook-id"]
    assert [one["status"] for one in row["tries"]] == [418]
    assert row["n"] == row["id"]


def test_a_delivery_is_sent_again_under_the_same_id(people, api, hook, receiver):
    happen(people.acme)
    deliver()
    row = deliveries()[0]
    answer = api(people.owner).post(f"{HOOKS}/{hook['id']}/deliveries/{row.pk}/resend")
    assert (answer.status_code, answer.json()["status"]) == (200, "pending")
    assert deliver() == 1
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert deliveries()[0].status == "succeeded"


def test_a_delivery_of_another_webhook_is_not_sent_again(people, api, hook, receiver):
    other = api(people.owner).post(HOOKS, {"url": receiver.url, "events": ["report.ready"]}, format="json").json()
    happen(people.acme)
    row = deliveries()[0]
    answer = api(people.owner).post(f"{HOOKS}/{other['id']}/deliveries/{row.pk}/resend")
    assert answer.status_code == 404


def test_nothing_is_sent_again_to_a_webhook_that_is_off(people, api, hook):
    happen(people.acme)
    client = api(people.owner)
    client.patch(f"{HOOKS}/{hook['id']}", {"enabled": False}, format="json")
    row = deliveries()[0]
    assert (row.status, row.error) == ("failed", "off")
    answer = client.post(f"{HOOKS}/{hook['id']}/deliveries/{row.pk}/resend")
    assert (answer.status_code, answer.json()["code"]) == (409, "address_off")
    assert client.post(f"{HOOKS}/{hook['id']}/test").status_code == 409


def test_a_test_is_sent(people, api, hook, receiver):
    answer = api(people.owner).post(f"{HOOKS}/{hook['id']}/test")
    assert (answer.status_code, answer.json()["type"]) == (201, "test")
    assert deliver() == 1
    assert receiver.requests[0].json()["data"] == {
        "organization": "acme",
        "message": "This is a test of the support plan portal.",
        "requested_by": "Owner",
    }
