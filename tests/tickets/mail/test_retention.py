"""Mail that came goes when it is old and handled; what waits for a person stays (docs/operations.md)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common import clock
from common.problems import NotFound
from portal.housekeeping import sweep_old_rows
from tests.tickets.mail.mailbag import LATER, stage, take, written
from tickets.mail import parking, retention
from tickets.models import ParkedMail, ReceivedMail

DAYS = timedelta(days=180)


@pytest.fixture
def engineer(plans):
    return stage(plans).people.engineer


def park(text: str) -> ParkedMail:
    return take(written("mei@orbit.example", "noreply@support.example", text)).parked


def texts() -> list[str]:
    return sorted(ReceivedMail.objects.values_list("excerpt", flat=True))


def test_what_was_handled_goes_with_its_file_and_what_waits_stays(engineer, settings):
    settings.MAIL_KEPT_DAYS = 180
    with clock.at(LATER):
        waits, handled = park("I wait."), park("I was put aside.")
        parking.discard(parked=handled, by=engineer, at=LATER)
    assert retention.forget_old(at=LATER + DAYS) == 0
    assert retention.forget_old(at=LATER + DAYS + timedelta(seconds=1)) == 1
    assert texts() == ["I wait."]
    assert parking.raw_of(waits)
    with pytest.raises(NotFound):
        parking.raw_of(handled)
    assert retention.forget_old(at=LATER + 10 * DAYS) == 0
    assert list(ParkedMail.objects.all()) == [waits]


def test_days_count_from_the_decision(engineer, settings):
    settings.MAIL_KEPT_DAYS = 180
    with clock.at(LATER):
        late = park("Decided late.")
    parking.discard(parked=late, by=engineer, at=LATER + DAYS)
    assert retention.forget_old(at=LATER + DAYS + timedelta(days=1)) == 0
    assert retention.forget_old(at=LATER + 2 * DAYS + timedelta(days=1)) == 1


def test_ignored_mail_goes_too_and_many_go_in_batches(engineer, settings, monkeypatch):
    settings.MAIL_KEPT_DAYS = 30
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    ReceivedMail.objects.bulk_create(
        ReceivedMail(key=f"k{number}", outcome="ignored", excerpt=str(number), at=LATER) for number in range(5)
    )
    with clock.at(LATER + timedelta(days=31)):
        assert sweep_old_rows(at=clock.now())["mails"] == 5
    assert texts() == []


def test_zero_days_keep_everything(engineer, settings):
    settings.MAIL_KEPT_DAYS = 0
    ReceivedMail.objects.create(key="k", outcome="ignored", at=LATER)
    assert retention.forget_old(at=LATER + 100 * DAYS) == 0
    assert ReceivedMail.objects.count() == 1
