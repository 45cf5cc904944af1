"""The seats of a session and its waiting list. Whoever gives or takes a seat holds the session's row locked."""

from __future__ import annotations

from datetime import datetime

from addons.models import TrainingPlace, TrainingSession
from addons.training import access, news
from common import tenancy


def counted(session: TrainingSession) -> tuple[int, int]:
    """(registered, waiting) of every organization together."""
    return access.seats_taken([session.pk]).get(session.pk, (0, 0))


def state_of_next(session: TrainingSession) -> str:
    """Whether the next person is registered or waits."""
    registered, waiting = counted(session)
    is_free = registered < session.seats and not waiting
    return TrainingPlace.State.REGISTERED if is_free else TrainingPlace.State.WAITING


def move_up(session: TrainingSession, *, at: datetime) -> list[TrainingPlace]:
    """Give free seats to the first of the waiting list, and tell them; nobody moves once it has begun."""
    if session.cancelled_at is not None or at >= session.starts_at:
        return []
    with tenancy.everything():
        registered, waiting = counted(session)
        free = min(session.seats - registered, waiting)
        if free <= 0:
            return []
        moved = list(access.places_in(session).filter(state=access.WAITING)[:free])
        for place in moved:
            place.state = TrainingPlace.State.REGISTERED
            place.save(update_fields=["state"])
            place.session = session
            news.tell_of_place(place, "training.moved_up", at=at)
    return moved
