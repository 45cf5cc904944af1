"""API of payments: what was paid, stored methods, paying an invoice, and the operators' transfers (spec page 7)."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import StaffAPIView
from billing import access
from billing.api import BillingAPIView, NoFields, PayFields
from billing.paying import bank_transfers, payments
from billing.paying import held as held_payments
from billing.paying import methods as payment_methods
from billing.paying.bank_transfers import Arrived
from billing.paying.shapes import (
    DueRefundShape,
    HeldPaymentShape,
    PaidInvoiceShape,
    PaymentDetailShape,
    PaymentMethodShape,
    PaymentShape,
    TransferShape,
    due_refund_body,
    held_payment_body,
    invoice_being_paid,
    payment_body,
    payment_detail,
    payment_method_body,
    set_up_body,
    transfer_body,
)
from common import clock
from common.api import listed
from common.api_input import read, read_shape
from common.api_schema import PAGES, list_of


class PaymentsView(BillingAPIView):
    @extend_schema(operation_id="payments_list", parameters=PAGES, responses={200: list_of(PaymentShape)})
    def get(self, request: Request, slug: str) -> Response:
        return listed(self, access.payments_of(self.organization), payment_body)


class PaymentView(BillingAPIView):
    @extend_schema(operation_id="payments_retrieve", responses={200: PaymentDetailShape})
    def get(self, request: Request, slug: str, reference: str) -> Response:
        return Response(payment_detail(access.payment_named(self.organization, reference)))


class PayInvoiceView(BillingAPIView):
    open_when_disabled = True

    @extend_schema(operation_id="invoices_pay", request=PayFields, responses={200: PaidInvoiceShape})
    def post(self, request: Request, slug: str, number: str) -> Response:
        """Start a payment of what the invoice still lacks, or give the one that waits already."""
        invoice = access.invoice_named(self.organization, number)
        fields = read_shape(PayFields, request)
        payment = payments.pay_invoice(invoice=invoice, at=clock.now(), by=self.person, pay_with=fields.choice())
        return Response(invoice_being_paid(access.invoice_named(self.organization, number), payment))


class NewMethodFields(serializers.Serializer):
    """`default` left out: if it is the first one. `behaviour` is the sandbox's: succeed or decline when charged."""

    gateway = serializers.CharField(max_length=20)
    default = serializers.BooleanField(required=False, allow_null=True, default=None)
    behaviour = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)


class DefaultFields(serializers.Serializer):
    default = serializers.BooleanField()


class PaymentMethodsView(BillingAPIView):
    @extend_schema(operation_id="payment_methods_list", parameters=PAGES, responses={200: list_of(PaymentMethodShape)})
    def get(self, request: Request, slug: str) -> Response:
        return listed(self, access.payment_methods_of(self.organization), payment_method_body)

    @extend_schema(operation_id="payment_methods_create", request=NewMethodFields, responses={201: PaymentMethodShape})
    def post(self, request: Request, slug: str) -> Response:
        """Store a method; where its owner has to allow it at the gateway, `url` leads there and `id` is null."""
        asked = read(NewMethodFields, request)
        stored = payment_methods.add(
            organization=self.organization,
            gateway=asked["gateway"],
            is_default=asked["default"],
            fields={"behaviour": asked["behaviour"]},
            at=clock.now(),
            by=self.person,
        )
        body = set_up_body(asked["gateway"], stored) if isinstance(stored, str) else payment_method_body(stored)
        return Response(body, status=201)


class PaymentMethodView(BillingAPIView):
    @extend_schema(operation_id="payment_methods_retrieve", responses={200: PaymentMethodShape})
    def get(self, request: Request, slug: str, number: int) -> Response:
        return Response(payment_method_body(access.payment_method_named(self.organization, number)))

    @extend_schema(operation_id="payment_methods_update", request=DefaultFields, responses={200: PaymentMethodShape})
    def patch(self, request: Request, slug: str, number: int) -> Response:
        """Make it the one that renewals and settlements are charged to, or none."""
        method = access.payment_method_named(self.organization, number)
        changed = payment_methods.set_default(
            method=method, is_default=read(DefaultFields, request)["default"], by=self.person
        )
        return Response(payment_method_body(changed))

    @extend_schema(operation_id="payment_methods_delete", responses={204: None})
    def delete(self, request: Request, slug: str, number: int) -> Response:
        """Charge it never again."""
        method = access.payment_method_named(self.organization, number)
        payment_methods.remove(method=method, at=clock.now(), by=self.person)
        return Response(status=204)


class TransferFields(serializers.Serializer):
    """A line of the bank's statement. `purpose`: what the payer wrote; our reference in it finds the payment."""

    bank_reference = serializers.CharField(max_length=100)
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    currency = serializers.CharField(max_length=3, required=False, default="CNY")
    payer = serializers.CharField(max_length=200)
    purpose = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)
    received_on = serializers.DateField()


class MatchFields(serializers.Serializer):
    payment = serializers.CharField(max_length=40)


class TransfersView(StaffAPIView):
    area = "orders"

    @extend_schema(
        operation_id="operator_transfers_list",
        parameters=[*PAGES, OpenApiParameter("unmatched", bool, description="Only those whose payment nobody knows")],
        responses={200: list_of(TransferShape)},
    )
    def get(self, request: Request) -> Response:
        only_unmatched = request.query_params.get("unmatched", "").lower() in ("1", "true")
        return listed(self, access.unmatched_transfers() if only_unmatched else access.transfers(), transfer_body)

    @extend_schema(operation_id="operator_transfers_create", request=TransferFields, responses={201: TransferShape})
    def post(self, request: Request) -> Response:
        """Record money that arrived; it is matched at once where its purpose names one waiting payment."""
        arrived = Arrived(**read(TransferFields, request))
        transfer = bank_transfers.record(arrived=arrived, at=clock.now(), by=self.person)
        return Response(transfer_body(access.transfer_named(transfer.pk)), status=201)


class MatchTransferView(StaffAPIView):
    area = "orders"

    @extend_schema(operation_id="operator_transfers_match", request=MatchFields, responses={200: TransferShape})
    def post(self, request: Request, number: int) -> Response:
        """Say which payment a transfer is for, by the payment's reference."""
        transfer = access.transfer_named(number)
        reference = read(MatchFields, request)["payment"]
        bank_transfers.match(transfer=transfer, reference=reference, at=clock.now(), by=self.person)
        return Response(transfer_body(access.transfer_named(number)))


class RefundsByHandView(StaffAPIView):
    area = "orders"

    @extend_schema(operation_id="operator_refunds_list", parameters=PAGES, responses={200: list_of(DueRefundShape)})
    def get(self, request: Request) -> Response:
        """Refunds that a person sends at the bank, because their payments came by transfer."""
        return listed(self, access.refunds_by_hand(), due_refund_body)


class RefundSentView(StaffAPIView):
    area = "orders"

    @extend_schema(operation_id="operator_refunds_sent", request=NoFields, responses={200: DueRefundShape})
    def post(self, request: Request, reference: str) -> Response:
        """Say that a refund was sent at the bank."""
        bank_transfers.refund_sent(refund=access.refund_named(reference), by=self.person)
        return Response(due_refund_body(access.refund_named(reference)))


class HeldPaymentsView(StaffAPIView):
    area = "orders"

    @extend_schema(
        operation_id="operator_held_payments_list", parameters=PAGES, responses={200: list_of(HeldPaymentShape)}
    )
    def get(self, request: Request) -> Response:
        """Payments whose sum was not what was asked: a person decides."""
        return listed(self, access.held_payments(), held_payment_body)


class AcceptHeldPaymentView(StaffAPIView):
    area = "orders"

    @extend_schema(operation_id="operator_held_payments_accept", request=NoFields, responses={200: HeldPaymentShape})
    def post(self, request: Request, reference: str) -> Response:
        """Let what came pay what was asked, and send back the rest."""
        payment = access.held_payment_named(reference)
        held_payments.accept(payment=payment, at=clock.now(), by=self.person)
        return Response(held_payment_body(access.held_payment_named(reference)))


class SendBackHeldPaymentView(StaffAPIView):
    area = "orders"

    @extend_schema(operation_id="operator_held_payments_send_back", request=NoFields, responses={200: HeldPaymentShape})
    def post(self, request: Request, reference: str) -> Response:
        """Send back all that came."""
        payment = access.held_payment_named(reference)
        held_payments.send_back(payment=payment, at=clock.now(), by=self.person)
        return Response(held_payment_body(access.held_payment_named(reference)))
