"""The API of advisories: written, said, followed up, acknowledged, asked about; words of one tenant stay there."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from care.advisories import tasks, writing
from care.models import Advisory, AdvisoryTicket, AdvisoryUpdate
from common import clock, tenancy
from common.api import api_time
from common.models import OutboxEvent
from notifications.models import Notification
from notifications.outbound import events
from tests.care.advisory_stage import (
    CHANGE,
    INCIDENT,
    NOON,
    RELEASE,
    TEXTS,
    act,
    enterprise,
    look_after,
    relay,
    said,
    task_of,
    told,
    write,
)
from tests.tickets.conftest import catalogue
from tickets.models import Ticket

__all__ = ["catalogue", "enterprise"]
DESK, OWN = "/api/v1/desk/advisories", "/api/v1/orgs/acme/advisories"
DRAFT = TEXTS | {"kind": "industry_incident", "severity": "critical"}


@pytest.fixture(autouse=True)
def _at_noon(catalogue):
    cache.delete("advisories.status")
    with clock.at(NOON):
        yield
    cache.delete("advisories.status")


def post(client: Any, path: str, body: Any = None) -> Any:
    return client.post(path, {} if body is None else body, format="json")


# -- the desk


def test_a_draft_is_written_changed_previewed_and_published(people, api):
    desk = api(people.tam)
    made = post(desk, DESK, DRAFT | {"audience": {"families": ["customer"]}, "products": ["evs"]}).json()
    assert (made["number"], made["status"], made["on_status_page"], made["progress"]) == (None, "draft", True, None)
    path = f"{DESK}/{made['id']}"
    changed = desk.patch(path, {"severity": "high", "advice_en": "Wait", "advice_zh": "等待"}, format="json").json()
    assert (changed["severity"], changed["products"], changed["title_en"]) == ("high", ["evs"], TEXTS["title_en"])
    assert desk.get(f"{path}/preview").json() == {
        "organizations": 2,
        "people": 5,
        "by_tier": {"customer/basic": 2},
        "names": ["Acme", "Orbit"],
        "tasks": 0,
    }
    answer = post(desk, f"{path}/publish")
    assert (answer.status_code, answer.json()["status"]) == (200, "publishing")
    assert answer.json()["progress"] == {"organizations": 2, "told": 0, "percent": 0, "done_at": None}
    relay()
    shown = desk.get(path).json()
    assert (shown["status"], shown["number"], shown["acknowledged"]) == ("published", "ADV-2026-0001", 0)
    assert shown["progress"] == {"organizations": 2, "told": 2, "percent": 100, "done_at": api_time(NOON)}
    refused = desk.patch(path, {"severity": "low"}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "advisory_published")
    (listed,) = desk.get(f"{DESK}?status=published&kind=industry_incident").json()["results"]
    assert listed["id"] == made["id"]


def test_one_text_may_serve_both_languages(people, api):
    desk = api(people.tam)
    given = {
        "kind": "industry_incident",
        "severity": "high",
        "title": "CVE-2026-1234",
        "body": "Patch.",
        "body_zh": "修补。",
    }
    made = post(desk, DESK, given).json()
    names = ("title_en", "title_zh", "body_en", "body_zh", "advice_en")
    assert [made[name] for name in names] == ["CVE-2026-1234", "CVE-2026-1234", "Patch.", "修补。", ""]
    path = f"{DESK}/{made['id']}"
    changed = desk.patch(path, {"advice": "Wait."}, format="json").json()
    assert (changed["advice_zh"], changed["title_zh"]) == ("Wait.", "CVE-2026-1234")
    assert post(desk, f"{path}/publish").status_code == 200


def test_a_preview_is_made_before_anything_is_written(people, api):
    asked = {"audience": {"organizations": ["acme"]}, "kind": "platform_change", "products": ["ecs"]}
    answer = post(api(people.engineer), f"{DESK}/preview", asked)
    assert (answer.status_code, answer.json()["names"]) == (200, ["Acme"])
    assert Advisory.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"kind": "rumour"}, ["kind"]),
        ({"kind": "security_drill"}, ["kind"]),
        ({"severity": "guidance"}, ["severity"]),
        ({"title_en": "", "title_zh": " "}, ["title_en"]),
        ({"title_en": 7}, ["title_en"]),
        ({"body_en": "x" * 20_001}, ["body_en"]),
        ({"products": ["teapot"], "regions": ["none"]}, ["products", "regions"]),
        ({"products": "ecs"}, ["products"]),
        ({"starts_at": "2026-12-01T10:00:00+08:00", "ends_at": "2026-12-01T09:00:00+08:00"}, ["ends_at"]),
        ({"ends_at": "2026-12-01T09:00:00+08:00"}, ["starts_at"]),
        ({"starts_at": "soon"}, ["starts_at"]),
        ({"audience": {"families": ["nobody"], "everybody": True}}, ["audience.everybody", "audience.families"]),
        ({"audience": ["customer"]}, ["audience"]),
        ({"audience": {"families": [["customer"]]}}, ["audience.families.0"]),
        ({"kind": "product_release", "on_status_page": True}, ["on_status_page"]),
    ],
)
def test_wrong_fields_are_named_and_nothing_is_stored(people, api, changes, wrong):
    answer = post(api(people.tam), DESK, DRAFT | changes)
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert sorted(answer.json()["errors"]) == wrong
    assert Advisory.objects.count() == 0


def test_a_drill_is_pointed_to_the_paid_service(people, api, settings):
    settings.SECURITY_SERVICE_URL = "https://security.example/drills"
    (sentence,) = post(api(people.tam), DESK, DRAFT | {"kind": writing.DRILL}).json()["errors"]["kind"]
    assert "Planned security drills" in sentence
    assert sentence.endswith("https://security.example/drills")


def test_field_errors_come_before_refusals_and_reach_before_both(people, api):
    path = f"{DESK}/{said(people.tam).pk}"
    assert api(people.tam).patch(path, {"severity": "?"}, format="json").status_code == 400
    assert api(people.lead).patch(path, {"severity": "?"}, format="json").status_code == 403
    assert api(people.owner).patch(path, {"severity": "?"}, format="json").status_code == 404
    assert post(api(people.expert), f"{path}/affected", {"organization": "nobody"}).status_code == 400
    assert post(api(people.engineer), f"{path}/affected", {"organization": "nobody"}).status_code == 403
    assert post(api(people.expert), f"{path}/affected", {"organization": "acme"}).json()["code"] == "only_changes"
    for number in ("0", "x", "9" * 30, "-1"):
        assert api(people.tam).get(f"{DESK}/{number}").status_code == 404


def test_updates_reach_whoever_has_it_and_the_last_one_closes_it(people, api):
    desk, advisory = api(people.tam), said(people.tam, audience={"organizations": ["acme"]})
    path, body = f"{DESK}/{advisory.pk}", {"body_en": "A switch.", "body_zh": "交换机故障。"}
    assert post(desk, f"{path}/updates", {"state": "identified", "body_en": "A switch."}).status_code == 400
    assert post(desk, f"{path}/updates", body | {"state": "identified"}).status_code == 201
    mail.outbox.clear()
    relay()
    assert told("advisory.updated") == told("advisory.published") == sorted(letter.to[0] for letter in mail.outbox)
    assert mail.outbox[0].subject == "[ADV-2026-0001] Cause identified: Disks fail in one zone"
    assert post(desk, f"{path}/updates", body | {"state": "resolved"}).status_code == 201
    assert desk.get(path).json()["status"] == "closed"
    assert post(desk, f"{path}/updates", body | {"state": "note"}).json()["code"] == "advisory_ended"
    assert post(desk, f"{path}/close").status_code == 200
    assert [one["state"] for one in desk.get(f"{path}/updates").json()["results"]] == ["resolved", "identified"]
    relay()
    assert set(AdvisoryUpdate.objects.values_list("handed_out_at", flat=True)) == {NOON}


def test_what_is_on_its_way_is_not_closed_and_its_updates_wait(people, api):
    desk, draft = api(people.tam), write(people.tam)
    path = f"{DESK}/{draft.pk}"
    assert post(desk, f"{path}/close").json()["code"] == "advisory_not_published"
    post(desk, f"{path}/publish")
    refused = post(desk, f"{path}/close").json()
    assert (refused["code"], refused["told"], refused["audience"]) == ("still_being_published", 0, 4)
    body = {"state": "note", "body_en": "More soon.", "body_zh": "稍后更新。"}
    assert post(desk, f"{path}/updates", body).status_code == 201
    with tenancy.everything():
        OutboxEvent.objects.filter(topic="advisory.next_batch").update(
            available_at=clock.real_now() + timedelta(days=1)
        )
    relay()
    assert told("advisory.updated") == told("advisory.published") == []
    with tenancy.everything():
        OutboxEvent.objects.filter(topic="advisory.next_batch").update(available_at=clock.real_now())
    from care.advisories import publishing

    publishing.hand_out_waiting(at=NOON)
    assert len(told("advisory.updated")) == len(told("advisory.published")) == 8


def test_a_discarded_draft_is_not_published(people, api):
    desk, path = api(people.tam), f"{DESK}/{write(people.tam).pk}"
    assert post(desk, f"{path}/discard").json()["status"] == "discarded"
    assert post(desk, f"{path}/publish").json()["code"] == "advisory_ended"
    assert told() == []


def test_a_task_is_worked_on_to_its_file(people, api, enterprise):
    look_after(enterprise(people.acme), people.tam)
    said(people.tam, audience={"organizations": ["acme"]})
    desk, path = api(people.tam), f"/api/v1/desk/advisory-tasks/{task_of(people.acme).pk}"
    (mine,) = desk.get("/api/v1/desk/advisory-tasks?mine=true&open=true").json()["results"]
    assert (mine["organization"], mine["late"], mine["missing"]) == ("acme", False, ["contacted", "plan"])
    assert mine["due_at"] == "2026-11-24T13:00:00+08:00"
    assert api(people.lead).get("/api/v1/desk/advisory-tasks?mine=true").json()["results"] == []
    refused = post(desk, f"{path}/done", {"result": "Moved."})
    assert (refused.status_code, refused.json()["code"]) == (409, "steps_missing")
    assert post(desk, f"{path}/contacted").json()["contacted_at"] == api_time(NOON)
    assert post(desk, f"{path}/plan", {"plan": "Move."}).json()["missing"] == []
    body = {"result": "Moved.", "file": SimpleUploadedFile("a.txt", b"all well", "text/plain")}
    assert desk.post(f"{path}/done", body, format="multipart").json()["state"] == "done"
    owner = api(people.owner)
    shown = owner.get(f"{OWN}/{mine['advisory']}").json()["task"]
    assert (shown["plan"], shown["result"], shown["file"], shown["manager"]) == ("Move.", "Moved.", "a.txt", "Tam")
    for file in (owner.get(f"{OWN}/{mine['advisory']}/result"), desk.get(f"{path}/file")):
        assert b"".join(file.streaming_content) == b"all well"
        assert file["Content-Disposition"] == 'attachment; filename="a.txt"'


# -- organizations


def test_an_organization_reads_acknowledges_once_and_only_what_it_has(people, api):
    mine = said(people.tam, audience={"organizations": ["acme"]})
    theirs = said(people.tam, audience={"organizations": ["orbit"]})
    draft = write(people.tam)
    owner = api(people.owner)
    (row,) = owner.get(OWN).json()["results"]
    assert (row["id"], row["number"], row["title"]) == (mine.pk, "ADV-2026-0001", TEXTS["title_en"])
    for other in (theirs, draft):
        for answer in (owner.get(f"{OWN}/{other.pk}"), post(owner, f"{OWN}/{other.pk}/acknowledge")):
            assert answer.status_code == 404
    assert post(api(people.viewer), f"{OWN}/{mine.pk}/acknowledge").status_code == 403
    assert post(api(people.tam), f"{OWN}/{mine.pk}/acknowledge").status_code == 403
    assert post(api(people.member), f"{OWN}/{mine.pk}/acknowledge").json()["acknowledged_by"] == "Member"
    again = post(owner, f"{OWN}/{mine.pk}/acknowledge")
    assert (again.status_code, again.json()["acknowledged_by"]) == (200, "Member")
    (receipt,) = api(people.lead).get(f"{DESK}/{mine.pk}/receipts?acknowledged=true").json()["results"]
    assert (receipt["organization"], receipt["acknowledged_by"]) == ("acme", "Member")


def test_a_disabled_organization_reads_and_does_no_more(people, api):
    advisory = said(people.tam)
    people.acme.disabled_at = NOON
    people.acme.save(update_fields=["disabled_at"])
    owner = api(people.owner)
    assert owner.get(f"{OWN}/{advisory.pk}").status_code == 200
    for action, body in (("acknowledge", {}), ("ask", {"body": "How long?"})):
        assert post(owner, f"{OWN}/{advisory.pk}/{action}", body).json()["code"] == "organization_disabled"


def test_asking_files_a_ticket_that_is_linked(people, api, enterprise):
    enterprise(people.acme)
    advisory = said(people.tam, products=("evs",), regions=("cn-north-4",))
    owner = api(people.owner)
    answer = post(owner, f"{OWN}/{advisory.pk}/ask", {"body": "Are **we** affected?"})
    assert answer.status_code == 201
    number = answer.json()["number"]
    with tenancy.everything():
        ticket = Ticket.objects.get(number=number)
        assert AdvisoryTicket.objects.get().ticket == ticket
    assert (ticket.kind, ticket.severity, ticket.product, ticket.region) == (
        "technical",
        "guidance",
        "evs",
        "cn-north-4",
    )
    assert ticket.subject == "ADV-2026-0001: Disks fail in one zone"
    said_otherwise = {"body": "All down", "severity": "production_down", "subject": "Down", "region": "none"}
    assert post(owner, f"{OWN}/{advisory.pk}/ask", said_otherwise).json()["severity"] == "production_down"
    assert owner.get(f"{OWN}/{advisory.pk}").json()["tickets"][1] == number


def test_asking_is_refused_as_filing_is(people, api):
    advisory = said(people.tam, regions=("eu-paris",))
    pine = api(people.partner_owner)
    path = f"/api/v1/orgs/pine/advisories/{advisory.pk}/ask"
    # Partner basic answers business questions only: so much is proposed.
    assert post(pine, path, {"body": "Who?"}).json()["kind"] == "business"
    assert post(pine, path, {"body": "Who?", "kind": "technical"}).json()["code"] == "not_entitled"
    assert sorted(post(pine, path, {"kind": "?", "body": " "}).json()["errors"]) == ["body"]
    assert list(post(pine, path, {"kind": "?", "body": "Who?"}).json()["errors"]) == ["kind"]
    served = post(api(people.owner), f"{OWN}/{advisory.pk}/ask", {"body": "Who?"}).json()
    assert (served["kind"], served["severity"]) == ("technical", "guidance")
    asked = post(api(people.owner), f"{OWN}/{advisory.pk}/ask", {"body": "Who?", "region": "eu-paris"})
    assert asked.json()["code"] == "region_not_served"
    with tenancy.everything():
        assert AdvisoryTicket.objects.count() == 2


# -- everybody


def test_the_status_page_shows_what_runs_and_what_was(people, api):
    running = said(people.tam)
    said(people.tam, **RELEASE)
    planned = said(people.tam, **CHANGE, on_status_page=True)
    said(people.tam, on_status_page=False)
    ended = said(people.tam, starts_at=NOON - timedelta(hours=3), ends_at=NOON - timedelta(hours=1))
    long_ago = said(people.tam, at=NOON - timedelta(days=95))
    body = {"state": "monitoring", "body_en": "Better.", "body_zh": "好转。"}
    post(api(people.tam), f"{DESK}/{running.pk}/updates", body)
    Advisory.objects.filter(pk=long_ago.pk).update(closed_at=NOON - timedelta(days=91), status="closed")
    cache.delete("advisories.status")
    status = api().get("/api/v1/status").json()
    assert {name: [row["number"] for row in rows] for name, rows in status.items()} == {
        "running": [running.number],
        "planned": [planned.number],
        "past": [ended.number],
    }
    assert (status["running"][0]["state"], len(status["running"][0]["updates"])) == ("monitoring", 1)
    assert "acme" not in json.dumps(status).lower()


def test_the_status_is_kept_for_a_moment_and_made_anew_by_what_changes_it(
    people, api, django_capture_on_commit_callbacks
):
    stranger = api()
    assert stranger.get("/api/v1/status").json()["running"] == []
    advisory = said(people.tam)
    assert stranger.get("/api/v1/status").json()["running"] == []
    with django_capture_on_commit_callbacks(execute=True):
        post(api(people.tam), f"{DESK}/{advisory.pk}/updates", {"state": "note", "body_en": "a", "body_zh": "b"})
    assert [row["number"] for row in stranger.get("/api/v1/status").json()["running"]] == [advisory.number]


# -- canary


def test_words_of_one_tenant_never_reach_another(people, api, enterprise):
    """Whatever acme and its TAM write about an advisory that orbit has as well, orbit reads nothing of it."""
    word = "CANARY-7731"
    for organization in (people.acme, people.orbit):
        look_after(enterprise(organization), people.tam)
    advisory = said(people.tam)
    task = task_of_acme(people)
    act(tasks.contacted, task=task, by=people.tam)
    act(tasks.plan, task=task, text=f"{word} plan", by=people.tam)
    file = SimpleUploadedFile(f"{word}.txt", word.encode(), "text/plain")
    act(tasks.done, task=task, result=f"{word} result", file=file, by=people.tam)
    assert post(api(people.owner), f"{OWN}/{advisory.pk}/ask", {"body": f"{word} question"}).status_code == 201
    post(api(people.owner), f"{OWN}/{advisory.pk}/acknowledge")
    post(api(people.tam), f"{DESK}/{advisory.pk}/updates", {"state": "note", "body_en": "Soon", "body_zh": "快了"})
    relay()
    own = json.dumps(api(people.owner).get(f"{OWN}/{advisory.pk}").json())
    assert (own.count(word), own.count("Owner")) == (5, 1)
    orbit, path = api(people.outsider), "/api/v1/orgs/orbit"
    seen = [
        orbit.get(f"{path}/{part}").content.decode()
        for part in ("advisories", f"advisories/{advisory.pk}", "notifications", "tickets", "quotas", "audit")
    ]
    seen.append(api().get("/api/v1/status").content.decode())
    assert orbit.get(f"{path}/advisories/{advisory.pk}/result").status_code == 404
    assert orbit.get(f"{OWN}/{advisory.pk}/result").status_code == 404
    with tenancy.everything():
        seen += [json.dumps(one.params) for one in Notification.objects.exclude(organization=people.acme)]
        for event in OutboxEvent.objects.filter(topic="advisory.published"):
            seen += [json.dumps(events.facts(event.topic, one, people.orbit)) for one in events.happenings(event)]
    seen += [letter.subject + letter.body for letter in mail.outbox if not letter.to[0].endswith("@acme.example")]
    assert len(seen) > 10
    assert [text for text in seen if word in text or "owner@acme" in text] == []
    with tenancy.organization(people.orbit.pk):
        assert not any(word in ticket.subject for ticket in Ticket.objects.all())


def task_of_acme(people: Any) -> Any:
    return task_of(people.acme)


def test_drafts_are_whole_when_read_again(people):
    fields = INCIDENT | {"products": ("ecs", "ecs", "obs"), "versions": " 1.2 ", "audience": {"families": ["partner"]}}
    advisory = write(people.tam, **fields)
    assert (advisory.products, advisory.versions) == (["ecs", "obs"], "1.2")
    assert advisory.audience == {
        "families": ["partner"],
        "tiers": [],
        "entitlements": [],
        "organizations": [],
        "without": [],
        "users_only": False,
    }
