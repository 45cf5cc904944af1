"""Gateways are set up loudly: what is missing names itself and stops the start (page 8.3)."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import environment

KNOWN = ("sandbox", "alipay", "stripe", "bank_transfer")
REAL_PLACE = {
    "PORTAL_TESTING": "",
    "PORTAL_DEMO": "",
    "SECRET_KEY": "x" * 60,
    "EMAIL_URL": "consolemail://",
    "SANDBOX_ALLOWED": "1",
    "SANDBOX_SECRET": "other",
}


@pytest.fixture
def start(tmp_path):
    """`start(PAYMENT_GATEWAY=…)`: what the settings of a real place say about it, '' where they start."""

    def run(**different: str) -> str:
        known = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        answer = subprocess.run(
            [sys.executable, "-c", "import portal.settings"],
            env=known | {"PORTAL_HOME": str(tmp_path)} | REAL_PLACE | different,
            capture_output=True,
            text=True,
            check=False,
        )
        return answer.stderr.strip().rpartition("\n")[2].partition("ImproperlyConfigured: ")[2]

    return run


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"PAYMENT_GATEWAY": "sandbox"}, ""),
        (
            {"PAYMENT_GATEWAY": "sandbox,bank_transfer", "BANK_ACCOUNT_NUMBER": "1", "BANK_ACCOUNT_BANK": "Bank"},
            "PAYMENT_GATEWAY: the sandbox gives away",
        ),
        ({"PAYMENT_GATEWAY": "stripe"}, "STRIPE_SECRET_KEY is not set"),
        ({"PAYMENT_GATEWAY": "alipay", "ALIPAY_APP_ID": "1"}, "ALIPAY_PRIVATE_KEY is not set"),
        ({"PAYMENT_GATEWAY": "bank_transfer"}, "BANK_ACCOUNT_NUMBER and BANK_ACCOUNT_BANK are not both set"),
        (
            {
                "PAYMENT_GATEWAY": "stripe, bank_transfer",
                "STRIPE_SECRET_KEY": "sk",
                "STRIPE_WEBHOOK_SECRET": "whsec",
                "BANK_ACCOUNT_NUMBER": "1",
                "BANK_ACCOUNT_BANK": "Bank",
                "SANDBOX_ALLOWED": "0",
            },
            "",
        ),
    ],
)
def test_a_real_place_starts_with_gateways_that_are_set_up(start, given, said):
    answer = start(**given)
    assert answer.startswith(said) if said else answer == ""


@pytest.mark.parametrize(
    ("value", "listed"),
    [("sandbox", ("sandbox",)), ("stripe , alipay", ("stripe", "alipay")), ("", ("sandbox",))],
)
def test_gateways_are_listed_the_default_one_first(monkeypatch, value, listed):
    monkeypatch.setenv("PAYMENT_GATEWAY", value)
    assert environment.listed(environ.Env(), "PAYMENT_GATEWAY", "sandbox", choices=KNOWN) == listed


@pytest.mark.parametrize("value", ["paypal", "sandbox,sandbox", ",", "sandbox;alipay"])
def test_a_wrong_list_names_itself(monkeypatch, value):
    monkeypatch.setenv("PAYMENT_GATEWAY", value)
    with pytest.raises(ImproperlyConfigured, match="PAYMENT_GATEWAY"):
        environment.listed(environ.Env(), "PAYMENT_GATEWAY", "sandbox", choices=KNOWN)


@pytest.mark.parametrize("value", ["0", "-1", "1.005", "much", "NaN", "1e99"])
def test_a_wrong_amount_names_itself(monkeypatch, value):
    assert environment.amount(environ.Env(), "WALLET_LARGEST_PAYMENT", "500000.00") == Decimal("500000.00")
    monkeypatch.setenv("WALLET_LARGEST_PAYMENT", value)
    with pytest.raises(ImproperlyConfigured, match="WALLET_LARGEST_PAYMENT"):
        environment.amount(environ.Env(), "WALLET_LARGEST_PAYMENT", "500000.00")
