from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import tenancy
from tickets import rebuilding
from tickets.models import ResponseTimer


class Command(BaseCommand):
    help = "Rebuilds every response timer from its append-only record and tells, or mends, what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only tell; ends with an error when anything differs")

    def handle(self, *args: Any, **options: Any) -> None:
        found = mended = 0
        for difference in rebuilding.differences():
            found += 1
            self.stdout.write(str(difference))
            if not options["check"]:
                mended += rebuilding.mend(difference)
        with tenancy.everything():
            count = ResponseTimer.objects.count()
        said = f"{count} timers, {found} differences"
        if options["check"]:
            if found:
                raise CommandError(said)
            self.stdout.write(said)
            return
        self.stdout.write(f"{said}, {mended} mended")
        if mended < found:
            raise CommandError(f"{found - mended} timers have no record to be rebuilt from")
