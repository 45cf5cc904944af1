"""A ticket at the support desk: claiming, answering, notes, refusals in place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from common import clock, tenancy
from tests.tickets.conftest import NOON, act, file, fresh, history_of, message, reply, timers_of
from tests.tickets.desk_browser import LATER, _at_noon, address, budget, catch, desk, messages_of, ticket  # noqa: F401
from tickets import handling

# ---- a ticket ------------------------------------------------------------------------------------------------------


def test_a_ticket_shows_what_the_desk_needs(desk, people, ticket):
    with tenancy.everything(), clock.at(LATER):
        from tickets.conversation import note

        note(ticket=ticket, by=people.expert, body="Looks like **bug 7**", at=LATER)
    page = desk().get(address("desk_ticket", ticket)).content.decode()
    assert "Disks fill up &lt;b&gt;fast&lt;/b&gt;" in page
    assert "One in <strong>twenty</strong> requests" in page
    assert "Internal note: only the staff sees it" in page
    assert "<strong>bug 7</strong>" in page
    assert "Production impaired" in page
    assert "in 2 h 55 min" in page
    assert "CN North" in page or "cn-north-4" in page
    assert reverse("portal:organization_card", args=["orbit"]) in page


def test_claiming_takes_the_ticket(desk, people, ticket):
    answer = desk().post(address("claim", ticket))
    assert answer.status_code == 303
    assert answer["Location"] == address("desk_ticket", ticket)
    now = fresh(ticket)
    assert (now.assignee_id, now.status) == (people.engineer.pk, "in_progress")


def test_an_open_page_gets_its_parts_after_an_action(desk, people, ticket):
    answer = desk(**{"HX-Request": "true"}).post(address("claim", ticket))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'id="ticket-head" hx-swap-oob="outerHTML"' in text
    assert "Yours" in text
    assert "<textarea" not in text


def test_who_comes_second_is_told_who_has_it(desk, people, ticket):
    act(handling.claim, ticket, people.expert, LATER)
    answer = desk(**{"HX-Request": "true"}).post(address("claim", ticket))
    assert answer.status_code == 409
    assert "Expert has this ticket already." in answer.content.decode()
    assert 'data-problem="already_claimed"' in answer.content.decode()
    whole = desk().post(address("claim", ticket))
    assert whole.status_code == 409
    assert "Expert has this ticket already." in whole.content.decode()
    assert fresh(ticket).assignee_id == people.expert.pk


def test_claiming_from_the_queue_refreshes_it(desk, people, ticket):
    browser = desk(**{"HX-Request": "true"})
    answer = browser.post(address("claim", ticket), {"from": "queue"})
    assert (answer.status_code, answer["HX-Trigger"]) == (204, "desk:claimed")
    assert fresh(ticket).assignee_id == people.engineer.pk
    second = desk(people.lead, **{"HX-Request": "true"}).post(address("claim", ticket), {"from": "queue"})
    assert (second.status_code, second["HX-Trigger"]) == (409, "desk:claimed")
    assert second.content.decode().startswith("<div") or "data-problem" in second.content.decode()
    assert "Engineer has this ticket already." in second.content.decode()


def test_releasing_puts_it_back(desk, people, ticket):
    act(handling.claim, ticket, people.engineer, LATER)
    desk().post(address("release", ticket))
    now = fresh(ticket)
    assert (now.assignee_id, now.status) == (None, "open")


def test_assigning_names_the_colleague(desk, people, ticket):
    menu = desk().get(address("assignees", ticket)).content.decode()
    assert people.expert.email in menu
    assert people.billing_operator.email not in menu
    assert people.admin.email not in menu
    desk().post(address("assign", ticket), {"to": people.expert.email})
    assert fresh(ticket).assignee_id == people.expert.pk


def test_nobody_outside_the_desk_is_given_a_ticket(desk, people, ticket):
    answer = desk(**{"HX-Request": "true"}).post(address("assign", ticket), {"to": people.billing_operator.email})
    assert answer.status_code == 400
    assert "Nobody who works on tickets has this e-mail address." in answer.content.decode()
    assert fresh(ticket).assignee_id is None


def test_a_reply_answers_and_claims(desk, people, ticket):
    desk().post(address("reply", ticket), {"body": "We look into it.", "claim": "1"})
    now = fresh(ticket)
    assert (now.assignee_id, now.status, now.response_state) == (people.engineer.pk, "in_progress", "met")
    last = messages_of(ticket)[-1]
    assert (last.body, last.public, last.side) == ("We look into it.", True, "staff")


def test_a_reply_with_a_claim_is_refused_whole_when_somebody_has_it(desk, people, ticket):
    act(handling.claim, ticket, people.expert, LATER)
    answer = desk(**{"HX-Request": "true"}).post(address("reply", ticket), {"body": "Me too.", "claim": "1"})
    assert answer.status_code == 409
    assert "Expert has this ticket already." in answer.content.decode()
    assert len(messages_of(ticket)) == 1
    assert fresh(ticket).response_state == "running"


@pytest.mark.parametrize(
    ("then", "status"), [("", "in_progress"), ("wait", "waiting_customer"), ("resolve", "resolved")]
)
def test_a_reply_may_wait_or_resolve(desk, ticket, then, status):
    desk().post(address("reply", ticket), {"body": "Try this.", "then": then})
    assert fresh(ticket).status == status


@pytest.mark.parametrize("then", ["wait", "resolve"])
def test_without_an_answer_nothing_waits_or_is_resolved(desk, ticket, then):
    answer = desk(**{"HX-Request": "true"}).post(address("reply", ticket), {"body": " ", "then": then})
    assert answer.status_code == 409
    assert 'data-problem="answer_owed"' in answer.content.decode()
    assert "The customer is still waiting for an answer" in answer.content.decode()
    assert fresh(ticket).status == "open"


def test_after_an_answer_it_is_resolved_without_another_word(desk, people, ticket):
    reply(ticket, people.engineer, LATER)
    desk().post(address("reply", ticket), {"body": "", "then": "resolve"})
    assert fresh(ticket).status == "resolved"
    assert len(messages_of(ticket)) == 2


def test_an_empty_reply_is_refused_and_nothing_is_stored(desk, ticket):
    answer = desk(**{"HX-Request": "true"}).post(address("reply", ticket), {"body": "  "})
    assert answer.status_code == 400
    assert len(messages_of(ticket)) == 1


@pytest.mark.parametrize("name", ["reply", "note", "assign"])
def test_characters_that_cannot_be_stored_are_no_fault(desk, ticket, name):
    answer = desk(**{"HX-Request": "true"}).post(address(name, ticket), {"body": "a\x00b", "to": "a\x00b"})
    assert answer.status_code in (200, 400)


def test_a_double_click_sends_one_reply(desk, ticket):
    posted = {"body": "Once.", "idempotency_key": "k-1"}
    browser = desk(**{"HX-Request": "true"})
    assert browser.post(address("reply", ticket), posted).status_code == 200
    assert browser.post(address("reply", ticket), posted).status_code == 200
    assert len(messages_of(ticket)) == 2


def test_every_answer_to_a_post_brings_a_new_key(desk, ticket):
    answer = desk(**{"HX-Request": "true"}).post(address("note", ticket), {"body": "One", "idempotency_key": "k-1"})
    assert 'id="reply-key"' in answer.content.decode()
    assert "k-1" not in answer.content.decode()
    # Not so for live parts: a reply whose answer was lost keeps its key.
    assert 'id="reply-key"' not in desk().get(address("desk_ticket_parts", ticket)).content.decode()


def test_a_note_answers_nothing(desk, people, ticket):
    desk().post(address("note", ticket), {"body": "Only for us."})
    now = fresh(ticket)
    assert (now.status, now.response_state) == ("open", "running")
    last = messages_of(ticket)[-1]
    assert (last.body, last.public) == ("Only for us.", False)


def test_files_come_with_a_reply_and_only_the_desk_reads_them(desk, people, ticket):
    sent = SimpleUploadedFile("trace.log", b"line 1\n")
    desk().post(address("reply", ticket), {"body": "See the file.", "attachments": [sent]})
    file_ = messages_of(ticket)[-1].files[0]
    path = reverse("tickets:desk_attachment", args=[ticket.number, file_.key])
    answer = desk(people.admin).get(path)
    assert b"".join(answer.streaming_content) == b"line 1\n"
    assert answer["Content-Disposition"] == 'attachment; filename="trace.log"'
    assert desk(people.outsider).get(path).status_code == 404
    other = file(people.orbit, people.outsider, NOON)
    assert desk().get(reverse("tickets:desk_attachment", args=[other.number, file_.key])).status_code == 404


def test_a_file_that_is_not_allowed_is_named(desk, ticket):
    sent = SimpleUploadedFile("page.html", b"<script>")
    answer = desk(**{"HX-Request": "true"}).post(address("reply", ticket), {"body": "x", "attachments": [sent]})
    assert answer.status_code == 400
    assert "page.html" in answer.content.decode()
    assert len(messages_of(ticket)) == 1


def test_accepting_is_offered_where_it_is_promised(desk, people, ticket):
    basic = file(people.acme, people.member, NOON, kind="business", severity="guidance", region="")
    assert address("accept", basic) in desk().get(address("desk_ticket", basic)).content.decode()
    assert address("accept", ticket) not in desk().get(address("desk_ticket", ticket)).content.decode()
    desk().post(address("accept", basic))
    assert fresh(basic).response_state == "met"
    assert address("accept", basic) not in desk().get(address("desk_ticket", basic)).content.decode()


def test_a_finished_ticket_offers_no_claim(desk, people, ticket):
    reply(ticket, people.engineer, LATER, then="resolve")
    page = desk().get(address("desk_ticket", ticket)).content.decode()
    assert address("claim", ticket) not in page
    answer = desk(**{"HX-Request": "true"}).post(address("claim", ticket))
    assert answer.status_code == 409
    assert 'data-problem="ticket_not_open"' in answer.content.decode()


def test_a_preview_is_sanitized(desk, plans):
    shown = desk().post(reverse("tickets:desk_preview"), {"body": "**Bold** <script>x</script>"}).content.decode()
    assert "<strong>Bold</strong>" in shown
    assert "<script>" not in shown
    assert "Nothing to preview yet." in desk().post(reverse("tickets:desk_preview"), {"body": " "}).content.decode()


def test_the_history_tells_who_did_what(desk, people, ticket):
    act(handling.claim, ticket, people.engineer, LATER)
    told = desk().get(address("history", ticket)).content.decode()
    assert "Engineer takes care of it" in told
    assert "An answer is due by 24 Nov 2026, 15:00" in told
    assert told.count("<li") == len(history_of(ticket)) == 4


def test_a_timer_explains_itself(desk, people, ticket):
    reply(ticket, people.engineer, LATER)
    [timer] = timers_of(ticket)
    told = desk().get(address("history", ticket), {"timer": str(timer.pk)}).content.decode()
    assert told.index("An answer is due by 24 Nov 2026, 15:00") < told.index("history-good")
    assert told.count("<li") == 2
    other = desk().get(address("history", ticket), {"timer": "9" * 5000})
    assert other.status_code == 200


def test_a_long_conversation_is_shown_from_its_end(desk, people, ticket, monkeypatch):
    monkeypatch.setattr("tickets.desk_reading.MESSAGES_SHOWN", 3)
    for minute in range(1, 6):
        message(ticket, people.outsider, NOON + timedelta(minutes=minute), body=f"Word {minute}")
    page = desk().get(address("desk_ticket", ticket)).content.decode()
    assert "Word 5" in page
    assert "Word 2" not in page
    first_shown = messages_of(ticket)[3]
    assert first_shown.body == "Word 3"
    earlier = desk().get(address("earlier_messages", ticket), {"before": str(first_shown.pk)}).content.decode()
    assert "Word 2" in earlier
    assert "Word 3" not in earlier
    assert "One in <strong>twenty</strong>" in earlier
    assert "Show earlier messages" not in earlier
    assert desk().get(address("earlier_messages", ticket), {"before": "9" * 40}).status_code == 200


def test_a_ticket_costs_twelve_statements_at_any_length(desk, people, ticket, catch):
    short = budget(desk(), address("desk_ticket", ticket), catch)
    for minute in range(1, 9):
        message(ticket, people.outsider, NOON + timedelta(minutes=2 * minute))
        reply(ticket, people.engineer, NOON + timedelta(minutes=2 * minute + 1))
    assert budget(desk(), address("desk_ticket", ticket), catch) == short
    assert short <= 12


def test_who_was_signed_out_meanwhile_signs_in_and_comes_back(ticket):
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://evil.example{address('desk_ticket', ticket)}?a=1"}
    answer = Client(headers=headers).post(address("reply", ticket), {"body": "Hello"})
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == f"/accounts/login/?next={address('desk_ticket', ticket)}%3Fa%3D1"
    assert len(messages_of(ticket)) == 1
