"""The mails about advisories: the whole text, in the reader's language. They leave by the outbox (telling.py)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from accounts.models import Membership, Organization, Person
from care.advisories.addresses import own_path
from care.advisories.languages import in_language
from care.advisories.telling import LETTER
from care.models import Advisory, AdvisoryUpdate
from common import clock, outbox, readings
from common.models import OutboxEvent
from common.safe_markdown import rendered
from notifications.mail import absolute, language_for, send_page
from supportplans import versions


@outbox.handles(LETTER, slow=True)
def send_letter(event: OutboxEvent) -> None:
    """One letter to one person; none to who has left the organization meanwhile. A repeat is the same mail."""
    assert event.organization_id is not None
    person = Person.objects.filter(pk=event.payload["person"], is_active=True).first()
    belongs = Membership.objects.filter(person=person, organization_id=event.organization_id) if person else None
    member = belongs.select_related("organization").first() if belongs is not None else None
    if person is None or member is None:
        return
    advisory = Advisory.objects.get(pk=event.payload["advisory"])
    pk = event.payload.get("update")
    update = AdvisoryUpdate.objects.get(pk=pk) if pk else None
    with translation.override(language_for(person, member.organization)):
        send_page(
            "care/mail/advisory",
            letter(advisory, member.organization, person, update),
            subject=subject_of(advisory, update),
            to=person.email,
            number=f"advisory.{advisory.pk}.{pk or 0}.{person.pk}",
        )


def subject_of(advisory: Advisory, update: AdvisoryUpdate | None = None) -> str:
    """On one line, in the active language: "[ADV-2026-0001] Critical: Disks fail"."""
    title = in_language(advisory, "title")
    head: str | Promise = update.get_state_display() if update else advisory.get_severity_display()
    words = _("[%(number)s] %(head)s: %(title)s") % {"number": advisory.number, "head": head, "title": title}
    return " ".join(words.split())


def letter(
    advisory: Advisory, organization: Organization, person: Person, update: AdvisoryUpdate | None = None
) -> dict[str, Any]:
    """What templates/care/mail/advisory.{txt,html} show, in the active language."""
    body, advice = in_language(advisory, "body"), in_language(advisory, "advice")
    news = in_language(update, "body") if update else ""
    return {
        "advisory": advisory,
        "organization": organization,
        "name": person.display_name(),
        "title": in_language(advisory, "title"),
        "update": update,
        "news": news,
        "news_html": _html(news),
        "body": body,
        "body_html": _html(body),
        "advice": advice,
        "advice_html": _html(advice),
        "places": _places(advisory),
        "starts_at": readings.moment(advisory.starts_at) if advisory.starts_at else "",
        "ends_at": readings.moment(advisory.ends_at) if advisory.ends_at else "",
        "address": absolute(own_path(organization.slug, advisory.pk)),
        "settings_address": absolute(reverse("notifications:settings")),
        "brand": translation.gettext(settings.BRAND_NAME),
        "language": translation.get_language(),
    }


def _places(advisory: Advisory) -> str:
    """Products and regions by their names."""
    if not (advisory.products or advisory.regions):
        return ""
    catalogue, language = versions.current(clock.today()), translation.get_language() or "en"
    asked = [("products", code) for code in advisory.products] + [("regions", code) for code in advisory.regions]
    names = [catalogue.name_of(part, code).in_language(language) for part, code in asked]
    return readings.listed(names)


def _html(text: str) -> str:
    return mark_safe(rendered(text)) if text else ""  # noqa: S308 -- cleaned by common/safe_markdown.py
