"""What TAMs do: opened, contacted, planned, done with a result; whom a change affects (tasks.py, affected.py)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from care.advisories import affected, publishing, refusals, tasks
from care.models import AdvisoryTask
from common import clock, tenancy
from common.models import AuditEntry
from common.problems import FieldErrors, NotFound, OrganizationDisabled
from notifications.models import Notification
from tests.care.advisory_stage import (
    CHANGE,
    NOON,
    RELEASE,
    act,
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
from tickets.refusals import AttachmentRejected

__all__ = ["catalogue", "enterprise"]
ONLY_ACME = {"audience": {"organizations": ["acme"]}}


@pytest.fixture
def task(people, catalogue, enterprise):
    """An incident that acme's TAM works on."""
    look_after(enterprise(people.acme), people.tam)
    said(people.tam, **ONLY_ACME)
    return task_of(people.acme)


def now(task: AdvisoryTask) -> AdvisoryTask:
    return task_of(task.organization)


def test_an_incident_goes_from_contact_over_a_plan_to_its_result(people, task):
    act(tasks.contacted, task=task, by=people.tam)
    act(tasks.contacted, task=task, by=people.tam, at=NOON + timedelta(hours=1))
    act(tasks.plan, task=task, text="  Move to *another* zone. ", by=people.tam)
    file = SimpleUploadedFile("../report.pdf", b"%PDF-1.7", "application/pdf")
    act(tasks.done, task=task, result="Moved.", file=file, by=people.tam, at=NOON + timedelta(hours=2))
    row = now(task)
    assert (row.state, row.contacted_at, row.plan, row.result) == ("done", NOON, "Move to *another* zone.", "Moved.")
    assert (row.ended_at, row.file_name, row.file_size) == (NOON + timedelta(hours=2), "report.pdf", 8)
    with tenancy.everything():
        entries = AuditEntry.objects.filter(action__startswith="advisory_task.").order_by("pk")
        assert [(entry.action, entry.organization_id) for entry in entries] == [
            (f"advisory_task.{what}", people.acme.pk) for what in ("contacted", "planned", "done")
        ]


def test_a_task_is_not_done_before_its_steps(people, task):
    with pytest.raises(refusals.StepsMissing) as refused:
        act(tasks.done, task=task, result="Moved.", by=people.tam)
    assert refused.value.members == {"missing": ["contacted", "plan"]}
    act(tasks.contacted, task=task, by=people.tam)
    with pytest.raises(refusals.StepsMissing) as refused:
        act(tasks.done, task=task, result="Moved.", by=people.tam)
    assert refused.value.members == {"missing": ["plan"]}
    with pytest.raises(refusals.OnlyReleases):
        act(tasks.not_relevant, task=task, reason="No matter", by=people.tam)
    assert (now(task).state, now(task).result) == ("in_progress", "")


def test_texts_are_needed_and_files_checked(people, task):
    act(tasks.contacted, task=task, by=people.tam)
    for action, fields, name in (
        (tasks.plan, {"text": " "}, "plan"),
        (tasks.plan, {"text": "x" * 20_001}, "plan"),
        (tasks.done, {"result": ""}, "result"),
        (tasks.not_relevant, {"reason": ""}, "reason"),
    ):
        with pytest.raises(FieldErrors) as refused:
            act(action, task=task, by=people.tam, **fields)
        assert list(refused.value.errors) == [name]
    act(tasks.plan, task=task, text="Move.", by=people.tam)
    with pytest.raises(AttachmentRejected):
        act(tasks.done, task=task, result="x", file=SimpleUploadedFile("a.exe", b"MZ"), by=people.tam)
    assert now(task).ended_at is None


def test_a_release_may_be_not_relevant_and_is_over_then(people, catalogue, enterprise):
    enterprise(people.acme)
    said(people.tam, **RELEASE, **ONLY_ACME)
    task = task_of(people.acme)
    act(tasks.not_relevant, task=task, reason="They use none.", by=people.tam)
    assert (now(task).state, now(task).result) == ("not_relevant", "They use none.")
    with pytest.raises(refusals.TaskEnded) as refused:
        act(tasks.contacted, task=task, by=people.tam)
    assert refused.value.members == {"state": "not_relevant"}


def test_open_tasks_follow_the_manager_who_is_told(people, task):
    deputy = people.expert
    assert tasks.follow_managers(at=NOON) == 0
    look_after(people.acme, None, deputy)
    with clock.at(NOON):
        assert publishing.hand_out_waiting(at=NOON)["tasks_moved"] == 1
    assert now(task).person == deputy
    assert told("advisory.tasks_moved") == ["expert@support.example"]
    look_after(people.acme, None)
    assert tasks.follow_managers(at=NOON) == 0
    assert now(task).person == deputy


def test_late_tasks_are_told_of_once_a_day(people, task):
    for hours in (0, 2, 3, 30):
        at = NOON + timedelta(hours=hours)
        with clock.at(at):
            tasks.remind_of_late(at=at)
    with tenancy.everything():
        late = Notification.objects.filter(kind="advisory.tasks_late").order_by("pk")
        assert [(one.person, one.params) for one in late] == [(people.tam, {"count": 1})] * 2


def test_an_incident_at_night_is_told_to_whoever_is_on_duty_too(people, catalogue, enterprise):
    look_after(enterprise(people.acme), people.tam)
    said(people.tam, at=NOON + timedelta(hours=10), **ONLY_ACME)
    assert told("advisory.tasks") == ["lead@support.example", "tam@support.example"]


# -- whom a change affects


def test_only_affected_organizations_with_care_get_a_task_of_a_change(people, catalogue, enterprise):
    enterprise(people.acme)
    enterprise(people.orbit)
    advisory = write(people.tam, **CHANGE)
    for slug in ("acme", "pine"):
        act(affected.mark, advisory=advisory, organization=slug, note="Two clusters", by=people.expert)
    publish(advisory, people.tam)
    relay()
    assert who_has(advisory) == ["acme", "isvsoft", "orbit", "pine"]
    with tenancy.everything():
        assert [task.organization for task in AdvisoryTask.objects.all()] == [people.acme]
    # A working day before Friday 2026-12-04 12:00.
    assert task_of(people.acme).due_at == NOON + timedelta(days=9)


def test_who_is_marked_later_gets_the_advisory_and_the_task_at_once(people, catalogue, enterprise):
    look_after(enterprise(people.acme), people.tam)
    advisory = said(people.tam, **CHANGE, audience={"families": ["partner"]})
    assert who_has(advisory) == ["isvsoft", "pine"]
    act(affected.mark, advisory=advisory, organization="acme", note="", by=people.lead)
    act(affected.mark, advisory=advisory, organization="acme", note="All of it", by=people.lead)
    relay()
    assert who_has(advisory) == ["acme", "isvsoft", "pine"]
    assert task_of(people.acme).person == people.tam
    assert (told("advisory.task"), told().count("owner@acme.example")) == (["tam@support.example"], 1)
    advisory.refresh_from_db()
    assert (advisory.told, advisory.audience_size) == (3, 3)
    act(affected.unmark, advisory=advisory, organization=people.acme, by=people.lead)
    with pytest.raises(NotFound):
        act(affected.unmark, advisory=advisory, organization=people.acme, by=people.lead)


def test_marks_in_the_middle_of_publishing_come_once(people, catalogue, enterprise, monkeypatch):
    """pine's batch is over, isvsoft's is to come."""
    monkeypatch.setattr(publishing, "BATCH", 1)
    for organization in (people.acme, people.orbit):
        enterprise(organization)
    advisory = publish(write(people.tam, **CHANGE, audience={"organizations": ["acme", "pine"]}), people.tam)
    for _ in range(2):
        publishing.hand_out(advisory.pk, at=NOON)
    for slug in ("orbit", "isvsoft"):
        act(affected.mark, advisory=advisory, organization=slug, note="", by=people.lead)
    assert who_has(advisory) == ["acme", "orbit", "pine"]
    while publishing.hand_out(advisory.pk, at=NOON):
        pass
    advisory.refresh_from_db()
    assert who_has(advisory) == ["acme", "isvsoft", "orbit", "pine"]
    assert (advisory.told, advisory.audience_size, advisory.status) == (4, 4, "published")


def test_marks_are_refused_where_they_mean_nothing(people, catalogue):
    incident, change = write(people.tam), write(people.tam, **CHANGE)
    with pytest.raises(refusals.OnlyChangesAffect):
        act(affected.mark, advisory=incident, organization="acme", note="", by=people.lead)
    with pytest.raises(FieldErrors) as wrong:
        act(affected.mark, advisory=change, organization="nobody", note="x" * 501, by=people.lead)
    assert list(wrong.value.errors) == ["organization", "note"]
    people.acme.disabled_at = NOON
    people.acme.save(update_fields=["disabled_at"])
    with pytest.raises(OrganizationDisabled):
        act(affected.mark, advisory=change, organization="acme", note="", by=people.lead)


@pytest.mark.parametrize(
    ("who", "is_on_it"),
    [("engineer", False), ("expert", True), ("tam", True), ("lead", True), ("admin", False), ("owner", False)],
)
def test_the_expert_panel(people, who, is_on_it):
    assert affected.is_on_panel(getattr(people, who)) is is_on_it
