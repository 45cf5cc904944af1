"""A session as an organization sees it: its seats, its own places, what can be done now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Organization
from addons.models import TrainingPlace, TrainingSession
from addons.training import access, places, wording


@dataclass(frozen=True)
class Card:
    """`registered` and `waiting` are of everybody; `own` are the organization's places."""

    session: TrainingSession
    registered: int
    waiting: int
    own: list[TrainingPlace]
    # The plan of now includes it.
    offered: bool
    at: datetime

    @property
    def title(self) -> str:
        return wording.in_reader_language(self.session, "title")

    @property
    def about(self) -> str:
        return wording.in_reader_language(self.session, "about")

    @property
    def seats_left(self) -> int:
        """Free seats; none while somebody waits."""
        return 0 if self.waiting else max(0, self.session.seats - self.registered)

    @property
    def has_seat(self) -> bool:
        return any(place.state == access.REGISTERED for place in self.own)

    @property
    def meeting(self) -> str:
        """How to get in, for organizations that have a seat."""
        return self.session.meeting if self.has_seat else ""

    @property
    def is_coming(self) -> bool:
        return self.session.cancelled_at is None and self.at < self.session.starts_at

    @property
    def is_over(self) -> bool:
        return self.at >= self.session.ends_at

    @property
    def can_register(self) -> bool:
        return self.is_coming and self.offered

    @property
    def status(self) -> str:
        """cancelled, upcoming, running or over."""
        if self.session.cancelled_at is not None:
            return "cancelled"
        if self.is_coming:
            return "upcoming"
        return "over" if self.is_over else "running"

    def to_rate(self) -> list[TrainingPlace]:
        """Own places whose rating is taken now."""
        return [place for place in self.own if places.can_be_rated(place, self.at)]


def cards_of(organization: Organization, tier: str, sessions: Iterable[TrainingSession], at: datetime) -> list[Card]:
    """Sessions as `organization`, whose tier ("family/code") is given, sees them: two statements for all."""
    rows = list(sessions)
    taken = access.seats_taken([session.pk for session in rows])
    own: dict[int, list[TrainingPlace]] = defaultdict(list)
    for place in access.places_of(organization).filter(session__in=rows).order_by("pk"):
        own[place.session_id].append(place)
    return [
        Card(session, *taken.get(session.pk, (0, 0)), own[session.pk], tier in session.tiers, at) for session in rows
    ]
