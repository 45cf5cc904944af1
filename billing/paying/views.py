"""Pages of payments: what was paid, stored payment methods, proformas, paying an invoice. Thin doors."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from billing import access
from billing.invoices import refunds
from billing.models import Payment, PaymentMethod
from billing.paying import bank_transfers, payments, ways_to_pay
from billing.paying import methods as payment_methods
from billing.paying.leaving import by_own_page
from billing.paying.payables import Payable, page_url
from billing.paying.shapes import invoice_number_of
from billing.paying.ways_to_pay import Choice
from billing.views import BillingPage
from common import clock
from common.keyset import page_of
from common.problems import NotFound, Problem


class PaymentsPage(BillingPage):
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        page = page_of(access.payments_of(self.organization), before=request.GET.get("before"))
        return self.render("billing/payments.html", {"page": page, "rows": [_row(payment) for payment in page.rows]})


class PaymentPage(BillingPage):
    """One payment with its refunds: the receipt of one that succeeded."""

    def get(self, request: HttpRequest, slug: str, reference: str) -> HttpResponse:
        payment = access.payment_named(self.organization, reference)
        facts = {
            "seller": settings.SELLER,
            "gateway_label": ways_to_pay.label_of(payment.gateway),
            "kept": refunds.refundable(payment),
        }
        return self.render("billing/payment.html", _row(payment) | facts)


def _row(payment: Payment) -> dict[str, Any]:
    return {
        "payment": payment,
        "title": Payable.of(payment).description,
        "invoice_number": invoice_number_of(payment),
    }


class PaymentMethodsPage(BillingPage):
    """The stored methods; one that its owner allows at the gateway is confirmed when they come back."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        def add() -> PaymentMethod | str:
            return payment_methods.add(
                organization=self.organization,
                gateway=request.POST.get("gateway", ""),
                is_default=True if request.POST.get("default") == "on" else None,
                fields={"behaviour": request.POST.get("behaviour", "")},
                at=clock.now(),
                by=self.person,
            )

        return self.submit(add, to=self._after_adding, again=self._page)

    def methods_url(self) -> str:
        return reverse("billing:payment-methods", args=[self.organization.slug])

    def _after_adding(self, stored: PaymentMethod | str) -> str:
        if isinstance(stored, str):
            return by_own_page(stored)
        messages.success(self.request, _("%(label)s was stored.") % {"label": stored.label})
        return self.methods_url()

    def _page(self, problem: Problem | None = None) -> HttpResponse:
        context = {
            "methods": access.payment_methods_of(self.organization),
            "gateways": payment_methods.storing(),
            "session": self.request.GET.get("session", "")[:200],
            "problem": problem,
            "typed": self.request.POST,
        }
        return self.render("billing/payment_methods.html", context, status=problem.status if problem else 200)


class ConfirmMethodPage(PaymentMethodsPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        session = request.POST.get("session", "")[:200]

        def confirm() -> bool:
            return payment_methods.confirm(organization=self.organization, session=session)

        return self.submit(confirm, to=self._after_confirming, again=self._page)

    def _after_confirming(self, is_done: bool) -> str:
        if is_done:
            messages.success(self.request, _("Your payment method is stored."))
        else:
            messages.warning(self.request, _("The gateway has not confirmed a payment method. Try to add it again."))
        return self.methods_url()


class DefaultMethodPage(PaymentMethodsPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int = 0) -> HttpResponseBase:
        method = access.payment_method_named(self.organization, number)
        return self.submit(
            lambda: payment_methods.set_default(method=method, is_default=True, by=self.person),
            to=lambda _changed: self.methods_url(),
            again=self._page,
        )


class RemoveMethodPage(PaymentMethodsPage):
    access = {"GET": "W"}

    def get(self, request: HttpRequest, slug: str, number: int = 0) -> HttpResponse:
        return self._ask(access.payment_method_named(self.organization, number))

    def post(self, request: HttpRequest, slug: str, number: int = 0) -> HttpResponseBase:
        method = access.payment_method_named(self.organization, number)
        return self.submit(
            lambda: payment_methods.remove(method=method, at=clock.now(), by=self.person),
            to=lambda _nothing: self._removed(method),
            again=lambda problem: self._ask(method, problem),
        )

    def _removed(self, method: PaymentMethod) -> str:
        messages.success(self.request, _("%(label)s was removed.") % {"label": method.label})
        return self.methods_url()

    def _ask(self, method: PaymentMethod, problem: Problem | None = None) -> HttpResponse:
        context = {"method": method, "problem": problem}
        return self.render("billing/remove_payment_method.html", context, status=problem.status if problem else 200)


class ProformaPage(BillingPage):
    """What a payer needs at their bank; only while the transfer is awaited."""

    def payable(self, number: str) -> Payable:
        raise NotFound

    def get(self, request: HttpRequest, slug: str, number: str) -> HttpResponse:
        payable = self.payable(number)
        payment = payments.awaited_transfer(payable, clock.now())
        if payment is None:
            raise NotFound(_("No bank transfer is awaited here. See the order or invoice itself."))
        context = {
            "proforma": bank_transfers.proforma_of(payment),
            "payable": payable,
            "title": payable.description,
            "seller": settings.SELLER,
        }
        return self.render("billing/proforma.html", context)


class OrderProformaPage(ProformaPage):
    def payable(self, number: str) -> Payable:
        return Payable(order=access.order_named(self.organization, number))


class InvoiceProformaPage(ProformaPage):
    def payable(self, number: str) -> Payable:
        return Payable(invoice=access.invoice_named(self.organization, number))


class ChooseWayPage(BillingPage):
    """`/o/<slug>/orders/<number>/pay-with`: another way than the one that was suggested."""

    access = {"GET": "W"}

    def get(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        order = self.order(number)
        ways = self.ways(order)
        if not ways:
            return self.go(self.order_url(order))
        return self.render("billing/pay_with.html", {"order": order, "ways": ways, "way": ""})


class PayInvoicePage(BillingPage):
    """`way` is one of billing/paying/ways_to_pay.py, '' the first that serves."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        invoice = access.invoice_named(self.organization, number)
        choice = Choice.typed(request.POST.get("way", "")[:60])

        def pay() -> Payment:
            return payments.pay_invoice(invoice=invoice, at=clock.now(), by=self.person, pay_with=choice)

        return self.submit(pay, to=lambda payment: by_own_page(page_url(payment)), again=self._refused)

    def _refused(self, problem: Problem) -> HttpResponse:
        raise problem
