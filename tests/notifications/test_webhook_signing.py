"""The Standard Webhooks signature (notifications/webhooks/signing.py) against the scheme's published example."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from notifications.webhooks.signing import headers, new_secret, signature

EXAMPLE = {
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "message_id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "timestamp": 1614265330,
    "body": '{"test": 2432232314}',
}


def test_the_published_example():
    assert signature(**EXAMPLE) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_works_with_and_without_its_prefix():
    bare = EXAMPLE | {"secret": EXAMPLE["secret"].removeprefix("whsec_")}
    assert signature(**bare) == signature(**EXAMPLE)


def test_chinese_is_signed_as_utf_8():
    body = '{"subject":"打印机"}'
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    expected = base64.b64encode(hmac.new(key, f"m.1.{body}".encode(), hashlib.sha256).digest()).decode()
    found = signature(secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", message_id="m", timestamp=1, body=body)
    assert found == f"v1,{expected}"


def test_while_two_secrets_overlap_both_sign():
    old, new = new_secret(), new_secret()
    found = headers(secrets_in_use=[new, old], message_id="m", timestamp=7, body="{}")
    signed = {"message_id": "m", "timestamp": 7, "body": "{}"}
    assert found == {
        "webhook-id": "m",
        "webhook-timestamp": "7",
        "webhook-signature": f"{signature(secret=new, **signed)} {signature(secret=old, **signed)}",
    }


def test_a_secret_has_256_random_bits():
    one, other = new_secret(), new_secret()
    assert one.startswith("whsec_")
    assert one != other
    assert len(base64.b64decode(one.removeprefix("whsec_"))) == 32


def test_a_text_that_is_no_secret_is_told():
    with pytest.raises(ValueError, match="base64"):
        signature(secret="whsec_!!", message_id="m", timestamp=1, body="")
