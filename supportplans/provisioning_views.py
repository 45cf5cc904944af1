"""The desk's pages of provisioning: the list, and a task with what it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.page_doors import StaffPage, errors_of, with_errors
from common import clock
from common.beijing import date_of
from common.problems import Problem
from common.rows import is_id
from notifications.models import Endpoint
from supportplans import access, provisioning, provisioning_board
from supportplans.models import ProvisioningTask
from supportplans.provisioning_board import STATES, Filters
from supportplans.provisioning_facts import GROUP_KINDS, LINE_KINDS, PERSON_KINDS
from supportplans.provisioning_forms import form_for

State = ProvisioningTask.State


class DeskPage(StaffPage):
    """Everybody at the desk sets up and takes down, administrators too, who read what else is there."""

    area = "internal_notes"
    access = {"POST": "R"}

    def context(self) -> dict[str, Any]:
        return super().context() | {"live_channels": ["desk"]}


class ProvisioningPage(DeskPage):
    """`/desk/provisioning?state=open&kind=tam&organization=zenith`."""

    def get(self, request: HttpRequest) -> HttpResponse:
        at, state = clock.now(), request.GET.get("state", "")
        filters = Filters(
            state=state if state in STATES else State.OPEN,
            kind=request.GET.get("kind", "")[:40],
            organization=request.GET.get("organization", "").strip().lower()[:40].replace("\x00", ""),
        )
        before = request.GET.get("before", "")
        page = provisioning_board.page(filters, at, before=int(before) if is_id(before) else None)
        context = {
            "filters": filters,
            "page": page,
            "states": State.choices,
            "kinds": provisioning_board.kinds(date_of(at)),
        }
        return self.render("supportplans/provisioning.html", context)


class TaskPage(DeskPage):
    """A task: what is known, and the form that ends or corrects it."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self.page(access.provisioning_task(number))

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        task = access.provisioning_task(number)
        form = form_for(task, request.POST)
        if not form.is_valid():
            return self.page(task, form, status=400)
        done = _("It is kept, and the organization's owners are told.")
        return self.act(
            lambda: provisioning.complete(task=task, at=clock.now(), by=self.person, **form.facts()),  # type: ignore[attr-defined]
            done=done,
            again=lambda problem: self.page(
                access.provisioning_task(number), with_errors(form, problem), problem=problem, status=problem.status
            ),
        )

    def act(
        self, action: Callable[[], Any], *, done: str, again: Callable[[Problem], HttpResponseBase]
    ) -> HttpResponseBase:
        """Run it once per form, say `done` on the task's page."""

        def to(task: ProvisioningTask) -> str:
            messages.success(self.request, done)
            return reverse("supportplans:provisioning-task", args=[task.pk])

        return self.submit(action, to=to, again=again)

    def page(
        self, task: ProvisioningTask, form: Any = None, *, problem: Problem | None = None, status: int = 200
    ) -> HttpResponse:
        (row,) = provisioning_board.rows_of([task], clock.now())
        context = {
            "row": row,
            "task": task,
            "organization": task.organization,
            "form": (form or form_for(task)) if task.state != State.RETIRED else None,
            "problem": problem if problem and not errors_of(problem) else None,
            "chat_name": dict(Endpoint.Kind.choices).get(task.chat, ""),
            "is_line": task.kind in LINE_KINDS,
            "is_group": task.kind in GROUP_KINDS,
            "is_people": task.kind in PERSON_KINDS,
        }
        return self.render("supportplans/provisioning_task.html", context, status=status)


class TakeBackPage(TaskPage):
    """Asks first: owners have been told what is taken back."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self.ask(access.provisioning_task(number))

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        task = access.provisioning_task(number)
        return self.act(
            lambda: provisioning.take_back(task=task, at=clock.now(), by=self.person),
            done=_("It is taken back: the task is open again."),
            again=lambda problem: self.ask(task, problem),
        )

    def ask(self, task: ProvisioningTask, problem: Problem | None = None) -> HttpResponse:
        (row,) = provisioning_board.rows_of([task], clock.now())
        context = {"row": row, "task": task, "organization": task.organization, "problem": problem}
        status = problem.status if problem else 200
        return self.render("supportplans/provisioning_take_back.html", context, status=status)


class TakeDownPage(TaskPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        task = access.provisioning_task(number)
        return self.act(
            lambda: provisioning.clear(task=task, at=clock.now(), by=self.person),
            done=_("Noted: nothing of it is left."),
            again=lambda problem: self.page(task, problem=problem, status=problem.status),
        )
