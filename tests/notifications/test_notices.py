"""Telling people: a row in their centre and a mail, once (spec page 4.6)."""

from __future__ import annotations

import pytest
from django.core import mail
from django.utils import translation

from common import outbox, tenancy
from common.models import OutboxEvent
from notifications.access import unread_count
from notifications.kinds import KINDS, subject_of, text_of
from notifications.models import Notification
from notifications.notices import notify

LOW = {"used": 24, "allowance": 30, "month": "2026-11", "organization": "Acme"}


def tell(people, *, kind="quota.low", key="quota.low:1", **other):
    values = {"params": LOW, "url": "/o/acme/quotas", "organization": people.acme} | other
    with tenancy.everything():
        notify(people=[people.owner, people.billing], kind=kind, key=key, **values)


def told() -> list[tuple[str, str]]:
    with tenancy.everything():
        return sorted(Notification.objects.values_list("person__email", "kind"))


def test_everybody_named_is_told_in_the_centre_and_by_mail(people):
    tell(people)
    assert told() == [("billing@acme.example", "quota.low"), ("owner@acme.example", "quota.low")]
    outbox.relay()
    assert sorted(letter.to[0] for letter in mail.outbox) == ["billing@acme.example", "owner@acme.example"]
    letter = mail.outbox[0]
    assert letter.subject == "24 of 30 technical tickets are used"
    assert "24 of 30 technical tickets of November 2026 are used by Acme." in letter.body
    assert "See the quota: http://127.0.0.1:8000/o/acme/quotas" in letter.body
    assert letter.alternatives[0].mimetype == "text/html"


def test_the_same_thing_is_told_once(people):
    tell(people)
    tell(people)
    assert len(told()) == 2
    outbox.relay()
    tell(people)
    outbox.relay()
    assert len(mail.outbox) == 2


def test_a_mail_is_in_the_language_of_its_reader(people):
    people.owner.language = "zh-hans"
    people.owner.save(update_fields=["language"])
    people.acme.language = "zh-hans"
    people.acme.save(update_fields=["language"])
    seen = []
    tell(people)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("notifications.mail.text_of", lambda *_: seen.append(translation.get_language()) or "")
        outbox.relay()
    assert seen == ["zh-hans", "zh-hans"]


def test_a_kind_that_is_only_for_the_centre_sends_no_mail(people):
    tell(people, kind="ticket.message", params={"number": "T-1"})
    assert not OutboxEvent.objects.filter(topic="notice.email").exists()
    assert unread_count(people.owner) == 1


def test_nothing_is_told_when_the_transaction_fails(people):
    def work():
        with tenancy.everything():
            notify(people=[people.owner], kind="quota.low", params=LOW, url="/", key="x", organization=people.acme)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert told() == []
    assert not OutboxEvent.objects.exists()


def test_an_unknown_kind_is_a_fault_and_tells_nobody(people):
    with pytest.raises(ValueError, match="no such kind"):
        tell(people, kind="quota.gone")
    assert told() == []


def test_staff_can_be_told_from_inside_an_organization(people):
    with tenancy.organization(people.acme.pk):
        notify(people=[people.lead], kind="ticket.breach", params={}, url="/desk", key="x", organization=people.acme)
        notify(people=[people.admin], kind="ticket.breach", params={}, url="/desk", key="y")
    assert told() == [("admin@support.example", "ticket.breach"), ("lead@support.example", "ticket.breach")]


def test_somebody_who_left_gets_no_mail(people):
    tell(people)
    people.owner.is_active = False
    people.owner.save(update_fields=["is_active"])
    outbox.relay()
    assert [letter.to for letter in mail.outbox] == [["billing@acme.example"]]


def test_the_unread_count_looks_across_organizations_and_leaves_the_scope_alone(people):
    with tenancy.everything():
        for number, organization in enumerate((people.acme, people.orbit, None)):
            notify(
                people=[people.owner], kind="quota.low", params=LOW, url="", key=f"{number}", organization=organization
            )
    assert unread_count(people.owner) == 3
    assert unread_count(people.billing) == 0
    with tenancy.organization(people.acme.pk):
        assert unread_count(people.owner) == 3
        assert Notification.objects.count() == 1
    assert Notification.objects.count() == 0


class Given(dict):
    """Whatever else a sentence asks for is given too."""

    def get(self, name, default=None):
        return super().get(name, "2026-11-29" if name.endswith("_on") else "Mei")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_kind_reads_without_its_parameters_and_with_them(kind, language):
    with translation.override(language):
        assert "%(" not in text_of(kind, {})
        assert "%(" not in subject_of(kind, {})
    params = Given(
        severity="guidance",
        role="owner",
        tier={"en": "Business", "zh": "企业级"},
        month="2026-11",
        due_at="2026-11-22T01:00:00+00:00",
        amount="1234.50",
        total="5000.00",
        subject="100 % full\nBcc: x",
    )
    assert "–" not in text_of(kind, params)
    assert "\n" not in subject_of(kind, params)


def test_parameters_read_as_words_times_and_amounts():
    assert text_of("order.fulfilled", {"number": "O-1", "organization": "Acme", "total": "1234.50"}) == (
        "Order O-1 of Acme over ¥1,234.50 is paid and fulfilled."
    )
    breach = {"number": "T-1", "organization": "Acme", "due_at": "2026-11-22T01:00:00+00:00", "subject": "Down"}
    assert text_of("ticket.breach", breach) == "Ticket T-1 of Acme is overdue since 22 Nov 2026, 09:00: Down"
    changed = {"organization": "Acme", "tier": {"en": "Business", "zh": "企业级"}}
    assert text_of("subscription.changed", changed) == "The plan of Acme is now Business."
    with translation.override("zh-hans"):
        assert "企业级" in text_of("subscription.changed", changed)
    assert text_of("kind.gone", {}) == "kind.gone"


def test_a_broken_parameter_is_shown_as_it_is():
    assert text_of("quota.low", {"month": "soon", "used": 1}) == "1 of – technical tickets of soon are used by –."
