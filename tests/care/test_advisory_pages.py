"""Pages of advisories: what an organization reads and does, what the staff write and publish, what TAMs work through."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from care.advisories import access, affected, message_centre, stages, status_days, tasks, updates
from care.models import Advisory, AdvisoryReceipt
from common import clock, tenancy
from common.beijing import BEIJING
from tests.care.advisory_stage import CHANGE, INCIDENT, NOON, RELEASE, act, enterprise, look_after, said, task_of, write
from tests.tickets.conftest import catalogue

__all__ = ["catalogue", "enterprise"]
FORM: dict[str, Any] = {
    "kind": "industry_incident",
    "severity": "high",
    "title_en": "Routers answer late",
    "title_zh": "路由器响应变慢",
    "body_en": "Some **links** are full.",
    "body_zh": "部分链路拥塞。",
}


def page(person, path: str, at: datetime = NOON, **data: Any):
    with clock.at(at):
        return signed_in(person).get(path, data)


def send(person, path: str, at: datetime = NOON, **data: Any):
    with clock.at(at):
        return signed_in(person).post(path, data)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


# -- the message centre


def test_the_message_centre_lists_what_the_organization_received(people, catalogue):
    advisory = said(people.tam)
    shown = text(page(people.owner, "/o/acme/advisories"))
    assert "Disks fail in one zone" in shown
    assert advisory.number in shown
    assert "To acknowledge" in shown
    assert "adv-unread" in shown
    assert "Disks fail" not in text(page(people.owner, "/o/acme/advisories", kind="product_release"))
    assert "Disks fail" not in text(page(people.owner, "/o/acme/advisories", show="closed"))


def test_an_empty_message_centre_says_what_will_stand_there(people, catalogue):
    assert "Nothing concerns you now" in text(page(people.viewer, "/o/acme/advisories"))


def test_what_was_opened_is_read(people, catalogue):
    advisory = said(people.tam)
    page(people.owner, f"/o/acme/advisories/{advisory.pk}")
    assert "adv-unread" not in text(page(people.owner, "/o/acme/advisories"))
    assert "adv-unread" in text(page(people.member, "/o/acme/advisories"))


def test_an_advisory_is_found_by_its_number_too(people, catalogue):
    advisory = said(people.tam)
    shown = text(page(people.viewer, f"/o/acme/advisories/{advisory.number}"))
    assert "<strong>one zone</strong>" in shown
    assert "Nobody has acknowledged it yet" in shown
    assert page(people.viewer, "/o/acme/advisories/ADV-2026-9999").status_code == 404


def test_an_advisory_of_others_is_not_found(people, catalogue):
    advisory = said(people.tam, audience={"organizations": ["orbit"]})
    assert page(people.owner, f"/o/acme/advisories/{advisory.pk}").status_code == 404
    assert page(people.owner, f"/o/acme/advisories/{advisory.number}").status_code == 404


def test_a_member_acknowledges_and_everybody_sees_who_and_when(people, catalogue):
    advisory = said(people.tam)
    assert text(page(people.owner, "/o/acme/advisories/waiting")).count("bg-orange-lt") == 1
    answer = send(people.member, f"/o/acme/advisories/{advisory.pk}/acknowledge")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/o/acme/advisories/{advisory.pk}")
    shown = text(page(people.viewer, f"/o/acme/advisories/{advisory.pk}"))
    assert "Acknowledged" in shown
    assert people.member.display_name() in shown
    assert "bg-orange-lt" not in text(page(people.owner, "/o/acme/advisories/waiting"))


def test_a_viewer_cannot_acknowledge(people, catalogue):
    advisory = said(people.tam)
    assert send(people.viewer, f"/o/acme/advisories/{advisory.pk}/acknowledge").status_code == 403
    assert send(people.tam, f"/o/acme/advisories/{advisory.pk}/acknowledge").status_code == 403
    with tenancy.everything():
        assert not AdvisoryReceipt.objects.exclude(acknowledged_at=None).exists()


def test_a_question_becomes_a_ticket_that_stands_on_the_page(people, catalogue):
    advisory = said(people.tam)
    asked = {"body": "Are we affected?", "kind": "business", "severity": "guidance"}
    answer = send(people.member, f"/o/acme/advisories/{advisory.pk}/ask", **asked)
    assert answer.status_code == 303
    number = answer.headers["Location"].rsplit("/", 1)[1]
    assert f"/o/acme/tickets/{number}" in text(page(people.member, f"/o/acme/advisories/{advisory.pk}"))


def test_a_refused_question_keeps_what_was_typed(people, catalogue):
    advisory = said(people.tam)
    asked = {
        "body": "Our volumes hang",
        "kind": "technical",
        "severity": "guidance",
        "product": "nonsense",
        "region": "cn-north-4",
    }
    answer = send(people.member, f"/o/acme/advisories/{advisory.pk}/ask", **asked)
    assert answer.status_code == 400
    assert "Our volumes hang" in text(answer)
    with tenancy.everything():
        assert not access.all_tickets_about(advisory).exists()


def test_home_shows_what_concerns_the_organization_now(people, catalogue):
    assert "What concerns you now" not in text(page(people.owner, "/o/acme/"))
    advisory = said(people.tam)
    release = said(people.tam, **RELEASE | {"title_en": "A new flavour"})
    shown = text(page(people.owner, "/o/acme/"))
    assert "What concerns you now" in shown
    assert "A new flavour" in shown
    send(people.owner, f"/o/acme/advisories/{release.pk}/acknowledge")
    send(people.owner, f"/o/acme/advisories/{advisory.pk}/acknowledge")
    with tenancy.organization(people.acme.pk):
        assert [one.advisory_id for one in message_centre.concerning(people.acme, NOON)] == [advisory.pk]


# -- the public status


def test_the_status_page_says_that_everything_works(db, catalogue):
    shown = text(Client().get("/status"))
    assert "Everything works" in shown
    assert "/accounts/login/" in shown


def test_the_status_page_shows_incidents_and_work_to_strangers_in_their_language(people, catalogue):
    incident = said(people.tam, on_status_page=True)
    said(people.tam, **CHANGE | {"title_en": "Work on switches", "title_zh": "交换机维护", "on_status_page": True})
    act(
        updates.update,
        advisory=incident,
        state="identified",
        body_en="It is a disk.",
        body_zh="是磁盘。",
        by=people.tam,
    )
    with clock.at(NOON):
        english, chinese = Client().get("/status"), Client().get("/status", headers={"Accept-Language": "zh-CN"})
    assert "1 incident in progress" in text(english)
    assert "It is a disk." in text(english)
    assert "Work on switches" in text(english)
    assert "交换机维护" in text(chinese)
    assert "max-age=5" in english.headers["Cache-Control"]
    assert "Acme" not in text(english)


def test_days_of_the_status_are_as_bad_as_the_worst_incident():
    began = datetime(2026, 11, 22, 23, 30, tzinfo=BEIJING)
    spans = [
        status_days.Span("critical", "Disks", began, began + timedelta(minutes=90)),
        status_days.Span(status_days.MAINTENANCE, "Work", began, began + timedelta(hours=1)),
    ]
    found = status_days.days(spans, date(2026, 11, 24))
    looks = {day.on: day.look for day in found if day.look != status_days.CALM}
    assert looks == {date(2026, 11, 22): "critical", date(2026, 11, 23): "critical"}
    assert (len(found), found[0].on) == (90, date(2026, 8, 27))


@pytest.mark.parametrize(("minute", "stage"), [(-1, "planned"), (0, "running"), (119, "running"), (120, "over")])
def test_a_change_is_planned_runs_and_is_over(minute, stage):
    begins = datetime(2026, 12, 4, 12, tzinfo=BEIJING)
    at = begins + timedelta(minutes=minute)
    assert stages.stage("platform_change", begins, begins + timedelta(hours=2), None, at) == stage
    assert stages.stage("platform_change", begins, None, at, at) == "closed"
    assert stages.stage("industry_incident", begins, None, None, at) == "running"


# -- the desk


def test_a_manager_writes_a_draft_that_points_drills_elsewhere(people, catalogue):
    shown = text(page(people.tam, "/desk/advisories/new"))
    assert "Planned security drills are not part of enterprise care." in shown
    answer = send(people.tam, "/desk/advisories/new", **FORM, families=["customer"], then_preview="1")
    advisory = Advisory.objects.get()
    assert answer.headers["Location"] == f"/desk/advisories/{advisory.pk}/publish"
    assert (advisory.status, advisory.audience["families"]) == ("draft", ["customer"])
    assert "Routers answer late" in text(page(people.lead, "/desk/advisories", status="draft"))


def test_a_draft_with_mistakes_stays_in_the_form(people, catalogue):
    answer = send(people.tam, "/desk/advisories/new", **FORM | {"organizations": "acme, nobody"})
    assert answer.status_code == 400
    assert "There is no nobody." in text(answer)
    assert "Routers answer late" in text(answer)
    assert not Advisory.objects.exists()


def test_a_lead_reads_and_does_not_write(people, catalogue):
    assert send(people.lead, "/desk/advisories/new", **FORM).status_code == 403
    assert not Advisory.objects.exists()


def test_the_audience_is_counted_while_it_is_written(people, catalogue):
    shown = text(send(people.tam, "/desk/advisories/audience", **FORM | {"organizations": "acme"}))
    assert people.acme.name in shown
    assert "There is no nobody." in text(send(people.tam, "/desk/advisories/audience", organizations="nobody"))
    assert "<strong>links</strong>" in text(send(people.tam, "/desk/advisories/text", body_en="Some **links**"))


def test_publishing_asks_for_a_word_first_and_shows_progress(people, catalogue):
    advisory = write(people.tam, audience={"organizations": ["acme"]})
    path = f"/desk/advisories/{advisory.pk}"
    shown = text(page(people.tam, f"{path}/publish"))
    assert "Publish to 1 organization" in shown
    assert "There is no way back" in shown
    refused = send(people.tam, f"{path}/publish")
    assert refused.status_code == 400
    assert Advisory.objects.get().status == "draft"
    assert send(people.tam, f"{path}/publish", confirmed="1").headers["Location"] == path
    assert "every 2s" in text(page(people.tam, f"{path}/progress"))
    assert "0 of 1 organizations have it." in text(page(people.tam, path))


def test_a_draft_that_lacks_something_says_so_instead_of_offering_to_publish(people, catalogue):
    advisory = write(people.tam, kind="platform_change", body_zh="")
    shown = text(page(people.tam, f"/desk/advisories/{advisory.pk}/publish"))
    assert "Before it can be published, write: what happens (Chinese), when it begins" in shown
    assert f'href="/desk/advisories/{advisory.pk}/edit"' in shown
    assert "There is no way back" not in shown
    assert 'name="confirmed"' not in shown


def test_the_mail_is_shown_in_both_languages_in_a_frame_that_can_do_nothing(people, catalogue):
    advisory = write(people.tam, products=("ecs",), regions=("cn-north-4",))
    english = page(people.tam, f"/desk/advisories/{advisory.pk}/letter", language="en")
    chinese = page(people.tam, f"/desk/advisories/{advisory.pk}/letter", language="zh")
    assert "<strong>one zone</strong>" in text(english)
    assert "某可用区磁盘故障" in text(chinese)
    assert "Elastic Cloud Server (ECS), CN North-Beijing4" in text(english)
    assert "弹性云服务器（ECS）、华北-北京四" in text(chinese)
    assert "default-src 'none'" in english.headers["Content-Security-Policy"]


def test_updates_and_closing_from_the_page(people, catalogue):
    advisory = said(people.tam)
    path = f"/desk/advisories/{advisory.pk}"
    refused = send(people.tam, f"{path}/update", state="note", body_en="Soon.", body_zh="")
    assert refused.status_code == 400
    assert "Soon." in text(refused)
    told = send(people.tam, f"{path}/update", state="monitoring", body_en="Watched.", body_zh="观察中。")
    assert told.status_code == 303
    assert "Watched." in text(page(people.viewer, f"/o/acme/advisories/{advisory.pk}"))
    send(people.tam, f"{path}/close")
    assert Advisory.objects.get().status == "closed"
    assert send(people.tam, f"{path}/update", state="note", body_en="A", body_zh="B").status_code == 409


def test_the_panel_marks_whom_a_change_affects(people, catalogue, enterprise):
    enterprise(people.acme)
    advisory = said(people.tam, **CHANGE)
    path = f"/desk/advisories/{advisory.pk}"
    assert send(people.engineer, f"{path}/affected", organization="acme").status_code == 403
    assert send(people.lead, f"{path}/affected", organization="acme", note="Two clusters").status_code == 303
    assert "Two clusters" in text(page(people.tam, f"/desk/advisory-tasks/{task_of(people.acme).pk}"))
    assert "There is no organization" in text(send(people.lead, f"{path}/affected", organization="nobody"))
    send(people.lead, f"{path}/affected/acme/remove")
    with tenancy.everything():
        assert not access.affected_by(advisory).exists()
    assert not affected.is_on_panel(people.engineer)


# -- tasks


@pytest.fixture
def task(people, enterprise):
    look_after(enterprise(people.acme), people.tam)
    said(people.tam)
    return task_of(people.acme)


def test_a_task_goes_from_contact_to_its_result(people, task):
    path = f"/desk/advisory-tasks/{task.pk}"
    assert people.acme.name in text(page(people.tam, "/desk/advisory-tasks"))
    refused = send(people.tam, f"{path}/done", result="All is well")
    assert (refused.status_code, "All is well" in text(refused)) == (409, True)
    send(people.tam, f"{path}/contacted")
    send(people.tam, f"{path}/plan", plan="**Move** the disks")
    assert send(people.tam, f"{path}/done", result="Moved").status_code == 303
    assert task_of(people.acme).state == "done"
    assert "Moved" in text(page(people.viewer, f"/o/acme/advisories/{task.advisory_id}"))
    assert people.acme.name not in text(page(people.tam, "/desk/advisory-tasks"))
    assert people.acme.name in text(page(people.lead, "/desk/advisory-tasks", show="done"))


def test_an_overdue_task_is_marked(people, task):
    assert "Overdue" in text(page(people.tam, "/desk/advisory-tasks", NOON + timedelta(hours=2)))
    assert "Overdue" not in text(page(people.tam, "/desk/advisory-tasks", NOON + timedelta(minutes=30)))


def test_only_a_release_can_be_not_relevant(people, task):
    refused = send(people.tam, f"/desk/advisory-tasks/{task.pk}/not-relevant", reason="They do not use it")
    assert refused.status_code == 409
    assert task_of(people.acme).state == "open"


def test_the_manager_sees_the_task_in_the_week_and_the_desk_on_the_card(people, task):
    shown = text(page(people.tam, "/desk/my-organizations", NOON + timedelta(hours=2)))
    assert "Speak to them at once about the advisory: Disks fail in one zone" in shown
    act(tasks.contacted, task=task, by=people.tam)
    later = text(page(people.tam, "/desk/my-organizations", NOON + timedelta(hours=2)))
    assert "Work through the advisory with them: Disks fail in one zone" in later
    assert "Disks fail in one zone" in text(page(people.engineer, "/desk/organizations/acme/card"))


def test_words_of_an_incident_of_all_kinds_have_a_page(people, catalogue):
    for fields in (INCIDENT, CHANGE, RELEASE):
        advisory = said(people.tam, **fields)
        assert page(people.lead, f"/desk/advisories/{advisory.pk}").status_code == 200
        assert page(people.viewer, f"/o/acme/advisories/{advisory.pk}").status_code == 200
    draft = write(people.tam, **CHANGE)
    assert "Work" not in text(page(people.tam, f"/desk/advisories/{draft.pk}/edit"))
    assert "2026-12-04T12:00" in text(page(people.tam, f"/desk/advisories/{draft.pk}/edit"))
