"""API of billing: quotes, orders, payments, invoices (spec page 7). Thin doors: parse, call one function, answer."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import OrganizationAPIView
from billing import access
from billing.actions import Wish
from billing.actions.base import NOW
from billing.api_shapes import (
    InvoiceShape,
    OrderShape,
    PaidOrderShape,
    QuoteShape,
    invoice_body,
    order_being_paid,
    order_body,
    quote_body,
)
from billing.buying import orders, quotes
from billing.paying.ways_to_pay import Choice
from common import clock
from common.api import listed
from common.api_input import read_shape
from common.api_schema import PAGES, list_of


class BillingAPIView(OrganizationAPIView):
    area = "orders"


class WishFields(serializers.Serializer):
    action = serializers.CharField(max_length=40)
    tier = serializers.CharField(max_length=40, required=False, allow_null=True, default="")
    cycle = serializers.CharField(max_length=40, required=False, allow_null=True, default="")
    quantity = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=1_000_000)
    at = serializers.CharField(max_length=40, required=False, allow_null=True, default=NOW)

    def wish(self) -> Wish:
        """What a quote does not need may be left out or null."""
        asked = self.validated_data
        return Wish(
            action=asked["action"],
            tier=asked["tier"] or "",
            cycle=asked["cycle"] or "",
            quantity=asked["quantity"],
            at=asked["at"] or NOW,
        )


class PayFields(serializers.Serializer):
    """How it is paid: by a gateway, or charged to a stored method. Without either by the first gateway that serves."""

    gateway = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)
    payment_method = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1)

    def choice(self) -> Choice:
        method = self.validated_data["payment_method"]
        return Choice(gateway=self.validated_data["gateway"], method="" if method is None else str(method))


class QuoteFields(PayFields):
    quote = serializers.CharField(max_length=100)


class NoFields(serializers.Serializer):
    """An action that needs no fields takes `{}` or no body."""


class QuotesView(BillingAPIView):
    @extend_schema(operation_id="quotes_create", request=WishFields, responses={201: QuoteShape})
    def post(self, request: Request, slug: str) -> Response:
        fields = read_shape(WishFields, request)
        quote = quotes.make_quote(organization=self.organization, wish=fields.wish(), at=clock.now(), by=self.person)
        return Response(quote_body(quote), status=201)


class OrdersView(BillingAPIView):
    @extend_schema(operation_id="orders_list", parameters=PAGES, responses={200: list_of(OrderShape)})
    def get(self, request: Request, slug: str) -> Response:
        return listed(self, access.orders_of(self.organization), order_body)

    @extend_schema(operation_id="orders_create", request=QuoteFields, responses={201: OrderShape})
    def post(self, request: Request, slug: str) -> Response:
        fields = read_shape(QuoteFields, request)
        order = orders.place_order(
            organization=self.organization,
            quote_id=fields.validated_data["quote"],
            at=clock.now(),
            by=self.person,
            pay_with=fields.choice(),
        )
        return Response(order_body(access.order_named(self.organization, order.number)), status=201)


class OrderView(BillingAPIView):
    @extend_schema(operation_id="orders_retrieve", responses={200: OrderShape})
    def get(self, request: Request, slug: str, number: str) -> Response:
        return Response(order_body(access.order_named(self.organization, number)))


class CancelOrderView(BillingAPIView):
    @extend_schema(operation_id="orders_cancel", request=NoFields, responses={200: OrderShape})
    def post(self, request: Request, slug: str, number: str) -> Response:
        order = access.order_named(self.organization, number)
        orders.cancel_order(order=order, at=clock.now(), by=self.person)
        return Response(order_body(access.order_named(self.organization, number)))


class PayOrderView(BillingAPIView):
    open_when_disabled = True

    @extend_schema(operation_id="orders_pay", request=PayFields, responses={200: PaidOrderShape})
    def post(self, request: Request, slug: str, number: str) -> Response:
        order = access.order_named(self.organization, number)
        fields = read_shape(PayFields, request)
        orders.pay_again(order=order, at=clock.now(), by=self.person, pay_with=fields.choice())
        return Response(order_being_paid(access.order_named(self.organization, number)))


class InvoicesView(BillingAPIView):
    @extend_schema(operation_id="invoices_list", parameters=PAGES, responses={200: list_of(InvoiceShape)})
    def get(self, request: Request, slug: str) -> Response:
        return listed(self, access.invoices_of(self.organization), invoice_body)


class InvoiceView(BillingAPIView):
    @extend_schema(operation_id="invoices_retrieve", responses={200: InvoiceShape})
    def get(self, request: Request, slug: str, number: str) -> Response:
        return Response(invoice_body(access.invoice_named(self.organization, number)))
