"""The operators' API door of the ledger: whether it fits (spec page 7 'Operators')."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import StaffAPIView
from billing.ledger.check import problems
from common.money import plain


class LedgerProblemShape(serializers.Serializer):
    """`object`: the number, reference, account or day that does not fit; `organization` '' where it is of none."""

    code = serializers.CharField()
    organization = serializers.CharField(allow_blank=True)
    object = serializers.CharField()
    expected = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    found = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    detail = serializers.CharField()


class LedgerCheckShape(serializers.Serializer):
    ok = serializers.BooleanField()
    problems = LedgerProblemShape(many=True)


class LedgerCheckView(StaffAPIView):
    area = "orders"

    @extend_schema(operation_id="operator_ledger_check", responses={200: LedgerCheckShape})
    def get(self, request: Request) -> Response:
        """Whether ledger, payments, documents and terms of all organizations say the same, and what does not."""
        found = [
            {
                "code": problem.code,
                "organization": problem.organization,
                "object": problem.object,
                "expected": None if problem.expected is None else plain(problem.expected),
                "found": None if problem.found is None else plain(problem.found),
                "detail": problem.detail,
            }
            for problem in problems()
        ]
        return Response({"ok": not found, "problems": found})
