"""Advisories at the desk: the list, one of them with its progress, publishing, updates, closing, affected ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import organization_named
from accounts.page_doors import SAFE, StaffPage, errors_of
from care.advisories import access, affected, publishing, updates, writing
from care.advisories.audience import Audience
from care.advisories.letters import subject_of
from care.models import Advisory, AdvisoryUpdate
from common import clock
from common.keyset import page_of
from common.problems import FieldErrors, Problem

Status = Advisory.Status
LANGUAGES = {"en": "en", "zh": "zh-hans"}
# In a preview: the number is given when it is published.
NUMBER_TO_COME = "ADV-…"
TICKETS_SHOWN, RECEIPTS_SHOWN, MARKS_SHOWN = 10, 10, 200


class DeskDoor(StaffPage):
    area = "reports"

    def context(self) -> dict[str, Any]:
        return super().context() | {"can_write": self.can_write, "live_channels": ["desk"]}

    def advisory(self) -> Advisory:
        return access.any_advisory(self.kwargs["number"])

    def address(self, advisory: Advisory) -> str:
        return reverse("care:desk_advisory", args=[advisory.pk])


class DeskAdvisories(DeskDoor):
    """`/desk/advisories?status=draft&kind=…`."""

    def get(self, request: HttpRequest) -> HttpResponse:
        status, kind = request.GET.get("status", ""), request.GET.get("kind", "")
        status = status if status in Status.values else ""
        kind = kind if kind in Advisory.Kind.values else ""
        page = page_of(access.all_advisories(status=status, kind=kind), before=request.GET.get("before"))
        context = {
            "advisories": [(each, publishing.progress(each)) for each in page.rows],
            "older": f"{page.older}&status={status}&kind={kind}" if page.older else None,
            "status": status,
            "statuses": [("", gettext_lazy("All")), *Status.choices],
            "kind": kind,
            "kinds": Advisory.Kind.choices,
        }
        return self.render("care/desk/advisories.html", context)


class DeskAdvisoryPage(DeskDoor):
    """`/desk/advisories/<id>`."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self.page(self.advisory())

    def page(self, advisory: Advisory, *, problem: Problem | None = None, at_form: str = "") -> HttpResponse:
        """`at_form`: the form that was refused; its typed words stay in it."""
        is_out = advisory.published_at is not None
        counts = access.task_counts(advisory) if is_out else {}
        context = {
            "advisory": advisory,
            "progress": publishing.progress(advisory),
            "is_out": is_out,
            "is_running": advisory.status in (Status.PUBLISHING, Status.PUBLISHED),
            "is_change": advisory.kind == Advisory.Kind.PLATFORM_CHANGE,
            "may_mark": affected.is_on_panel(self.person) and advisory.status not in (Status.CLOSED, Status.DISCARDED),
            "marked": list(access.affected_by(advisory)[:MARKS_SHOWN]),
            "updates": list(access.updates_of(advisory)),
            "states": AdvisoryUpdate.State.choices,
            "acknowledged": access.acknowledged_count(advisory) if is_out else 0,
            "receipts": list(access.receipts_of(advisory, acknowledged=True)[:RECEIPTS_SHOWN]) if is_out else [],
            "tickets": list(access.all_tickets_about(advisory)[:TICKETS_SHOWN]) if is_out else [],
            "tasks": sum(counts.values()),
            "tasks_open": counts.get("open", 0) + counts.get("in_progress", 0),
            "problem": problem if problem is not None and not errors_of(problem) else None,
            "errors": errors_of(problem) if problem is not None else {},
            "at_form": at_form,
            "typed": self.request.POST if at_form else {},
        }
        return self.render("care/desk/advisory.html", context, status=problem.status if problem else 200)

    def act(
        self, action: Callable[[Advisory], Any], *, done: str, at_form: str = "", place: str = ""
    ) -> HttpResponseBase:
        """Run it once per form and come back to the page."""
        advisory = self.advisory()

        def to(_result: Any) -> str:
            messages.success(self.request, done)
            return self.address(advisory) + place

        return self.submit(
            lambda: action(advisory),
            to=to,
            again=lambda problem: self.page(self.advisory(), problem=problem, at_form=at_form),
        )


class Progress(DeskDoor):
    """How far the handing out is: a fragment that asks for itself until it is done."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        advisory = self.advisory()
        context = {"advisory": advisory, "progress": publishing.progress(advisory), "is_fragment": True}
        return self.render("care/desk/_progress.html", context)


@method_decorator(csp_update({"frame-src": [SELF]}), name="dispatch")
class PublishPage(DeskDoor):
    """GET: whom it reaches and how the mail reads; POST: publish it, once it was confirmed. There is no way back."""

    access = {"GET": "W"}

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        advisory = self.advisory()
        writing.require_draft(advisory)
        return self.page(advisory)

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        advisory = self.advisory()

        def publish() -> Advisory:
            if not request.POST.get("confirmed"):
                raise FieldErrors({"confirmed": [_("Confirm that you have read it in both languages.")]})
            return publishing.publish(advisory=advisory, by=self.person, at=clock.now())

        def to(published: Advisory) -> str:
            messages.success(request, _("%(number)s is on its way.") % {"number": published.number})
            return self.address(published)

        return self.submit(publish, to=to, again=lambda problem: self.page(self.advisory(), problem=problem))

    def page(self, advisory: Advisory, problem: Problem | None = None) -> HttpResponse:
        meant = Audience.of(advisory, at=clock.now())
        context = {
            "advisory": advisory,
            "preview": meant.preview(advisory.kind),
            "problem": problem if problem is not None and not errors_of(problem) else None,
            "errors": errors_of(problem) if problem is not None else {},
            "missing": _names_of(publishing.missing_fields(advisory)),
            "letters": [(code, label, _subject(advisory, code)) for code, label in (("en", "English"), ("zh", "中文"))],
        }
        return self.render("care/desk/publish.html", context, status=problem.status if problem else 200)


class Discard(DeskAdvisoryPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        return self.act(
            lambda advisory: writing.discard(advisory=advisory, by=self.person, at=clock.now()),
            done=_("The draft is discarded."),
        )


class Update(DeskAdvisoryPage):
    """POST: how it goes on, in both languages; `resolved` ends it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        asked = {name: request.POST.get(name, "") for name in ("state", "body_en", "body_zh")}
        return self.act(
            lambda advisory: updates.update(advisory=advisory, by=self.person, at=clock.now(), **asked),
            done=_("The update is on its way to everybody who has the advisory."),
            at_form="update",
            place="#updates",
        )


class Close(DeskAdvisoryPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        return self.act(
            lambda advisory: updates.close(advisory=advisory, by=self.person, at=clock.now()),
            done=_("The advisory is closed."),
        )


class PanelDoor(DeskAdvisoryPage):
    """The expert panel says whom a change affects; everybody who reads advisories sees it."""

    http_method_names = ["post"]
    access = {"POST": "R"}

    def enter(self) -> None:
        super().enter()
        if self.request.method not in SAFE:
            affected.require_panel(self.person)


class Mark(PanelDoor):
    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        asked = {name: request.POST.get(name, "") for name in ("organization", "note")}
        return self.act(
            lambda advisory: affected.mark(advisory=advisory, by=self.person, at=clock.now(), **asked),
            done=_("The organization is marked as affected."),
            at_form="mark",
            place="#affected",
        )


class Unmark(PanelDoor):
    def post(self, request: HttpRequest, number: str, slug: str) -> HttpResponseBase:
        organization = organization_named(slug)
        return self.act(
            lambda advisory: affected.unmark(
                advisory=advisory, organization=organization, by=self.person, at=clock.now()
            ),
            done=_("The mark is taken back."),
            place="#affected",
        )


def _subject(advisory: Advisory, language: str) -> str:
    """The subject of the mail in `language`."""
    seen = copy(advisory)
    seen.number = advisory.number or NUMBER_TO_COME
    with translation.override(LANGUAGES[language]):
        return subject_of(seen)


def _names_of(fields: Iterable[str]) -> list[str]:
    """Fields of an advisory as their labels."""
    labels = {field.name: field.verbose_name for field in Advisory._meta.fields}
    labels["starts_at"] = _("when it begins")
    return [str(labels[name]) for name in fields]
