"""New mail is fetched by IMAP from a server on 127.0.0.1."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from common import clock
from portal import celery, environment
from tests.tickets.mail import imap_server
from tests.tickets.mail.mailbag import LATER, messages, reply_address, stage, written
from tickets.mail import mailbox, reading
from tickets.models import ReceivedMail


@pytest.fixture
def stage_(plans):
    return stage(plans)


@pytest.fixture
def server(stage_, settings):
    sent_to = reply_address(stage_.ticket, stage_.people.outsider)
    mails = {
        7: written("owner@orbit.example", sent_to, "First.", name="<1@x.example>"),
        9: written("owner@orbit.example", sent_to, "Second.", name="<2@x.example>"),
    }
    with imap_server.serving(mails) as running:
        settings.INBOUND_IMAP_URL = running.url
        yield running


def look():
    with clock.at(LATER):
        return mailbox.look(at=LATER)


def said(stage_):
    return [row.body for row in messages(stage_.ticket)[1:]]


def test_new_mail_is_received_and_marked(stage_, server):
    assert look() == {"received": 2, "left": 0}
    assert said(stage_) == ["First.", "Second."]
    assert server.seen == {7, 9}
    # Nothing marks a mail before it is stored.
    assert all("PEEK" in command for command in server.asked if "BODY" in command)
    assert look() == {"received": 0, "left": 0}


def test_what_cannot_be_stored_is_left_for_the_next_look(stage_, server, monkeypatch):
    real = mailbox.receive

    def unlucky(*, raw, at):
        if b"First." in raw:
            raise OperationalError("the database is gone")
        return real(raw=raw, at=at)

    with monkeypatch.context() as broken:
        broken.setattr(mailbox, "receive", unlucky)
        assert look() == {"received": 1, "left": 1}
    assert server.seen == {9}
    assert look() == {"received": 1, "left": 0}
    assert said(stage_) == ["Second.", "First."]


def test_a_connection_that_breaks_after_the_mail_was_stored_doubles_nothing(stage_, server):
    server.dies_at = "UID STORE"
    assert look() == {"received": 0, "left": 0}
    assert said(stage_) == ["First."]
    server.dies_at = ""
    assert look() == {"received": 2, "left": 0}
    assert said(stage_) == ["First.", "Second."]


def test_of_a_mail_that_is_too_large_only_the_beginning_is_fetched(stage_, server, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST_BYTES", 2000)
    monkeypatch.setattr(mailbox, "LARGEST_BYTES", 2000)
    server.mails = {3: server.mails[7] + b"x" * 5000}
    assert look() == {"received": 1, "left": 0}
    assert [command for command in server.asked if "BODY" in command] == ["UID FETCH 3 (BODY.PEEK[]<0.2001>)"]
    assert ReceivedMail.objects.get().reason == "too_large"


def test_a_mailbox_that_cannot_be_opened_stops_nothing(stage_, server, settings):
    settings.INBOUND_IMAP_URL = server.url.replace("s%40fe", "wrong")
    assert look() == {"received": 0, "left": 0}
    settings.INBOUND_IMAP_URL = "imap://portal:x@127.0.0.1:1/INBOX"
    assert look() == {"received": 0, "left": 0}


def test_without_a_mailbox_nothing_is_asked(settings):
    settings.INBOUND_IMAP_URL = ""
    assert mailbox.look(at=LATER) == {}


def test_it_is_a_job_of_every_minute():
    job = celery.job_named("tickets.mailbox")
    assert (job.rule.seconds, job.function) == (60, mailbox.look)


@pytest.mark.parametrize("value", ["http://a:b@c/INBOX", "imaps://host/INBOX", "imaps://user@host"])
def test_a_wrong_address_names_its_setting_and_tells_no_password(monkeypatch, value):
    monkeypatch.setenv("INBOUND_IMAP_URL", value)
    with pytest.raises(ImproperlyConfigured, match="INBOUND_IMAP_URL: expected imaps://user:password@host/INBOX"):
        environment.imap_url(environment.environ.Env(), "INBOUND_IMAP_URL")


@pytest.mark.parametrize(
    "value", ["reply", "a b@x.example", "Reply <r@x.example>", "r+1@x.example", "much-too-long-a-name@x.example"]
)
def test_a_reply_address_is_a_bare_one(monkeypatch, value):
    monkeypatch.setenv("REPLY_ADDRESS", value)
    with pytest.raises(ImproperlyConfigured, match="REPLY_ADDRESS"):
        environment.mail_address(environment.environ.Env(), "REPLY_ADDRESS", "", longest_name=18)
