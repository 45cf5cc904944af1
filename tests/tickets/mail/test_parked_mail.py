"""The desk decides about mail that is not certain."""

from __future__ import annotations

import pytest
from django.urls import reverse

from common import clock, tenancy
from common.models import AuditEntry
from tests.tickets.mail.mailbag import LATER, messages, reply_address, stage, take, written
from tickets.models import ParkedMail, Ticket

FORM = {
    "organization": "orbit",
    "reporter": "mei@orbit.example",
    "kind": "technical",
    "severity": "guidance",
    "region": "none",
    "subject": "Our cluster is slow",
    "body": "Please help.",
}


@pytest.fixture
def stage_(plans):
    return stage(plans)


@pytest.fixture
def desk(stage_, browse):
    return browse(stage_.people.engineer)


def park(sender="mei@orbit.example", text="Please help.", **more):
    row = take(written(sender, "noreply@support.example", text, **more))
    assert row.outcome == "parked"
    return row.parked


def post(browser, parked, action, **fields):
    with clock.at(LATER):
        return browser.post(reverse(f"tickets:mail_{action}", args=[parked.pk]), fields)


def state(parked):
    return ParkedMail.objects.get(pk=parked.pk).state


def test_the_list_says_why_a_mail_waits_and_the_navigation_how_many(stage_, desk):
    assert "Nothing here" in desk.get("/desk/mail").content.decode()
    assert desk.get("/desk/mail/count").content.decode().strip() == ""
    park()
    page = desk.get("/desk/mail").content.decode()
    assert "mei@orbit.example" in page
    assert "Sent to no reply address of a ticket" in page
    assert "1 mail waits" in desk.get("/desk/mail/count").content.decode()


def test_the_preview_is_text_and_nothing_else(stage_, desk):
    parked = park(text="<script>alert(1)</script> http://evil.example/x", name="<evil@x.example>")
    page = desk.get(f"/desk/mail/{parked.pk}").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; http://evil.example/x" in page
    assert "<script>alert(1)" not in page
    assert 'href="http://evil.example' not in page


def test_the_source_is_a_download(stage_, desk):
    parked = park()
    answer = desk.get(f"/desk/mail/{parked.pk}/source")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == f'attachment; filename="mail-{parked.pk}.eml"'
    assert answer.content.startswith(b"From: mei@orbit.example\r\n")


def test_a_participants_mail_is_added_as_hers(stage_, desk):
    parked = park()
    answer = post(desk, parked, "attach", number=stage_.ticket.number)
    assert answer.url == f"/desk/tickets/{stage_.ticket.number}"
    said = messages(stage_.ticket)[-1]
    assert (said.body, said.author.email, said.side, said.channel) == (
        "Please help.",
        "mei@orbit.example",
        "customer",
        "email",
    )
    assert state(parked) == "attached"
    entry = AuditEntry.objects.filter(action="mail.attached").get()
    assert entry.object == stage_.ticket.number


@pytest.mark.parametrize(
    "sender",
    [
        "eve@else.example",
        "owner@acme.example",
        "viewer@orbit.example",
        "former@orbit.example",
        "expert@support.example",
    ],
)
def test_nobody_joins_a_ticket_by_a_persons_hand(stage_, desk, sender):
    parked = park(sender)
    answer = post(desk, parked, "attach", number=stage_.ticket.number)
    assert answer.status_code == 409
    assert "The sender takes no part in this ticket" in answer.content.decode()
    assert (state(parked), len(messages(stage_.ticket))) == ("waiting", 1)


def test_a_number_that_does_not_exist_is_said_at_its_field(stage_, desk):
    answer = post(desk, park(), "attach", number="T-2026-0000000")
    assert answer.status_code == 400
    assert "There is no ticket of this number." in answer.content.decode()


def test_a_mail_is_filed_as_a_ticket_with_the_checks_of_filing(stage_, desk):
    parked = park()
    refused = post(desk, parked, "file", **FORM | {"region": "xx"})
    assert refused.status_code in (200, 400)
    disabled = stage_.people.acme
    disabled.disabled_at = LATER
    disabled.save(update_fields=["disabled_at"])
    refused = post(desk, parked, "file", **FORM | {"organization": "acme", "reporter": ""})
    assert refused.status_code == 409
    assert state(parked) == "waiting"
    answer = post(desk, parked, "file", **FORM)
    with tenancy.everything():
        ticket = Ticket.objects.latest("pk")
    assert answer.url == f"/desk/tickets/{ticket.number}"
    assert (ticket.channel, ticket.reporter.email, ticket.subject) == (
        "email",
        "mei@orbit.example",
        "Our cluster is slow",
    )
    assert state(parked) == "filed"


def test_it_is_proposed_for_the_senders_organization(stage_, desk):
    page = desk.get(f"/desk/mail/{park().pk}").content.decode()
    assert 'value="orbit"' in page
    assert 'value="mei@orbit.example"' in page


def test_discarding_can_be_undone(stage_, desk):
    parked = park()
    assert post(desk, parked, "discard").url == "/desk/mail"
    assert state(parked) == "discarded"
    assert "Discarded" in desk.get("/desk/mail?show=handled").content.decode()
    assert post(desk, parked, "take_back").url == f"/desk/mail/{parked.pk}"
    assert state(parked) == "waiting"


def test_what_was_handled_is_not_handled_again(stage_, desk):
    parked = park()
    post(desk, parked, "attach", number=stage_.ticket.number)
    for action, fields in (
        ("attach", {"number": stage_.ticket.number}),
        ("file", FORM),
        ("discard", {}),
        ("take_back", {}),
    ):
        assert post(desk, parked, action, **fields).status_code == 409
    assert len(messages(stage_.ticket)) == 2


def test_ignored_mail_can_be_looked_up(stage_, desk):
    take(
        written(
            "owner@orbit.example",
            reply_address(stage_.ticket, stage_.people.outsider),
            "Away.",
            Auto_Submitted="auto-replied",
        )
    )
    page = desk.get("/desk/mail?show=ignored").content.decode()
    assert "An automatic answer" in page
    assert "Away." in page


def test_administrators_look_and_do_nothing_members_see_nothing(stage_, browse):
    parked = park()
    admin = browse(stage_.people.admin)
    assert "Discard it" not in admin.get(f"/desk/mail/{parked.pk}").content.decode()
    assert post(admin, parked, "discard").status_code == 403
    assert browse(stage_.people.outsider).get(f"/desk/mail/{parked.pk}").status_code == 404
    assert state(parked) == "waiting"
