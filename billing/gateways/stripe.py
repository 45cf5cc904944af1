"""Stripe, through its official SDK: Checkout pages, stored cards, refunds, signed reports.

A payment is a PaymentIntent that carries our reference in its metadata, whether Checkout made it or we charged a
stored method; `payment_intent.*` reports are therefore all that is listened to. What may be sent twice is sent under
an idempotency key. Stripe keeps keys for 24 hours, as long as a Checkout page can be paid; what may be tried later
than that (refunds) is looked up first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.gateways.interface import (
    BadSignature,
    Charge,
    Event,
    Gateway,
    GatewayRefused,
    GatewayUnreachable,
    MethodStored,
    Offer,
    PaidCharge,
    StoredMethod,
    StoreRequest,
    Unrelated,
    Word,
)
from common import clock
from common.money import CURRENCY, Money
from common.problems import FieldErrors

if TYPE_CHECKING:
    import stripe

SIGNATURE_HEADER = "Stripe-Signature"
# Older reports are refused: a recorded one cannot be played again. Stripe signs its own repeats anew.
TOLERANCE_SECONDS = 300
TIMEOUT_SECONDS = 10
# Eight digits of the smallest unit: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
LARGEST = Decimal("999999.99")
_WITHOUT_PARTS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)


class StripeGateway(Gateway):
    code = "stripe"

    def offer(self) -> Offer:
        return Offer(
            label=gettext_lazy("Card"),
            note=gettext_lazy("You pay on a page of Stripe. We never see the card."),
            largest=LARGEST,
            stores=True,
        )

    def is_set_up(self) -> bool:
        return bool(settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRET)

    def open_page(self, charge: Charge) -> str:
        asked: Any = {
            "mode": "payment",
            "client_reference_id": charge.reference,
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": charge.currency.lower(),
                        "unit_amount": smallest_units(charge.amount, charge.currency),
                        "product_data": {"name": charge.title},
                    },
                }
            ],
            "payment_intent_data": {"metadata": {"reference": charge.reference}, "description": charge.title},
            "success_url": charge.return_url,
            "cancel_url": charge.return_url,
        }
        with _asking():
            session = _client().v1.checkout.sessions.create(asked, {"idempotency_key": f"page-{charge.reference}"})
        return _url(session)

    def read(self, raw: bytes, headers: Mapping[str, str]) -> Word:
        import stripe

        try:
            text = raw.decode("utf-8")
            stripe.WebhookSignature.verify_header(
                text, headers.get(SIGNATURE_HEADER), settings.STRIPE_WEBHOOK_SECRET, TOLERANCE_SECONDS
            )
        except (stripe.SignatureVerificationError, ValueError, TypeError) as wrong:
            raise BadSignature from wrong
        return self.reread(text)

    def reread(self, raw: str) -> Word:
        try:
            said = json.loads(raw)
            if said["object"] == "event":
                return _word_of_report(said)
            if said["object"] == "checkout.session":
                return _stored_by_session(said)
            return _event_of(said["event_id"], said["intent"], said["at"])
        except (ValueError, RecursionError, LookupError, TypeError, AttributeError) as unreadable:
            raise FieldErrors({"body": [_("This is no report of Stripe's.")]}) from unreadable

    def query(self, reference: str) -> tuple[Event, str] | None:
        asked: Any = {"query": f"metadata['reference']:'{reference}'", "expand": ["data.latest_charge"]}
        with _asking():
            found = _body(_client().v1.payment_intents.search(asked))["data"]
        decided = [intent for intent in found if _outcome(intent)]
        # One that was paid speaks before those that were not.
        decided.sort(key=lambda intent: intent["status"] != "succeeded")
        return _answer("query", reference, decided[0]) if decided else None

    def refund(self, *, paid: PaidCharge, refund_reference: str, amount: Money) -> None:
        intent = paid.gateway_id or self._intent_of(paid.reference)
        asked: Any = {
            "payment_intent": intent,
            "amount": smallest_units(amount, paid.currency),
            "metadata": {"reference": refund_reference},
        }
        with _asking():
            refunds = _client().v1.refunds
            known = _body(refunds.list({"payment_intent": intent, "limit": 100}))["data"]
            ours = [made for made in known if made["metadata"].get("reference") == refund_reference]
            made = ours[0] if ours else _body(refunds.create(asked, {"idempotency_key": refund_reference}))
        if made["status"] in ("failed", "canceled"):
            raise GatewayRefused(f"refund {refund_reference}: {made['status']}")

    def _intent_of(self, reference: str) -> str:
        known = self.query(reference)
        if known is None:
            raise GatewayUnreachable
        return known[0].gateway_id

    def store(self, request: StoreRequest) -> StoredMethod | str:
        separator = "&" if "?" in request.return_url else "?"
        asked: Any = {
            "mode": "setup",
            "currency": CURRENCY.lower(),
            "customer_creation": "always",
            "customer_email": request.email,
            "client_reference_id": request.reference,
            "setup_intent_data": {"metadata": {"reference": request.reference}},
            "success_url": f"{request.return_url}{separator}session={{CHECKOUT_SESSION_ID}}",
            "cancel_url": request.return_url,
        }
        with _asking():
            session = _client().v1.checkout.sessions.create(asked, {"idempotency_key": f"store-{request.reference}"})
        return _url(session)

    def confirm_stored(self, session: str) -> tuple[MethodStored, str] | None:
        with _asking():
            answer = _client().v1.checkout.sessions.retrieve(session, {"expand": ["setup_intent.payment_method"]})
        said = _body(answer)
        if said.get("mode") != "setup" or said.get("status") != "complete":
            return None
        return _stored_by_session(said), json.dumps(said)

    def charge_stored(self, token: str, charge: Charge) -> tuple[Event, str] | None:
        import stripe

        customer, _slash, method = token.partition("/")
        asked: Any = {
            "amount": smallest_units(charge.amount, charge.currency),
            "currency": charge.currency.lower(),
            "customer": customer,
            "payment_method": method,
            "off_session": True,
            "confirm": True,
            # Nobody is there to confirm it: a card that asks for that is declined.
            "error_on_requires_action": True,
            "description": charge.title,
            "metadata": {"reference": charge.reference},
        }
        try:
            with _asking():
                made = _client().v1.payment_intents.create(asked, {"idempotency_key": f"charge-{charge.reference}"})
        except GatewayRefused as refused:
            because = refused.__cause__
            if not isinstance(because, (stripe.CardError, stripe.InvalidRequestError)):
                raise
            return _answer("charge", charge.reference, _refused_intent(because, charge))
        intent = _body(made)
        return _answer("charge", charge.reference, intent) if _outcome(intent) else None

    def label_of(self, token: str) -> str:
        with _asking():
            return _label(_body(_client().v1.payment_methods.retrieve(token.partition("/")[2])))

    def forget(self, token: str) -> None:
        try:
            with _asking():
                _client().v1.payment_methods.detach(token.partition("/")[2])
        except GatewayRefused:
            return


def smallest_units(amount: Money, currency: str) -> int:
    """8,400.00 CNY -> 840000; whole numbers in, whole numbers out."""
    return int(amount.scaleb(0 if currency.upper() in _WITHOUT_PARTS else 2))


def amount_of(units: int, currency: str) -> Money:
    """840000 cny -> 8400.00."""
    return Decimal(int(units)).scaleb(0 if currency.upper() in _WITHOUT_PARTS else -2)


def _client() -> stripe.StripeClient:
    import stripe

    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        base_addresses={"api": settings.STRIPE_API_URL},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )


@contextmanager
def _asking() -> Iterator[None]:
    """What the SDK raises, as the portal knows it: nothing known, or refused."""
    import stripe

    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError, stripe.IdempotencyError) as silent:
        raise GatewayUnreachable from silent
    except stripe.StripeError as refused:
        raise GatewayRefused(str(refused)) from refused


def _body(answer: Any) -> dict[str, Any]:
    """The answer as it came: plain JSON."""
    return json.loads(answer.last_response.body)


def _url(session: Any) -> str:
    url = _body(session).get("url")
    if not url:
        raise GatewayUnreachable
    return url


def _word_of_report(report: dict[str, Any]) -> Word:
    event_id, kind, thing = report["id"], report["type"], report["data"]["object"]
    reference = (thing.get("metadata") or {}).get("reference", "")
    if kind in ("payment_intent.succeeded", "payment_intent.payment_failed") and reference:
        return _event_of(event_id, thing, report["created"], failed=kind.endswith("failed"))
    if kind == "setup_intent.succeeded" and reference:
        token = f"{thing['customer']}/{thing['payment_method']}"
        return MethodStored(event_id, reference, token, "", _instant(report["created"]))
    return Unrelated(event_id, reference)


def _answer(asked: str, reference: str, intent: dict[str, Any]) -> tuple[Event, str]:
    charge = intent.get("latest_charge")
    at = charge["created"] if isinstance(charge, dict) else intent["created"]
    event_id = f"{asked}-{reference}-{_outcome(intent)}"
    # The reference once more: an intent that the answer does not name has none.
    named = intent | {"metadata": {"reference": reference}}
    return _event_of(event_id, named, at), json.dumps(
        {"object": "answer", "event_id": event_id, "at": at, "intent": named}
    )


def _event_of(event_id: str, intent: dict[str, Any], at: int, *, failed: bool = False) -> Event:
    succeeded = intent["status"] == "succeeded" and not failed
    return Event(
        event_id=event_id,
        reference=intent["metadata"]["reference"],
        outcome="succeeded" if succeeded else "declined",
        amount=amount_of(intent["amount_received"] if succeeded else intent["amount"], intent["currency"]),
        currency=intent["currency"].upper(),
        occurred_at=_instant(at),
        gateway_id=intent["id"],
    )


def _outcome(intent: dict[str, Any]) -> str:
    """What became of it; '' while the payer or the bank is still at it."""
    if intent["status"] == "succeeded":
        return "succeeded"
    failed = intent["status"] == "requires_payment_method" and intent.get("last_payment_error")
    return "declined" if failed or intent["status"] == "canceled" else ""


def _refused_intent(because: stripe.StripeError, charge: Charge) -> dict[str, Any]:
    """The intent that a refused charge left behind, or what can be said without one."""
    body = because.json_body if isinstance(because.json_body, dict) else {}
    intent = body.get("error", {}).get("payment_intent") or {
        "id": "",
        "amount": smallest_units(charge.amount, charge.currency),
        "currency": charge.currency.lower(),
        "created": int(clock.real_now().timestamp()),
    }
    return intent | {"status": "canceled"}


def _stored_by_session(session: dict[str, Any]) -> MethodStored:
    method = session["setup_intent"]["payment_method"]
    return MethodStored(
        # The set-up is one whoever tells of it.
        event_id=f"session-{session['id']}"[:100],
        reference=session["client_reference_id"],
        token=f"{session['customer']}/{method['id']}",
        label=_label(method),
        occurred_at=_instant(session["created"]),
    )


def _label(method: dict[str, Any]) -> str:
    card = method.get("card")
    if not card:
        return str(method.get("type", "")).replace("_", " ").title()
    return f"{str(card['brand']).title()} ···· {card['last4']}, {card['exp_month']:02d}/{card['exp_year']}"


def _instant(epoch: int) -> datetime:
    return datetime.fromtimestamp(int(epoch), UTC)
