"""`manage.py receive_mail < message.eml`: the way in for a mail server's pipe.

Leaves with 0 when the mail was taken, parked, ignored or had come before, and with 75 (try again later) when the
portal could not store it: nothing has happened then, and the mail server keeps the mail.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

import structlog
from django.core.management.base import BaseCommand

from common import clock
from tickets.mail.reading import LARGEST_BYTES
from tickets.mail.taking import receive

TRY_AGAIN = 75
log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Take one mail from standard input; leaves with 0 when it is kept, with 75 to be tried again."
    # The pipe needs no look at the whole project for each mail.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", default="", help="the address that the mail server delivers to, where it tells")

    def handle(self, *args: Any, to: str = "", **options: Any) -> None:
        try:
            raw = sys.stdin.buffer.read(LARGEST_BYTES + 1)
            if not raw.strip():
                self.stderr.write("nothing came in")
                return
            row = receive(raw=raw, at=clock.now(), envelope=to)
        except Exception as error:
            log.exception("mail.not_stored", error=repr(error))
            self.stderr.write(f"not stored, try again later: {error!r}")
            sys.exit(TRY_AGAIN)
        self.stdout.write(" ".join(part for part in (row.outcome, row.reason, row.ticket_number) if part))
