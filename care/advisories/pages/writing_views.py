"""Writing an advisory at the desk: the form, its Markdown as readers see it, and whom it would reach."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.page_doors import StaffPage, errors_of, with_errors
from care.advisories import access, writing
from care.advisories.audience import Audience
from care.advisories.pages.writing_form import WritingForm, by_field, form_of
from care.models import Advisory
from common import clock
from common.problems import FieldErrors, Problem
from common.safe_markdown import rendered

TEXTS = ("body_en", "body_zh", "advice_en", "advice_zh")


class WritersPage(StaffPage):
    area = "reports"
    access = {"GET": "W"}

    def page(
        self, form: WritingForm, *, advisory: Advisory | None = None, problem: Problem | None = None, status: int = 200
    ) -> HttpResponse:
        context = {
            "form": form,
            "advisory": advisory,
            "drills": writing.drills(),
            "problem": problem if problem is not None and not errors_of(problem) else None,
        }
        return self.render("care/desk/write.html", context, status=problem.status if problem else status)

    def kept(self, advisory: Advisory) -> str:
        """Where to go on: the preview where that was asked for, else the advisory's page."""
        messages.success(self.request, _("The draft is kept. Nobody has been told yet."))
        view = "care:desk_publish" if "then_preview" in self.request.POST else "care:desk_advisory"
        return reverse(view, args=[advisory.pk])


class NewAdvisory(WritersPage):
    """`/desk/advisories/new`."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(WritingForm(at=clock.now()))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = WritingForm(request.POST, at=clock.now())
        if not form.is_valid():
            return self.page(form, status=400)
        return self.submit(
            lambda: writing.write(draft=form.draft(), by=self.person, at=clock.now()),
            to=self.kept,
            again=lambda problem: self.page(with_errors(form, by_field(problem)), problem=problem),
        )


class EditAdvisory(WritersPage):
    """`/desk/advisories/<id>/edit`: a draft, written anew."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        advisory = access.any_advisory(number)
        writing.require_draft(advisory)
        return self.page(form_of(advisory, clock.now()), advisory=advisory)

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        advisory, form = access.any_advisory(number), WritingForm(request.POST, at=clock.now())
        if not form.is_valid():
            return self.page(form, advisory=advisory, status=400)
        return self.submit(
            lambda: writing.edit(advisory=advisory, draft=form.draft(), by=self.person, at=clock.now()),
            to=self.kept,
            again=lambda problem: self.page(with_errors(form, by_field(problem)), advisory=advisory, problem=problem),
        )


class TextPreview(WritersPage):
    """POST: a text as readers will see it, while it is written."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        text = next((request.POST[name] for name in TEXTS if name in request.POST), "")
        if len(text) > writing.LONGEST_TEXT:
            raise FieldErrors({"text": [_("Use at most %(longest)s characters.") % {"longest": writing.LONGEST_TEXT}]})
        return self.render("care/desk/_text.html", {"html": rendered(text.replace("\x00", ""))})


class AudiencePreview(WritersPage):
    """POST: whom the form would reach as it stands, as a fragment; `advisory` names a draft that has marks."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        at = clock.now()
        form = WritingForm(request.POST, at=at)
        form.is_valid()
        context: dict[str, Any] = {}
        try:
            # Only the audience counts here: what else is missing is said when the draft is kept.
            draft = form.audience_draft()
            wanted = writing.checked_criteria(draft.audience, at)
            meant = Audience(
                wanted, products=draft.products, regions=draft.regions, affected=self._marked(request), at=at
            )
            context["preview"] = meant.preview(draft.kind)
        except FieldErrors as wrong:
            context["errors"] = [said for sentences in wrong.errors.values() for said in sentences]
        return self.render("care/desk/_reach.html", context)

    def _marked(self, request: HttpRequest) -> list[int]:
        number = request.POST.get("advisory", "")
        if not number:
            return []
        rows = access.affected_by(access.any_advisory(number))
        return [row.organization_id for row in rows]
