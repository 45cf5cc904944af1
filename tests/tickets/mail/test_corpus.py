"""Every mail of the corpus meets its line of the table."""

from __future__ import annotations

import pytest

from common import tenancy
from tests.tickets.mail import mailbag
from tests.tickets.mail.corpus_table import TABLE
from tickets.mail import parking
from tickets.models import Attachment, ParkedMail

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    with mailbag.standing(django_db_blocker) as standing:
        yield standing


def test_the_table_and_the_folder_name_the_same_mails():
    assert sorted(TABLE) == sorted(file.stem for file in mailbag.CORPUS.glob("*.eml"))
    assert len(TABLE) >= 40


@pytest.mark.parametrize("name", TABLE)
def test_what_becomes_of_it(stage, name):
    expected = TABLE[name]
    row = mailbag.take(stage.fill((mailbag.CORPUS / f"{name}.eml").read_bytes()))
    _opening, *said = mailbag.messages(stage.ticket)
    assert (row.outcome, row.reason) == (expected.outcome, expected.reason)
    with tenancy.everything():
        assert ParkedMail.objects.count() == (expected.outcome == "parked")
    if expected.outcome != "taken":
        assert said == []
        return
    (message,) = said
    assert (message.author.email, message.public, message.channel) == (expected.by, True, "email")
    assert message.side == ("staff" if expected.by.endswith("@support.example") else "customer")
    if expected.text is not None:
        assert message.body == expected.text
    with tenancy.everything():
        files = list(Attachment.objects.filter(message=message).order_by("pk").values_list("name", flat=True))
    assert files == list(expected.files)
    assert row.excerpt == ""


def test_bare_letters_in_headers_are_read(stage):
    row = mailbag.take(stage.fill((mailbag.CORPUS / "bare_utf8_in_headers.eml").read_bytes()))
    assert (row.sender_name, row.subject) == ("林梅", "Re: [T-2026-0000001] 数据库超时")


def test_a_mail_that_is_parked_is_kept_whole(stage):
    raw = stage.fill((mailbag.CORPUS / "cc_hijack.eml").read_bytes())
    row = mailbag.take(raw)
    assert parking.raw_of(row.parked) == raw
    assert (row.sender, row.ticket_number) == ("eve@else.example", stage.ticket.number)
    assert row.excerpt == "I was in copy, tell me more."
