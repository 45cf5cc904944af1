"""IM groups of an organization (notifications/im/groups.py, spec pages 2.4 and 4.6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command

from common import clock, outbox, tenancy
from common.models import AuditEntry
from notifications.im import groups
from notifications.models import Delivery, Endpoint
from notifications.outbound import sending
from supportplans import im_groups
from tests.cast import browser_of
from tests.notifications.receiver import receiver

__all__ = ["receiver"]
GROUPS = "/api/v1/orgs/acme/im-groups"
OK = b'{"errcode":0,"errmsg":"ok"}'


@pytest.fixture
def entitled(monkeypatch):
    """Whatever the plan: the rule of supportplans has tests of its own below."""
    monkeypatch.setattr(groups, "_rule", None)


@pytest.fixture
def group(people, api, receiver, entitled):
    """A WeCom group of acme whose robot is the receiver."""
    asked = {"kind": "wecom", "url": receiver.url + "?key=abcd-secret-1234", "events": ["quota.low", "quota.exhausted"]}
    answer = api(people.owner).post(GROUPS, asked, format="json")
    assert answer.status_code == 201, answer.json()
    return answer.json()


def happen(organization, topic="quota.low", used=24):
    with tenancy.everything():
        payload = {"code": "technical_tickets", "month": "2026-11", "used": used, "allowance": 30}
        outbox.emit(topic, organization_id=organization.pk, payload=payload)
    outbox.relay(slow=False)


def deliver(at=None) -> int:
    return sending.deliver_due(at=at or clock.now())["requests"]


def free_again() -> None:
    with tenancy.everything():
        Endpoint.objects.update(free_at=None)


def test_a_group_is_made_and_its_key_is_never_shown(people, api, group, receiver):
    assert group["url"] == f"http://127.0.0.1:{receiver.port}/…1234"
    assert (group["kind"], group["enabled"]) == ("wecom", True)
    shown = [api(people.owner).get(GROUPS).text, browser_of(people.owner).get("/o/acme/im-groups").text]
    shown.append(browser_of(people.owner).get(f"/o/acme/im-groups/{group['id']}").text)
    with tenancy.everything():
        shown += [str(list(AuditEntry.objects.values())), str(list(Endpoint.objects.values()))]
    assert all("abcd-secret" not in text for text in shown)


def test_the_robot_writes_what_happens_in_the_organizations_language(people, group, receiver):
    people.acme.language = "zh-hans"
    people.acme.save()
    receiver.answer(200, OK)
    happen(people.acme)
    assert deliver() == 1
    taken = receiver.requests[0]
    assert taken.path == "/hook?key=abcd-secret-1234"
    assert taken.json()["msgtype"] == "markdown"
    assert "2026年11月" in taken.json()["markdown"]["content"]
    assert "(http://127.0.0.1:8000/o/acme/)" in taken.json()["markdown"]["content"]


def test_what_happens_within_three_seconds_is_told_in_one_message(people, group, receiver):
    for _turn in range(2):
        receiver.answer(200, OK)
    happen(people.acme)
    assert deliver() == 1
    for used in (25, 26, 27):
        happen(people.acme, used=used)
    assert deliver() == 0
    free_again()
    assert deliver() == 1
    lines = receiver.requests[1].json()["markdown"]["content"].split("\n")
    assert [line.split(" of ")[0] for line in lines] == ["[25", "[26", "[27"]
    with tenancy.everything():
        assert set(Delivery.objects.values_list("status", flat=True)) == {"succeeded"}


def test_a_robot_that_has_enough_is_tried_again(people, group, receiver):
    receiver.answer(200, b'{"errcode":45009,"errmsg":"api freq out of limit"}')
    receiver.answer(200, OK)
    happen(people.acme)
    deliver()
    free_again()
    assert deliver(clock.now() + timedelta(seconds=10)) == 1
    with tenancy.everything():
        assert Delivery.objects.get().status == "succeeded"


def test_a_robot_that_was_removed_is_switched_off(people, group, receiver):
    receiver.answer(200, b'{"errcode":93000,"errmsg":"invalid webhook url"}')
    happen(people.acme)
    deliver()
    with tenancy.everything():
        assert Endpoint.objects.get().off == "gone"


def test_customers_choose_among_wecom_and_welink_and_partners_freely(people, api, receiver, entitled):
    def add(person, slug, kind, url=receiver.url):
        asked = {"kind": kind, "url": url, "events": ["quota.low"]}
        return api(person).post(f"/api/v1/orgs/{slug}/im-groups", asked, format="json")

    assert add(people.owner, "acme", "welink").status_code == 201
    assert add(people.owner, "acme", "dingtalk").json()["errors"].keys() == {"kind"}
    assert add(people.owner, "acme", "webhook").json()["errors"].keys() == {"kind"}
    assert add(people.partner_owner, "pine", "other").status_code == 201
    assert add(people.partner_owner, "pine", "feishu").status_code == 201


@pytest.mark.parametrize("url", ["https://evil.example/cgi-bin/webhook/send?key=1", "https://10.0.0.1/", "x"])
def test_a_robot_lives_at_the_house_of_its_chat(people, api, entitled, url):
    answer = api(people.owner).post(GROUPS, {"kind": "wecom", "url": url, "events": ["quota.low"]}, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["url"])


def test_a_group_is_changed_and_deleted(people, api, group, receiver):
    one = f"{GROUPS}/{group['id']}"
    changed = api(people.owner).patch(
        one, {"url": receiver.url + "?key=other9999", "events": ["report.ready"]}, format="json"
    )
    assert (changed.json()["url"][-5:], changed.json()["events"]) == ("…9999", ["report.ready"])
    assert api(people.member).patch(one, {"enabled": False}, format="json").status_code == 403
    assert api(people.owner).delete(one).status_code == 204
    with tenancy.everything():
        assert not Endpoint.objects.exists()


def test_a_test_is_written_into_the_group(people, api, group, receiver):
    receiver.answer(200, OK)
    assert api(people.owner).post(f"{GROUPS}/{group['id']}/test").status_code == 201
    deliver()
    assert "This is a test of the support plan portal." in receiver.requests[0].json()["markdown"]["content"]


# ---- what the plan includes --------------------------------------------------------------------------------------


def test_a_plan_without_an_im_group_refuses_one_and_says_where_to_look(people, api, receiver):
    call_command("load_catalogue", verbosity=0)
    answer = api(people.owner).post(
        GROUPS, {"kind": "wecom", "url": receiver.url, "events": ["quota.low"]}, format="json"
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "not_entitled")
    assert answer.json()["action_url"].endswith("/plans")
    with tenancy.everything():
        assert not Endpoint.objects.exists()


def test_leaving_the_plan_retires_its_groups_and_coming_back_brings_them_back(
    people, group, api, receiver, monkeypatch
):
    api(people.owner).post("/api/v1/orgs/acme/webhooks", {"url": receiver.url, "events": ["quota.low"]}, format="json")

    def includes(yes):
        monkeypatch.setattr(
            im_groups, "entitlements", lambda *args: type("E", (), {"allows": lambda self, code: yes})()
        )
        with tenancy.everything():
            return im_groups.align(people.acme)

    def states():
        with tenancy.everything():
            return list(Endpoint.objects.order_by("pk").values_list("kind", "off"))

    assert [includes(False), includes(False)] == [1, 0]
    assert states() == [("wecom", "plan"), ("webhook", "")]
    assert [includes(True), includes(True)] == [1, 0]
    assert states() == [("wecom", ""), ("webhook", "")]
