"""How people are told: switches, phone, SMS (notifications/choices.py and matters.py, spec page 4.6)."""

from __future__ import annotations

import json
import re

import pytest
from django.core import mail

from common import outbox, tenancy
from notifications import choices, sms
from notifications.kinds import KINDS
from notifications.matter_words import CHANNELS, MATTERS, SUBJECTS
from notifications.matters import MATTERS as ALL
from notifications.matters import matter_of, wanted
from notifications.models import NoticeChoice, NoticeSettings, Notification
from notifications.notices import notify
from tests.cast import browser_of
from tests.notifications.receiver import receiver

__all__ = ["receiver"]
SETTINGS = "/api/v1/me/notification-settings"


def tell(person, kind="quota.low", key="k", organization=None):
    with tenancy.everything():
        notify(people=[person], kind=kind, params={"number": "T-1"}, url="/home", key=key, organization=organization)
        row = Notification.objects.filter(person=person, key=key).first()
    outbox.relay()
    return row


# ---- rules -------------------------------------------------------------------------------------------------------


def test_every_kind_of_notice_belongs_to_a_matter_of_its_own_side():
    assert [kind for kind in KINDS if matter_of(kind).code == "other"] == []
    assert set(MATTERS) == set(ALL)
    assert {matter.subject for matter in ALL.values()} == set(SUBJECTS)
    assert list(CHANNELS) == ["centre", "email", "sms"]


@pytest.mark.parametrize(
    ("kind", "matter"),
    [
        ("ticket.step50", "desk_deadlines"),
        ("ticket.step80", "desk_deadlines"),
        ("ticket.breach", "desk_breaches"),
        ("ticket.step200", "desk_breaches"),
        ("ticket.replied", "ticket_answers"),
        ("ticket.closed", "ticket_progress"),
        ("invoice.reminder", "money_owed"),
        ("plan.suspended", "money_owed"),
        ("payment.refunded", "orders"),
        ("member.role", "security"),
        ("member.joined", "members"),
        ("endpoint.failing", "security"),
        ("advisory.published", "advisories"),
        ("something.new", "other"),
    ],
)
def test_kinds_that_are_switched_together(kind, matter):
    assert matter_of(kind).code == matter


def test_a_channel_follows_the_choice_else_the_kinds_default():
    assert wanted("quota.low", "email", mailed=True, choices={})
    assert not wanted("ticket.closed", "email", mailed=False, choices={})
    assert wanted("ticket.closed", "email", mailed=False, choices={("ticket_progress", "email"): True})
    assert not wanted("quota.low", "centre", mailed=True, choices={("quotas", "centre"): False})


def test_what_concerns_access_or_money_that_is_owed_cannot_be_switched_off():
    off = {("money_owed", "email"): False, ("money_owed", "centre"): False, ("security", "email"): False}
    assert wanted("invoice.reminder", "email", mailed=True, choices=off)
    assert wanted("invoice.reminder", "centre", mailed=True, choices=off)
    assert wanted("member.removed", "email", mailed=True, choices=off)


def test_a_text_message_comes_only_where_it_is_offered_and_was_chosen():
    assert not wanted("ticket.breach", "sms", mailed=True, choices={})
    assert wanted("ticket.breach", "sms", mailed=True, choices={("desk_breaches", "sms"): True})
    assert not wanted("quota.low", "sms", mailed=True, choices={("quotas", "sms"): True})


# ---- telling -----------------------------------------------------------------------------------------------------


def test_who_switched_mail_off_has_it_in_the_centre_only(people):
    choices.choose(by=people.owner, switches={"quotas": {"email": False}})
    row = tell(people.owner, organization=people.acme)
    assert (row.in_centre, row.mailed, row.read_at) == (True, False, None)
    assert mail.outbox == []
    assert not choices.wants(people.owner, "quota.low", "email")
    assert choices.wants(people.billing, "quota.low", "email")


def test_who_switched_the_centre_off_gets_the_mail_only(people, api):
    choices.choose(by=people.owner, switches={"quotas": {"centre": False}})
    tell(people.owner, organization=people.acme)
    assert len(mail.outbox) == 1
    assert api(people.owner).get("/api/v1/orgs/acme/notifications").json()["results"] == []
    assert "bell-count" not in browser_of(people.owner).get("/notifications/bell").text


def test_who_switched_all_off_is_told_nothing(people):
    choices.choose(by=people.owner, switches={"quotas": {"centre": False, "email": False}})
    assert tell(people.owner, organization=people.acme) is None
    assert mail.outbox == []


def test_a_switch_back_at_its_default_is_forgotten(people):
    choices.choose(by=people.owner, switches={"quotas": {"email": False}})
    choices.choose(by=people.owner, switches={"quotas": {"email": True}})
    assert not NoticeChoice.objects.exists()


def test_telling_many_people_asks_for_their_switches_once(people, django_assert_num_queries):
    everybody = [people.owner.pk, people.billing.pk, people.member.pk, people.viewer.pk]
    with django_assert_num_queries(1):
        found = choices.wanting(everybody, "quota.low")
    assert found == {"centre": set(everybody), "email": set(everybody), "sms": set()}


# ---- text messages -----------------------------------------------------------------------------------------------


def twilio(settings, receiver) -> None:
    settings.SMS_URL = f"twilio+http://AC12:tok%2Fen@127.0.0.1:{receiver.port}?from=+15005550006"
    settings.WEBHOOK_ALLOWED_HOSTS = []


def with_phone(person) -> None:
    choices.change_settings(by=person, phone="+86 138-0000-0000")
    choices.choose(by=person, switches={"desk_breaches": {"sms": True}})


def test_a_breach_is_told_by_text_message_to_who_chose_it(people, settings, receiver):
    twilio(settings, receiver)
    with_phone(people.lead)
    tell(people.lead, "ticket.breach")
    tell(people.engineer, "ticket.breach")
    (taken,) = receiver.requests
    assert taken.path == "/2010-04-01/Accounts/AC12/Messages.json"
    assert taken.headers["Authorization"] == "Basic QUMxMjp0b2svZW4="
    assert taken.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert taken.body.startswith(b"To=%2B8613800000000&From=%2B15005550006&Body=Overdue%3A+ticket+T-1")


def test_a_gateway_that_is_busy_is_asked_again_and_a_wrong_number_is_not(people, settings, receiver):
    twilio(settings, receiver)
    receiver.answer(503)
    with pytest.raises(sms.NotTaken):
        sms.send(phone="+8613800000000", text="x", number="1")
    receiver.answer(400, b'{"code": 21211}')
    sms.send(phone="+8613800000000", text="x", number="1")
    assert len(receiver.requests) == 2


def test_without_a_gateway_or_a_number_nothing_is_sent(people, settings, receiver):
    settings.SMS_URL = ""
    sms.send(phone="+8613800000000", text="x", number="1")
    twilio(settings, receiver)
    choices.choose(by=people.lead, switches={"desk_breaches": {"sms": True}})
    tell(people.lead, "ticket.breach")
    assert receiver.requests == []


def test_a_text_message_has_three_hundred_characters_at_most():
    text = sms.fitted("x" * 500, "http://a.example/t")
    assert len(text) == 300
    assert text.endswith("… http://a.example/t")


# ---- doors -------------------------------------------------------------------------------------------------------


def test_the_settings_are_read_and_changed_by_api(people, api):
    client = api(people.owner)
    shown = client.get(SETTINGS).json()
    assert (shown["phone"], shown["daily_digest"]) == ("", False)
    assert shown["switches"]["quotas"] == {
        "centre": {"on": True, "fixed": False},
        "email": {"on": True, "fixed": False},
    }
    assert shown["switches"]["money_owed"]["email"] == {"on": True, "fixed": True}
    assert "desk_breaches" not in shown["switches"]
    asked = {"phone": "0086 (138) 0000-0000", "daily_digest": True, "switches": {"quotas": {"email": False}}}
    changed = client.patch(SETTINGS, asked, format="json").json()
    assert (changed["phone"], changed["daily_digest"]) == ("+8613800000000", True)
    assert changed["switches"]["quotas"]["email"]["on"] is False
    assert NoticeSettings.objects.get().person == people.owner


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"phone": "12345"}, "phone"),
        ({"phone": "+86abc"}, "phone"),
        ({"switches": {"money_owed": {"email": False}}}, "switches.money_owed.email"),
        ({"switches": {"desk_breaches": {"sms": True}}}, "switches.desk_breaches.sms"),
        ({"switches": {"quotas": {"sms": True}}}, "switches.quotas.sms"),
        ({"switches": {"nonsense": {"email": True}}}, "switches.nonsense.email"),
        ({"switches": [1]}, "switches"),
    ],
)
def test_what_cannot_be_chosen_is_a_field_error_and_nothing_changes(people, api, asked, field):
    answer = api(people.owner).patch(SETTINGS, {"daily_digest": True, **asked}, format="json")
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not NoticeChoice.objects.exists()
    assert not NoticeSettings.objects.filter(daily_digest=True).exists()


def test_staff_choose_about_the_desk(people, api):
    switches = api(people.lead).get(SETTINGS).json()["switches"]
    assert switches["desk_breaches"]["sms"] == {"on": False, "fixed": False}
    assert "ticket_answers" not in switches


def test_the_page_saves_every_switch(people):
    browser = browser_of(people.owner)
    page = browser.get("/account/notifications").text
    on = re.findall(r'name="([a-z_.]+)" checked', page)
    assert "quotas.email" in on
    assert 'name="money_owed.email" checked disabled' in page
    posted = {name: "on" for name in on if name != "quotas.email"} | {"phone": "+8613800000000", "members.email": "on"}
    assert browser.post("/account/notifications", posted).status_code == 303
    kept = NoticeChoice.objects.values_list("matter", "channel", "wanted")
    assert sorted(kept) == [("members", "email", True), ("quotas", "email", False)]
    page = browser.get("/account/notifications").text
    assert 'value="+8613800000000"' in page
    assert 'name="quotas.email" aria-label' in page


def test_a_wrong_number_stays_in_the_form(people):
    answer = browser_of(people.owner).post("/account/notifications", {"phone": "<script>12"})
    assert answer.status_code == 400
    assert "&lt;script&gt;12" in answer.text
    assert "Write it with the country" in answer.text
    assert json.dumps(list(NoticeSettings.objects.all())) == "[]"
