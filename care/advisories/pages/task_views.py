"""Tasks that advisories open for TAMs: the list, and one from the first contact to its result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import StaffProfile
from accounts.page_doors import StaffPage, errors_of
from care.advisories import access, result_files, tasks
from care.models import Advisory, AdvisoryTask
from common import clock
from common.problems import NotFound, Problem

PAGE = 30


class TaskDoor(StaffPage):
    area = "reports"

    def context(self) -> dict[str, Any]:
        return super().context() | {"can_write": self.can_write, "live_channels": ["desk"]}

    def task(self) -> AdvisoryTask:
        return access.any_task(self.kwargs["number"])


class TasksPage(TaskDoor):
    """`/desk/advisory-tasks?whose=all&show=done&advisory=17`; a TAM's own open ones, everybody's for others."""

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("whose", "")
        is_manager = self.person.staff_role() == StaffProfile.Role.TAM
        advisory = self._advisory(request.GET.get("advisory", ""))
        whose = asked if asked in ("mine", "all") else "mine" if is_manager and advisory is None else "all"
        show = "done" if request.GET.get("show") == "done" else "open"
        rows = access.tasks(person=self.person if whose == "mine" else None, advisory=advisory)
        if show == "open":
            rows = rows.filter(ended_at=None).order_by("due_at", "pk")
        else:
            rows = rows.exclude(ended_at=None).order_by("-ended_at", "-pk")
        number = _page_number(request.GET.get("page", ""))
        found = list(rows[(number - 1) * PAGE : number * PAGE + 1])
        kept = f"whose={whose}&show={show}" + (f"&advisory={advisory.pk}" if advisory else "")
        context = {
            "tasks": found[:PAGE],
            "whose": whose,
            "show": show,
            "advisory": advisory,
            "earlier": f"?{kept}&page={number - 1}" if number > 1 else None,
            "later": f"?{kept}&page={number + 1}" if len(found) > PAGE else None,
        }
        return self.render("care/desk/tasks.html", context)

    def _advisory(self, number: str) -> Advisory | None:
        try:
            return access.any_advisory(number) if number else None
        except NotFound:
            return None


class TaskPage(TaskDoor):
    """`/desk/advisory-tasks/<id>`."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self.page(self.task())

    def page(self, task: AdvisoryTask, *, problem: Problem | None = None, at_form: str = "") -> HttpResponse:
        advisory = access.any_advisory(task.advisory_id)
        marks = access.affected_by(advisory).filter(organization_id=task.organization_id)
        context = {
            "task": task,
            "advisory": advisory,
            "updates": list(access.updates_of(advisory)[:3]),
            "mark": marks.first(),
            "tickets": [row.ticket for row in access.tickets_about(task.organization, advisory)],
            "missing": [] if task.ended_at else tasks.missing_steps(task),
            "may_act": self.can_write and task.ended_at is None,
            "is_release": advisory.kind == Advisory.Kind.PRODUCT_RELEASE,
            "problem": problem if problem is not None and not errors_of(problem) else None,
            "errors": errors_of(problem) if problem is not None else {},
            "at_form": at_form,
            "typed": self.request.POST if at_form else {},
        }
        return self.render("care/desk/task.html", context, status=problem.status if problem else 200)

    def act(self, action: Callable[[AdvisoryTask], Any], *, done: str, at_form: str = "") -> HttpResponseBase:
        """Run it once per form and come back to the page; a refusal keeps what was typed."""
        task = self.task()

        def to(_result: Any) -> str:
            messages.success(self.request, done)
            return reverse("care:task", args=[task.pk])

        return self.submit(
            lambda: action(task), to=to, again=lambda problem: self.page(self.task(), problem=problem, at_form=at_form)
        )


class Contacted(TaskPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        return self.act(
            lambda task: tasks.contacted(task=task, by=self.person, at=clock.now()),
            done=_("It is noted that you spoke to them."),
        )


class Plan(TaskPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        return self.act(
            lambda task: tasks.plan(task=task, text=request.POST.get("plan", ""), by=self.person, at=clock.now()),
            done=_("The plan is kept; the organization can read it."),
            at_form="plan",
        )


class Done(TaskPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        result, file = request.POST.get("result", ""), request.FILES.get("file")
        return self.act(
            lambda task: tasks.done(task=task, result=result, file=file, by=self.person, at=clock.now()),
            done=_("The task is done."),
            at_form="done",
        )


class NotRelevant(TaskPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        reason = request.POST.get("reason", "")
        return self.act(
            lambda task: tasks.not_relevant(task=task, reason=reason, by=self.person, at=clock.now()),
            done=_("The task is closed: not relevant for them."),
            at_form="not_relevant",
        )


class TaskFile(TaskDoor):
    def get(self, request: HttpRequest, number: str) -> HttpResponseBase:
        return result_files.download(self.task())


def _page_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 5 and int(text) else 1
