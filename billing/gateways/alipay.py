"""Alipay: page payments, queries, refunds, reports signed with RSA2 (python-alipay-sdk).

Methods cannot be stored: its auto-debit agreements are personal ones, signed inside the wallet's own app and under a
contract of their own, so that there is nothing an organization could leave with us (docs/decisions.md).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from http.client import HTTPException
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.gateways.interface import (
    BadSignature,
    Charge,
    Event,
    Gateway,
    GatewayRefused,
    GatewayUnreachable,
    Offer,
    PaidCharge,
    Unrelated,
    Word,
)
from common import clock, money
from common.beijing import BEIJING
from common.money import CURRENCY, Money
from common.problems import FieldErrors

TIMEOUT_SECONDS = 10
PAID = ("TRADE_SUCCESS", "TRADE_FINISHED")
CLOSED = "TRADE_CLOSED"
# Worth asking again: Alipay itself was not able to answer.
BUSY = ("20000", "ACQ.SYSTEM_ERROR", "aop.ACQ.SYSTEM_ERROR")


class AlipayGateway(Gateway):
    code = "alipay"
    # It repeats a report until it hears exactly this.
    thanks = ("text/plain", "success")

    def offer(self) -> Offer:
        return Offer(
            label=gettext_lazy("Alipay"),
            note=gettext_lazy("You pay on Alipay's page or with its app."),
            largest=settings.WALLET_LARGEST_PAYMENT,
        )

    def is_set_up(self) -> bool:
        return bool(settings.ALIPAY_APP_ID and settings.ALIPAY_PRIVATE_KEY and settings.ALIPAY_PUBLIC_KEY)

    def open_page(self, charge: Charge) -> str:
        query = _client().client_api(
            "alipay.trade.page.pay",
            {
                "out_trade_no": charge.reference,
                "total_amount": money.plain(charge.amount),
                "subject": charge.title,
                "product_code": "FAST_INSTANT_TRADE_PAY",
            },
            return_url=charge.return_url,
            notify_url=settings.PUBLIC_URL + reverse("billing:gateway-notification", args=[self.code]),
            timestamp=_timestamp(),
        )
        return f"{settings.ALIPAY_API_URL}?{query}"

    def read(self, raw: bytes, headers: Mapping[str, str]) -> Word:
        from alipay.exceptions import AliPayException

        try:
            fields = _fields(raw.decode("utf-8"))
            signature = fields.pop("sign", "")
            # A copy: the SDK takes the type of the signature out of what it verifies.
            genuine = _client().verify(dict(fields), signature)
        except (AliPayException, ValueError) as wrong:
            raise BadSignature from wrong
        if not genuine:
            raise BadSignature
        if fields.get("app_id") != settings.ALIPAY_APP_ID:
            raise FieldErrors({"app_id": [_("This report is for another application.")]})
        return _word_of(fields)

    def reread(self, raw: str) -> Word:
        if raw.startswith("{"):
            said = json.loads(raw)
            return _event_of(said["event_id"], said["trade"])
        return _word_of(_fields(raw))

    def query(self, reference: str) -> tuple[Event, str] | None:
        trade = _ask("alipay.trade.query", {"out_trade_no": reference})
        if trade.get("sub_code") == "ACQ.TRADE_NOT_EXIST":
            return None
        _refuse_unless_done(trade)
        status = trade.get("trade_status")
        if status not in (*PAID, CLOSED):
            return None
        event_id = f"query-{reference}-{'succeeded' if status in PAID else 'declined'}"
        return _event_of(event_id, trade), json.dumps({"event_id": event_id, "trade": trade}, ensure_ascii=False)

    def refund(self, *, paid: PaidCharge, refund_reference: str, amount: Money) -> None:
        answer = _ask(
            "alipay.trade.refund",
            {
                "out_trade_no": paid.reference,
                "refund_amount": money.plain(amount),
                # A repeat under the same number is the same refund.
                "out_request_no": refund_reference,
            },
        )
        _refuse_unless_done(answer)


def _client() -> Any:
    from alipay import AliPay
    from alipay.utils import AliPayConfig

    client = AliPay(
        appid=settings.ALIPAY_APP_ID,
        app_private_key_string=_key(settings.ALIPAY_PRIVATE_KEY),
        alipay_public_key_string=_key(settings.ALIPAY_PUBLIC_KEY),
        sign_type="RSA2",
        config=AliPayConfig(timeout=TIMEOUT_SECONDS),
    )
    client._gateway = settings.ALIPAY_API_URL
    return client


def _key(text: str) -> str | bytes:
    """A key as PEM, its line ends possibly written `\\n`, or as the bare Base64 that Alipay's own tool gives out."""
    text = text.strip().replace("\\n", "\n")
    return text if text.startswith("-----BEGIN") else base64.b64decode(text)


def _ask(method: str, content: dict[str, Any]) -> dict[str, Any]:
    from alipay.exceptions import AliPayException, AliPayValidationError

    try:
        return _client().server_api(method, content, timestamp=_timestamp())
    except AliPayException as refused:
        raise GatewayRefused(str(refused)) from refused
    except (OSError, HTTPException, ValueError, AliPayValidationError) as silent:
        raise GatewayUnreachable from silent


def _refuse_unless_done(answer: dict[str, Any]) -> None:
    if answer.get("code") == "10000":
        return
    said = f"{answer.get('code')} {answer.get('sub_code')} {answer.get('sub_msg')}"
    if answer.get("code") in BUSY or answer.get("sub_code") in BUSY:
        raise GatewayUnreachable from GatewayRefused(said)
    raise GatewayRefused(said)


def _timestamp() -> str:
    """Alipay refuses requests that are not of its present: real time, in Beijing."""
    return clock.real_now().astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def _fields(body: str) -> dict[str, str]:
    """The fields of a report. Raises ValueError for a field given twice: which one was signed would be open."""
    pairs = parse_qsl(body, keep_blank_values=True, strict_parsing=True)
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field is given twice")
    return fields


def _word_of(fields: dict[str, str]) -> Word:
    event_id, status = fields.get("notify_id", ""), fields.get("trade_status", "")
    if not 0 < len(event_id) <= 100:
        raise FieldErrors({"notify_id": [_("Give a text of 1 to 100 characters.")]})
    # A refund is reported with the state of its trade: nothing new about the payment.
    is_refund = bool(fields.get("refund_fee") or fields.get("gmt_refund"))
    if is_refund or status not in (*PAID, CLOSED):
        return Unrelated(event_id, fields.get("out_trade_no", "")[:100])
    return _event_of(event_id, fields)


def _event_of(event_id: str, trade: Mapping[str, Any]) -> Event:
    """Reports and answers name the same things, but for the instant of the payment."""
    try:
        paid_at = trade.get("gmt_payment") or trade.get("send_pay_date") or trade.get("notify_time")
        occurred_at = datetime.fromisoformat(str(paid_at)).replace(tzinfo=BEIJING) if paid_at else clock.now()
        amount = Decimal(str(trade["total_amount"]))
        if not amount.is_finite() or abs(amount) > money.LARGEST:
            raise ValueError(amount)
    except (LookupError, ValueError, InvalidOperation) as unreadable:
        raise FieldErrors({"body": [_("This is no report of Alipay's.")]}) from unreadable
    return Event(
        event_id=event_id,
        reference=str(trade.get("out_trade_no", ""))[:100],
        outcome="succeeded" if trade["trade_status"] in PAID else "declined",
        amount=amount,
        # Its trades are in CNY; another settlement currency is named.
        currency=str(trade.get("trans_currency") or CURRENCY),
        occurred_at=occurred_at,
        gateway_id=str(trade.get("trade_no", ""))[:100],
    )
