"""`manage.py check_ledger`: proves the ledger, or lists what does not fit and ends with 1."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.ledger.check import problems


class Command(BaseCommand):
    help = "Proves that ledger, payments, documents and terms fit together, and names what does not."

    def handle(self, *args: Any, **options: Any) -> None:
        found = problems()
        for problem in found:
            self.stdout.write(f"{problem.organization or 'everybody'}: {problem.detail} [{problem.code}]")
        if found:
            raise CommandError(f"What does not fit: {len(found)}.", returncode=1)
        self.stdout.write("The ledger fits: payments, documents and terms say the same.")
