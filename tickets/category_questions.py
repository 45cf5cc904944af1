"""Questions that administrators add to a category of tickets, and their answers (spec page 4.1).

An answer is text: a short or a long one, one of the choices, or an instant. Questions are of a plan family; one
that is retired is asked no more, and its answers still show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.beijing import BEIJING
from tickets.models import CategoryQuestion

LONGEST = {CategoryQuestion.Kind.TEXT: 200, CategoryQuestion.Kind.LONG: 5_000}
MOST_ANSWERS = 50


@dataclass(frozen=True)
class Answer:
    """An answer as a page shows it: `instant` is set where the question asked for one."""

    label: str
    text: str
    instant: datetime | None


def asked(family: str, category: str) -> list[CategoryQuestion]:
    """The questions of a category in their order; [] for no category."""
    if not category:
        return []
    return list(CategoryQuestion.objects.filter(family=family, category=category, retired_at=None))


def label(question: CategoryQuestion) -> str:
    """The question in the reader's language."""
    return question.label_zh if (get_language() or "").startswith("zh") else question.label_en


def choices(question: CategoryQuestion) -> list[str]:
    """What a choice offers, one a line of what the administrator typed."""
    return [line.strip() for line in question.choices.splitlines() if line.strip()]


def check(answers: Mapping[str, str], *, family: str, category: str, errors: dict[str, list[str]]) -> dict[str, str]:
    """The answers as they are kept, {code: text} without empty ones; instants as 2026-11-24T15:00:00+08:00.

    Adds to `errors`: `answers` for codes that are not asked here, `answers.CODE` for what is missing or wrong.
    """
    given = {code: text.strip() for code, text in answers.items() if text.strip()}
    questions = asked(family, category)
    unknown = sorted(set(given) - {question.code for question in questions})
    if unknown:
        named = ", ".join(code[:40] for code in unknown[:MOST_ANSWERS])
        errors["answers"] = [_("Not asked in this category: %(codes)s.") % {"codes": named}]
    kept: dict[str, str] = {}
    for question in questions:
        text = given.get(question.code, "")
        mistake = _mistake(question, text)
        if mistake:
            errors[f"answers.{question.code}"] = [mistake]
        elif text:
            kept[question.code] = _kept(question, text)
    return kept


def _mistake(question: CategoryQuestion, text: str) -> str:
    if not text:
        return _("Answer this: %(question)s") % {"question": label(question)} if question.required else ""
    offered = choices(question)
    if question.kind == CategoryQuestion.Kind.CHOICE and text not in offered:
        return _("Choose one of: %(codes)s.") % {"codes": ", ".join(offered)}
    if question.kind == CategoryQuestion.Kind.TIME and instant_of(text) is None:
        return _("Send an instant such as 2026-11-01T09:30:00+08:00.")
    longest = LONGEST.get(CategoryQuestion.Kind(question.kind), 0)
    if longest and len(text) > longest:
        return _("Use at most %(longest)s characters.") % {"longest": longest}
    return ""


def _kept(question: CategoryQuestion, text: str) -> str:
    if question.kind != CategoryQuestion.Kind.TIME:
        return text
    instant = instant_of(text)
    assert instant is not None
    return instant.isoformat()


def instant_of(text: str) -> datetime | None:
    """The instant that a text names, Beijing time where it says no offset; None where it names none."""
    try:
        instant = parse_datetime(text)
        if instant is None:
            return None
        aware = instant.replace(tzinfo=BEIJING) if instant.tzinfo is None else instant.astimezone(BEIJING)
        return aware.replace(microsecond=0)
    except (ValueError, OverflowError):
        return None


def answered(answers: Mapping[str, str], *, family: str, category: str) -> list[Answer]:
    """A ticket's answers in the order of their questions, retired ones included; no statement where there are none."""
    if not answers:
        return []
    known = {row.code: row for row in CategoryQuestion.objects.filter(family=family, category=category)}
    found = [_shown(row, answers[code]) for code, row in known.items() if code in answers]
    return found + [Answer(code, text, None) for code, text in answers.items() if code not in known]


def _shown(question: CategoryQuestion, text: str) -> Answer:
    is_instant = question.kind == CategoryQuestion.Kind.TIME
    return Answer(label(question), text, instant_of(text) if is_instant else None)
