"""`manage.py index_tickets`: makes the words that search needs for tickets that have none, newest first.

After an upgrade from a version without search, or when messages were brought in by other means. It may be stopped
at any time and goes on where tickets are missing; `--all` makes every ticket's anew.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from common import tenancy
from tickets.search import documents


class Command(BaseCommand):
    help = "Make the words that search needs, for tickets without them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="make every ticket's anew")
        parser.add_argument("--batch", type=int, default=documents.BATCH, help="tickets in one transaction")

    def handle(self, *args: Any, batch: int = documents.BATCH, **options: Any) -> None:
        done, below = 0, None
        while True:
            with tenancy.everything():
                ids = documents.behind(below=below, most=batch, everything=options["all"])
                documents.rebuild(ids)
            if not ids:
                break
            done, below = done + len(ids), ids[-1]
            if options["verbosity"] > 1:
                self.stdout.write(f"{done} tickets, down to {below}")
        self.stdout.write(f"{done} tickets")
