"""Quotas, bookings with what is prepared for them, and training. Rows are written by the actions of this app alone."""

from addons.models.bookings import Booking
from addons.models.preparing import BookingDuty, PatrolEntry, PreparationItem, ServiceCapacity
from addons.models.quotas import QuotaCounter, QuotaEntry
from addons.models.training import Topic, TrainingNeeds, TrainingPlace, TrainingPlan, TrainingSession, Video

__all__ = [
    "Booking",
    "BookingDuty",
    "PatrolEntry",
    "PreparationItem",
    "QuotaCounter",
    "QuotaEntry",
    "ServiceCapacity",
    "Topic",
    "TrainingNeeds",
    "TrainingPlace",
    "TrainingPlan",
    "TrainingSession",
    "Video",
]
