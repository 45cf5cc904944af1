"""manage.py load_catalogue: publish the catalogue versions kept in the project; running it again changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from supportplans.publishing import FileProblem, load_files


class Command(BaseCommand):
    help = "Publish the catalogue versions of supportplans/catalogues/ that are not published yet."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_files()
        except FileProblem as problem:
            raise CommandError(str(problem)) from problem
        for version, is_new in loaded.items():
            self.stdout.write(f"{version}: {'published' if is_new else 'unchanged'}")
