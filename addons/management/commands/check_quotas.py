from django.core.management.base import BaseCommand, CommandError

from addons.quota_check import differences


class Command(BaseCommand):
    help = "Proves that every quota counter is the sum of its entries and every booking holds its days."

    def handle(self, *args: object, **options: object) -> None:
        found = differences()
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("Every counter is the sum of its entries, and every booking holds its days.")
