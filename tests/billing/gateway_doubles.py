"""Gateways played on 127.0.0.1: they answer the SDKs' requests with recorded shapes, and sign as the real ones do."""

from __future__ import annotations

import base64
import json
import threading
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import stripe
from Cryptodome.Hash import SHA256
from Cryptodome.PublicKey import RSA
from Cryptodome.Signature import PKCS1_v1_5

from common import clock
from common.beijing import BEIJING


@contextmanager
def answering(double: Any):
    """Serve `double.answer(method, path, query, form, headers) -> (status, body)`; gives its base address."""

    class Door(BaseHTTPRequestHandler):
        def log_message(self, *_arguments: Any) -> None:
            pass

        def _serve(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            status, said = double.answer(
                self.command, url.path, parse_qs(url.query), dict(parse_qsl(body)), self.headers
            )
            raw = said.encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# ---- Alipay -----------------------------------------------------------------------------------------------------

APP_ID = "2021000000000001"


class AlipayDouble:
    """Alipay's side: its key signs answers and reports; `trades` and `refunds` are its books."""

    def __init__(self) -> None:
        self.key, self.merchants_key = RSA.generate(1024), RSA.generate(1024)
        self.trades: dict[str, dict[str, str]] = {}
        self.refunds: dict[str, str] = {}
        self.asked: list[dict[str, Any]] = []
        # Answered in place of everything else: a sub_code.
        self.trouble = ""

    def settings(self, address: str) -> dict[str, Any]:
        return {
            "PAYMENT_GATEWAYS": ("alipay", "bank_transfer"),
            "ALIPAY_APP_ID": APP_ID,
            "ALIPAY_PRIVATE_KEY": self.merchants_key.export_key().decode(),
            # Bare Base64, as Alipay's own tool gives it out.
            "ALIPAY_PUBLIC_KEY": base64.b64encode(self.key.public_key().export_key("DER")).decode(),
            "ALIPAY_API_URL": f"{address}/gateway.do",
        }

    def answer(self, method: str, path: str, query: dict[str, list[str]], form: Any, headers: Any) -> tuple[int, str]:
        asked = {name: values[0] for name, values in query.items()}
        self.asked.append(asked)
        assert self.is_merchants(asked)
        name = asked["method"].replace(".", "_") + "_response"
        body = json.dumps(self._said(asked["method"], json.loads(asked["biz_content"])), ensure_ascii=False)
        sign = _signature(self.key, body)
        return 200, f'{{"{name}":{body},"sign":"{sign}"}}'

    def _said(self, method: str, content: dict[str, str]) -> dict[str, str]:
        if self.trouble:
            return {"code": "40004", "msg": "Business Failed", "sub_code": self.trouble, "sub_msg": "系统繁忙"}
        reference = content["out_trade_no"]
        trade = self.trades.get(reference)
        if trade is None:
            return {
                "code": "40004",
                "msg": "Business Failed",
                "sub_code": "ACQ.TRADE_NOT_EXIST",
                "sub_msg": "交易不存在",
            }
        if method == "alipay.trade.refund":
            changed = content["out_request_no"] not in self.refunds
            self.refunds[content["out_request_no"]] = content["refund_amount"]
            return {"code": "10000", "msg": "Success", "out_trade_no": reference, "fund_change": "NY"[changed]}
        return {
            "code": "10000",
            "msg": "Success",
            "buyer_logon_id": "abc***@sandbox.com",
            "out_trade_no": reference,
        } | trade

    def is_merchants(self, asked: dict[str, str]) -> bool:
        """Whether the request was signed with the merchant's key."""
        signed = "&".join(f"{name}={asked[name]}" for name in sorted(asked) if name != "sign")
        digest = SHA256.new(signed.encode())
        return PKCS1_v1_5.new(self.merchants_key.public_key()).verify(digest, base64.b64decode(asked["sign"]))

    def paid(self, reference: str, amount: str, status: str = "TRADE_SUCCESS") -> None:
        """Enter a trade into the books."""
        self.trades[reference] = {
            "trade_no": f"2026112222001471950503864977{len(self.trades)}",
            "trade_status": status,
            "total_amount": amount,
            "send_pay_date": "2026-11-22 12:00:05",
        }

    def report(
        self, reference: str, amount: str, status: str = "TRADE_SUCCESS", *, key: Any = None, **different: str
    ) -> bytes:
        """A report as Alipay posts it, signed; `different` replaces fields before it is signed."""
        fields = {
            "gmt_create": "2026-11-22 12:00:00",
            "charset": "utf-8",
            "gmt_payment": "2026-11-22 12:00:05",
            "notify_time": "2026-11-22 12:00:06",
            "subject": "Acme: 基础支持费",
            "buyer_id": "2088722033871957",
            "invoice_amount": amount,
            "version": "1.0",
            "notify_id": f"notify-{reference}-{status}",
            "fund_bill_list": '[{"amount":"' + amount + '","fundChannel":"ALIPAYACCOUNT"}]',
            "notify_type": "trade_status_sync",
            "out_trade_no": reference,
            "total_amount": amount,
            "trade_status": status,
            "trade_no": "2026112222001471950503864977",
            "auth_app_id": APP_ID,
            "receipt_amount": amount,
            "point_amount": "0.00",
            "buyer_pay_amount": amount,
            "app_id": APP_ID,
            "seller_id": "2088721033871945",
        } | different
        signed = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
        return urlencode(fields | {"sign": _signature(key or self.key, signed), "sign_type": "RSA2"}).encode()


def _signature(key: Any, text: str) -> str:
    return base64.b64encode(PKCS1_v1_5.new(key).sign(SHA256.new(text.encode()))).decode()


# ---- Stripe -----------------------------------------------------------------------------------------------------

WEBHOOK_SECRET = "whsec_test"


class StripeDouble:
    """Stripe's side: idempotency keys as it keeps them, and books of intents, refunds and sessions."""

    def __init__(self) -> None:
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: list[dict[str, Any]] = []
        self.sessions: dict[str, dict[str, Any]] = {}
        self.detached: list[str] = []
        self.answers: dict[str, tuple[int, str]] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        # What a charge of a stored card comes to: succeeded, processing, or a decline.
        self.charges = "succeeded"
        # HTTP status in place of every answer; the work is done all the same, as behind a line that breaks.
        self.trouble = 0

    def settings(self, address: str) -> dict[str, Any]:
        return {
            "PAYMENT_GATEWAYS": ("stripe", "bank_transfer"),
            "STRIPE_SECRET_KEY": "sk_test_1",
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "STRIPE_API_URL": address,
        }

    def answer(
        self, method: str, path: str, query: dict[str, list[str]], form: dict[str, str], headers: Any
    ) -> tuple[int, str]:
        self.asked.append((method, path, form))
        assert headers["Authorization"] == "Bearer sk_test_1"
        key = headers.get("Idempotency-Key")
        if method == "POST" and key in self.answers:
            answer = self.answers[key]
        else:
            status, body = self._do(method, path, query, form)
            answer = (status, json.dumps(body))
            if method == "POST" and key:
                self.answers[key] = answer
        if self.trouble:
            return self.trouble, json.dumps({"error": {"type": "api_error", "message": "try again"}})
        return answer

    def _do(self, method: str, path: str, query: dict[str, list[str]], form: dict[str, str]) -> tuple[int, Any]:
        name = path.removeprefix("/v1/")
        if name == "checkout/sessions":
            return 200, self._session(form)
        if name.startswith("checkout/sessions/"):
            return self._known(self.sessions, name.rsplit("/", 1)[1])
        if name == "payment_intents/search":
            found = [
                one for one in self.intents.values() if f"'{one['metadata'].get('reference')}'" in query["query"][0]
            ]
            return 200, {
                "object": "search_result",
                "url": "/v1/payment_intents/search",
                "has_more": False,
                "data": found,
            }
        if name == "payment_intents":
            return self._charge(form)
        if name == "refunds" and method == "GET":
            made = [one for one in self.refunds if one["payment_intent"] == query["payment_intent"][0]]
            return 200, {"object": "list", "url": "/v1/refunds", "has_more": False, "data": made}
        if name == "refunds":
            return 200, self._refund(form)
        if name.endswith("/detach"):
            self.detached.append(name.split("/")[1])
            return 200, {"id": name.split("/")[1], "object": "payment_method"}
        if name.startswith("payment_methods/"):
            return 200, card(name.split("/")[1])
        return 404, {
            "error": {"type": "invalid_request_error", "message": f"Unrecognized request URL ({method}: {path})"}
        }

    def _known(self, things: dict[str, Any], number: str) -> tuple[int, Any]:
        if number in things:
            return 200, things[number]
        return 404, {
            "error": {"type": "invalid_request_error", "code": "resource_missing", "message": f"No such: '{number}'"}
        }

    def _session(self, form: dict[str, str]) -> dict[str, Any]:
        number = f"cs_test_{len(self.sessions)}"
        self.sessions[number] = {
            "id": number,
            "object": "checkout.session",
            "mode": form["mode"],
            "status": "open",
            "client_reference_id": form["client_reference_id"],
            "created": epoch(clock.now()),
            "customer": None,
            "url": f"https://checkout.stripe.example/c/pay/{number}",
        }
        return self.sessions[number]

    def _charge(self, form: dict[str, str]) -> tuple[int, Any]:
        intent = self.intent(form["metadata[reference]"], int(form["amount"]), form["currency"], self.charges)
        if intent["status"] in ("succeeded", "processing"):
            return 200, intent
        return 402, {
            "error": {
                "type": "card_error",
                "code": "card_declined",
                "decline_code": "insufficient_funds",
                "message": "Your card was declined.",
                "payment_intent": intent,
            }
        }

    def _refund(self, form: dict[str, str]) -> dict[str, Any]:
        made = {
            "id": f"re_{len(self.refunds)}",
            "object": "refund",
            "amount": int(form["amount"]),
            "payment_intent": form["payment_intent"],
            "metadata": {"reference": form["metadata[reference]"]},
            "status": "succeeded",
        }
        self.refunds.append(made)
        return made

    def intent(self, reference: str, amount: int, currency: str = "cny", status: str = "succeeded") -> dict[str, Any]:
        """Enter a PaymentIntent into the books."""
        at = epoch(clock.now())
        number = f"pi_{len(self.intents)}"
        self.intents[number] = {
            "id": number,
            "object": "payment_intent",
            "amount": amount,
            "amount_received": amount if status == "succeeded" else 0,
            "created": at,
            "currency": currency,
            "customer": "cus_1",
            "last_payment_error": None if status in ("succeeded", "processing") else {"code": "card_declined"},
            "latest_charge": {"id": f"ch_{number}", "object": "charge", "created": at + 5},
            "livemode": False,
            "metadata": {"reference": reference},
            "payment_method": "pm_1",
            "status": status,
        }
        return self.intents[number]

    def complete_set_up(self, session: str) -> dict[str, Any]:
        """The owner allows it on Stripe's page."""
        done = self.sessions[session]
        done |= {"status": "complete", "customer": "cus_1"}
        done["setup_intent"] = {"id": "seti_1", "object": "setup_intent", "payment_method": card("pm_1")}
        return done

    def set_up_report(self, reference: str) -> bytes:
        thing = {
            "id": "seti_1",
            "object": "setup_intent",
            "customer": "cus_1",
            "metadata": {"reference": reference},
            "payment_method": "pm_1",
            "status": "succeeded",
        }
        return _event("setup_intent.succeeded", thing)

    def report(self, intent: dict[str, Any], kind: str = "payment_intent.succeeded", **different: Any) -> bytes:
        """An event about an intent as Stripe posts it: the charge by its id alone."""
        return _event(kind, intent | {"latest_charge": "ch_1"} | different)


def _event(kind: str, thing: dict[str, Any]) -> bytes:
    event = {
        "id": f"evt_{thing['id']}_{kind}",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": epoch(clock.now()) + 5,
        "data": {"object": thing},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": "req_1", "idempotency_key": None},
        "type": kind,
    }
    return json.dumps(event, indent=2).encode()


def signed(raw: bytes, *, secret: str = WEBHOOK_SECRET, age: int = 0) -> dict[str, str]:
    """The header that Stripe signs a report with, `age` seconds ago in real time."""
    at = epoch(clock.real_now()) - age
    return {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(raw.decode(), secret, at)}


def card(number: str) -> dict[str, Any]:
    return {
        "id": number,
        "object": "payment_method",
        "type": "card",
        "card": {"brand": "visa", "last4": "4242", "exp_month": 4, "exp_year": 2030},
    }


def epoch(instant: datetime) -> int:
    return int(instant.astimezone(BEIJING).timestamp())
