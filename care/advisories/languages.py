"""Texts that stand in two columns, `title_en` and `title_zh`: the reader's, else the one that is there."""

from __future__ import annotations

from django.db.models import Model
from django.utils.translation import get_language


def in_language(row: Model, name: str) -> str:
    """The text `name` of the row in the active language; where it is empty, in the other one."""
    wanted, other = ("zh", "en") if (get_language() or "").startswith("zh") else ("en", "zh")
    return getattr(row, f"{name}_{wanted}") or getattr(row, f"{name}_{other}")
