"""A receiver on this machine, and a webhook of acme that leads to it."""

from __future__ import annotations

import pytest

from tests.notifications.happenings import HOOKS
from tests.notifications.receiver import receiver

__all__ = ["receiver"]


@pytest.fixture
def hook(people, api, receiver):
    """A webhook of acme for two events, as its maker got it."""
    asked = {"url": receiver.url, "events": ["quota.low", "invoice.issued"]}
    answer = api(people.owner).post(HOOKS, asked, format="json")
    assert answer.status_code == 201, answer.json()
    return answer.json()
