"""`manage.py create_token EMAIL [--organization SLUG] [--scope write]`: prints the new token and nothing else."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.access import reach
from accounts.models import ApiToken, Organization
from accounts.people import person_with
from accounts.tokens import create_token
from common.problems import Problem


class Command(BaseCommand):
    help = "Make an API token for a person and print it; it has no end until it is deleted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the person's e-mail address")
        parser.add_argument("--organization", metavar="SLUG", help="limit the token to this organization")
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default=ApiToken.Scope.READ)
        parser.add_argument("--name", default="command line", help="how it is listed under API tokens")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_with(options["email"])
        if person is None:
            raise CommandError(f"There is no person with the e-mail address {options['email']}.")
        if not person.is_active:
            raise CommandError(f"{person.email} is switched off.")
        organization: Organization | None = None
        try:
            if options["organization"]:
                organization = reach(person, options["organization"]).organization
            _token, plain = create_token(
                person=person,
                name=options["name"][:80],
                scope=options["scope"],
                organization=organization,
                by=None,
            )
        except Problem as problem:
            if problem.status == 404:
                slug = options["organization"]
                raise CommandError(f"{person.email} has no part in an organization {slug!r}.") from None
            raise CommandError(str(problem.detail)) from None
        self.stdout.write(plain)
