"""Doors of the gateways: where they report, and the sandbox's own page. Nobody is signed in here: a report proves
itself by its signature, the sandbox's page by its unguessable address."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from billing import gateways
from billing.gateways.interface import Charge
from billing.paying import charging, gateway_notifications, leaving, sandbox_desk
from common import clock, rate_limits
from common.api import api_time, as_problem
from common.problems import FieldErrors, Problem

MAX_NOTIFICATION_BYTES = 64 * 1024


@method_decorator(csrf_exempt, name="dispatch")
class GatewayNotificationView(View):
    """`POST /payments/notify/<gateway>`."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, gateway: str) -> HttpResponse:
        try:
            if len(request.body) > MAX_NOTIFICATION_BYTES:
                raise FieldErrors({"body": [_("A notification has at most 64 KB.")]})
            row = gateway_notifications.take_notification(gateway=gateway, raw=request.body, headers=request.headers)
            thanks = gateways.gateway_named(gateway).thanks
        except Exception as error:
            return _problem(error)
        if thanks is not None:
            return HttpResponse(thanks[1], content_type=thanks[0])
        return JsonResponse({"event_id": row.event_id, "received": True})


class PaymentPageView(View):
    """`/payments/<reference>`: leads the payer on to the gateway's page. Who knows the address may pay."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        rate_limits.check(f"address:{request.META.get('REMOTE_ADDR', '')}")
        charge, url = charging.open_page(reference, clock.now())
        if url.startswith(settings.PUBLIC_URL):
            return HttpResponseRedirect(url.removeprefix(settings.PUBLIC_URL), status=303)
        return _leave(request, url, charge)


class LeavingPage(View):
    """`/payments/leaving/<signed>`: to a gateway's page where a payment method is stored."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, signed: str) -> HttpResponse:
        return _leave(request, leaving.destination(signed))


def _leave(request: HttpRequest, url: str, charge: Charge | None = None) -> HttpResponse:
    return render(request, "billing/leaving.html", {"url": url, "charge": charge})


@method_decorator(csrf_exempt, name="dispatch")
class SandboxPaymentView(View):
    """`/sandbox/payments/<reference>`: *Pay* and *Decline* for people, JSON for scripts."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        return self._page(reference)

    def post(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        if request.content_type == "application/json":
            return self._by_script(request, reference)
        try:
            report = sandbox_desk.decide(reference=reference, outcome=request.POST.get("outcome", ""))
        except Problem as problem:
            if problem.status == 404:
                raise
            return self._page(reference, problem)
        return HttpResponseRedirect(report.charge.return_url.removeprefix(settings.PUBLIC_URL), status=303)

    def _page(self, reference: str, problem: Problem | None = None) -> HttpResponse:
        context = {"charge": sandbox_desk.charge_named(reference), "problem": problem}
        return render(self.request, "billing/sandbox_payment.html", context, status=problem.status if problem else 200)

    def _by_script(self, request: HttpRequest, reference: str) -> HttpResponse:
        try:
            report = sandbox_desk.decide(reference=reference, outcome=_outcome(request.body))
        except Exception as error:
            return _problem(error)
        charge = report.charge
        return JsonResponse(
            {
                "reference": charge.reference,
                "event_id": report.event_id,
                "succeeded_at": api_time(charge.succeeded_at),
                "declined_at": api_time(charge.declined_at),
            }
        )


def _outcome(raw: bytes) -> str:
    try:
        data: Any = json.loads(raw.decode("utf-8") or "{}")
    except (ValueError, RecursionError) as unreadable:
        sentence = _("This is not valid JSON: check quotes, commas and brackets.")
        raise FieldErrors({"body": [sentence]}) from unreadable
    outcome = data.get("outcome") if isinstance(data, dict) else None
    return outcome if isinstance(outcome, str) else ""


def _problem(error: Exception) -> HttpResponse:
    problem = as_problem(error)
    if problem is None:
        raise error
    return JsonResponse(
        problem.document(),
        status=problem.status,
        headers=problem.headers,
        content_type="application/problem+json",
    )
