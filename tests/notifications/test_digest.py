"""The daily digest (notifications/digest.py, spec page 4.6): once a day, with what was not mailed and is not read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from common import clock, outbox, tenancy
from notifications import choices, digest
from notifications.models import Digest, Notification
from notifications.notices import notify

NINE = datetime(2026, 11, 3, 1, 0, tzinfo=UTC)  # 09:00 in Beijing


def tell(reader, organization, key, kind="member.joined", at=NINE - timedelta(hours=3), **params):
    with clock.at(at), tenancy.everything():
        notify(
            people=[reader],
            kind=kind,
            params={"person": "Mei", "role": "member", "organization": organization.name} | params,
            url="/o/acme/members",
            key=key,
            organization=organization,
        )


def run(at=NINE) -> int:
    with clock.at(at):
        made = digest.send_digests(at=at)["digests"]
        outbox.relay()
    return made


@pytest.fixture
def reader(people):
    choices.change_settings(by=people.owner, daily_digest=True)
    return people.owner


def test_the_digest_holds_what_was_not_mailed(people, reader):
    tell(reader, people.acme, "a", person="<b>Mei</b>")
    tell(reader, people.orbit, "b", person="Jun")
    tell(reader, people.acme, "mailed", kind="quota.low")
    outbox.relay()
    mail.outbox.clear()
    assert run() == 1
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["owner@acme.example"], "2 notifications of Support Plans")
    assert "- <b>Mei</b> joined Acme as Member.\n  http://127.0.0.1:8000/o/acme/members" in letter.body
    assert "- Jun joined Orbit as Member." in letter.body
    assert "technical tickets" not in letter.body
    html = letter.alternatives[0].content
    assert "&lt;b&gt;Mei&lt;/b&gt; joined Acme" in html
    assert letter.extra_headers["Message-ID"] == f"<digest.{Digest.objects.get().pk}@127.0.0.1>"


def test_a_second_run_and_a_late_one_make_no_second_digest_of_the_day(people, reader):
    tell(reader, people.acme, "a")
    assert [run(), run(), run(NINE + timedelta(hours=5))] == [1, 0, 0]
    assert len(mail.outbox) == 1


def test_each_digest_begins_behind_the_last(people, reader):
    tell(reader, people.acme, "a", person="Mei")
    run()
    tell(reader, people.acme, "b", person="Jun", at=NINE + timedelta(hours=1))
    assert run(NINE + timedelta(days=1)) == 1
    assert "Mei" not in mail.outbox[1].body
    assert "Jun joined Acme" in mail.outbox[1].body


def test_nothing_new_or_all_read_sends_nothing(people, reader):
    assert run() == 0
    tell(reader, people.acme, "a")
    with tenancy.everything():
        Notification.objects.update(read_at=NINE)
    assert run() == 0
    assert mail.outbox == []


def test_who_did_not_choose_it_gets_none(people, reader):
    tell(people.billing, people.acme, "a")
    assert run() == 0


def test_who_switched_mail_off_finds_it_in_the_digest(people, reader):
    choices.choose(by=reader, switches={"quotas": {"email": False}})
    tell(reader, people.acme, "a", kind="quota.exhausted", allowance=30, month="2026-11")
    assert run() == 1
    assert "has used all 30 technical tickets of November 2026" in mail.outbox[0].body


def test_a_run_that_dies_is_gone_on_with(people, reader, monkeypatch):
    choices.change_settings(by=people.billing, daily_digest=True)
    for someone in (reader, people.billing):
        tell(someone, people.acme, "a")
    emit, seen = outbox.emit, []

    def dies(topic, **options):
        if seen:
            raise KeyboardInterrupt
        seen.append(topic)
        emit(topic, **options)

    monkeypatch.setattr(digest.outbox, "emit", dies)
    with pytest.raises(KeyboardInterrupt), clock.at(NINE):
        digest.send_digests(at=NINE)
    monkeypatch.setattr(digest.outbox, "emit", emit)
    assert run() == 1
    assert sorted(letter.to[0] for letter in mail.outbox) == ["billing@acme.example", "owner@acme.example"]


def test_the_digest_is_in_the_readers_language(people, reader):
    reader.language = "zh-hans"
    reader.save(update_fields=["language"])
    tell(reader, people.acme, "a")
    run()
    assert '<html lang="zh-hans">' in mail.outbox[0].alternatives[0].content


def test_a_long_list_is_cut_and_counted(people, reader):
    for number in range(digest.MOST_LINES + 7):
        tell(reader, people.acme, f"n{number}")
    run()
    assert mail.outbox[0].body.count("joined Acme") == digest.MOST_LINES
    assert "… and 7 more" in mail.outbox[0].body
