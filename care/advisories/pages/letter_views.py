"""How the mail of an advisory reads before it is published: its HTML alone, in a frame that can do nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from care.advisories.letters import letter, subject_of
from care.advisories.pages.desk_views import LANGUAGES, NUMBER_TO_COME, DeskDoor

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; form-action 'none'; "
    "base-uri 'none'; sandbox"
)


class LetterPreview(DeskDoor):
    """`/desk/advisories/<id>/letter?language=zh`: as a mail program shows it to somebody, in the width of its frame."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        advisory = self.advisory()
        advisory.number = advisory.number or NUMBER_TO_COME
        with translation.override(LANGUAGES.get(request.GET.get("language", ""), "en")):
            reader = Person(name=_("A reader"), email="reader@organization.example")
            told = letter(advisory, Organization(slug="organization", name=_("An organization")), reader)
            html = render_to_string(
                "care/mail/advisory.html", told | {"subject": subject_of(advisory), "width": "100%"}
            )
        response = HttpResponse(html)
        response["Content-Security-Policy"] = _POLICY
        response["X-Frame-Options"] = "SAMEORIGIN"
        return response
