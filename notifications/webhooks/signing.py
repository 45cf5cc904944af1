"""The signature of a webhook by the Standard Webhooks scheme (standardwebhooks.com, version v1). Pure.

    signature = "v1," + base64(HMAC-SHA256(key, id + "." + timestamp + "." + body))
    key       = the bytes whose base64 follows "whsec_" in the secret
    headers   = webhook-id, webhook-timestamp (seconds), webhook-signature (several signatures with a space between)

The scheme's own example: secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw, id msg_p5jXN8AQM9LWM0D4loKWxJek, timestamp
1614265330, body {"test": 2432232314} → v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
KEY_BYTES = 32


def new_secret() -> str:
    """A secret with 256 random bits, as receivers configure it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def signature(*, secret: str, message_id: str, timestamp: int, body: str) -> str:
    """One signature, such as v1,g0hM9SsE…; ValueError for a text that is no secret."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("the secret is not base64") from error
    signed = f"{message_id}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(*, secrets_in_use: Iterable[str], message_id: str, timestamp: int, body: str) -> dict[str, str]:
    """The three headers; while two secrets overlap, either of them verifies."""
    signatures = [
        signature(secret=secret, message_id=message_id, timestamp=timestamp, body=body) for secret in secrets_in_use
    ]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
