"""Desk pages of refunds that billing operators make by hand: find the invoice, propose, see what it does, decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.page_doors import StaffPage, errors_of, with_errors
from accounts.roles import allows, staff_role_key
from billing.invoices import refund_proposals
from billing.invoices.refund_proposals import Preview
from billing.models import Invoice, RefundProposal
from common import clock
from common.keyset import page_of
from common.problems import NotFound, Problem


class RefundForm(forms.Form):
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"),
        max_digits=14,
        decimal_places=2,
        help_text=gettext_lazy("Tax included, such as 1234.50."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=refund_proposals.LONGEST_REASON,
        help_text=gettext_lazy("Kept with your name in the audit trail of the organization."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class _MoneyPage(StaffPage):
    area = "orders"

    def context(self) -> dict[str, Any]:
        role = staff_role_key(self.person.staff_role())
        return super().context() | {"may_act": allows(role, self.area, "W")}

    def list_url(self, _done: object = None) -> str:
        return reverse("billing:operator-refunds")


class RefundsPage(_MoneyPage):
    """`/desk/billing/refunds`: what waits for a second person, what was decided, and the search for an invoice."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        wanted = request.GET.get("invoice", "").strip()
        if not wanted:
            return self._page()
        try:
            invoice = refund_proposals.invoice_by_number(wanted)
        except NotFound as unknown:
            return self._page(wanted, unknown)
        return self.go(reverse("billing:operator-refund-propose", args=[invoice.number]))

    def _page(self, wanted: str = "", problem: Problem | None = None) -> HttpResponse:
        context = {
            "waiting": refund_proposals.waiting(),
            "page": page_of(refund_proposals.decided(), before=self.request.GET.get("before")),
            "limit": settings.REFUND_SECOND_PERSON_ABOVE,
            "wanted": wanted,
            "not_found": problem,
        }
        return self.render("billing/operator_refunds.html", context, status=problem.status if problem else 200)


class ProposeRefundPage(_MoneyPage):
    """`/desk/billing/refunds/invoices/<number>`: amount and reason, then what it does, then it is done."""

    access = {"GET": "W"}

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self._page(refund_proposals.invoice_by_number(number), RefundForm())

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        invoice = refund_proposals.invoice_by_number(number)
        form = RefundForm(request.POST)
        if not form.is_valid():
            return self._page(invoice, form, status=400)
        if "confirmed" not in request.POST:
            return self._preview(invoice, form)
        return self.submit(
            lambda: refund_proposals.propose(invoice=invoice, at=clock.now(), by=self.person, **form.cleaned_data),
            to=self._proposed,
            again=lambda problem: self._refused(invoice, form, problem),
        )

    def _preview(self, invoice: Invoice, form: RefundForm) -> HttpResponse:
        try:
            preview = refund_proposals.preview(invoice=invoice, **form.cleaned_data)
        except Problem as problem:
            return self._refused(invoice, form, problem)
        return self._page(invoice, form, preview=preview)

    def _proposed(self, proposal: RefundProposal) -> str:
        if proposal.status == RefundProposal.Status.DONE:
            messages.success(self.request, _("Refunded."))
        else:
            messages.success(self.request, _("The refund waits for a second person."))
        return self.list_url()

    def _refused(self, invoice: Invoice, form: RefundForm, problem: Problem) -> HttpResponse:
        return self._page(invoice, with_errors(form, problem), problem=problem, status=problem.status)

    def _page(
        self,
        invoice: Invoice,
        form: RefundForm,
        *,
        preview: Preview | None = None,
        problem: Problem | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context = {
            "invoice": invoice,
            "left": refund_proposals.left_of(invoice),
            "form": form,
            "preview": preview,
            "limit": settings.REFUND_SECOND_PERSON_ABOVE,
            "problem": problem if problem is not None and not errors_of(problem) else None,
        }
        return self.render("billing/operator_refund_propose.html", context, status=status)


class RefundPage(_MoneyPage):
    """`/desk/billing/refunds/<number>`: one proposal, and the two buttons that decide it."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        return self.shown(refund_proposals.proposal_named(number))

    def shown(self, proposal: RefundProposal, problem: Problem | None = None) -> HttpResponse:
        context = {
            "proposal": proposal,
            "is_own": proposal.proposed_by_id == self.person.pk,
            "is_waiting": proposal.status == RefundProposal.Status.PROPOSED,
            "problem": problem,
        }
        return self.render("billing/operator_refund.html", context, status=problem.status if problem else 200)


class ApproveRefundPage(RefundPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        proposal = refund_proposals.proposal_named(number)
        return self.submit(
            lambda: refund_proposals.approve(proposal=proposal, at=clock.now(), by=self.person),
            to=lambda _done: self._done(_("Refunded.")),
            again=lambda problem: self.shown(refund_proposals.proposal_named(number), problem),
        )

    def _done(self, sentence: str) -> str:
        messages.success(self.request, sentence)
        return self.list_url()


class RejectRefundPage(ApproveRefundPage):
    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        proposal = refund_proposals.proposal_named(number)
        return self.submit(
            lambda: refund_proposals.reject(proposal=proposal, at=clock.now(), by=self.person),
            to=lambda _done: self._done(_("The refund is rejected. Nothing was paid back.")),
            again=lambda problem: self.shown(refund_proposals.proposal_named(number), problem),
        )
