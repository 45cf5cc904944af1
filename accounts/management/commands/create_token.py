"""`manage.py create_token EMAIL… [--organization SLUG] [--scope write]`: prints the new tokens, a line each, in the
order of the people, and nothing else."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.access import reach
from accounts.models import ApiToken, Organization
from accounts.people import person_with
from accounts.tokens import create_token
from common.problems import Problem


class Command(BaseCommand):
    help = "Make an API token for each person and print it; it has no end until it is deleted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("emails", metavar="email", nargs="+", help="the person's e-mail address")
        parser.add_argument("--organization", metavar="SLUG", help="limit the token to this organization")
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default=ApiToken.Scope.READ)
        parser.add_argument("--name", default="command line", help="how it is listed under API tokens")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        for plain in [self.made_for(email, options) for email in options["emails"]]:
            self.stdout.write(plain)

    def made_for(self, email: str, options: dict[str, Any]) -> str:
        person = person_with(email)
        if person is None:
            raise CommandError(f"There is no person with the e-mail address {email}.")
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
        return plain
