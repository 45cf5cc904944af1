"""API of the tasks that advisories open for TAMs: `desk/advisory-tasks…` (spec page 6.1). Thin doors."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import StaffAPIView
from care.advisories import access, result_files, tasks
from care.advisories.bodies import task_body
from care.advisories.shapes import AdvisoryTaskShape, NotRelevantIn, PlanTextIn, TaskDoneFormIn, TaskDoneIn
from care.models import AdvisoryTask
from common import clock
from common.api import listed
from common.api_input import read, text_parameter
from common.api_parsers import StrictJSONParser, StrictMultiPartParser
from common.api_schema import PAGES, list_of

FILTERS = [
    OpenApiParameter("mine", str, enum=["true", "false"], description="Those of the person who asks"),
    OpenApiParameter("state", str, enum=AdvisoryTask.State.values),
    OpenApiParameter("open", str, enum=["true", "false"], description="What is still to be done"),
    OpenApiParameter("organization", str),
    OpenApiParameter("advisory", str, description="The id of an advisory"),
]
YES_OR_NO = ("true", "false")


class TaskDoor(StaffAPIView):
    area = "reports"

    def task(self) -> AdvisoryTask:
        return access.any_task(self.kwargs["number"])

    def shown(self, task: AdvisoryTask) -> Response:
        return Response(task_body(access.any_task(task.pk)))


class TasksView(TaskDoor):
    @extend_schema(
        operation_id="desk_advisory_tasks_list",
        parameters=[*FILTERS, *PAGES],
        responses={200: list_of(AdvisoryTaskShape)},
    )
    def get(self, request: Request) -> Response:
        """Tasks, newest first."""
        advisory = text_parameter(request, "advisory")
        rows = access.tasks(
            person=self.person if text_parameter(request, "mine", YES_OR_NO) == "true" else None,
            state=text_parameter(request, "state", tuple(AdvisoryTask.State.values)),
            open_only=text_parameter(request, "open", YES_OR_NO) == "true",
            organization=text_parameter(request, "organization"),
            advisory=access.any_advisory(advisory) if advisory else None,
        )
        return listed(self, rows, task_body)


class TaskView(TaskDoor):
    @extend_schema(operation_id="desk_advisory_tasks_retrieve", responses=AdvisoryTaskShape)
    def get(self, request: Request, number: str) -> Response:
        """One task."""
        return self.shown(self.task())


class ContactedView(TaskDoor):
    @extend_schema(operation_id="desk_advisory_tasks_contacted", request=None, responses=AdvisoryTaskShape)
    def post(self, request: Request, number: str) -> Response:
        """The customer was spoken to."""
        return self.shown(tasks.contacted(task=self.task(), by=self.person, at=clock.now()))


class PlanView(TaskDoor):
    @extend_schema(operation_id="desk_advisory_tasks_plan", request=PlanTextIn, responses=AdvisoryTaskShape)
    def post(self, request: Request, number: str) -> Response:
        """Write the response plan (Markdown), or write it anew. The organization reads it."""
        task, asked = self.task(), read(PlanTextIn, request)
        return self.shown(tasks.plan(task=task, text=asked["plan"], by=self.person, at=clock.now()))


class DoneView(TaskDoor):
    parser_classes = [StrictJSONParser, StrictMultiPartParser]

    @extend_schema(
        operation_id="desk_advisory_tasks_done",
        request={"application/json": TaskDoneIn, "multipart/form-data": TaskDoneFormIn},
        responses=AdvisoryTaskShape,
    )
    def post(self, request: Request, number: str) -> Response:
        """What came of it, with a file where there is one; after contact, and a plan where the kind has one."""
        task, asked, file = self.task(), read(TaskDoneIn, request), request.FILES.get("file")
        return self.shown(tasks.done(task=task, result=asked["result"], file=file, by=self.person, at=clock.now()))


class NotRelevantView(TaskDoor):
    @extend_schema(operation_id="desk_advisory_tasks_not_relevant", request=NotRelevantIn, responses=AdvisoryTaskShape)
    def post(self, request: Request, number: str) -> Response:
        """A release does not matter to them."""
        task, asked = self.task(), read(NotRelevantIn, request)
        return self.shown(tasks.not_relevant(task=task, by=self.person, at=clock.now(), **asked))


class FileView(TaskDoor):
    @extend_schema(
        operation_id="desk_advisory_tasks_file", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, number: str) -> Any:
        """The file of the result; 404 where there is none."""
        return result_files.download(self.task())
