"""API doors of provisioning and of an organization's support team. Thin: one rule, two doors."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import organization_named
from accounts.api_doors import OrganizationAPIView, StaffAPIView
from accounts.models import Person
from common import clock
from common.api import listed
from common.api_input import read, text_parameter
from common.api_schema import PAGES, list_of
from common.problems import FieldErrors
from supportplans import access, provisioning, provisioning_board, support_team, tam_notes
from supportplans.models import ProvisioningTask
from supportplans.provisioning_shapes import (
    CompletionIn,
    NoteChangeIn,
    NoteIn,
    NoteShape,
    ProvisioningTaskShape,
    SupportTeamShape,
    note_body,
    task_body,
    team_body,
)

FILTERS = [
    OpenApiParameter("state", str, enum=list(provisioning_board.STATES)),
    OpenApiParameter("kind", str, description="enterprise_line, im_group, tam, as the catalogue has them"),
    OpenApiParameter("organization", str, description="The slug"),
]


class ProvisioningDoor(StaffAPIView):
    """Everybody at the desk, administrators too."""

    area = "internal_notes"
    access = {"POST": "R"}

    @property
    def task(self) -> ProvisioningTask:
        return access.provisioning_task(self.kwargs["number"])

    def shown(self, task: ProvisioningTask) -> Response:
        (row,) = provisioning_board.rows_of([access.provisioning_task(str(task.pk))], clock.now())
        return Response(task_body(row))


class ProvisioningView(ProvisioningDoor):
    @extend_schema(
        operation_id="desk_provisioning_list",
        parameters=[*FILTERS, *PAGES],
        responses={200: list_of(ProvisioningTaskShape)},
    )
    def get(self, request: Request) -> Response:
        """What is to be set up, is set up, or was retired with its tier."""
        rows = access.provisioning_narrowed(
            access.all_provisioning(),
            state=text_parameter(request, "state", provisioning_board.STATES),
            kind=text_parameter(request, "kind"),
            organization=text_parameter(request, "organization"),
        )
        answer = listed(self, rows, lambda task: task)
        shown = provisioning_board.rows_of(answer.data["results"], clock.now())
        answer.data["results"] = [task_body(row) for row in shown]
        return answer


class ProvisioningTaskView(ProvisioningDoor):
    @extend_schema(operation_id="desk_provisioning_retrieve", responses={200: ProvisioningTaskShape})
    def get(self, request: Request, number: str) -> Response:
        return self.shown(self.task)


class CompleteView(ProvisioningDoor):
    @extend_schema(
        operation_id="desk_provisioning_complete", request=CompletionIn, responses={200: ProvisioningTaskShape}
    )
    def post(self, request: Request, number: str) -> Response:
        """The line is registered, the group linked, the people assigned; again to correct it. Owners are told."""
        task, asked = self.task, read(CompletionIn, request)
        asked |= {name: _staff(name, asked[name]) for name in ("person", "deputy")}
        return self.shown(provisioning.complete(task=task, at=clock.now(), by=self.person, **asked))


class TakeBackView(ProvisioningDoor):
    @extend_schema(operation_id="desk_provisioning_take_back", request=None, responses={200: ProvisioningTaskShape})
    def post(self, request: Request, number: str) -> Response:
        """It was a mistake: the task is open again. Owners are told."""
        return self.shown(provisioning.take_back(task=self.task, at=clock.now(), by=self.person))


class TakeDownView(ProvisioningDoor):
    @extend_schema(operation_id="desk_provisioning_take_down", request=None, responses={200: ProvisioningTaskShape})
    def post(self, request: Request, number: str) -> Response:
        """What was retired with its tier is taken down."""
        return self.shown(provisioning.clear(task=self.task, at=clock.now(), by=self.person))


class SupportTeamView(OrganizationAPIView):
    area = "plan"

    @extend_schema(operation_id="support_team", responses={200: SupportTeamShape})
    def get(self, request: Request, slug: str) -> Response:
        """The line, group and manager of the plan, how far each is set up, and what higher tiers add."""
        team = support_team.team(self.organization, clock.now())
        return Response(team_body(team, self.organization.caller_code))


class NotesView(StaffAPIView):
    area = "internal_notes"

    @extend_schema(operation_id="tam_notes_list", parameters=PAGES, responses={200: list_of(NoteShape)})
    def get(self, request: Request, slug: str) -> Response:
        """The log of an organization's needs and plans; never shown to the organization."""
        return listed(self, access.notes_of(organization_named(slug)), note_body)

    @extend_schema(operation_id="tam_notes_create", request=NoteIn, responses={201: NoteShape})
    def post(self, request: Request, slug: str) -> Response:
        organization, asked = organization_named(slug), read(NoteIn, request)
        note = tam_notes.write(organization=organization, at=clock.now(), by=self.person, **asked)
        return Response(note_body(note), status=201)


class NoteView(StaffAPIView):
    area = "internal_notes"

    @extend_schema(operation_id="tam_notes_retrieve", responses={200: NoteShape})
    def get(self, request: Request, slug: str, number: str) -> Response:
        return Response(note_body(access.note_of(organization_named(slug), number)))

    @extend_schema(operation_id="tam_notes_change", request=NoteChangeIn, responses={200: NoteShape})
    def patch(self, request: Request, slug: str, number: str) -> Response:
        """Correct one's own note; move, set or drop the follow-up of any."""
        note, asked, at = access.note_of(organization_named(slug), number), read(NoteChangeIn, request), clock.now()
        if "kind" in asked or "body" in asked:
            told = {"kind": note.kind, "body": note.body} | {k: asked[k] for k in ("kind", "body") if k in asked}
            note = tam_notes.correct(note=note, at=at, by=self.person, **told)
        if "follow_up_on" in asked:
            note = tam_notes.follow_up(note=note, on=asked["follow_up_on"], at=at, by=self.person)
        return self.shown(note)

    def shown(self, note: Any) -> Response:
        return Response(note_body(access.note_of(note.organization, str(note.pk))))


class NoteDoneView(NoteView):
    http_method_names = ["post"]

    @extend_schema(operation_id="tam_notes_followed_up", request=None, responses={200: NoteShape})
    def post(self, request: Request, slug: str, number: str) -> Response:
        """What was to be followed up is done."""
        note = access.note_of(organization_named(slug), number)
        return self.shown(tam_notes.followed_up(note=note, at=clock.now(), by=self.person))


def _staff(field: str, email: str) -> Person | None:
    """Somebody of the staff; None for ''. Raises FieldErrors."""
    if not email:
        return None
    found = access.staff_named(email)
    if found is None:
        raise FieldErrors({field: [_("Nobody of the staff has this e-mail address.")]})
    return found
