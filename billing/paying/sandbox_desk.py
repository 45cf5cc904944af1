"""The sandbox gateway's own side: the payer decides, and the portal is told over HTTP, signed, as a real gateway does.

A report is kept until the portal has taken it. The portal may be one process with few threads: a decision occupies
one of them while it calls another, so only a few calls run at a time; beyond them the same signed bytes are handed
over without the network.
"""

from __future__ import annotations

import secrets
import threading
import urllib.error
import urllib.request
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.gateways.interface import Outcome
from billing.gateways.plain_words import write_event
from billing.gateways.sandbox import SIGNATURE_HEADER, event_of, signature_of
from billing.models import SandboxCharge, SandboxReport
from billing.paying import gateway_notifications
from common import clock, tenancy
from common.problems import FieldErrors, NotFound, Problem

OUTCOMES = ("succeeded", "declined")
CALLS_AT_ONCE = 3
TIMEOUT_SECONDS = 5
# Younger reports are being delivered by whoever made them.
LEFT_LYING_AFTER = timedelta(seconds=10)
log = structlog.get_logger(__name__)
_calls = threading.BoundedSemaphore(CALLS_AT_ONCE)


class NotTaken(Problem):
    code = "notification_not_taken"
    status = 503
    title = _("The portal did not take the notification")
    default_detail = _("The decision is kept, and the portal will be told again within a minute. Nothing is lost.")


def charge_named(reference: str) -> SandboxCharge:
    """The charge; raises NotFound, also where the sandbox is no gateway of this portal."""
    if "sandbox" not in settings.PAYMENT_GATEWAYS:
        raise NotFound
    charge = SandboxCharge.objects.filter(reference=reference).first()
    if charge is None:
        raise NotFound
    return charge


def decide(*, reference: str, outcome: str) -> SandboxReport:
    """The payer's decision, any number of times; returns when the portal has taken the notification.

    Opens its own transactions. Raises NotFound, FieldErrors for another outcome, NotTaken when the call failed.
    """
    charge_named(reference)
    if outcome not in OUTCOMES:
        raise FieldErrors({"outcome": [_("Give succeeded or declined.")]})
    report = _write_down(reference, "succeeded" if outcome == "succeeded" else "declined")
    if not deliver(report):
        raise NotTaken
    return report


def deliver(report: SandboxReport) -> bool:
    """Tell the portal; True when it took the notification."""
    raw = report.body.encode()
    if _calls.acquire(blocking=False):
        try:
            taken = _call(raw)
        finally:
            _calls.release()
    else:
        taken = _hand_over(raw)
    if taken:
        SandboxReport.objects.filter(pk=report.pk).update(delivered_at=clock.now())
    return taken


def deliver_waiting(*, limit: int) -> int:
    """Tell the portal what it has not taken yet; returns how many it took."""
    left_lying = SandboxReport.objects.filter(delivered_at=None, made_at__lt=left_lying_since())
    return sum(deliver(report) for report in left_lying.order_by("pk")[:limit])


def left_lying_since() -> datetime:
    """Reports made before this instant (real time) were left by whoever made them."""
    return clock.real_now() - LEFT_LYING_AFTER


def _write_down(reference: str, outcome: Outcome) -> SandboxReport:
    now = clock.now()
    with tenancy.everything():
        charge = SandboxCharge.objects.select_for_update().get(reference=reference)
        decided = "succeeded_at" if outcome == "succeeded" else "declined_at"
        if getattr(charge, decided) is None:
            setattr(charge, decided, now)
            charge.save(update_fields=[decided])
        event_id = f"evt_{secrets.token_hex(12)}"
        return SandboxReport.objects.create(
            charge=charge,
            event_id=event_id,
            body=write_event(event_of(charge, event_id=event_id, outcome=outcome)),
            made_at=clock.real_now(),
        )


def _call(raw: bytes) -> bool:
    request = urllib.request.Request(  # noqa: S310
        settings.PUBLIC_URL + reverse("billing:gateway-notification", args=["sandbox"]),
        data=raw,
        headers={"Content-Type": "application/json", SIGNATURE_HEADER: signature_of(raw)},
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            return answer.status == 200
    except (urllib.error.URLError, OSError) as error:
        log.warning("sandbox.not_delivered", error=repr(error))
        return False


def _hand_over(raw: bytes) -> bool:
    gateway_notifications.take_notification(gateway="sandbox", raw=raw, headers={SIGNATURE_HEADER: signature_of(raw)})
    return True
