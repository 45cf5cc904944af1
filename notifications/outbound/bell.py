"""Waking the senders: the composition root says how; unheard, the periodic job comes within 15 seconds."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

_ring: Callable[[], None] | None = None


def set_bell(ring: Callable[[], None]) -> None:
    """How to send one task to a worker."""
    global _ring  # noqa: PLW0603
    _ring = ring


def ring_on_commit() -> None:
    """Deliveries were written: whoever sends them is woken when they are there."""
    transaction.on_commit(ring)


def ring() -> None:
    """Wake them now."""
    if _ring is not None:
        _ring()
