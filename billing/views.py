"""Pages of billing: checkout, orders, invoices. Thin doors: parse, call one function, render."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.page_doors import OrganizationPage
from billing import access
from billing.actions import Wish
from billing.actions.base import NOW
from billing.buying import checkout, orders
from billing.buying.checkout_choices import offered, query_of, shown
from billing.buying.checkout_words import CHANGES, tabs, words_of
from billing.buying.order_view import order_view
from billing.models import Order
from billing.paying import ways_to_pay
from billing.paying.payables import page_url
from billing.paying.ways_to_pay import Choice, Way
from common import clock
from common.keyset import page_of
from common.money import ZERO
from common.problems import Problem


class BillingPage(OrganizationPage):
    area = "orders"

    def order(self, number: str) -> Order:
        return access.order_named(self.organization, number)

    def ways(self, order: Order) -> list[Way]:
        """How the order can be paid now."""
        if order.status != Order.Status.AWAITING_PAYMENT:
            return []
        return ways_to_pay.offered(self.organization, action=order.action, amount=order.total)

    def order_url(self, order: Order) -> str:
        return reverse("billing:order", args=[self.organization.slug, order.number])

    def pay_url(self, order: Order) -> str:
        """The gateway's page of the order's open payment; the order's own page where nothing is to be paid."""
        payment = order.payments.order_by("-pk").first()
        if order.status != Order.Status.AWAITING_PAYMENT or payment is None:
            return self.order_url(order)
        # A relative address where the gateway is part of this portal: forms may not lead to other hosts.
        return page_url(payment).removeprefix(settings.PUBLIC_URL)


class CheckoutPage(BillingPage):
    """`/o/<slug>/checkout?action=…`: choose, see what it costs and what else happens, confirm.

    A change of the plan is chosen in one step and confirmed in the next (`step=confirm`), a purchase in one.
    """

    access = {"GET": "W"}

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._form(_wish(request.GET), request.GET.get("step") == "confirm")

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        wish = _wish(request.POST)

        def confirm() -> Order:
            return checkout.confirm(
                organization=self.organization,
                wish=wish,
                shown=request.POST.get("shown", ""),
                terms_accepted=request.POST.get("accept_terms") == "on",
                at=clock.now(),
                by=self.person,
                pay_with=Choice.typed(request.POST.get("way", "")[:60]),
            )

        return self.submit(confirm, to=self.pay_url, again=lambda problem: self._form(wish, True, problem))

    def _form(self, wish: Wish, confirming: bool, problem: Problem | None = None) -> HttpResponse:
        choices = offered(self.organization, wish, clock.now())
        words = words_of(choices.wish)
        sight = shown(self.organization, choices.wish, clock.now())
        context: dict[str, Any] = {
            "choices": choices,
            "checkout": sight,
            "ways": ways_to_pay.offered(self.organization, action=choices.wish.action, amount=sight.total or ZERO),
            "way": self.request.POST.get("way", ""),
            "words": words,
            "changes": tabs() if choices.wish.action in CHANGES else [],
            "step": "confirm" if confirming or not words.has_two_steps else "choose",
            "wish_query": query_of(choices.wish),
            "problem": problem,
            "terms_version": settings.TERMS_OF_SERVICE_VERSION,
            "refund_rules_url": settings.REFUND_RULES_URL,
        }
        is_fragment = bool(self.request.headers.get("HX-Request"))
        template = "billing/_checkout.html" if is_fragment else "billing/checkout.html"
        return self.render(template, context, status=problem.status if problem else 200)


class OrdersPage(BillingPage):
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        page = page_of(access.orders_of(self.organization), before=request.GET.get("before"))
        return self.render("billing/orders.html", {"page": page, "orders": [order_view(o) for o in page.rows]})


class OrderPage(BillingPage):
    """The order; htmx asks again for its status while it waits for the payment."""

    def get(self, request: HttpRequest, slug: str, number: str) -> HttpResponse:
        return self._show(self.order(number))

    def _show(self, order: Order, problem: Problem | None = None) -> HttpResponse:
        context = {
            "order": order_view(order),
            "problem": problem,
            "has_choice": len(self.ways(order)) > 1,
            "live_channels": [f"org:{self.organization.pk}"],
        }
        is_fragment = bool(self.request.headers.get("HX-Request"))
        template = "billing/_order.html" if is_fragment else "billing/order.html"
        return self.render(template, context, status=problem.status if problem else 200)


class CancelOrderPage(OrderPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        order = self.order(number)
        return self.submit(
            lambda: orders.cancel_order(order=order, at=clock.now(), by=self.person),
            to=self.order_url,
            again=lambda problem: self._show(self.order(number), problem),
        )


class PayOrderPage(OrderPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        order = self.order(number)
        return self.submit(
            lambda: orders.pay_again(
                order=order,
                at=clock.now(),
                by=self.person,
                pay_with=Choice.typed(request.POST.get("way", "")[:60]),
            ),
            to=self.pay_url,
            again=lambda problem: self._show(self.order(number), problem),
        )


def _wish(typed: Any) -> Wish:
    return Wish(
        action=typed.get("action", "")[:40],
        tier=typed.get("tier", "")[:40],
        cycle=typed.get("cycle", "")[:40],
        quantity=_quantity(typed.get("quantity", "")),
        at=typed.get("at", "")[:40] or NOW,
    )


def _quantity(text: str) -> int | None:
    """None where nothing was typed; what is no count is 0, which nobody can buy."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
