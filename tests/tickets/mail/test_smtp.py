"""The portal and a mail server talk SMTP on 127.0.0.1: both directions, and when the server fails."""

from __future__ import annotations

import email
import io
import socket
import sys
import threading
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default

import environ
import pytest
from aiosmtpd.controller import Controller
from django.core.management import call_command

from common import clock, outbox, tenancy
from common.models import OutboxEvent
from tests.tickets.conftest import at, reply
from tests.tickets.mail.mailbag import LATER, letters, stage
from tickets.mail.outgoing import TOPIC

PATIENCE = 60  # seconds
# What is to be tried again is tried when the test says so.
pytestmark = pytest.mark.usefixtures("real_time_stands")


class Post:
    """Keeps what it gets; the first `trouble` letters are refused, or their connection is cut in the middle."""

    def __init__(self):
        self.kept = []
        self.refusals = self.cuts = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refusals:
            self.refusals -= 1
            return "451 4.7.1 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.cuts:
            self.cuts -= 1
            server.transport.abort()
            return "421 gone"
        self.kept.append((tuple(envelope.rcpt_tos), email.message_from_bytes(envelope.content, policy=default)))
        return "250 Message accepted"


class Server(Controller):
    """Listens at a port that it holds from the beginning, and is given the time that it needs to start."""

    def __init__(self, handler):
        self.listening = socket.create_server(("127.0.0.1", 0))
        super().__init__(handler, hostname="127.0.0.1", port=self.listening.getsockname()[1], ready_timeout=PATIENCE)

    def _create_server(self):
        return self.loop.create_server(self._factory_invoker, sock=self.listening)

    def _trigger_server(self):
        with socket.create_connection((self.hostname, self.port), PATIENCE) as line:
            line.recv(1024)


@contextmanager
def closed_port():
    """A port at which nobody listens, nor will."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def send_to(settings, port):
    """What EMAIL_URL=smtp://127.0.0.1:port sets."""
    for name, value in environ.Env.email_url_config(f"smtp://127.0.0.1:{port}").items():
        setattr(settings, name, value)
    settings.EMAIL_TIMEOUT = PATIENCE


@pytest.fixture
def post(settings):
    handler = Post()
    controller = Server(handler)
    controller.start()
    send_to(settings, controller.port)
    yield handler
    controller.stop()


@pytest.fixture
def stage_(plans):
    found = stage(plans)
    letters()
    return found


def relay_all():
    while outbox.relay():
        pass


def try_again():
    """The pauses of the outbox are over."""
    outbox.retry_now(OutboxEvent.objects.filter(topic=TOPIC, done_at=None))
    relay_all()


def waiting():
    with tenancy.everything():
        return OutboxEvent.objects.filter(topic=TOPIC, done_at=None)


def answered_by(letter):
    """A client's answer to it, quoting it below."""
    body = letter.get_body(("plain",)).get_content()
    answer = EmailMessage()
    answer["From"], answer["To"] = "Owner <owner@orbit.example>", letter["Reply-To"]
    answer["Subject"], answer["Message-ID"] = f"Re: {letter['Subject']}", "<answer@mail.orbit.example>"
    answer["In-Reply-To"] = letter["Message-ID"]
    quoted = "\n".join(f"> {line}" for line in body.splitlines())
    answer.set_content(f"连接数已调到 200，仍然超时。\n\nOn Tue, 24 Nov 2026 at 12:05, Engineer wrote:\n{quoted}\n")
    return answer.as_bytes()


def test_there_and_back(stage_, post, browse, monkeypatch):
    reply(stage_.ticket, stage_.people.engineer, at("2026-11-24 12:05"), body="请检查 *连接数*。")
    relay_all()
    assert sorted(to for to, _letter in post.kept) == [
        ("mei@orbit.example",),
        ("owner@orbit.example",),
        ("viewer@orbit.example",),
    ]
    letter = next(letter for to, letter in post.kept if to == ("owner@orbit.example",))
    assert letter["Subject"] == f"[{stage_.ticket.number}] Requests to the database time out"
    assert "请检查 *连接数*。" in letter.get_body(("plain",)).get_content()
    assert "请检查 <em>连接数</em>。" in letter.get_body(("html",)).get_content()

    class Pipe:
        buffer = io.BytesIO(answered_by(letter))

    monkeypatch.setattr(sys, "stdin", Pipe)
    with clock.at(LATER):
        call_command("receive_mail", stdout=io.StringIO())
        page = browse(stage_.people.engineer).get(f"/desk/tickets/{stage_.ticket.number}").content.decode()
    assert "<p>连接数已调到 200，仍然超时。</p>" in page
    post.kept.clear()
    relay_all()
    # The others read it; nobody gets an own letter back, and the loop ends here.
    assert sorted(to for to, _letter in post.kept) == [("mei@orbit.example",), ("viewer@orbit.example",)]


@pytest.mark.parametrize("trouble", ["refusals", "cuts"])
def test_a_server_that_refuses_or_dies_in_the_middle_loses_and_doubles_nothing(stage_, post, trouble):
    setattr(post, trouble, 2)
    reply(stage_.ticket, stage_.people.engineer, at("2026-11-24 12:05"))
    relay_all()
    assert len(post.kept) == 1
    assert [event.attempts for event in waiting()] == [1, 1]
    try_again()
    assert sorted(to[0] for to, _letter in post.kept) == [
        "mei@orbit.example",
        "owner@orbit.example",
        "viewer@orbit.example",
    ]
    assert not waiting().exists()
    try_again()
    assert len(post.kept) == 3


def test_nobody_listens(stage_, post, settings):
    right = settings.EMAIL_PORT
    with closed_port() as port:
        send_to(settings, port)
        reply(stage_.ticket, stage_.people.engineer, at("2026-11-24 12:05"))
        relay_all()
    assert waiting().count() == 3
    send_to(settings, right)
    try_again()
    assert len(post.kept) == 3


@contextmanager
def silent_server():
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        held = []
        ended = threading.Event()

        def hold():
            while not ended.is_set():
                try:
                    held.append(listening.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=hold, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        ended.set()
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(20)
        for connection in held:
            connection.close()


def test_a_server_that_greets_too_slowly_is_left_and_tried_again(stage_, post, settings):
    right = settings.EMAIL_PORT
    with silent_server() as port:
        send_to(settings, port)
        settings.EMAIL_TIMEOUT = 0.3
        reply(stage_.ticket, stage_.people.engineer, at("2026-11-24 12:05"))
        relay_all()
    assert waiting().count() == 3
    assert all("imed out" in event.error for event in waiting())
    send_to(settings, right)
    try_again()
    assert len(post.kept) == 3
