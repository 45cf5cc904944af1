"""Desk pages of usage loads: upload a file, watch it being loaded, fetch what was rejected."""

from __future__ import annotations

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.page_doors import StaffPage, errors_of, with_errors
from billing.models import UsageLoad
from billing.usage import access as usage_access
from billing.usage import uploads as usage_uploads
from billing.usage.loads import CHANNEL, EVENT, MOST_REJECTS_KEPT
from billing.usage.records import FIELDS
from common import clock, spreadsheets
from common.keyset import page_of
from common.problems import Problem

REJECTS_HEADER = ("position", "record_id", "code", "reason")


class UploadForm(forms.Form):
    """One file; billing/usage/uploads.py looks into it."""

    file = forms.FileField(
        label=_("CSV or NDJSON file"),
        help_text=_("UTF-8, packed with gzip or not. At most 200 MB; what it unpacks to at most 1 GB."),
        allow_empty_file=True,
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.ndjson,.jsonl,.gz,text/csv,application/x-ndjson"}),
    )


class UsageLoadsPage(StaffPage):
    """`/desk/billing/usage-loads`: the loads, and a form for the next one."""

    area = "feeds_and_clock"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(UploadForm())

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(form, status=400)
        return self.submit(
            lambda: usage_uploads.take_upload(file=form.cleaned_data["file"], at=clock.now(), by=self.person),
            to=lambda load: reverse("billing:usage-load", args=[load.pk]),
            again=lambda problem: self._page(with_errors(form, problem), problem, problem.status),
        )

    def _page(self, form: UploadForm, problem: Problem | None = None, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "problem": problem if problem is not None and not errors_of(problem) else None,
            "page": page_of(usage_access.usage_loads(), before=self.request.GET.get("before")),
            "fields": FIELDS,
            "header": ",".join(FIELDS),
            "live_channels": [CHANNEL],
            "event": EVENT,
        }
        is_list = bool(self.request.headers.get("HX-Request")) and self.request.method == "GET"
        template = "billing/_usage_loads.html" if is_list else "billing/usage_loads.html"
        return self.render(template, context, status=status)


class UsageLoadPage(StaffPage):
    """A load: how far it is, what became of it; htmx asks again while it runs."""

    area = "feeds_and_clock"

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        load = usage_access.usage_load(number)
        context = {
            "load": load,
            "is_running": load.status == UsageLoad.Status.RUNNING,
            "rejects": usage_access.first_rejects(load),
            "most_kept": MOST_REJECTS_KEPT,
            "live_channels": [CHANNEL],
            "event": EVENT,
        }
        is_fragment = bool(request.headers.get("HX-Request"))
        return self.render("billing/_usage_load.html" if is_fragment else "billing/usage_load.html", context)


class UsageRejectsFile(StaffPage):
    """The rejected records as CSV."""

    area = "feeds_and_clock"

    def get(self, request: HttpRequest, number: int) -> FileResponse:
        rows = usage_access.reject_rows(usage_access.usage_load(number))
        return spreadsheets.download(f"usage-load-{number}-rejects.csv", REJECTS_HEADER, rows)
