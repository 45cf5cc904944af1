"""How people sign up and in: django-allauth with the portal's own rules (spec page 8.2)."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.core.mail import EmailMessage
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

from accounts.models import Person
from common import clock, outbox

MAIL_TOPIC = "account.mail"


class AccountAdapter(DefaultAccountAdapter):
    """Mail leaves by the outbox, in the reader's language; people keep the language they signed up in."""

    def save_user(self, request: HttpRequest, user: Person, form: BaseForm, commit: bool = True) -> Person:
        user.name = " ".join(form.cleaned_data.get("name", "").split())
        user.language = translation.get_language() or "en"
        user.date_joined = clock.now()
        super().save_user(request, user, form, commit=commit)
        return user

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Known and unknown mailboxes cost the same here: one row, whatever the mail server does."""
        reader = context.get("user")
        language = getattr(reader, "language", "") or translation.get_language() or "en"
        with translation.override(language), transaction.atomic():
            message = self._written(template_prefix, email, context)
            payload = {"to": message.to, "subject": message.subject, "text": message.body}
            outbox.emit(MAIL_TOPIC, organization_id=None, payload=payload)

    def _written(self, template_prefix: str, email: str, context: dict[str, Any]) -> EmailMessage:
        return self.render_mail(template_prefix, email, {"request": self.request, "email": email} | context)

    def login(self, request: HttpRequest, user: Person) -> None:
        super().login(request, user)
        user.last_login = clock.now()
        user.save(update_fields=["last_login"])

    def pre_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponseBase | None:
        if not user.language:
            user.language = translation.get_language() or "en"
            user.save(update_fields=["language"])
        return super().pre_login(request, user, **kwargs)


class SignInBackend(AuthenticationBackend):
    """A person with the staff profile in one query; administrators may do everything the admin offers."""

    def get_user(self, user_id: int) -> Person | None:
        person = Person.objects.select_related("staff").filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None

    def has_perm(self, user_obj: Person, perm: str, obj: Any = None) -> bool:
        return _administers(user_obj) or super().has_perm(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Person, app_label: str) -> bool:
        return _administers(user_obj) or super().has_module_perms(user_obj, app_label)


def _administers(person: Person) -> bool:
    return person.is_active and person.staff_role() == "admin"
