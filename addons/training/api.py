"""API of training for organizations (spec page 7): sessions, places, needs, plans; the videos for everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import OrganizationAPIView
from addons.models import TrainingPlace, TrainingSession
from addons.training import access, places, planning
from addons.training.calendar_file import FILE_NAME, calendar_file
from addons.training.cards import Card, cards_of
from addons.training.quarters import Quarter
from addons.training.shapes import (
    NeedsIn,
    NeedsShape,
    PlaceChangeIn,
    PlaceIn,
    RatingIn,
    TrainingPlaceShape,
    TrainingPlanShape,
    TrainingShape,
    VideoShape,
    needs_body,
    place_body,
    plan_body,
    training_body,
    video_body,
)
from common import clock
from common.api import PortalAPIView, listed, whole_list
from common.api_input import read
from common.api_schema import PAGES, list_of
from common.beijing import date_of
from supportplans.entitlements import entitlements

FILE = {(200, "text/calendar"): OpenApiTypes.STR}


class TrainingDoor(OrganizationAPIView):
    area = "training"

    def session(self, at: datetime) -> TrainingSession:
        return access.session_for(self.organization, self.kwargs["number"], at)

    def place(self, at: datetime) -> TrainingPlace:
        return access.place_of(self.organization, self.kwargs["place"], self.session(at))

    def cards(self, sessions: list[TrainingSession], at: datetime) -> list[Card]:
        tier = access.tier_code(entitlements(self.organization, at).tier)
        return cards_of(self.organization, tier, sessions, at)


class TrainingsView(TrainingDoor):
    @extend_schema(
        operation_id="trainings_list",
        parameters=[OpenApiParameter("upcoming", bool, description="Only what is still to come"), *PAGES],
        responses={200: list_of(TrainingShape)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """What your plan includes, and whatever you have places in."""
        at = clock.now()
        rows = access.sessions_for(self.organization, at)
        if request.query_params.get("upcoming", "").lower() in ("1", "true"):
            rows = rows.filter(starts_at__gt=at, cancelled_at=None)
        answer = listed(self, rows, lambda session: session)
        answer.data["results"] = [training_body(card) for card in self.cards(answer.data["results"], at)]
        return answer


class TrainingView(TrainingDoor):
    @extend_schema(operation_id="trainings_retrieve", responses={200: TrainingShape})
    def get(self, request: Request, slug: str, number: str) -> Response:
        at = clock.now()
        (card,) = self.cards([self.session(at)], at)
        return Response(training_body(card))


class TrainingFileView(TrainingDoor):
    @extend_schema(operation_id="trainings_calendar_file", responses=FILE)
    def get(self, request: Request, slug: str, number: str) -> HttpResponse:
        """The session for any calendar program; the meeting stands in it for organizations with a seat."""
        at = clock.now()
        (card,) = self.cards([self.session(at)], at)
        return calendar_answer(card)


class PlacesView(TrainingDoor):
    @extend_schema(operation_id="trainings_register", request=PlaceIn, responses={201: TrainingPlaceShape})
    def post(self, request: Request, slug: str, number: str) -> Response:
        """Register a person; `state` says whether there was a seat. 409 `already_registered` names the place."""
        at = clock.now()
        session, asked = self.session(at), read(PlaceIn, request)
        place = places.register(organization=self.organization, session=session, at=at, by=self.person, **asked)
        return Response(place_body(place), status=201)


class PlaceView(TrainingDoor):
    @extend_schema(operation_id="trainings_place", responses={200: TrainingPlaceShape})
    def get(self, request: Request, slug: str, number: str, place: str) -> Response:
        return Response(place_body(self.place(clock.now())))

    @extend_schema(operation_id="trainings_rename", request=PlaceChangeIn, responses={200: TrainingPlaceShape})
    def patch(self, request: Request, slug: str, number: str, place: str) -> Response:
        """Correct the name; somebody else takes a place of their own."""
        at = clock.now()
        found, asked = self.place(at), read(PlaceChangeIn, request)
        return Response(place_body(places.rename(place=found, at=at, by=self.person, **asked)))

    @extend_schema(operation_id="trainings_cancel_place", responses={204: None})
    def delete(self, request: Request, slug: str, number: str, place: str) -> Response:
        """Give the place back: the first of the waiting list moves up."""
        at = clock.now()
        places.cancel_place(place=self.place(at), at=at, by=self.person)
        return Response(status=204)


class RatingView(TrainingDoor):
    @extend_schema(operation_id="trainings_rate", request=RatingIn, responses={200: TrainingPlaceShape})
    def post(self, request: Request, slug: str, number: str, place: str) -> Response:
        """Within 30 days after the session; a later rating replaces the earlier one."""
        at = clock.now()
        found, asked = self.place(at), read(RatingIn, request)
        return Response(place_body(places.rate(place=found, at=at, by=self.person, **asked)))


class NeedsView(TrainingDoor):
    @extend_schema(operation_id="training_needs", responses={200: NeedsShape})
    def get(self, request: Request, slug: str) -> Response:
        """The survey of the running quarter as your organization answered it."""
        quarter = Quarter.of(date_of(clock.now()))
        return Response(needs_body(quarter, access.needs_of(self.organization, quarter.first_day)))

    @extend_schema(operation_id="training_needs_say", request=NeedsIn, responses={200: NeedsShape})
    def put(self, request: Request, slug: str) -> Response:
        """Answer it; a later answer replaces the earlier one."""
        at, asked = clock.now(), read(NeedsIn, request)
        lists: dict[str, Any] = {name: tuple(asked.pop(name, ())) for name in ("topics", "modes")}
        answer = planning.Answer(**lists, **asked)
        needs = planning.say_needs(organization=self.organization, answer=answer, at=at, by=self.person)
        return Response(needs_body(Quarter.of(date_of(at)), needs))


class PlansView(TrainingDoor):
    @extend_schema(operation_id="training_plans_list", responses={200: list_of(TrainingPlanShape)})
    def get(self, request: Request, slug: str) -> Response:
        """The published plans, the latest quarter first."""
        found = access.published_plans_of(self.organization).select_related("organization")
        return whole_list([plan_body(plan) for plan in found])


class VideosView(PortalAPIView):
    public = True

    @extend_schema(operation_id="training_videos_list", responses={200: list_of(VideoShape)})
    def get(self, request: Request) -> Response:
        """The library: courses first, their lessons in order."""
        return whole_list([video_body(video) for video in access.videos()])


def calendar_answer(card: Card) -> HttpResponse:
    """The file as a download."""
    text = calendar_file(card.session, with_meeting=card.has_seat)
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return answer
