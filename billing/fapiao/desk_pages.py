"""Desk pages of fapiao: the requests that are open, oldest first, and what became of the others."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.page_doors import StaffPage, errors_of, with_errors
from accounts.roles import allows, staff_role_key
from billing.fapiao import desk as fapiao_desk
from billing.fapiao import requests as fapiao
from billing.models import FapiaoRequest
from common import clock
from common.keyset import page_of
from common.problems import Problem

OPEN_SHOWN = 50


class IssueForm(forms.Form):
    fapiao_number = forms.CharField(
        label=gettext_lazy("Fapiao number"),
        max_length=fapiao.LONGEST_NUMBER,
        help_text=gettext_lazy("As the tax office's system gave it. The customer is told."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class RejectForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Why it cannot be issued"),
        max_length=fapiao.LONGEST_ANSWER,
        help_text=gettext_lazy("The customer reads this, corrects the request and asks again."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class FapiaoDeskPage(StaffPage):
    """`/desk/billing/fapiao`."""

    area = "orders"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = list(fapiao_desk.open_requests()[: OPEN_SHOWN + 1])
        context = {
            "open": found[:OPEN_SHOWN],
            "has_more": len(found) > OPEN_SHOWN,
            "page": page_of(fapiao_desk.closed_requests(), before=request.GET.get("before")),
        }
        return self.render("billing/operator_fapiao.html", context)


class FapiaoWorkPage(StaffPage):
    """`/desk/billing/fapiao/<number>`: one request with what a fapiao needs, and the two forms that close it."""

    area = "orders"

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        return self.shown(fapiao_desk.request_numbered(number))

    def shown(
        self,
        asked: FapiaoRequest,
        *,
        issue: IssueForm | None = None,
        reject: RejectForm | None = None,
        problem: Problem | None = None,
        status: int = 200,
    ) -> HttpResponse:
        role = staff_role_key(self.person.staff_role())
        context = {
            "asked": asked,
            "left": asked.invoice.total - asked.invoice.credited,
            "is_open": asked.status == FapiaoRequest.Status.REQUESTED,
            "may_act": allows(role, self.area, "W"),
            "issue": issue or IssueForm(),
            "reject": reject or RejectForm(),
            "problem": problem if problem is not None and not errors_of(problem) else None,
        }
        return self.render("billing/operator_fapiao_request.html", context, status=status)


class IssueFapiaoPage(FapiaoWorkPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        asked, form = fapiao_desk.request_numbered(number), IssueForm(request.POST)
        if not form.is_valid():
            return self.shown(asked, issue=form, status=400)
        return self.submit(
            lambda: fapiao.issue(request=asked, at=clock.now(), by=self.person, **form.cleaned_data),
            to=self._issued,
            again=lambda problem: self.shown(
                fapiao_desk.request_numbered(number),
                issue=with_errors(form, problem),
                problem=problem,
                status=problem.status,
            ),
        )

    def _issued(self, asked: FapiaoRequest) -> str:
        messages.success(self.request, _("The fapiao is on record, and the customer is told."))
        return reverse("billing:operator-fapiao")


class RejectFapiaoPage(FapiaoWorkPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        asked, form = fapiao_desk.request_numbered(number), RejectForm(request.POST)
        if not form.is_valid():
            return self.shown(asked, reject=form, status=400)
        return self.submit(
            lambda: fapiao.reject(request=asked, at=clock.now(), by=self.person, **form.cleaned_data),
            to=self._rejected,
            again=lambda problem: self.shown(
                fapiao_desk.request_numbered(number),
                reject=with_errors(form, problem),
                problem=problem,
                status=problem.status,
            ),
        )

    def _rejected(self, asked: FapiaoRequest) -> str:
        messages.success(self.request, _("The request is rejected, and the customer is told why."))
        return reverse("billing:operator-fapiao")
