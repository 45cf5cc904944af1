"""Training as the API reads and says it (spec page 7)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from addons.models import Topic, TrainingNeeds, TrainingPlace, TrainingPlan, TrainingSession, Video
from addons.training import videos
from addons.training.cards import Card
from addons.training.quarters import Quarter
from common.api import api_time

MODES = TrainingSession.Mode.choices


class SessionIn(serializers.Serializer):
    """The rules of addons/training/sessions.py check what goes with what."""

    topic = serializers.ChoiceField(Topic.choices)
    title_en = serializers.CharField(max_length=150)
    title_zh = serializers.CharField(max_length=150)
    about_en = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    about_zh = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    mode = serializers.ChoiceField(MODES)
    meeting = serializers.CharField(max_length=200, required=False, allow_blank=True)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    seats = serializers.IntegerField(min_value=1, max_value=1000)
    tiers = serializers.ListField(
        child=serializers.CharField(max_length=80), max_length=50, help_text="Who may register: `family/tier` codes."
    )
    trainer = serializers.EmailField(required=False, allow_blank=True, help_text="One of the staff.")


class SessionChangeIn(SessionIn):
    """What is not sent stays."""

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        for field in fields.values():
            field.required = False
        return fields


class CancelSessionIn(serializers.Serializer):
    because = serializers.CharField(max_length=300)


class AttendanceIn(serializers.Serializer):
    present = serializers.ListField(
        child=serializers.IntegerField(), max_length=1000, help_text="Ids of places; the others were not there."
    )


class PlaceIn(serializers.Serializer):
    name = serializers.CharField(max_length=100)
    email = serializers.EmailField(max_length=254)


class PlaceChangeIn(serializers.Serializer):
    name = serializers.CharField(max_length=100)


class RatingIn(serializers.Serializer):
    rating = serializers.IntegerField(min_value=1, max_value=5)
    comment = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class NeedsIn(serializers.Serializer):
    topics = serializers.ListField(child=serializers.ChoiceField(Topic.choices), max_length=20)
    modes = serializers.ListField(child=serializers.ChoiceField(MODES), max_length=5, required=False)
    people = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    wishes = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class PlanIn(serializers.Serializer):
    body = serializers.CharField(max_length=20_000)
    sessions = serializers.ListField(child=serializers.IntegerField(), max_length=50, required=False)


class VideoIn(serializers.Serializer):
    course = serializers.ChoiceField(tuple(videos.COURSES), required=False, allow_blank=True)
    topic = serializers.ChoiceField(Topic.choices)
    title_en = serializers.CharField(max_length=150)
    title_zh = serializers.CharField(max_length=150)
    about_en = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    about_zh = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    url = serializers.URLField(max_length=300)
    minutes = serializers.IntegerField(min_value=0, max_value=1000, required=False)
    position = serializers.IntegerField(min_value=0, max_value=1000, required=False)
    published = serializers.BooleanField(required=False)


class VideoChangeIn(VideoIn):
    """What is not sent stays."""

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        for field in fields.values():
            field.required = False
        return fields


class TrainingPlaceShape(serializers.Serializer):
    id = serializers.IntegerField()
    training = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField()
    state = serializers.ChoiceField(TrainingPlace.State.choices)
    registered_at = serializers.DateTimeField()
    registered_by = serializers.CharField()
    attended = serializers.BooleanField(allow_null=True)
    rating = serializers.IntegerField(allow_null=True)
    comment = serializers.CharField()


class DeskPlaceShape(TrainingPlaceShape):
    organization = serializers.CharField()


class _SessionShape(serializers.Serializer):
    id = serializers.IntegerField()
    topic = serializers.ChoiceField(Topic.choices)
    title_en = serializers.CharField()
    title_zh = serializers.CharField()
    about_en = serializers.CharField()
    about_zh = serializers.CharField()
    mode = serializers.ChoiceField(MODES)
    meeting = serializers.CharField(help_text="Empty for organizations without a seat.")
    place = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    seats = serializers.IntegerField()
    trainer = serializers.CharField(allow_null=True)
    cancelled_because = serializers.CharField(allow_null=True)


class TrainingShape(_SessionShape):
    status = serializers.ChoiceField(("upcoming", "running", "over", "cancelled"))
    seats_left = serializers.IntegerField()
    waiting = serializers.IntegerField()
    places = TrainingPlaceShape(many=True, help_text="The organization's own.")


class DeskTrainingShape(_SessionShape):
    tiers = serializers.ListField(child=serializers.CharField())
    published_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    registered = serializers.IntegerField()
    waiting = serializers.IntegerField()


class NeedsShape(serializers.Serializer):
    quarter = serializers.CharField()
    topics = serializers.ListField(child=serializers.CharField())
    modes = serializers.ListField(child=serializers.CharField())
    people = serializers.IntegerField(allow_null=True)
    wishes = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True, help_text="null: not answered yet.")
    answered_by = serializers.CharField(allow_null=True)


class DeskNeedsShape(NeedsShape):
    organization = serializers.CharField()


class TrainingPlanShape(serializers.Serializer):
    organization = serializers.CharField()
    quarter = serializers.CharField()
    body = serializers.CharField()
    sessions = serializers.ListField(child=serializers.IntegerField())
    published_at = serializers.DateTimeField(allow_null=True)


class VideoShape(serializers.Serializer):
    id = serializers.IntegerField()
    course = serializers.CharField(allow_null=True)
    topic = serializers.ChoiceField(Topic.choices)
    title_en = serializers.CharField()
    title_zh = serializers.CharField()
    about_en = serializers.CharField()
    about_zh = serializers.CharField()
    url = serializers.URLField()
    minutes = serializers.IntegerField()
    position = serializers.IntegerField()
    published_at = serializers.DateTimeField(allow_null=True)


def place_body(place: TrainingPlace) -> dict[str, Any]:
    """A place as its organization sees it."""
    return {
        "id": place.pk,
        "training": place.session_id,
        "name": place.name,
        "email": place.email,
        "state": place.state,
        "registered_at": api_time(place.registered_at),
        "registered_by": place.registered_by.display_name(),
        "attended": place.attended,
        "rating": place.rating,
        "comment": place.comment,
    }


def desk_place_body(place: TrainingPlace) -> dict[str, Any]:
    return place_body(place) | {"organization": place.organization.slug}


def _session_body(session: TrainingSession, meeting: str) -> dict[str, Any]:
    texts = ("topic", "title_en", "title_zh", "about_en", "about_zh", "mode", "place", "seats")
    return (
        {"id": session.pk}
        | {name: getattr(session, name) for name in texts}
        | {
            "meeting": meeting,
            "starts_at": api_time(session.starts_at),
            "ends_at": api_time(session.ends_at),
            "trainer": session.trainer.display_name() if session.trainer else None,
            "cancelled_because": session.cancelled_because or None,
        }
    )


def training_body(card: Card) -> dict[str, Any]:
    """A session as an organization sees it."""
    return _session_body(card.session, card.meeting) | {
        "status": card.status,
        "seats_left": card.seats_left,
        "waiting": card.waiting,
        "places": [place_body(place) for place in card.own],
    }


def desk_training_body(session: TrainingSession, taken: tuple[int, int]) -> dict[str, Any]:
    """A session as staff see it; `taken`: (registered, waiting)."""
    return _session_body(session, session.meeting) | {
        "tiers": session.tiers,
        "published_at": api_time(session.published_at),
        "cancelled_at": api_time(session.cancelled_at),
        "registered": taken[0],
        "waiting": taken[1],
    }


def needs_body(quarter: Quarter, needs: TrainingNeeds | None) -> dict[str, Any]:
    """The quarter's answer, empty where there is none yet."""
    return {
        "quarter": str(quarter),
        "topics": needs.topics if needs else [],
        "modes": needs.modes if needs else [],
        "people": needs.people if needs else None,
        "wishes": needs.wishes if needs else "",
        "answered_at": api_time(needs.answered_at) if needs else None,
        "answered_by": needs.answered_by.display_name() if needs else None,
    }


def desk_needs_body(needs: TrainingNeeds) -> dict[str, Any]:
    return needs_body(Quarter.of(needs.quarter), needs) | {"organization": needs.organization.slug}


def plan_body(plan: TrainingPlan) -> dict[str, Any]:
    """A plan with the ids of its sessions."""
    return {
        "organization": plan.organization.slug,
        "quarter": str(Quarter.of(plan.quarter)),
        "body": plan.body,
        "sessions": sorted(session.pk for session in plan.sessions.all()),
        "published_at": api_time(plan.published_at),
    }


def video_body(video: Video) -> dict[str, Any]:
    names = ("topic", "title_en", "title_zh", "about_en", "about_zh", "url", "minutes", "position")
    return {"id": video.pk, "course": video.course or None, "published_at": api_time(video.published_at)} | {
        name: getattr(video, name) for name in names
    }
