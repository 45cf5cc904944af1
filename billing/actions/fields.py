"""Mistakes in the fields of a wish: all are named at once, and before any refusal (spec page 7, order of checks)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from common.problems import FieldErrors, Refusal

T = TypeVar("T")


def choose_with(errors: dict[str, list[Any]], choose: Callable[[], T]) -> T:
    """What `choose` finds. Raises FieldErrors for `errors` and its own ones together, then its Refusal."""
    try:
        chosen = choose()
    except FieldErrors as wrong:
        raise FieldErrors(wrong.errors | errors) from wrong
    except Refusal:
        if not errors:
            raise
        raise FieldErrors(errors) from None
    if errors:
        raise FieldErrors(errors)
    return chosen
