"""The portal's template tags, `{% load portal %}`. templates/base.html shows how pages use them.

The page's language, clock and money rules live in common/readings.py, common/labels.py and common/money.py; tags
only draw. Nothing here writes a style attribute or a script: the content security policy refuses both.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zlib import crc32

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import clock, labels, money, readings
from common.beijing import BEIJING
from common.plain_text import plain_text
from common.templatetags import portal_charts, portal_forms, portal_page

register = template.Library()
# One `{% load portal %}` brings the tags of charts, forms and page frames too.
for _part in (portal_charts, portal_forms, portal_page):
    register.tags.update(_part.register.tags)
    register.filters.update(_part.register.filters)


# ---- icons, people, badges -------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, css: str = "", label: str = "", filled: bool = False) -> SafeString:
    """An icon of static/icons.json. Without `label` it is decoration that screen readers skip."""
    return _icon(name, css, str(label), filled)


# What is drawn dozens of times on a page is drawn once: escaping and translating cost more than all else there.
@lru_cache(maxsize=512)
def _icon(name: str, css: str, label: str, filled: bool) -> SafeString:
    symbol = f"{name}-filled" if filled else name
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" width="20" height="20" focusable="false" {}><use href="{}#{}"></use></svg>',
        css,
        spoken,
        static("vendor/icons.svg"),
        symbol,
    )


@register.simple_tag
def avatar(person: Any, size: str = "sm") -> SafeString:
    """Initials on a colour that stays with the name; decoration beside a name, so hidden from screen readers."""
    return _avatar(_display_name(person), size)


@lru_cache(maxsize=1024)
def _avatar(name: str, size: str) -> SafeString:
    colour = labels.AVATAR_COLOURS[crc32(name.encode()) % len(labels.AVATAR_COLOURS)]
    return format_html(
        '<span class="avatar avatar-{} rounded-circle bg-{}-lt" aria-hidden="true">{}</span>',
        size,
        colour,
        initials(name),
    )


def initials(name: str) -> str:
    """ "Ada Lovelace" -> "AL", "mei" -> "M", "王小明" -> "王"."""
    words = name.replace(".", " ").replace("_", " ").split()
    if not words:
        return "?"
    if not name.isascii():
        return words[0][0].upper()
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def _display_name(person: Any) -> str:
    shown = getattr(person, "display_name", None)
    if callable(shown):
        return str(shown())
    return str(shown or getattr(person, "name", "") or person or "")


@register.simple_tag
def severity_badge(code: str) -> SafeString:
    """The severity in words, with bars that grow with it: colour is never the only sign."""
    return _severity_badge(str(code), get_language() or "")


@lru_cache(maxsize=64)
def _severity_badge(code: str, _language: str) -> SafeString:
    look = labels.look(labels.SEVERITIES, code)
    return format_html(
        '<span class="badge severity severity-{} bg-{}-lt">{}{}</span>',
        look.level,
        look.colour,
        severity_bars(code),
        look.label,
    )


@register.simple_tag
def severity_bars(code: str) -> SafeString:
    """The bars alone, for dense tables beside the word."""
    level = labels.look(labels.SEVERITIES, code).level
    bars = format_html_join(
        "",
        '<rect x="{}" y="{}" width="3" height="{}" rx="1" class="{}"></rect>',
        (
            (1 + index * 4, 10 - 2 * index, 4 + 2 * index, "bar-on" if index < min(level, 4) else "bar-off")
            for index in range(4)
        ),
    )
    return format_html(
        '<svg class="severity-bars" width="16" height="14" viewBox="0 0 17 15" aria-hidden="true" '
        'focusable="false">{}</svg>',
        bars,
    )


@register.simple_tag(takes_context=True)
def status_badge(context: template.Context, code: str, of: str = "") -> SafeString:
    """The status in words; `of` "booking" where a booking's reads otherwise than a ticket's.

    On desk pages `waiting_customer` reads from the desk's side.
    """
    code = f"{of}_{code}" if f"{of}_{code}" in labels.STATUSES else code
    at_desk = context.get("is_desk") or getattr(context.get("request"), "path", "").startswith("/desk")
    return _status_badge(str(code), bool(at_desk), get_language() or "")


@lru_cache(maxsize=256)
def _status_badge(code: str, at_desk: bool, _language: str) -> SafeString:
    look = labels.look(labels.STAFF_STATUSES if at_desk else labels.STATUSES, code)
    return format_html(
        '<span class="status status-{}"><span class="status-dot"></span>{}</span>', look.colour, look.label
    )


@register.simple_tag
def tier_badge(tier: Any, rank: int | None = None) -> SafeString:
    """A tier of the catalogue (its `.name` and `.rank`), or a name with a rank."""
    name = in_language(getattr(tier, "name", tier))
    position = rank if rank is not None else getattr(tier, "rank", 0)
    return _tier_badge(name, min(max(int(position), 0), len(labels.TIER_COLOURS) - 1))


@lru_cache(maxsize=256)
def _tier_badge(name: str, colour_number: int) -> SafeString:
    colour = labels.TIER_COLOURS[colour_number]
    return format_html('<span class="badge tier bg-{}-lt">{}</span>', colour, name)


@register.filter
def in_language(texts: Any) -> str:
    """A text of the catalogue, or a mapping {"en": …, "zh": …}, in the reader's language; other values as they are."""
    language = get_language() or "en"
    if hasattr(texts, "in_language"):
        return str(texts.in_language(language))
    if not isinstance(texts, Mapping):
        return str(texts)
    for key in (language, language.split("-")[0], "en"):
        if texts.get(key):
            return str(texts[key])
    return ""


# ---- money and time --------------------------------------------------------------------------------------------


@register.filter(name="money")
def money_filter(amount: Decimal | int | None) -> str:
    """`{{ order.total|money }}` -> "¥1,234.50"; a dash where there is no amount."""
    return "–" if amount is None else money.shown(amount)


@register.simple_tag(name="money")
def money_tag(amount: Decimal | int | None) -> str:
    """`{% money order.total %}` -> "¥1,234.50"."""
    return money_filter(amount)


@register.simple_tag
def when(value: datetime | date | None, form: str = "moment") -> SafeString:
    """A time as a person reads it. `form`: "moment", "date", or "relative" ("3 h ago", kept fresh by the page)."""
    if value is None:
        return mark_safe("–")
    if not isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), readings.day(value))
    local = value.astimezone(BEIJING)
    title = _("%(moment)s Beijing time") % {"moment": readings.full(value)}
    if form == "date":
        text = readings.day(value)
    elif form == "relative":
        text = readings.relative(value, clock.now())
    else:
        text = readings.moment(value)
    return format_html(
        '<time datetime="{}" title="{}" data-when="{}" data-day="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        title,
        form,
        readings.day(value),
        text,
    )


@register.simple_tag
def countdown(due: datetime | None, started: datetime | None = None, label: str = "") -> SafeString:
    """A due time that ticks: "in 2 h 14 min", "overdue by 5 min", coloured by the share of the time used."""
    if due is None:
        return format_html('<span class="text-secondary">{}</span>', _("no deadline"))
    now = clock.now()
    begins = format_html(' data-started="{}"', _iso(started)) if started else ""
    if clock.is_test_clock():  # a fragment that comes after the clock has travelled tells the page
        begins = format_html('{} data-now="{}"', begins, _iso(now, "milliseconds"))
    spoken = format_html('<span class="visually-hidden">{} </span>', label) if label else ""
    return format_html(
        '{}<time class="countdown countdown-{}" datetime="{}" data-due="{}"{} title="{}">{}</time>',
        spoken,
        readings.urgency(started, due, now),
        _iso(due),
        _iso(due),
        begins,
        _("Due %(moment)s Beijing time") % {"moment": readings.full(due)},
        readings.until(due, now),
    )


@register.filter
def minutes(count: int | None) -> str:
    """A target in minutes as a span: 10 -> "10 min", 180 -> "3 h"."""
    return "–" if count is None else readings.span(count * 60)


@register.filter
def month(value: date | None) -> str:
    """The month and year of a date."""
    return "–" if value is None else readings.month(value)


@register.simple_tag
def portal_now() -> str:
    """The portal's instant, for <meta name="portal-now">: it may run on a test clock."""
    return _iso(clock.now(), "milliseconds")


@register.simple_tag
def reading_texts() -> SafeString:
    """The patterns of common/readings.py as data attributes, for static/js/countdown.js."""
    return format_html_join(" ", 'data-{}="{}"', readings.PATTERNS.items())


def _iso(instant: datetime, timespec: str = "seconds") -> str:
    return instant.astimezone(BEIJING).isoformat(timespec=timespec)


# ---- pictures ----------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/_gauge.html")
def gauge(used: int, allowance: int | None, label: str = "", note: str = "") -> dict[str, Any]:
    """A half circle that empties: what is left of an allowance. None is unlimited, 0 is not included."""
    remaining = None if allowance is None else max(allowance - used, 0)
    share = 0 if not allowance else max(0, min(round(100 * used / allowance), 100))
    state = "calm" if share < 80 else "urgent" if share < 100 else "overdue"
    if not allowance:
        state = "unlimited" if allowance is None else "none"
    return {
        "used": used,
        "allowance": allowance,
        "remaining": remaining,
        "left_share": 100 - share if allowance else 0,
        "state": state,
        "label": label,
        "note": note,
    }


@register.inclusion_tag("components/_progress.html")
def progress(
    value: int | Decimal, maximum: int | Decimal = 100, label: str = "", colour: str = "primary"
) -> dict[str, Any]:
    """A bar of value / maximum."""
    share = 0 if not maximum else max(0, min(round(100 * value / maximum), 100))
    return {"share": share, "label": label, "colour": colour}


@register.inclusion_tag("components/_empty_state.html")
def empty_state(
    icon: str,
    title: str,
    text: str = "",
    action_url: str = "",
    action_label: str = "",
    action_icon: str = "plus",
) -> dict[str, str]:
    """What a list says while it is empty: what belongs here and what to do next."""
    return {
        "icon": icon,
        "title": title,
        "text": text,
        "action_url": action_url,
        "action_label": action_label,
        "action_icon": action_icon,
    }


@register.inclusion_tag("components/_pagination.html")
def pagination(next_url: str | None, previous_url: str | None = None, label: str = "") -> dict[str, Any]:
    """Newer and older pages of a cursor list; nothing when all fits on one page."""
    return {"next_url": next_url, "previous_url": previous_url, "label": label or _("Pages")}


@register.filter
def plain(markdown: str) -> str:
    """Markdown without its signs, on one line, to be cut: `{{ message.body|plain|truncatechars:120 }}`."""
    return plain_text(markdown)


@register.filter
def md(html: str) -> SafeString:
    """HTML that the Markdown renderer has already sanitized."""
    return format_html('<div class="markdown">{}</div>', mark_safe(html))  # noqa: S308


# ---- forms -------------------------------------------------------------------------------------------------------


@register.simple_tag
def idempotency_key() -> SafeString:
    """A hidden key, so that a double click or a retry makes one thing."""
    return format_html('<input type="hidden" name="idempotency_key" value="{}">', uuid.uuid4())


@register.simple_tag
def brand_name() -> str:
    """The portal's name; a name that the language files know is translated, others stay as they are."""
    return _(settings.BRAND_NAME)
