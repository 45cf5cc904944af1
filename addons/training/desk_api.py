"""API of training for staff: `desk/trainings…`, what partners need, their plans, the videos. Thin doors."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import organization_named
from accounts.api_doors import StaffAPIView
from addons.models import TrainingSession
from addons.training import access, places, planning, sessions, videos
from addons.training.quarters import Quarter
from addons.training.shapes import (
    AttendanceIn,
    CancelSessionIn,
    DeskNeedsShape,
    DeskPlaceShape,
    DeskTrainingShape,
    PlanIn,
    SessionChangeIn,
    SessionIn,
    TrainingPlanShape,
    VideoChangeIn,
    VideoIn,
    VideoShape,
    desk_needs_body,
    desk_place_body,
    desk_training_body,
    plan_body,
    video_body,
)
from common import clock
from common.api import listed, whole_list
from common.api_input import read
from common.api_schema import PAGES, list_of
from common.beijing import date_of
from common.problems import FieldErrors, NotFound


class DeskDoor(StaffAPIView):
    area = "training"

    def session(self) -> TrainingSession:
        return access.any_session(self.kwargs["number"])

    def shown(self, session: TrainingSession, status: int = 200) -> Response:
        found = access.any_session(str(session.pk))
        taken = access.seats_taken([found.pk]).get(found.pk, (0, 0))
        return Response(desk_training_body(found, taken), status=status)


class DeskTrainingsView(DeskDoor):
    @extend_schema(operation_id="desk_trainings_list", parameters=PAGES, responses={200: list_of(DeskTrainingShape)})
    def get(self, request: Request) -> Response:
        """Every session, drafts and cancelled ones included."""
        answer = listed(self, access.all_sessions(), lambda session: session)
        rows = answer.data["results"]
        taken = access.seats_taken([session.pk for session in rows])
        answer.data["results"] = [desk_training_body(each, taken.get(each.pk, (0, 0))) for each in rows]
        return answer

    @extend_schema(operation_id="desk_trainings_create", request=SessionIn, responses={201: DeskTrainingShape})
    def post(self, request: Request) -> Response:
        """Write a session; its organizations see it once it is published."""
        asked = read(SessionIn, request)
        draft = sessions.Draft(**asked | {"tiers": tuple(asked["tiers"])})
        return self.shown(sessions.write_session(draft=draft, at=clock.now(), by=self.person), status=201)


class DeskTrainingView(DeskDoor):
    @extend_schema(operation_id="desk_trainings_retrieve", responses={200: DeskTrainingShape})
    def get(self, request: Request, number: str) -> Response:
        return self.shown(self.session())

    @extend_schema(operation_id="desk_trainings_change", request=SessionChangeIn, responses={200: DeskTrainingShape})
    def patch(self, request: Request, number: str) -> Response:
        """What is not sent stays. New dates are told to everyone who is registered."""
        session, asked = self.session(), read(SessionChangeIn, request)
        draft = sessions.as_draft(session, **asked)
        return self.shown(sessions.change_session(session=session, draft=draft, at=clock.now(), by=self.person))


class PublishView(DeskDoor):
    @extend_schema(operation_id="desk_trainings_publish", request=None, responses={200: DeskTrainingShape})
    def post(self, request: Request, number: str) -> Response:
        return self.shown(sessions.publish(session=self.session(), at=clock.now(), by=self.person))


class CancelView(DeskDoor):
    @extend_schema(operation_id="desk_trainings_cancel", request=CancelSessionIn, responses={200: DeskTrainingShape})
    def post(self, request: Request, number: str) -> Response:
        """Everyone with a place is told why."""
        session, asked = self.session(), read(CancelSessionIn, request)
        return self.shown(sessions.cancel(session=session, at=clock.now(), by=self.person, **asked))


class DeskPlacesView(DeskDoor):
    @extend_schema(operation_id="desk_trainings_places", parameters=PAGES, responses={200: list_of(DeskPlaceShape)})
    def get(self, request: Request, number: str) -> Response:
        """Everybody's places in the session, the waiting list too."""
        return listed(self, access.places_in(self.session()).order_by("-pk"), desk_place_body)


class AttendanceView(DeskDoor):
    @extend_schema(operation_id="desk_trainings_attendance", request=AttendanceIn, responses={200: DeskTrainingShape})
    def post(self, request: Request, number: str) -> Response:
        """Who was there; once it has begun."""
        session, asked = self.session(), read(AttendanceIn, request)
        places.record_attendance(session=session, present=asked["present"], at=clock.now(), by=self.person)
        return self.shown(session)


class DeskNeedsView(DeskDoor):
    @extend_schema(
        operation_id="desk_training_needs",
        parameters=[OpenApiParameter("quarter", str, description="2026-Q4; the running one unless given")],
        responses={200: list_of(DeskNeedsShape)},
    )
    def get(self, request: Request) -> Response:
        """What partners said that they need in a quarter."""
        text = request.query_params.get("quarter", "")
        quarter = quarter_of(text) if text else Quarter.of(date_of(clock.now()))
        return whole_list([desk_needs_body(needs) for needs in access.all_needs(quarter.first_day)])


class DeskPlanView(DeskDoor):
    @extend_schema(operation_id="desk_training_plan", responses={200: TrainingPlanShape})
    def get(self, request: Request, slug: str, quarter: str) -> Response:
        """An organization's plan of a quarter such as 2026-Q4; 404 where none is written."""
        plan = access.plan_of(organization_named(slug), named_quarter(quarter).first_day)
        if plan is None:
            raise NotFound
        return Response(plan_body(plan))

    @extend_schema(operation_id="desk_training_plan_write", request=PlanIn, responses={200: TrainingPlanShape})
    def put(self, request: Request, slug: str, quarter: str) -> Response:
        """Write it; a published plan stays published."""
        organization, of, asked = organization_named(slug), named_quarter(quarter), read(PlanIn, request)
        chosen = access.sessions_named(asked.get("sessions", ()))
        plan = planning.write_plan(
            organization=organization, quarter=of, body=asked["body"], sessions=chosen, at=clock.now(), by=self.person
        )
        return Response(plan_body(plan))


class PublishPlanView(DeskDoor):
    @extend_schema(operation_id="desk_training_plan_publish", request=None, responses={200: TrainingPlanShape})
    def post(self, request: Request, slug: str, quarter: str) -> Response:
        """Show it to the organization, whose people are told."""
        organization, of = organization_named(slug), named_quarter(quarter)
        plan = planning.publish_plan(organization=organization, quarter=of, at=clock.now(), by=self.person)
        return Response(plan_body(plan))


class DeskVideosView(DeskDoor):
    @extend_schema(operation_id="desk_training_videos_list", responses={200: list_of(VideoShape)})
    def get(self, request: Request) -> Response:
        """The library with what is not published."""
        return whole_list([video_body(video) for video in access.all_videos()])

    @extend_schema(operation_id="desk_training_videos_create", request=VideoIn, responses={201: VideoShape})
    def post(self, request: Request) -> Response:
        asked = read(VideoIn, request)
        published = asked.pop("published", False)
        draft = videos.Draft(**asked)
        video = videos.keep_video(draft=draft, published=published, at=clock.now(), by=self.person)
        return Response(video_body(video), status=201)


class DeskVideoView(DeskDoor):
    @extend_schema(operation_id="desk_training_videos_change", request=VideoChangeIn, responses={200: VideoShape})
    def patch(self, request: Request, number: str) -> Response:
        """What is not sent stays; `published` false takes it from the library."""
        video, asked = access.any_video(number), read(VideoChangeIn, request)
        published = asked.pop("published", video.published_at is not None)
        known: dict[str, Any] = asdict(videos.as_draft(video))
        draft = videos.Draft(**known | asked)
        kept = videos.keep_video(draft=draft, published=published, at=clock.now(), by=self.person, video=video)
        return Response(video_body(kept))


def quarter_of(text: str) -> Quarter:
    """A quarter that was asked for; raises FieldErrors."""
    try:
        return Quarter.parse(text)
    except ValueError as error:
        raise FieldErrors({"quarter": [_("Name a quarter, such as 2026-Q4.")]}) from error


def named_quarter(text: str) -> Quarter:
    """A quarter of an address; raises NotFound."""
    try:
        return Quarter.parse(text)
    except ValueError as error:
        raise NotFound from error
