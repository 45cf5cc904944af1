"""Drafts on the server: kept while one types, restored elsewhere, put away and brought back, gone when sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from common import clock, tenancy
from tests.cast import browser_of
from tests.tickets.conftest import NOON, file
from tickets import drafts
from tickets.models import Draft

NEW = "/o/orbit/tickets/new"
TYPED = {
    "kind": "technical",
    "severity": "guidance",
    "subject": 'Disks "<b>',
    "body": "Which & why?",
    "region": "cn-east-3",
    "product": "rds",
    "category_technical": "troubleshooting",
}


@pytest.fixture(autouse=True)
def _at_noon():
    with clock.at(NOON):
        yield


@pytest.fixture
def writer(plans) -> Client:
    return browser_of(plans.outsider)


def kept() -> list[dict]:
    with tenancy.everything():
        return list(Draft.objects.order_by("id").values_list("fields", flat=True))


def test_what_is_typed_is_there_on_another_device(writer, plans):
    assert writer.post(f"{NEW}/draft", TYPED | {"body": "Which"}).status_code == 204
    assert writer.post(f"{NEW}/draft", TYPED).status_code == 204
    html = browser_of(plans.outsider).get(NEW).content.decode()
    assert "Restored your draft" in html
    assert 'value="Disks &quot;&lt;b&gt;"' in html
    assert "Which &amp; why?</textarea>" in html
    assert '<option value="cn-east-3" selected>' in html
    assert 'value="guidance" required checked' in html
    assert len(kept()) == 1


def test_secrets_files_and_unknown_fields_are_never_kept(writer):
    more = {"secret_label": "Root", "secret_value": "s3cret", "csrfmiddlewaretoken": "x", "other": "y"}
    writer.post(f"{NEW}/draft", TYPED | more)
    assert sorted(kept()[0]) == sorted(TYPED)


def test_it_is_gone_when_the_ticket_is_filed_and_does_not_come_back(writer):
    writer.post(f"{NEW}/draft", TYPED)
    assert writer.post(NEW, TYPED | {"idempotency_key": "k1"}).status_code == 303
    # Saved late, by another tab or a slow line.
    writer.post(f"{NEW}/draft", TYPED | {"idempotency_key": "k1"})
    assert kept() == []
    assert "Restored your draft" not in writer.get(NEW).content.decode()


def test_a_refused_form_keeps_its_draft(writer):
    writer.post(f"{NEW}/draft", TYPED)
    assert writer.post(NEW, TYPED | {"subject": "", "idempotency_key": "k1"}).status_code == 400
    assert len(kept()) == 1


def test_discarding_can_be_undone_until_the_next_look(writer):
    writer.post(f"{NEW}/draft", TYPED)
    answer = writer.post(f"{NEW}/draft/discard")
    html = writer.get(answer["Location"]).content.decode()
    assert "Your draft was discarded." in html
    assert "Which &amp; why?" not in html
    answer = writer.post(f"{NEW}/draft/undo")
    assert answer["Location"] == NEW
    assert "Which &amp; why?" in writer.get(NEW).content.decode()
    writer.post(f"{NEW}/draft/discard")
    writer.get(NEW)
    assert kept() == []


def test_what_says_nothing_or_too_much_is_not_kept(writer):
    writer.post(f"{NEW}/draft", TYPED)
    writer.post(f"{NEW}/draft", TYPED | {"subject": " ", "body": ""})
    assert kept() == []
    writer.post(f"{NEW}/draft", TYPED | {"body": "x" * 64_001})
    writer.post(f"{NEW}/draft", TYPED | {"body": "x\x00"})
    assert kept() == []


def test_each_person_organization_and_ticket_has_its_own(writer, plans):
    first, second = file(plans.orbit, plans.outsider), file(plans.orbit, plans.outsider)
    foreign = file(plans.acme, plans.member, kind="business", region="")
    for path, body in ((NEW, "new"), (f"/o/orbit/tickets/{first.number}", "first")):
        writer.post(f"{path}/draft", {"body": body, "subject": ""})
    browser_of(plans.member).post(f"/o/acme/tickets/{foreign.number}/draft", {"body": "mine"})
    assert writer.post(f"/o/orbit/tickets/{foreign.number}/draft", {"body": "x"}).status_code == 404
    assert kept() == [{"body": ["new"]}, {"body": ["first"]}, {"body": ["mine"]}]
    assert ">first</textarea>" in writer.get(f"/o/orbit/tickets/{first.number}").content.decode()
    assert "Restored your draft" not in writer.get(f"/o/orbit/tickets/{second.number}").content.decode()
    assert "first" not in browser_of(plans.member).get("/o/acme/tickets/new").content.decode().split("<main")[1]


def test_a_message_is_restored_and_gone_once_sent(writer, plans):
    ticket = file(plans.orbit, plans.outsider)
    path = f"/o/orbit/tickets/{ticket.number}"
    writer.post(f"{path}/draft", {"body": "Begun"})
    writer.post(f"{path}/draft/discard")
    assert "Your draft was discarded." in writer.get(f"{path}?discarded=1").content.decode()
    writer.post(f"{path}/draft/undo")
    assert ">Begun</textarea>" in writer.get(path).content.decode()
    assert writer.post(f"{path}/messages", {"body": "Done", "idempotency_key": "k1"}).status_code == 303
    assert kept() == []


def test_a_follow_up_has_a_draft_beside_that_of_a_new_ticket(writer, plans):
    former = file(plans.orbit, plans.outsider)
    writer.post(f"{NEW}/draft", TYPED)
    writer.post(f"{NEW}/draft", TYPED | {"body": "It is back", "follow_up_of": former.number})
    assert "It is back" not in writer.get(NEW).content.decode()
    html = writer.get(f"{NEW}?follow_up_of={former.number}").content.decode()
    assert "It is back" in html
    assert f'name="follow_up_of" value="{former.number}"' in html
    discarded = writer.post(f"{NEW}/draft/discard", {"follow_up_of": former.number})
    assert discarded["Location"] == f"{NEW}?follow_up_of={former.number}&discarded=1"


def test_old_drafts_are_swept(writer):
    writer.post(f"{NEW}/draft", TYPED)
    assert drafts.forget_old(at=NOON + timedelta(days=30)) == 0
    assert drafts.forget_old(at=NOON + timedelta(days=30, seconds=1)) == 1
    assert kept() == []


def test_readers_keep_no_drafts(plans):
    assert browser_of(plans.viewer).post("/o/acme/tickets/new/draft", TYPED).status_code == 403
    assert browser_of(plans.engineer).post("/o/acme/tickets/new/draft", TYPED).status_code == 403
    assert browser_of(plans.outsider).post("/o/acme/tickets/new/draft", TYPED).status_code == 404
    assert kept() == []


def test_a_restored_draft_asks_for_similar_tickets_and_articles_at_once(writer):
    asks = 'hx-trigger="input changed delay:500ms, load"'
    assert asks not in writer.get("/o/orbit/tickets/new").content.decode()
    writer.post("/o/orbit/tickets/new/draft", {"subject": "The disk is full"})
    page = writer.get("/o/orbit/tickets/new").content.decode()
    assert 'value="The disk is full"' in page
    assert asks in page
