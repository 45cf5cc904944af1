"""Desk pages of payments that need a person: held ones, and money that arrived at the bank. Thin doors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.page_doors import errors_of, with_errors
from billing import access
from billing.ledger import entries as ledger
from billing.models import IncomingTransfer, Payment
from billing.operators import access as operator_access
from billing.operators.pages import OperatorPage
from billing.paying import bank_transfers, ways_to_pay
from billing.paying import held as held_payments
from billing.paying.bank_transfers import Arrived
from common import clock
from common.keyset import page_of
from common.money import CURRENCY
from common.problems import Problem


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("Kept in the audit trail; customers do not see it."),
    )


class HeldPaymentsPage(OperatorPage):
    """`/desk/billing/held-payments`: those that wait for a decision."""

    def get(self, request: HttpRequest) -> HttpResponse:
        page = page_of(access.held_payments(), before=request.GET.get("before"))
        return self.render("billing/operator_held_payments.html", {"page": page})


class HeldPaymentPage(OperatorPage):
    """`/desk/billing/held-payments/<reference>`: what was asked, what came, what the gateway said."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        payment = access.held_payment_named(reference)
        said = list(operator_access.notifications_of(payment))
        return self.render("billing/operator_held_payment.html", self.facts(payment) | {"said": said})

    def facts(self, payment: Payment) -> dict[str, Any]:
        came = ledger.came(payment)
        may_be_accepted = held_payments.may_be_accepted(payment)
        return {
            "payment": payment,
            "came": came,
            "waits": held_payments.waits(payment),
            "may_be_accepted": may_be_accepted,
            "rest": came - payment.amount if may_be_accepted else None,
            "gateway_label": ways_to_pay.label_of(payment.gateway),
        }


class DecisionPage(HeldPaymentPage):
    """`…/<reference>/accept` and `…/send-back`: says what will happen, asks for a reason, does it."""

    access = {"GET": "W"}
    decide: ClassVar[Callable[..., Payment]]
    template: ClassVar[str]
    done: ClassVar[Any]

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        return self._ask(access.held_payment_named(reference), ReasonForm())

    def post(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        payment = access.held_payment_named(reference)
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self._ask(payment, form, status=400)
        reason = form.cleaned_data["reason"]
        return self.submit(
            lambda: type(self).decide(payment=payment, at=clock.now(), by=self.person, reason=reason),
            to=self._decided,
            again=lambda problem: self._ask(payment, form, problem, problem.status),
        )

    def _decided(self, payment: Payment) -> str:
        messages.success(self.request, self.done)
        return reverse("billing:operator-held-payment", args=[payment.reference])

    def _ask(
        self, payment: Payment, form: ReasonForm, problem: Problem | None = None, status: int = 200
    ) -> HttpResponse:
        return self.render(self.template, self.facts(payment) | {"form": form, "problem": problem}, status=status)


class AcceptHeldPage(DecisionPage):
    decide = staticmethod(held_payments.accept)
    template = "billing/operator_held_accept.html"
    done = gettext_lazy("Accepted.")


class SendBackHeldPage(DecisionPage):
    decide = staticmethod(held_payments.send_back)
    template = "billing/operator_held_send_back.html"
    done = gettext_lazy("All that came goes back.")


class TransferForm(forms.Form):
    """A line of the bank's statement; billing/paying/bank_transfers.py looks into it."""

    bank_reference = forms.CharField(
        label=gettext_lazy("Bank's reference"),
        max_length=100,
        help_text=gettext_lazy("It names the line of the statement: the same one again is the same transfer."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"),
        max_digits=14,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3, initial=CURRENCY)
    payer = forms.CharField(label=pgettext_lazy("of a transfer", "Payer"), max_length=200)
    purpose = forms.CharField(
        label=gettext_lazy("Purpose of payment"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("As the payer wrote it. Our reference in it finds the payment."),
    )
    received_on = forms.DateField(
        label=gettext_lazy("Received on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class TransfersPage(OperatorPage):
    """`/desk/billing/transfers`: what nobody knows the payment of (with `?all=1` everything), a form for the next."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(TransferForm(initial={"received_on": clock.today()}))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = TransferForm(request.POST)
        if not form.is_valid():
            return self._page(form, status=400)
        arrived = Arrived(**form.cleaned_data)
        return self.submit(
            lambda: bank_transfers.record(arrived=arrived, at=clock.now(), by=self.person),
            to=self._recorded,
            again=lambda problem: self._page(with_errors(form, problem), problem, problem.status),
        )

    def _recorded(self, transfer: IncomingTransfer) -> str:
        if transfer.payment_reference:
            told = _("Recorded, and matched to payment %(reference)s.") % {"reference": transfer.payment_reference}
            messages.success(self.request, told)
        else:
            messages.info(self.request, _("Recorded. It names no payment that waits: say which one it is for."))
        return reverse("billing:operator-transfer", args=[transfer.pk])

    def _page(self, form: TransferForm, problem: Problem | None = None, status: int = 200) -> HttpResponse:
        all_of_them = self.request.GET.get("all") == "1"
        rows = operator_access.transfers_listed(also_matched=all_of_them)
        context = {
            "form": form,
            "problem": problem if problem is not None and not errors_of(problem) else None,
            "page": page_of(rows, before=self.request.GET.get("before")),
            "all": all_of_them,
        }
        return self.render("billing/operator_transfers.html", context, status=status)


class TransferPage(OperatorPage):
    """`/desk/billing/transfers/<number>`: one transfer; while it is unmatched, payments that it may be for."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        transfer, search = access.transfer_named(number), request.GET.get("q", "")
        is_matched = bool(transfer.payment_reference)
        context = {
            "transfer": transfer,
            "payment": operator_access.payment_of_transfer(transfer),
            "q": search,
            "candidates": [] if is_matched else operator_access.payments_to_match(transfer, search),
        }
        return self.render("billing/operator_transfer.html", context)


class MatchTransferPage(OperatorPage):
    """`/desk/billing/transfers/<number>/match?payment=…`: says what will happen, then matches."""

    access = {"GET": "W"}

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        return self._ask(access.transfer_named(number), request.GET.get("payment", ""))

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        transfer, reference = access.transfer_named(number), request.POST.get("payment", "")
        return self.submit(
            lambda: bank_transfers.match(transfer=transfer, reference=reference, at=clock.now(), by=self.person),
            to=self._matched,
            again=lambda problem: self._ask(transfer, reference, problem),
        )

    def _matched(self, transfer: IncomingTransfer) -> str:
        told = _("Matched to payment %(reference)s.") % {"reference": transfer.payment_reference}
        messages.success(self.request, told)
        return reverse("billing:operator-transfer", args=[transfer.pk])

    def _ask(self, transfer: IncomingTransfer, reference: str, problem: Problem | None = None) -> HttpResponse:
        payment = None if problem else operator_access.payment_to_match(reference)
        context = {
            "transfer": transfer,
            "payment": payment,
            "problem": problem,
            "fits": payment is not None and (payment.amount, payment.currency) == (transfer.amount, transfer.currency),
        }
        return self.render("billing/operator_match.html", context, status=problem.status if problem else 200)
