"""Pages of fapiao requests: the list, the form on an invoice, taking one back. Thin doors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.page_doors import OrganizationPage, errors_of, with_errors
from billing import access
from billing.fapiao import requests as fapiao
from billing.models import Invoice
from common import clock
from common.keyset import page_of
from common.problems import Problem, Refusal


class FapiaoForm(forms.Form):
    title = forms.CharField(
        label=pgettext_lazy("of a fapiao", "Title"),
        max_length=fapiao.LONGEST_TITLE,
        help_text=gettext_lazy("The company's name, as the tax office knows it."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    taxpayer_number = forms.CharField(
        label=gettext_lazy("Taxpayer number"),
        max_length=20,
        help_text=gettext_lazy("15 to 20 digits and capital letters."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=fapiao.LONGEST_EMAIL,
        help_text=gettext_lazy("The fapiao is sent there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class FapiaoRequestsPage(OrganizationPage):
    """`/o/<slug>/fapiao`: what was asked for and what became of it."""

    area = "orders"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._list()

    def _list(self, problem: Problem | None = None) -> HttpResponse:
        page = page_of(fapiao.requests_of(self.organization), before=self.request.GET.get("before"))
        context = {"page": page, "problem": problem}
        return self.render("billing/fapiao_requests.html", context, status=problem.status if problem else 200)

    def list_url(self, _done: object = None) -> str:
        return reverse("billing:fapiao-requests", args=[self.organization.slug])


class AskFapiaoPage(FapiaoRequestsPage):
    """`/o/<slug>/invoices/<number>/fapiao`: the form, filled with what the organization gave last time."""

    access = {"GET": "W"}

    def get(self, request: HttpRequest, slug: str, number: str = "") -> HttpResponse:
        invoice = access.invoice_named(self.organization, number)
        try:
            fapiao.check_possible(invoice)
        except Refusal as refusal:
            return self._ask(invoice, None, refusal)
        return self._ask(invoice, FapiaoForm(initial=self._as_last_time()))

    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        invoice = access.invoice_named(self.organization, number)
        form = FapiaoForm(request.POST)
        if not form.is_valid():
            return self._ask(invoice, form, status=400)
        return self.submit(
            lambda: fapiao.ask(invoice=invoice, at=clock.now(), by=self.person, **form.cleaned_data),
            to=self._asked,
            again=lambda problem: self._ask(invoice, with_errors(form, problem), problem, status=problem.status),
        )

    def _asked(self, request: object) -> str:
        messages.success(self.request, _("Your request is with our billing desk."))
        return self.list_url()

    def _as_last_time(self) -> dict[str, str]:
        last = fapiao.requests_of(self.organization).first()
        if last is None:
            return {"title": self.organization.name, "email": self.person.email}
        return {"title": last.title, "taxpayer_number": last.taxpayer_number, "email": last.email}

    def _ask(
        self, invoice: Invoice, form: FapiaoForm | None, problem: Problem | None = None, status: int = 200
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "invoice": invoice,
            "form": form,
            "amount": invoice.total - invoice.credited,
            "problem": problem if problem is not None and not errors_of(problem) else None,
        }
        return self.render("billing/fapiao_request.html", context, status=status)


class TakeBackFapiaoPage(FapiaoRequestsPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
        asked = fapiao.request_named(self.organization, number)
        return self.submit(
            lambda: fapiao.take_back(request=asked, at=clock.now(), by=self.person),
            to=self.list_url,
            again=self._list,
        )
