"""Mail comes in: once, whole, and never as a way into somebody's ticket."""

from __future__ import annotations

import io
import sys

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import OperationalError

from common import clock, tenancy
from common.models import OutboxEvent
from tests.tickets.conftest import act, at, fresh, own, reply, timers_of
from tests.tickets.mail.mailbag import LATER, letters, messages, reply_address, stage, take, written
from tickets import closing
from tickets.mail import parking, reading
from tickets.models import Message, ParkedMail, ReceivedMail


@pytest.fixture
def stage_(plans):
    return stage(plans)


def from_owner(stage_, text="It still fails.", **more):
    owner = stage_.people.outsider
    return written("Mei Lin <owner@orbit.example>", reply_address(stage_.ticket, owner), text, **more)


def said(stage_):
    return [row.body for row in messages(stage_.ticket)[1:]]


def test_a_customers_answer_is_a_message_like_any_other(stage_):
    reply(stage_.ticket, stage_.people.engineer, at("2026-11-24 12:05"))
    row = take(from_owner(stage_))
    assert (row.outcome, row.ticket_number) == ("taken", stage_.ticket.number)
    assert said(stage_) == ["We look into it.", "It still fails."]
    assert [timer.kind for timer in timers_of(stage_.ticket)] == ["first", "next"]
    assert timers_of(stage_.ticket)[1].started_at == LATER


def test_an_engineers_answer_is_public_and_in_time(stage_):
    sent_to = reply_address(stage_.ticket, stage_.people.engineer)
    row = take(written("engineer@support.example", sent_to, "Try again."))
    assert row.outcome == "taken"
    assert [timer.state for timer in timers_of(stage_.ticket)] == ["met"]


def test_the_same_mail_twice_is_one_message(stage_):
    first, second = take(from_owner(stage_)), take(from_owner(stage_), when=at("2026-11-24 13:00"))
    assert first.pk == second.pk
    assert said(stage_) == ["It still fails."]


def test_without_a_name_it_is_known_by_what_it_says(stage_):
    for text in ("One.", "Two.", "One."):
        take(from_owner(stage_, text, name=""))
    assert said(stage_) == ["One.", "Two."]


def test_the_same_name_with_other_words_waits_for_a_person(stage_):
    take(from_owner(stage_, "One."))
    row = take(from_owner(stage_, "Two."))
    assert (row.outcome, row.reason, row.excerpt) == ("parked", "repeated_name", "Two.")
    assert take(from_owner(stage_, "Two.")).pk == row.pk
    assert said(stage_) == ["One."]


def test_a_forged_mail_that_came_first_keeps_no_real_one_out(stage_):
    sent_to = reply_address(stage_.ticket, stage_.people.outsider)
    assert take(written("eve@else.example", sent_to)).reason == "other_sender"
    assert take(from_owner(stage_)).outcome == "taken"


def test_who_left_the_organization_says_nothing_more(stage_):
    from accounts import membership

    with tenancy.organization(stage_.people.orbit.pk):
        membership.remove_member(organization=stage_.people.orbit, email="mei@orbit.example", by=stage_.people.outsider)
    row = take(written("mei@orbit.example", reply_address(stage_.ticket, stage_.mei)))
    assert row.reason == "not_a_participant"
    assert said(stage_) == []


def test_who_lost_the_ticket_answers_no_more(stage_):
    from tickets import handling

    act(handling.release, stage_.ticket, stage_.people.engineer, at("2026-11-24 12:01"))
    row = take(written("engineer@support.example", reply_address(stage_.ticket, stage_.people.engineer)))
    assert (row.outcome, row.reason) == ("parked", "not_a_participant")


def test_a_disabled_organizations_mail_is_parked(stage_):
    stage_.people.orbit.disabled_at = LATER
    stage_.people.orbit.save(update_fields=["disabled_at"])
    assert (take(from_owner(stage_)).reason, said(stage_)) == ("refused", [])


def test_a_mail_to_a_ticket_finished_long_ago_is_answered_with_a_way_on(stage_):
    own(closing.close, stage_.ticket, stage_.people.outsider, at("2026-11-25 10:00"))
    letters()
    for name in ("<1@x.example>", "<2@x.example>"):
        row = take(from_owner(stage_, name=name), when=at("2026-12-10 10:01"))
        assert (row.outcome, row.reason) == ("answered", "finished")
    assert said(stage_) == []
    (letter,) = letters()
    assert letter.to == ["owner@orbit.example"]
    assert letter.extra_headers["Auto-Submitted"] == "auto-replied"
    assert letter.extra_headers["In-Reply-To"] == "<1@x.example>"
    assert f"/o/orbit/tickets/new?follow_up_of={stage_.ticket.number}" in letter.body


def test_within_14_days_a_mail_revives_the_ticket(stage_):
    own(closing.close, stage_.ticket, stage_.people.outsider, at("2026-11-25 10:00"))
    assert take(from_owner(stage_), when=at("2026-12-01 10:00")).outcome == "taken"
    assert fresh(stage_.ticket).status == "in_progress"


def test_a_program_that_does_not_say_so_is_stopped(stage_):
    for number in range(20):
        assert take(from_owner(stage_, f"Number {number}", name=f"<{number}@x.example>")).outcome == "taken"
    assert take(from_owner(stage_, "Number 20", name="<20@x.example>")).reason == "too_many"


@pytest.mark.parametrize(
    ("told", "sender", "outcome"),
    [
        ("mx.support.example; dmarc=pass header.from=orbit.example", "owner", "taken"),
        ("mx.support.example; spf=pass", "owner", "taken"),
        ("mx.support.example; spf=pass; dmarc=fail (p=none)", "owner", "parked"),
        ("mx.else.example; dmarc=fail", "owner", "taken"),
        ("mx.support.example; dmarc=pass", "engineer", "taken"),
        ("mx.support.example; dmarc=none", "engineer", "parked"),
        ("mx.else.example; dmarc=pass", "engineer", "parked"),
    ],
)
def test_where_the_mail_server_checks_senders_its_word_counts(stage_, settings, told, sender, outcome):
    settings.MAIL_AUTHSERV_ID = "mx.support.example"
    person = stage_.people.outsider if sender == "owner" else stage_.people.engineer
    raw = written(person.email, reply_address(stage_.ticket, person), Authentication_Results=told)
    assert take(raw).outcome == outcome


def test_the_envelope_is_an_address_too(stage_):
    envelope = reply_address(stage_.ticket, stage_.people.outsider)
    assert take(written("owner@orbit.example", "list@else.example"), envelope=envelope).outcome == "taken"


def test_what_is_too_large_is_parked_with_its_beginning(stage_, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST_BYTES", 2000)
    monkeypatch.setattr(parking, "LARGEST_BYTES", 2000)
    monkeypatch.setattr(parking, "KEPT_OF_TOO_LARGE", 500)
    row = take(from_owner(stage_, "x" * 3000))
    assert (row.outcome, row.reason, row.sender) == ("parked", "too_large", "owner@orbit.example")
    assert len(parking.raw_of(row.parked)) == 500


def test_a_storage_that_fails_leaves_nothing_behind_and_the_mail_outside(stage_, monkeypatch):
    def full(*args, **kwargs):
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(default_storage, "save", full)
        with pytest.raises(OSError, match="no space"):
            take(written("eve@else.example", "reply@support.example"))
    assert (ReceivedMail.objects.count(), ParkedMail.objects.count()) == (0, 0)
    assert take(written("eve@else.example", "reply@support.example")).outcome == "parked"


class Pipe:
    def __init__(self, content):
        self.buffer = io.BytesIO(content)


def piped(monkeypatch, raw, **options):
    monkeypatch.setattr(sys, "stdin", Pipe(raw))
    out = io.StringIO()
    with clock.at(LATER):
        call_command("receive_mail", stdout=out, stderr=out, **options)
    return out.getvalue().strip()


def test_the_pipe_tells_what_became_of_it(stage_, monkeypatch):
    assert piped(monkeypatch, from_owner(stage_)) == f"taken {stage_.ticket.number}"
    assert piped(monkeypatch, written("eve@else.example", "x@support.example")) == "parked no_reply_address"
    assert piped(monkeypatch, b"") == "nothing came in"
    assert piped(monkeypatch, b"\x00\xff\xfe not a mail") == "parked unclear_sender"


def test_the_pipe_asks_to_try_again_when_nothing_can_be_stored(stage_, monkeypatch):
    def gone(*args, **kwargs):
        raise OperationalError("the database is gone")

    with monkeypatch.context() as broken:
        broken.setattr("tickets.management.commands.receive_mail.receive", gone)
        with pytest.raises(SystemExit) as left:
            piped(monkeypatch, from_owner(stage_))
    assert left.value.code == 75
    assert said(stage_) == []


def test_a_stranger_learns_nothing(stage_):
    letters()
    events = OutboxEvent.objects.count()
    take(written("eve@else.example", reply_address(stage_.ticket, stage_.people.outsider)))
    with tenancy.everything():
        assert OutboxEvent.objects.count() == events
        assert Message.objects.filter(ticket=stage_.ticket).count() == 1
    assert letters() == []
