"""Messages leave as letters."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership
from common import clock, outbox, tenancy
from notifications.models import NoticeChoice, Notification
from tests import cast
from tests.tickets.conftest import at, file, message, reply
from tests.tickets.mail.mailbag import letters, reply_address, stage
from tickets.models import Message, TicketWatcher

REPLIED = at("2026-11-24 12:20")


@pytest.fixture
def stage_(plans):
    return stage(plans)


def answer(stage_, body="Which **client** do you use?", **more):
    return reply(stage_.ticket, stage_.people.engineer, REPLIED, body=body, **more)


def to(found):
    return sorted(letter.to[0] for letter in found)


def test_an_answer_goes_to_reporter_and_watchers_with_its_whole_text(stage_):
    letters()
    answer(stage_, files=[SimpleUploadedFile("trace.log", b"a line")])
    found = letters()
    assert to(found) == ["mei@orbit.example", "owner@orbit.example", "viewer@orbit.example"]
    letter = next(each for each in found if each.to == ["owner@orbit.example"])
    number = stage_.ticket.number
    assert letter.subject == f"[{number}] Requests to the database time out"
    assert letter.from_email == '"Engineer (Support Plans)" <noreply@support.example>'
    assert letter.reply_to == [reply_address(stage_.ticket, stage_.people.outsider)]
    assert f"Engineer answered ticket {number}:\n\nWhich **client** do you use?\n" in letter.body
    assert re.search(
        rf"- trace.log \(6\sbytes\) http://127.0.0.1:8000/o/orbit/tickets/{number}/attachments/\S{{43}}", letter.body
    )
    # What was said before stands below, as a quote.
    assert "> One in **twenty** requests fails since this morning.\n" in letter.body
    html = letter.alternatives[0][0]
    assert "Which <strong>client</strong> do you use?" in html
    assert "<blockquote>" in html


def test_letters_of_a_ticket_are_one_thread_and_keep_robots_quiet(stage_):
    letters()
    first = answer(stage_)
    (one, *_others) = letters()
    message(stage_.ticket, stage_.people.outsider, at("2026-11-24 12:30"))
    second = answer(stage_, "Thank you.")
    found = [each for each in letters() if "Thank you." in each.body]
    headers = found[0].extra_headers
    assert len({each.extra_headers["Message-ID"] for each in found}) == 1
    root = one.extra_headers["References"].split()[0]
    assert headers["References"].split()[0] == root
    assert headers["References"].split()[1] == headers["In-Reply-To"]
    assert headers["In-Reply-To"] != one.extra_headers["Message-ID"]
    assert (headers["Auto-Submitted"], headers["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert headers["List-Id"] == "<orbit.tickets.support.example>"
    assert re.fullmatch(rf"<{stage_.ticket.number}\.[0-9a-f]{{24}}@support\.example>", headers["Message-ID"])
    assert second.pk > first.pk


def test_a_customers_message_goes_to_the_others_and_not_to_its_author(stage_):
    letters()
    message(stage_.ticket, stage_.mei, at("2026-11-24 12:30"), body="I see it too.")
    found = letters()
    assert to(found) == ["owner@orbit.example", "viewer@orbit.example"]
    assert f"Mei wrote on ticket {stage_.ticket.number}:" in found[0].body


def test_who_works_on_it_gets_letters_when_he_wants_them(stage_):
    letters()
    NoticeChoice.objects.create(person=stage_.people.engineer, matter="desk_messages", channel="email", wanted=True)
    message(stage_.ticket, stage_.people.outsider, at("2026-11-24 12:30"))
    (letter,) = [each for each in letters() if each.to == ["engineer@support.example"]]
    assert letter.reply_to == [reply_address(stage_.ticket, stage_.people.engineer)]
    assert f"http://127.0.0.1:8000/desk/tickets/{stage_.ticket.number}" in letter.body


def test_watchers_named_at_filing_get_the_opening(plans):
    mei = cast.person("mei@orbit.example", plans.orbit)
    letters()
    file(plans.orbit, plans.outsider, watchers=[mei.email])
    assert to(letters()) == ["mei@orbit.example"]


def test_one_message_is_one_mail_and_the_centre_has_its_notice(stage_):
    letters()
    answer(stage_, then="resolve")
    found = letters()
    assert to(found) == ["mei@orbit.example", "owner@orbit.example", "viewer@orbit.example"]
    assert "We consider the ticket resolved with this answer. Reply within 14 days if it is not." in found[0].body
    with tenancy.everything():
        kinds = Notification.objects.filter(person=stage_.people.outsider).order_by("pk")
        assert list(kinds.values_list("kind", flat=True)) == ["ticket.replied", "ticket.resolved"]


def test_hearing_of_it_twice_writes_once(stage_):
    letters()
    answer(stage_)
    assert len(letters()) == 3
    with tenancy.everything():
        outbox.OutboxEvent.objects.filter(topic="ticket.replied").update(done_at=None)
    assert letters() == []


def test_notes_stay_inside(stage_):
    from tickets.conversation import note

    letters()
    with tenancy.everything(), clock.at(REPLIED):
        note(ticket=stage_.ticket, by=stage_.people.engineer, body="A secret.", at=REPLIED)
    assert letters() == []
    answer(stage_)
    assert all("A secret." not in each.body for each in letters())


def test_who_left_or_switched_mail_off_gets_none(stage_):
    letters()
    answer(stage_)
    NoticeChoice.objects.create(person=stage_.people.outsider, matter="ticket_answers", channel="email", wanted=False)
    Membership.objects.filter(person=stage_.mei).delete()
    with tenancy.everything():
        TicketWatcher.objects.filter(person=stage_.viewer).delete()
    assert letters() == []


def test_each_reads_in_their_own_language(stage_):
    stage_.mei.language = "zh-hans"
    stage_.mei.save(update_fields=["language"])
    letters()
    answer(stage_)
    by = {each.to[0]: each.body for each in letters()}
    assert by["mei@orbit.example"].startswith("## 请在此行上方回复 ##")
    assert by["owner@orbit.example"].startswith("## Write your answer above this line ##")


def test_names_and_subjects_cannot_write_headers(plans):
    ticket = file(plans.orbit, plans.outsider, subject="Hello\r\nBcc: all@orbit.example")
    plans.engineer.name = "Eve\r\nBcc: all@orbit.example"
    plans.engineer.save(update_fields=["name"])
    letters()
    reply(ticket, plans.engineer, REPLIED)
    (letter,) = letters()
    sent = letter.message()
    assert sent["Bcc"] is None
    assert sent["Subject"].endswith("] Hello Bcc: all@orbit.example")
    assert letter.recipients() == ["owner@orbit.example"]


def test_without_a_reply_address_nobody_is_asked_to_answer_by_mail(stage_, settings):
    settings.REPLY_ADDRESS = ""
    letters()
    answer(stage_)
    letter = letters()[0]
    assert letter.reply_to == []
    assert "above this line" not in letter.body


def test_long_histories_are_cut(stage_):
    for minute in range(4):
        message(
            stage_.ticket, stage_.people.outsider, at(f"2026-11-24 12:1{minute}"), body=f"Number {minute} " + "x" * 3000
        )
    letters()
    answer(stage_)
    body = letters()[0].body
    assert "Number 3" in body
    assert "Number 2" in body
    assert "Number 1" not in body
    assert len(body) < 5000


def test_200_watchers_cost_two_statements_at_once_and_a_few_each(stage_):
    from tickets.mail import outgoing

    with tenancy.everything():
        TicketWatcher.objects.bulk_create(
            TicketWatcher(
                ticket=stage_.ticket,
                organization=stage_.people.orbit,
                person=cast.person(f"w{n}@orbit.example", stage_.people.orbit),
            )
            for n in range(200)
        )
        said = answer(stage_)
        said = Message.objects.select_related("ticket").get(pk=said.pk)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert outgoing.address_readers(said) == 203
        assert len(asked) == 2
        watcher = TicketWatcher.objects.order_by("-pk").first().person_id
        mail.outbox.clear()
        with CaptureQueriesContext(connection) as asked:
            assert outgoing.send_copy(said.pk, watcher)
        assert len(asked) <= 7
    assert len(mail.outbox) == 1
