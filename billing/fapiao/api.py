"""API of fapiao requests: `orgs/{slug}/fapiao-requests` (spec page 7). Thin doors: parse, call one function, answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import OrganizationAPIView
from billing import access
from billing.api_shapes import amount_field
from billing.fapiao import requests as fapiao
from billing.models import FapiaoRequest
from common import clock
from common.api import api_time, listed
from common.api_input import read
from common.api_schema import PAGES, list_of
from common.money import plain


class FapiaoRequestShape(serializers.Serializer):
    id = serializers.IntegerField()
    invoice = serializers.CharField()
    title = serializers.CharField()
    taxpayer_number = serializers.CharField()
    email = serializers.EmailField()
    amount = amount_field()
    currency = serializers.CharField()
    status = serializers.ChoiceField(FapiaoRequest.Status.choices)
    fapiao_number = serializers.CharField(allow_null=True)
    answer = serializers.CharField(allow_null=True)
    requested_at = serializers.DateTimeField()
    handled_at = serializers.DateTimeField(allow_null=True)


def fapiao_request_body(request: FapiaoRequest) -> dict[str, Any]:
    """`fapiao_number` once it is issued, `answer` once it is rejected."""
    return {
        "id": request.pk,
        "invoice": request.invoice.number,
        "title": request.title,
        "taxpayer_number": request.taxpayer_number,
        "email": request.email,
        "amount": plain(request.amount),
        "currency": request.invoice.currency,
        "status": request.status,
        "fapiao_number": request.fapiao_number or None,
        "answer": request.answer or None,
        "requested_at": api_time(request.requested_at),
        "handled_at": api_time(request.handled_at),
    }


class FapiaoFields(serializers.Serializer):
    invoice = serializers.CharField(max_length=20)
    title = serializers.CharField(max_length=fapiao.LONGEST_TITLE)
    taxpayer_number = serializers.CharField(max_length=40)
    email = serializers.EmailField(max_length=fapiao.LONGEST_EMAIL)


class FapiaoRequestsView(OrganizationAPIView):
    area = "orders"

    @extend_schema(operation_id="fapiao_requests_list", parameters=PAGES, responses={200: list_of(FapiaoRequestShape)})
    def get(self, request: Request, slug: str) -> Response:
        return listed(self, fapiao.requests_of(self.organization), fapiao_request_body)

    @extend_schema(operation_id="fapiao_requests_create", request=FapiaoFields, responses={201: FapiaoRequestShape})
    def post(self, request: Request, slug: str) -> Response:
        given = read(FapiaoFields, request)
        invoice = access.invoice_named(self.organization, given.pop("invoice"))
        asked = fapiao.ask(invoice=invoice, at=clock.now(), by=self.person, **given)
        return Response(fapiao_request_body(asked), status=201)


class FapiaoRequestView(OrganizationAPIView):
    area = "orders"

    @extend_schema(operation_id="fapiao_requests_retrieve", responses={200: FapiaoRequestShape})
    def get(self, request: Request, slug: str, number: int) -> Response:
        return Response(fapiao_request_body(fapiao.request_named(self.organization, number)))

    @extend_schema(operation_id="fapiao_requests_delete", responses={204: None})
    def delete(self, request: Request, slug: str, number: int) -> Response:
        """Take the request back while nobody has handled it."""
        asked = fapiao.request_named(self.organization, number)
        fapiao.take_back(request=asked, at=clock.now(), by=self.person)
        return Response(status=204)
