"""Advisories in words and colours, `{% load advisory_words %}`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from care.advisories import stages, tasks
from care.advisories.languages import in_language
from care.models import Advisory, AdvisoryTask, AdvisoryUpdate
from common import clock
from common.safe_markdown import rendered
from common.templatetags import portal
from supportplans import versions

register = template.Library()

SEVERITY_COLOURS = {"critical": "red", "high": "orange", "medium": "yellow", "low": "azure"}
KIND_ICONS = {"industry_incident": "alert-triangle", "platform_change": "adjustments", "product_release": "rocket"}
STAGES: dict[str, tuple[str | Promise, str]] = {
    stages.RUNNING: (pgettext_lazy("advisory", "Running"), "orange"),
    stages.PLANNED: (pgettext_lazy("advisory", "Planned"), "blue"),
    stages.OVER: (pgettext_lazy("advisory", "Time has passed"), "secondary"),
    stages.AVAILABLE: (pgettext_lazy("advisory", "Available"), "green"),
    stages.CLOSED: (pgettext_lazy("advisory", "Closed"), "secondary"),
}
STATUS_COLOURS = {
    "draft": "secondary",
    "publishing": "orange",
    "published": "green",
    "closed": "secondary",
    "discarded": "secondary",
}
TASK_COLOURS = {"open": "blue", "in_progress": "indigo", "done": "green", "not_relevant": "secondary"}
UPDATE_COLOURS = {"resolved": "green", "monitoring": "blue", "note": "secondary"}
PARTS: dict[str, str | Promise] = {
    "families": _("Plans"),
    "tiers": _("Support levels"),
    "entitlements": _("Entitlements"),
    "organizations": _("Organizations"),
    "without": _("Except"),
}


@register.filter
def said(row: Any, name: str) -> str:
    """The text `name` in the reader's language: `{{ advisory|said:"title" }}`. Rows of the status page, too."""
    if not isinstance(row, dict):
        return in_language(row, name)
    texts = {"en": row[f"{name}_en"] or row[f"{name}_zh"], "zh": row[f"{name}_zh"] or row[f"{name}_en"]}
    return portal.in_language(texts)


@register.filter
def said_html(row: Any, name: str) -> SafeString:
    """The same as sanitized HTML."""
    return markdown(said(row, name))


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown as sanitized HTML."""
    return portal.md(rendered(text)) if text else mark_safe("")


@register.simple_tag
def advisory_severity(code: str) -> SafeString:
    """A badge."""
    label = dict(Advisory.Severity.choices).get(code, code)
    return format_html('<span class="badge bg-{}-lt">{}</span>', SEVERITY_COLOURS.get(code, "secondary"), label)


@register.simple_tag
def advisory_kind(code: str) -> SafeString:
    """An icon and the word."""
    label = dict(Advisory.Kind.choices).get(code, code)
    picture = portal.icon(KIND_ICONS.get(code, "info-circle"), "icon-sm")
    return format_html('<span class="adv-kind adv-kind-{}">{} {}</span>', code, picture, label)


@register.filter
def stage_of(row: Any) -> str:
    """Where an advisory, or a row of the status page, stands now."""
    starts_at, ends_at, closed_at = (_value(row, name) for name in ("starts_at", "ends_at", "closed_at"))
    kind = row["kind"] if isinstance(row, dict) else row.kind
    return stages.stage(kind, starts_at, ends_at, closed_at, clock.now())


@register.simple_tag
def advisory_stage(row: Any) -> SafeString:
    """A badge with where it stands now."""
    label, colour = STAGES[stage_of(row)]
    return _status(label, colour)


@register.simple_tag
def advisory_status(advisory: Advisory) -> SafeString:
    """A badge for the staff: draft, being published…"""
    return _status(advisory.get_status_display(), STATUS_COLOURS[advisory.status])


@register.simple_tag
def task_state(task: AdvisoryTask) -> SafeString:
    """A badge."""
    return _status(task.get_state_display(), TASK_COLOURS[task.state])


@register.simple_tag
def update_state(code: str) -> SafeString:
    """A badge."""
    return _status(dict(AdvisoryUpdate.State.choices).get(code, code), UPDATE_COLOURS.get(code, "orange"))


@register.filter
def is_late(task: AdvisoryTask) -> bool:
    """Whether a task is open after its due time."""
    return tasks.is_late(task, clock.now())


@register.filter
def product_names(codes: Iterable[str]) -> list[str]:
    """Codes of products as names in the reader's language."""
    return _names("products", codes)


@register.filter
def region_names(codes: Iterable[str]) -> list[str]:
    """Codes of regions as names in the reader's language."""
    return _names("regions", codes)


@register.filter
def instant(text: str | None) -> datetime | None:
    """An instant that the API wrote, for `{% when %}`."""
    return datetime.fromisoformat(text) if text else None


@register.filter
def criteria_lines(document: dict[str, Any]) -> list[tuple[str, str]]:
    """The audience as it was written down, as lines; [] for everybody."""
    found = []
    for name, label in PARTS.items():
        codes = list(document.get(name) or ())
        if codes:
            found.append((str(label), ", ".join(_names(name, codes))))
    if document.get("users_only"):
        found.append((str(_("Only users")), str(_("of the products, as far as is known"))))
    return found


@register.filter
def tier_name(code: str) -> str:
    """A `family/tier` code as a name in the reader's language."""
    return _names("tiers", [code])[0]


def _names(part: str, codes: Iterable[str]) -> list[str]:
    catalogue = versions.current(clock.today())
    if part in ("products", "regions", "entitlements", "families"):
        return [portal.in_language(catalogue.name_of(part, code)) for code in codes]
    if part == "tiers":
        names = {
            f"{family.code}/{tier.code}": f"{portal.in_language(family.name)} · {portal.in_language(tier.name)}"
            for family in catalogue.families
            for tier in family.tiers
        }
        return [names.get(code, code) for code in codes]
    return list(codes)


def _value(row: Any, name: str) -> datetime | None:
    return instant(row[name]) if isinstance(row, dict) else getattr(row, name)


def _status(label: str | Promise, colour: str) -> SafeString:
    return format_html('<span class="status status-{}"><span class="status-dot"></span>{}</span>', colour, label)
