"""Words on ticket pages, `{% load ticket_words %}`: due times by day, names of catalogue codes, sizes of files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.models import Organization
from common import clock, labels, readings
from common.beijing import BEIJING, date_of
from supportplans.catalogue import Catalogue, Tier
from supportplans.catalogue_names import name_for_reader
from tickets import category_questions, speakers
from tickets.attachment_types import EXTENSIONS, LARGEST_BYTES, MOST_PER_MESSAGE
from tickets.drafts import ANSWER
from tickets.filing_form import FilingForm
from tickets.models import CategoryQuestion, Message, Ticket
from tickets.satisfaction import BEST, WORST

register = template.Library()

_SCORES = range(WORST, BEST + 1)
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


@register.filter
def day_and_time(instant: datetime) -> str:
    """ "today 14:35", "tomorrow 09:00", or the date and time; in Beijing."""
    days = date_of(instant) - date_of(clock.now())
    time = instant.astimezone(BEIJING).strftime("%H:%M")
    if days == timedelta():
        return _("today %(time)s") % {"time": time}
    if days == timedelta(days=1):
        return _("tomorrow %(time)s") % {"time": time}
    return readings.moment(instant)


@register.filter
def spelled(span: timedelta | None) -> str:
    """A length of time: "2 h 14 min", below ten minutes with seconds."""
    return readings.span(int(span.total_seconds()), ticking=True) if span is not None else ""


@register.filter
def spoken_by(message: Message, organization: Organization) -> str:
    """Whose words a message is."""
    return speakers.name_of(message, organization.name)


@register.simple_tag
def catalogue_name(catalogue: Catalogue, list_name: str, code: str) -> str:
    """`{% catalogue_name catalogue "products" ticket.product %}`: the name in the reader's language."""
    return name_for_reader(catalogue, list_name, code)


@register.simple_tag
def status_words(code: str) -> str:
    """The status in words, without a badge."""
    return str(labels.look(labels.STATUSES, code).label)


@register.filter
def is_picture(attachment: Any) -> bool:
    """Whether pages show the attachment, not only its name."""
    return attachment.content_type in PICTURES


@register.filter
def file_size(size: int) -> str:
    """ "1.2 MB" in the reader's form."""
    return filesizeformat(size)


@register.inclusion_tag("tickets/_stars.html")
def stars(score: int) -> dict[str, Any]:
    """`{% stars ticket.satisfaction %}`: a rating as it is read at a glance, and in words."""
    return {"stars": [number <= score for number in _SCORES], "words": _score_words(score)}


@register.simple_tag
def rating_choices(ticket: Ticket, typed: Mapping[str, str] | str = "") -> list[dict[str, Any]]:
    """What a rating may be, the worst first; checked is what was typed, or what the ticket was rated with."""
    chosen = typed.get("score", "") if isinstance(typed, Mapping) else str(ticket.satisfaction or "")
    return [{"score": one, "words": _score_words(one), "checked": str(one) == chosen} for one in _SCORES]


def _score_words(score: int) -> str:
    names = {
        1: _("not content at all"),
        2: _("not content"),
        3: _("so-so"),
        4: _("content"),
        5: _("very content"),
    }
    return _("%(score)s of 5: %(words)s") % {"score": score, "words": names[score]}


@register.filter
def question_label(question: CategoryQuestion) -> str:
    """A category's question in the reader's language."""
    return category_questions.label(question)


@register.filter
def question_choices(question: CategoryQuestion) -> list[str]:
    """What a question of choices offers."""
    return category_questions.choices(question)


@register.simple_tag
def answer_name(category: str, code: str) -> str:
    """The form's field for an answer: it belongs to one category."""
    return f"{ANSWER}{category}:{code}"


@register.simple_tag
def answer_of(answers: dict[str, str] | str, code: str) -> str:
    """What was answered before; '' on a form that opens."""
    return answers.get(code, "") if isinstance(answers, dict) else ""


@register.simple_tag
def answer_errors(errors: dict[str, list[str]] | str, code: str) -> list[str]:
    """What is wrong with an answer; [] on a form that opens."""
    return errors.get(f"answers-{code}", []) if isinstance(errors, dict) else []


@register.simple_tag
def higher_tiers(form: FilingForm, severity: str) -> list[Tier]:
    """The higher tiers that take a severity which this plan does not offer."""
    return form.tiers_with(severity)


@register.inclusion_tag("tickets/_files.html")
def files_field(errors: list[str] | str = "") -> dict[str, Any]:
    """The field for attachments, with its limits."""
    return {
        "errors": errors or [],
        "accept": ",".join(f".{extension}" for extension in EXTENSIONS),
        "most": MOST_PER_MESSAGE,
        "megabytes": LARGEST_BYTES // (1024 * 1024),
    }
