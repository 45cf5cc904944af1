"""Mail goes where EMAIL_URL says: to the sandbox's page in demo and test, to a real server by smtp:// (spec page 7)."""

from __future__ import annotations

import os
import socketserver
import subprocess
import sys
import threading

import pytest
from django.core import mail
from django.test import Client

from common import outbox, tenancy
from common.models import OutboxEvent
from notifications.models import SentMail
from notifications.notices import notify

SANDBOX = "notifications.sandbox_mail.SandboxEmailBackend"


def send(**fields) -> SentMail:
    message = mail.EmailMultiAlternatives(
        subject="Answer to your ticket",
        body="Look here: http://127.0.0.1:8000/o/acme/ <b>",
        to=["mei@acme.example"],
        headers={"Message-ID": "<1@portal>"},
        connection=mail.get_connection(SANDBOX),
        **fields,
    )
    message.attach_alternative("<p>Look <script>alert(1)</script></p>", "text/html")
    assert message.send() == 1
    return SentMail.objects.get()


def test_the_sandbox_keeps_what_would_have_been_sent(db):
    kept = send(cc=["cc@acme.example"])
    assert (kept.subject, kept.recipients) == ("Answer to your ticket", ["mei@acme.example", "cc@acme.example"])
    assert kept.text.startswith("Look here")
    assert kept.html.startswith("<p>Look")
    assert kept.headers == {"Message-ID": "<1@portal>"}


def test_the_page_lists_mail_for_everybody_in_a_demo(db):
    assert "No mail yet" in Client().get("/sandbox/mail").text
    kept = send()
    page = Client().get("/sandbox/mail").text
    assert "Answer to your ticket" in page
    assert f'href="/sandbox/mail/{kept.pk}"' in page


def test_one_mail_is_shown_as_text_and_its_html_in_a_locked_frame(db):
    kept = send()
    page = Client().get(f"/sandbox/mail/{kept.pk}")
    assert "&lt;b&gt;" in page.text
    assert '<a href="http://127.0.0.1:8000/o/acme/"' in page.text
    assert "<script>alert" not in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    frame = Client().get(f"/sandbox/mail/{kept.pk}/html")
    policy = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script-src" not in policy
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("path", ["/sandbox/mail/999", "/sandbox/mail/999/html", f"/sandbox/mail/{2**70}"])
def test_mail_that_was_never_sent_is_not_found(db, path):
    assert Client().get(path).status_code == 404


def settings_with(**environ: str) -> subprocess.CompletedProcess:
    """The portal's settings read in a process of their own."""
    program = (
        "import django; django.setup(); from django.conf import settings; from django.urls import resolve, Resolver404\n"
        "print(settings.EMAIL_BACKEND, getattr(settings, 'EMAIL_HOST', ''), getattr(settings, 'EMAIL_PORT', ''))\n"
        "try: resolve('/sandbox/mail'); print('page')\n"
        "except Resolver404: print('no page')"
    )
    return subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings"} | environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_with_smtp_the_page_does_not_exist_and_mail_goes_to_the_server():
    said = settings_with(EMAIL_URL="smtp://127.0.0.1:2525").stdout.split("\n")
    assert said[0] == "django.core.mail.backends.smtp.EmailBackend 127.0.0.1 2525"
    assert said[1] == "no page"
    assert settings_with(EMAIL_URL="sandbox://").stdout.split("\n")[:2] == [f"{SANDBOX} localhost 25", "page"]


def test_production_refuses_the_sandbox():
    said = settings_with(
        EMAIL_URL="sandbox://",
        PORTAL_TESTING="0",
        PORTAL_DEMO="0",
        SECRET_KEY="x" * 50,
        SANDBOX_SECRET="y" * 20,
        SANDBOX_ALLOWED="1",
        PORTAL_TEST_CLOCK="",
    )
    assert said.returncode != 0
    assert "EMAIL_URL=sandbox:// shows every mail to everybody" in said.stderr


class Listener(socketserver.StreamRequestHandler):
    """As much of a mail server as one mail needs."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        in_data, lines = False, []
        for raw in self.rfile:
            line = raw.rstrip(b"\r\n")
            if in_data:
                if line == b".":
                    in_data = False
                    self.server.letters.append(b"\n".join(lines).decode())
                    self.wfile.write(b"250 kept\r\n")
                else:
                    lines.append(line)
                continue
            if line.upper().startswith(b"DATA"):
                in_data = True
                self.wfile.write(b"354 go on\r\n")
            elif line.upper().startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")


def test_a_notice_reaches_a_real_mail_server(people, settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Listener) as server:
        server.letters = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        params = {"used": 24, "allowance": 30, "month": "2026-11", "organization": "Acme"}
        with tenancy.everything():
            notify(people=[people.owner], kind="quota.low", params=params, url="/q", key="k", organization=people.acme)
        assert outbox.relay() == 1
        server.shutdown()
    assert len(server.letters) == 1
    assert "Subject: 24 of 30 technical tickets are used" in server.letters[0]
    assert "To: owner@acme.example" in server.letters[0]
    assert "Auto-Submitted: auto-generated" in server.letters[0]


def test_a_mail_server_that_is_away_loses_nothing(people, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with tenancy.everything():
        notify(people=[people.owner], kind="quota.low", params={}, url="/q", key="k", organization=people.acme)
    assert outbox.relay() == 0
    event = OutboxEvent.objects.get()
    assert (event.done_at, event.attempts) == (None, 1)
    assert "ConnectionRefusedError" in event.error
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    outbox.retry_now(OutboxEvent.objects.all())
    assert outbox.relay() == 1
    assert [letter.to for letter in mail.outbox] == [["owner@acme.example"]]
