"""Accounts of people: making one, and what a person chooses for themselves."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.models import Person
from common import audit, clock
from common.problems import FieldErrors

MAX_EMAIL = 254
LONGEST_NAME = 120


def mailbox(text: str, field: str = "email") -> str:
    """An e-mail address in the one form that is stored: trimmed, small letters. Raises FieldErrors."""
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        email = ""
    if not email or len(email) > MAX_EMAIL or not email.isascii():
        raise FieldErrors({field: [_("Enter an e-mail address, such as mei@example.com.")]})
    return email


def person_with(email: str) -> Person | None:
    """The account of a mailbox, with its staff profile."""
    return Person.objects.select_related("staff").filter(email=email.strip().lower()).first()


def make_person(*, email: str, name: str = "", language: str = "", by: Person | None) -> Person:
    """An account without a password and with an unproven mailbox; whoever owns the mailbox chooses the password.

    `by` None is the portal itself. Raises FieldErrors for an address that is none or is taken.
    """
    address = mailbox(email)
    if person_with(address) is not None:
        raise FieldErrors({"email": [_("There is an account with this e-mail address.")]})
    person = Person(email=address, name=name.strip(), language=language, date_joined=clock.now())
    person.set_unusable_password()
    person.save()
    audit.record(by=by, organization_id=None, action="person.created", object=address)
    return person


def prove_mailbox(person: Person) -> None:
    """The person has shown that the mailbox is theirs (by a link or code that was sent to it)."""
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})


def has_proven_mailbox(person: Person) -> bool:
    """Whether somebody has signed in, or could, as the owner of this mailbox."""
    return EmailAddress.objects.filter(user=person, email=person.email, verified=True).exists()


def choose_preferences(*, by: Person, language: str | None = None, theme: str | None = None) -> Person:
    """A person's language and theme, kept for all their devices. Raises FieldErrors for what does not exist."""
    check_preferences(language=language, theme=theme)
    chosen = {"language": language, "theme": theme}
    changed = {name: value for name, value in chosen.items() if value is not None}
    for name, value in changed.items():
        setattr(by, name, value)
    if changed:
        by.save(update_fields=list(changed))
    return by


def check_preferences(*, language: str | None, theme: str | None) -> None:
    """Raises FieldErrors for a language or theme that does not exist."""
    errors: dict[str, list[Any]] = {}
    if language is not None and language not in dict(settings.LANGUAGES):
        errors["language"] = [_("Choose one of the languages.")]
    if theme is not None and theme not in Person.Theme.values:
        errors["theme"] = [_("Choose light, dark or auto.")]
    if errors:
        raise FieldErrors(errors)


def rename(*, by: Person, name: str) -> Person:
    """How a person is called in conversations; '' falls back to the part of the e-mail before the @."""
    cleaned = " ".join(name.split())
    if len(cleaned) > LONGEST_NAME:
        raise FieldErrors({"name": [_("Use at most 120 characters.")]})
    by.name = cleaned
    by.save(update_fields=["name"])
    return by
