"""Publishing: numbers, audience, everybody once, whatever dies in the middle (care/advisories/publishing.py)."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from django.core import mail

from accounts.models import Membership
from care.advisories import publishing, refusals, telling
from care.models import Advisory, AdvisoryReceipt, AdvisoryTask
from common import clock, outbox, tenancy
from common.models import AuditEntry, OutboxEvent
from notifications.models import Endpoint, NoticeChoice, NoticeSettings, Notification
from notifications.outbound import events
from tests import cast
from tests.care.advisory_stage import (
    CHANGE,
    NOON,
    RELEASE,
    enterprise,
    look_after,
    publish,
    relay,
    said,
    task_of,
    told,
    who_has,
    write,
)
from tests.tickets.conftest import catalogue

__all__ = ["catalogue", "enterprise"]
MEMBERS = ["billing@acme.example", "member@acme.example", "owner@acme.example", "viewer@acme.example"]


def test_everybody_who_may_read_it_is_told_once_in_full(people, catalogue):
    advisory = said(people.tam)
    assert (advisory.status, advisory.number) == ("published", "ADV-2026-0001")
    assert who_has(advisory) == ["acme", "isvsoft", "orbit", "pine"]
    assert (advisory.audience_size, advisory.told, advisory.handed_out_at) == (4, 4, NOON)
    everybody = sorted([*MEMBERS, "owner@pine.example", "member@pine.example", "owner@orbit.example"])
    everybody.append("owner@isvsoft.example")
    assert sorted(told()) == sorted(everybody)
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(everybody)
    (letter,) = (letter for letter in mail.outbox if letter.to == ["owner@acme.example"])
    assert letter.subject == "[ADV-2026-0001] Critical: Disks fail in one zone"
    assert "Volumes of **one zone** answer slowly." in letter.body
    assert "http://127.0.0.1:8000/o/acme/advisories/" in letter.body
    assert "<strong>one zone</strong>" in letter.alternatives[0].content


def test_numbers_follow_each_other_and_a_failure_gives_its_number_back(people, catalogue, monkeypatch):
    first, second, third = (write(people.tam) for _ in range(3))
    assert publish(first, people.tam).number == "ADV-2026-0001"
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "_call_next", lambda advisory: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            publish(second, people.tam)
    assert publish(third, people.tam).number == "ADV-2026-0002"
    assert publish(second, people.tam).number == "ADV-2026-0003"
    next_year = NOON + timedelta(days=60)
    assert publish(write(people.tam), people.tam, at=next_year).number == "ADV-2027-0001"


def test_publishing_twice_is_publishing_once(people, catalogue):
    advisory = said(people.tam)
    again = publish(advisory, people.tam, at=NOON + timedelta(hours=1))
    assert (again.number, again.published_at) == ("ADV-2026-0001", NOON)
    relay()
    assert len(told()) == len(mail.outbox) == 8


def test_who_belongs_to_two_organizations_is_told_once(people, catalogue):
    Membership.objects.create(organization=people.orbit, person=people.owner, role="member", since=NOON)
    said(people.tam)
    assert told().count("owner@acme.example") == 1
    assert [letter.to for letter in mail.outbox].count(["owner@acme.example"]) == 1
    with tenancy.everything():
        assert Notification.objects.get(person=people.owner).organization == people.acme


def test_who_switched_it_off_gets_none_and_who_asked_for_texts_gets_one(people, catalogue):
    off = [("centre", False), ("email", False)]
    for channel, wanted in off:
        NoticeChoice.objects.create(person=people.viewer, matter="advisories", channel=channel, wanted=wanted)
    NoticeChoice.objects.create(person=people.member, matter="advisories", channel="email", wanted=False)
    NoticeChoice.objects.create(person=people.owner, matter="advisories", channel="sms", wanted=True)
    NoticeSettings.objects.create(person=people.owner, phone="+8613800000000")
    said(people.tam, audience={"organizations": ["acme"]})
    assert told() == ["billing@acme.example", "member@acme.example", "owner@acme.example"]
    assert sorted(letter.to[0] for letter in mail.outbox) == ["billing@acme.example", "owner@acme.example"]
    texts = OutboxEvent.objects.filter(topic="notice.sms")
    assert [event.payload["person"] for event in texts] == [people.owner.pk]


def test_each_reads_it_in_the_own_language(people, catalogue):
    people.owner.language = "zh-hans"
    people.owner.save(update_fields=["language"])
    said(people.tam, audience={"organizations": ["acme"]})
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert "某可用区磁盘故障" in letters["owner@acme.example"].subject
    assert "某可用区的云硬盘响应缓慢。" in letters["owner@acme.example"].body
    assert "Disks fail in one zone" in letters["member@acme.example"].subject


def test_nobody_of_a_disabled_organization_and_nobody_who_left_is_told(people, catalogue):
    people.acme.disabled_at = NOON
    people.acme.save(update_fields=["disabled_at"])
    people.partner_member.is_active = False
    people.partner_member.save(update_fields=["is_active"])
    advisory = publish(write(people.tam, audience={"organizations": ["acme", "pine", "orbit"]}), people.tam)
    with clock.at(NOON):
        while publishing.hand_out(advisory.pk, at=NOON):
            pass
    Membership.objects.get(person=people.outsider).delete()
    relay()
    assert who_has(advisory) == ["orbit", "pine"]
    assert [letter.to[0] for letter in mail.outbox] == ["owner@pine.example"]


def test_an_advisory_without_readers_or_texts_or_time_is_not_published(people, catalogue):
    empty = write(people.tam, audience={"organizations": ["acme"], "without": ["acme"]})
    with pytest.raises(refusals.NobodyReached):
        publish(empty, people.tam)
    halves = write(people.tam, **CHANGE | {"body_zh": "", "advice_en": "Wait", "starts_at": None, "ends_at": None})
    with pytest.raises(refusals.AdvisoryIncomplete) as refused:
        publish(halves, people.tam)
    assert refused.value.members == {"missing": ["body_zh", "starts_at", "advice_zh"]}
    late = write(people.tam, **CHANGE)
    with pytest.raises(refusals.ChangeHasBegun):
        publish(late, people.tam, at=NOON + timedelta(days=11))
    assert not Advisory.objects.exclude(status="draft").exists()
    assert not OutboxEvent.objects.exists()


def test_batches_go_on_where_the_last_one_ended_and_show_their_progress(people, catalogue, monkeypatch):
    monkeypatch.setattr(publishing, "BATCH", 2)
    for number in range(3):
        cast.organization(f"more-{number}")
    advisory = publish(write(people.tam), people.tam)
    assert publishing.progress(advisory) == {"organizations": 7, "told": 0, "percent": 0, "done_at": None}
    percents = []
    with clock.at(NOON):
        while publishing.hand_out(advisory.pk, at=NOON):
            advisory.refresh_from_db()
            percents.append((advisory.told, publishing.progress(advisory)["percent"]))
    assert percents == [(2, 28), (4, 57), (6, 85)]
    advisory.refresh_from_db()
    assert publishing.progress(advisory) == {"organizations": 7, "told": 7, "percent": 100, "done_at": NOON}
    assert not publishing.hand_out(advisory.pk, at=NOON)


def test_the_job_finishes_what_the_outbox_began(people, catalogue, monkeypatch):
    monkeypatch.setattr(publishing, "BATCH", 1)
    advisory = publish(write(people.tam), people.tam)
    with clock.at(NOON):
        outbox.relay(limit=1)
        assert publishing.hand_out_waiting(at=NOON)["batches"] == 4
        assert publishing.hand_out_waiting(at=NOON)["batches"] == 0
    relay()
    assert who_has(advisory) == ["acme", "isvsoft", "orbit", "pine"]
    assert len(told()) == len(mail.outbox) == 8


def test_letters_leave_one_after_the_other_and_behind_those_that_wait(people, catalogue, settings):
    settings.ADVISORY_MAILS_A_SECOND = 20
    for _ in range(2):
        publish(write(people.tam, audience={"organizations": ["acme"]}), people.tam)
    with clock.at(NOON):
        publishing.hand_out_waiting(at=NOON)
    leaves = list(
        OutboxEvent.objects.filter(topic=telling.LETTER).order_by("pk").values_list("available_at", flat=True)
    )
    pauses = [(later - earlier).total_seconds() for earlier, later in pairwise(leaves)]
    step = 1 / settings.ADVISORY_MAILS_A_SECOND
    assert len(leaves) == 8
    assert pauses == pytest.approx([step, step, step, 0, step, step, step], abs=1e-6)


def test_organizations_with_care_get_a_task_and_their_manager_hears_once(people, catalogue, enterprise):
    for organization in (people.acme, people.orbit):
        look_after(enterprise(organization), people.tam)
    said(people.tam)
    with tenancy.everything():
        assert AdvisoryTask.objects.count() == 2
        notice = Notification.objects.get(kind="advisory.tasks")
    assert (notice.person, notice.params["count"]) == (people.tam, 2)
    assert task_of(people.acme).due_at == NOON + timedelta(hours=1)


def test_tasks_without_a_manager_are_told_to_whoever_is_on_duty(people, catalogue, enterprise):
    enterprise(people.acme)
    said(people.tam, **RELEASE)
    assert task_of(people.acme).person is None
    assert told("advisory.unmanaged") == ["lead@support.example"]


def test_webhooks_and_groups_of_those_who_have_it_hear_of_it(people, catalogue):
    people.orbit.language = "zh-hans"
    people.orbit.save(update_fields=["language"])
    with tenancy.everything():
        for organization in (people.acme, people.orbit):
            Endpoint.objects.create(
                organization=organization,
                kind="webhook",
                sealed_url="x",
                shown_url="x",
                events=["advisory.published"],
                created_at=NOON,
            )
    advisory = said(people.tam, audience={"families": ["customer"], "without": ["acme"]})
    with tenancy.everything():
        event = OutboxEvent.objects.get(topic="advisory.published")
        (happening,) = events.happenings(event)
        facts = events.facts(event.topic, happening, people.orbit)
    assert happening.organization_id == people.orbit.pk
    assert facts == {
        "organization": "orbit",
        "id": advisory.pk,
        "number": "ADV-2026-0001",
        "kind": "industry_incident",
        "severity": "critical",
        "title": "某可用区磁盘故障",
        "status": "published",
        "published_at": "2026-11-24T12:00:00+08:00",
        "url": f"/o/orbit/advisories/{advisory.pk}",
    }


def test_what_was_done_is_on_record(people, catalogue):
    said(people.tam)
    with tenancy.everything():
        entries = list(AuditEntry.objects.filter(action__startswith="advisory.").order_by("pk"))
    assert [(entry.action, entry.by) for entry in entries] == [
        ("advisory.written", "Tam"),
        ("advisory.published", "Tam"),
        ("advisory.handed_out", "portal"),
    ]
    assert entries[1].after == {"kind": "industry_incident", "severity": "critical", "organizations": 4}


def test_receipts_are_seen_by_their_organization_alone(people, catalogue):
    said(people.tam)
    with tenancy.organization(people.acme.pk):
        assert [one.organization_id for one in AdvisoryReceipt.objects.all()] == [people.acme.pk]
    assert AdvisoryReceipt.objects.count() == 0
