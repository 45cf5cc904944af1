"""What a session, a place and a quarter are called in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from addons.models import TrainingSession
from addons.training.quarters import Quarter


def pick(texts: dict[str, str]) -> str:
    """{"en", "zh"} in the reader's language."""
    return texts["zh" if (get_language() or "en").startswith("zh") else "en"]


def in_reader_language(thing: Any, name: str) -> str:
    """`title` or `about` of a session or a video; in the other language where it is not written in this one."""
    english, chinese = getattr(thing, f"{name}_en"), getattr(thing, f"{name}_zh")
    return pick({"en": english or chinese, "zh": chinese or english})


def both(session: TrainingSession) -> dict[str, str]:
    """The title as notices keep it."""
    return {"en": session.title_en, "zh": session.title_zh}


def where(session: TrainingSession) -> str:
    """The place, or the meeting's id or address."""
    return session.place if session.mode != TrainingSession.Mode.ONLINE else session.meeting


def quarter(which: Quarter) -> str:
    """ "Q3 2026"."""
    return _("Q%(number)s %(year)s") % {"number": which.number, "year": which.year}
