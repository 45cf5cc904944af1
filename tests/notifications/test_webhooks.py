"""Webhooks of an organization, by API: made, changed, told, retried, inspected (spec pages 4.6 and 7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import clock, outbox, tenancy
from common.models import AuditEntry, OutboxEvent
from notifications.models import Delivery, Endpoint, Notification
from notifications.outbound import fan_out, sending
from notifications.webhooks.signing import signature
from tests.notifications.receiver import receiver

__all__ = ["receiver"]
HOOKS = "/api/v1/orgs/acme/webhooks"
START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def hook(people, api, receiver):
    """A webhook of acme for two events, as its maker got it."""
    asked = {"url": receiver.url, "events": ["quota.low", "invoice.issued"]}
    answer = api(people.owner).post(HOOKS, asked, format="json")
    assert answer.status_code == 201, answer.json()
    return answer.json()


def happen(organization, topic="quota.low", **payload) -> None:
    """Emit an event and let the relay hand it on."""
    said = {"code": "technical_tickets", "month": "2026-11", "used": 24, "allowance": 30} | payload
    with tenancy.everything():
        outbox.emit(topic, organization_id=organization.pk, payload=said)
    outbox.relay()


def deliver(at=None) -> int:
    at = at or clock.now()
    with clock.at(at):
        return sending.deliver_due(at=at)["requests"]


def deliveries() -> list[Delivery]:
    with tenancy.everything():
        return list(Delivery.objects.order_by("pk"))


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


# ---- retries -----------------------------------------------------------------------------------------------------


def test_what_is_not_taken_is_tried_again_with_growing_pauses(people, hook, receiver, monkeypatch):
    monkeypatch.setattr("notifications.outbound.recording.random.random", lambda: 0.5)
    receiver.answer(500, b"oops")
    receiver.answer(503)
    with clock.at(START):
        happen(people.acme)
    assert deliver(START) == 1
    row = deliveries()[0]
    assert (row.status, row.attempts, row.response_status, row.response_excerpt) == ("pending", 1, 500, "oops")
    assert row.next_attempt_at == START + timedelta(seconds=5)
    assert deliver(START + timedelta(seconds=4)) == 0
    assert deliver(START + timedelta(seconds=5)) == 1
    assert deliveries()[0].next_attempt_at == START + timedelta(seconds=25)
    assert deliver(START + timedelta(seconds=25)) == 1
    row = deliveries()[0]
    assert (row.status, row.attempts, row.next_attempt_at) == ("succeeded", 3, None)
    assert [one["status"] for one in row.tries] == [500, 503, 200]
    assert len({taken.headers["webhook-id"] for taken in receiver.requests}) == 1


def test_retry_after_is_respected(people, hook, receiver):
    receiver.answer(429, Retry_After="3600")
    with clock.at(START):
        happen(people.acme)
    deliver(START)
    assert deliveries()[0].next_attempt_at == START + timedelta(hours=1)


def test_a_redirect_is_not_followed_and_tried_again(people, hook, receiver):
    receiver.answer(307, Location="http://127.0.0.1:1/")
    happen(people.acme)
    deliver()
    row = deliveries()[0]
    assert (row.status, row.response_status, row.error) == ("pending", 307, "redirect")
    assert len(receiver.requests) == 1


def test_after_three_days_it_is_given_up_the_webhook_is_off_and_owners_are_told(people, api, hook, receiver):
    with tenancy.everything():
        Endpoint.objects.update(shown_url="http://127.0.0.1:1/")
    for _turn in range(40):
        receiver.answer(500)
    with clock.at(START):
        happen(people.acme)
    at = START
    while deliveries()[0].status == "pending":
        at = deliveries()[0].next_attempt_at
        assert deliver(at) == 1
    assert at == START + timedelta(days=3)
    assert deliveries()[0].attempts == 14
    shown = api(people.owner).get(f"{HOOKS}/{hook['id']}").json()
    assert (shown["enabled"], shown["disabled_reason"]) == (False, "failing")
    with tenancy.everything():
        notice = Notification.objects.get(kind="endpoint.failing")
        assert notice.person == people.owner
        happen(people.acme)
    assert len(deliveries()) == 1


def test_one_that_is_given_up_while_others_are_taken_leaves_the_webhook_on(people, hook, receiver):
    receiver.answer(500)
    with clock.at(START):
        happen(people.acme)
        deliver(START)
    with clock.at(START + timedelta(days=1)):
        with tenancy.everything():
            Delivery.objects.update(next_attempt_at=START + timedelta(days=3))
        happen(people.acme)
        assert deliver(START + timedelta(days=1)) == 1
    receiver.answer(500)
    assert deliver(START + timedelta(days=3)) == 1
    assert [row.status for row in deliveries()] == ["failed", "succeeded"]
    with tenancy.everything():
        assert Endpoint.objects.get().is_on


def test_gone_switches_the_webhook_off_at_once(people, hook, receiver):
    receiver.answer(410)
    happen(people.acme)
    happen(people.acme, used=25)
    deliver()
    with tenancy.everything():
        assert Endpoint.objects.get().off == "gone"
        assert Notification.objects.filter(kind="endpoint.gone", person=people.owner).count() == 1
    assert {row.status for row in deliveries()} <= {"failed", "succeeded"}
    assert deliver(clock.now() + timedelta(days=1)) == 0


def test_a_name_that_leads_inside_later_is_not_sent_to(people, hook, receiver, settings):
    settings.WEBHOOK_ALLOWED_HOSTS = []
    happen(people.acme)
    deliver()
    assert receiver.requests == []
    assert deliveries()[0].error == "https_needed"


def test_what_a_dead_sender_held_is_sent_when_its_minute_is_over(people, hook, receiver):
    happen(people.acme)
    assert len(sending._claimed(at=clock.now(), most=10)) == 1  # and then it dies
    assert deliver() == 0
    with tenancy.everything():
        Delivery.objects.update(held_until=clock.real_now() - timedelta(seconds=1))
    assert deliver() == 1
    assert (len(receiver.requests), len(deliveries())) == (1, 1)


def test_an_outcome_that_comes_after_another_one_changes_nothing(people, hook, receiver):
    happen(people.acme)
    claimed = sending._claimed(at=clock.now(), most=10)
    with tenancy.everything():
        Delivery.objects.update(held_until=None)
    assert deliver() == 1
    from notifications.outbound import recording
    from notifications.outbound.http import Outcome

    batch = claimed[0][0]
    recording.record(batch.endpoint, batch.deliveries, Outcome(status=500))
    row = deliveries()[0]
    assert (row.status, row.attempts) == ("succeeded", 1)


def test_an_address_has_four_under_way_at_most(people, hook):
    for used in range(6):
        happen(people.acme, used=used)
    assert len(sending._claimed(at=clock.now(), most=10)) == 4
    assert sending._claimed(at=clock.now(), most=10) == []


def test_claiming_costs_the_same_whatever_waits(people, hook, receiver):
    for used in range(4):
        happen(people.acme, used=used)
    with CaptureQueriesContext(
        connection,
    ) as few:
        sending._claimed(at=clock.now(), most=10)
    assert len([one for one in few if "notifications_" in one["sql"]]) == 2


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
