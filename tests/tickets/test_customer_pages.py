"""An organization's own tickets as pages: the list, a ticket, what its people may do there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import clock, tenancy
from tests.tickets.conftest import NOON, act, events_of, file, fresh, message, own, reply, timers_of
from tickets import access, closing, handling
from tickets.conversation import note
from tickets.own_tickets import PAGE

LATER = NOON + timedelta(minutes=5)
DOOR = ("SAVEPOINT", "RELEASE", "SELECT set_config")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture(autouse=True)
def _shortly_after_noon():
    with clock.at(LATER):
        yield


@pytest.fixture
def ticket(plans):
    return file(plans.orbit, plans.outsider, NOON, subject="Disks fill up <b>fast</b>", product="rds")


def conversation(ticket) -> list[str]:
    with tenancy.everything():
        return [each.body for each in access.messages_of(ticket, internal=True)]


def statements(client: Client, path: str) -> list[str]:
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in caught if not query["sql"].startswith(DOOR)]


def colleague(organization, role):
    from tests import cast

    return cast.person(f"{role}2@{organization.slug}.example", organization, role)


# ---- the list ------------------------------------------------------------------------------------------------------


def test_the_list_shows_number_subject_status_and_when_the_answer_is_due(browse, plans, ticket):
    html = browse(plans.outsider).get("/o/orbit/tickets").content.decode()
    assert ticket.number in html
    assert "Disks fill up &lt;b&gt;fast&lt;/b&gt;" in html
    assert "Production impaired" in html
    # Three hours from noon, five minutes of which are over.
    assert "in 2 h 55 min" in html


def test_an_empty_list_says_what_to_do(browse, plans):
    html = browse(plans.outsider).get("/o/orbit/tickets").content.decode()
    assert "No tickets yet" in html
    assert 'href="/o/orbit/tickets/new"' in html


def test_a_viewers_empty_list_offers_nothing_they_may_not(browse, people, plans):
    html = browse(plans.viewer).get("/o/acme/tickets").content.decode()
    assert "No tickets yet" in html
    assert "/o/acme/tickets/new" not in html


def test_the_list_is_narrowed_by_each_filter(browse, plans):
    disk = file(plans.orbit, plans.outsider, NOON, subject="A disk is full", product="evs")
    bill = file(plans.orbit, plans.outsider, NOON, kind="business", severity="guidance", region="", subject="A bill")
    browser = browse(plans.outsider)

    def found(query: str) -> list[bool]:
        html = browser.get(f"/o/orbit/tickets?{query}", headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in html
        return [disk.number in html, bill.number in html]

    assert found("") == [True, True]
    assert found("kind=business") == [False, True]
    assert found("severity=production_impaired") == [True, False]
    assert found("product=evs") == [True, False]
    assert found("q=disk") == [True, False]
    assert found(f"q={bill.number}") == [False, True]
    assert found("status=active") == [True, True]
    assert found("status=finished") == [False, False]
    assert found("status=open") == [True, True]
    assert found("status=closed") == [False, False]
    # What no list knows does not narrow.
    assert found("status=x&kind=y&severity=z&product=w") == [True, True]


def test_a_search_that_finds_nothing_offers_all_tickets(browse, plans, ticket):
    html = browse(plans.outsider).get("/o/orbit/tickets?q=nothing").content.decode()
    assert "No ticket matches" in html


def test_more_tickets_come_page_by_page_and_each_page_asks_for_itself_again(browse, plans):
    tickets = [file(plans.orbit, plans.outsider, NOON, subject=f"Number {n}") for n in range(PAGE + 2)]
    browser = browse(plans.outsider)
    first = browser.get("/o/orbit/tickets")
    marker = first.context["page"].next_before
    assert [row.pk for row in first.context["page"].rows] == [each.pk for each in reversed(tickets[2:])]
    assert marker == tickets[2].pk
    newest = file(plans.orbit, plans.outsider, NOON, subject="Came in meanwhile")
    headers = {"HX-Request": "true"}
    again = browser.get(f"/o/orbit/tickets?part=rows&until={marker}", headers=headers)
    assert [row.pk for row in again.context["page"].rows] == [newest.pk, *(each.pk for each in reversed(tickets[2:]))]
    older = browser.get(f"/o/orbit/tickets?part=rows&before={marker}", headers=headers)
    assert [row.pk for row in older.context["page"].rows] == [tickets[1].pk, tickets[0].pk]
    assert "Show more" not in older.content.decode()


@pytest.mark.parametrize("marker", ["x", "-1", "9" * 40, "٣", ""])
def test_a_marker_that_is_none_is_left_aside(browse, plans, ticket, marker):
    answer = browse(plans.outsider).get("/o/orbit/tickets", {"before": marker, "until": marker})
    assert answer.status_code == 200


def test_the_list_asks_the_database_little_however_long_it_is(browse, plans):
    browser = browse(plans.outsider)
    file(plans.orbit, plans.outsider, NOON)
    few = statements(browser, "/o/orbit/tickets")
    for _ in range(PAGE):
        file(plans.orbit, plans.outsider, NOON)
    many = statements(browser, "/o/orbit/tickets")
    assert len(few) == len(many) <= 6, many


# ---- who may -------------------------------------------------------------------------------------------------------

READS = ["", "/state", "/messages?after=0"]
WRITES = ["/messages", "/withdraw", "/close", "/reopen"]


@pytest.mark.parametrize("part", READS)
def test_strangers_and_other_organizations_find_nothing(browse, plans, ticket, part):
    path = f"/o/orbit/tickets/{ticket.number}{part}"
    assert Client().get(path).status_code == 302
    assert browse(plans.owner).get(path).status_code == 404
    assert browse(plans.owner).get(f"/o/acme/tickets/{ticket.number}{part}").status_code == 404
    assert browse(plans.outsider).get(path).status_code == 200
    assert browse(colleague(plans.orbit, "viewer")).get(path).status_code == 200


@pytest.mark.parametrize("part", WRITES)
def test_who_only_reads_changes_nothing(browse, plans, ticket, part):
    path = f"/o/orbit/tickets/{ticket.number}{part}"
    for someone in (colleague(plans.orbit, "viewer"), colleague(plans.orbit, "billing"), plans.engineer):
        assert browse(someone).post(path, {"body": "Mine"}).status_code == 403
    assert browse(plans.owner).post(path, {"body": "Mine"}).status_code == 404
    assert (fresh(ticket).status, conversation(ticket)) == (
        "open",
        ["One in **twenty** requests fails since this morning."],
    )


def test_a_viewer_sees_no_box_to_write_in(browse, plans, ticket):
    html = browse(colleague(plans.orbit, "viewer")).get(f"/o/orbit/tickets/{ticket.number}").content.decode()
    assert 'id="reply-form"' not in html
    assert "ask-withdraw" not in html
    assert "Your role can only read tickets" in html


def test_staff_see_the_page_as_the_customer_does_and_write_on_the_desk(browse, plans, ticket):
    html = browse(plans.engineer).get(f"/o/orbit/tickets/{ticket.number}").content.decode()
    assert 'id="reply-form"' not in html
    assert browse(plans.engineer).get("/o/orbit/tickets/new").status_code == 403


# ---- the ticket's page ---------------------------------------------------------------------------------------------


def test_the_page_shows_the_conversation_rendered_and_the_promise(browse, plans, ticket):
    reply(ticket, plans.engineer, NOON + timedelta(minutes=4), body="Look at `df -h`, <script>please</script>")
    with tenancy.everything():
        note(ticket=fresh(ticket), by=plans.engineer, body="Customer sounds tired", at=LATER)
    html = browse(plans.outsider).get(f"/o/orbit/tickets/{ticket.number}").content.decode()
    assert "<strong>twenty</strong>" in html
    assert "<code>df -h</code>" in html
    assert "&lt;script&gt;please" in html
    assert "Customer sounds tired" not in html
    assert "message-staff" in html
    assert "message-customer" in html
    assert "Answered in time" in html
    assert "After 4 min; 3 h was promised." in html


def test_an_overdue_answer_is_seen_by_everyone(browse, plans, ticket):
    with clock.at(NOON + timedelta(hours=3, minutes=5)):
        html = browse(plans.outsider).get(f"/o/orbit/tickets/{ticket.number}").content.decode()
    assert "overdue by 5 min" in html
    assert "ticket-due-breached" in html
    assert "the head of the support desk has been told" in html


def test_the_page_says_what_it_waits_for(browse, plans, ticket):
    reply(ticket, plans.engineer, LATER, then="wait")
    html = browse(plans.outsider).get(f"/o/orbit/tickets/{ticket.number}").content.decode()
    assert "We wait for your answer" in html
    assert "1 Dec 2026" in html


def test_the_history_has_a_sentence_for_everything_that_happened(browse, plans, ticket):
    act(handling.claim, ticket, plans.engineer, LATER)
    reply(ticket, plans.engineer, LATER, then="resolve")
    own(closing.reopen, ticket, plans.outsider, LATER)
    own(closing.withdraw, ticket, plans.outsider, LATER)
    reading = browse(plans.outsider).get(f"/o/orbit/tickets/{ticket.number}").context["reading"]
    assert [words for _row, words in reversed(reading.history)] == [
        "Owner filed the ticket",
        "An answer is due by 24 Nov 2026, 15:00: within 3 h for “Production system impaired”",
        "Engineer takes care of it",
        "Work has begun",
        "The answer time was kept",
        "Engineer resolved the ticket",
        "Owner opened the ticket again",
        "An answer is due by 24 Nov 2026, 15:05: within 3 h for “Production system impaired”",
        "No answer is owed any more",
        "Owner withdrew the ticket",
    ]


def test_the_page_asks_the_database_the_same_however_long_the_conversation(browse, plans, ticket):
    browser, path = browse(plans.outsider), f"/o/orbit/tickets/{ticket.number}"
    few = statements(browser, path)
    for minute in range(5):
        message(ticket, plans.outsider, NOON + timedelta(minutes=minute))
        reply(ticket, plans.engineer, NOON + timedelta(minutes=minute))
    many = statements(browser, path)
    assert len(few) == len(many) <= 12, many


def test_new_messages_come_without_the_old_ones(browse, plans, ticket):
    browser = browse(plans.outsider)
    with tenancy.everything():
        (opening,) = access.messages_of(ticket, internal=False)
    path = f"/o/orbit/tickets/{ticket.number}/messages"
    nothing = browser.get(f"{path}?after={opening.pk}").content.decode()
    assert "<article" not in nothing
    assert f"{path}?after={opening.pk}" in nothing
    answer = reply(ticket, plans.engineer, LATER, body="Here we are")
    fragment = browser.get(f"{path}?after={opening.pk}").content.decode()
    assert "Here we are" in fragment
    assert "twenty" not in fragment
    assert f"{path}?after={answer.pk}" in fragment


# ---- writing -------------------------------------------------------------------------------------------------------


def test_a_message_is_sent_once_and_the_page_jumps_to_it(browse, plans, ticket):
    reply(ticket, plans.engineer, LATER)
    browser, path = browse(plans.outsider), f"/o/orbit/tickets/{ticket.number}/messages"
    typed = {"body": "It happened again", "idempotency_key": "k1"}
    first, second = browser.post(path, typed), browser.post(path, typed)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.url == second.url
    assert first.url.startswith(f"/o/orbit/tickets/{ticket.number}#message-")
    assert conversation(ticket)[-2:] == ["We look into it.", "It happened again"]
    assert [timer.kind for timer in timers_of(ticket)] == ["first", "next"]


def test_over_htmx_the_box_comes_back_empty(browse, plans, ticket):
    browser = browse(plans.outsider, **{"HX-Request": "true"})
    answer = browser.post(
        f"/o/orbit/tickets/{ticket.number}/messages", {"body": "It happened again", "idempotency_key": "k"}
    )
    html = answer.content.decode()
    assert (answer.status_code, answer["HX-Trigger"]) == (200, "ticket-said")
    assert 'id="reply-form"' in html
    assert "It happened again" not in html
    assert conversation(ticket)[-1] == "It happened again"


def test_an_empty_message_is_refused_beside_its_field(browse, plans, ticket):
    path = f"/o/orbit/tickets/{ticket.number}/messages"
    answer = browse(plans.outsider).post(path, {"body": "  ", "idempotency_key": "k"})
    assert answer.status_code == 400
    assert "Fill this in." in answer.content.decode()
    part = browse(plans.outsider, **{"HX-Request": "true"}).post(path, {"body": "  "})
    assert (part.status_code, part["HX-Retarget"]) == (400, "#reply-problems")
    assert 'id="errors-body" hx-swap-oob="true"' in part.content.decode()
    assert len(conversation(ticket)) == 1


def test_a_message_to_a_withdrawn_ticket_is_refused_and_kept(browse, plans, ticket):
    own(closing.withdraw, ticket, plans.outsider, LATER)
    answer = browse(plans.outsider).post(
        f"/o/orbit/tickets/{ticket.number}/messages", {"body": "One more thing", "idempotency_key": "k"}
    )
    html = answer.content.decode()
    assert answer.status_code == 409
    assert 'data-problem="ticket_not_open"' in html
    assert f"/o/orbit/tickets/new?follow_up_of={ticket.number}" in html
    assert len(conversation(ticket)) == 1


def test_a_file_travels_with_a_message_and_is_only_for_its_organization(browse, plans, ticket):
    browser, path = browse(plans.outsider), f"/o/orbit/tickets/{ticket.number}"
    typed = {"body": "See the picture", "attachments": [SimpleUploadedFile("shot.png", PNG, content_type="text/html")]}
    assert browser.post(f"{path}/messages", typed).status_code == 303
    with tenancy.everything():
        (file_row,) = access.messages_of(ticket, internal=False)[-1].files
    assert f"{path}/attachments/{file_row.key}" in browser.get(path).content.decode()
    answer = browser.get(f"{path}/attachments/{file_row.key}")
    assert (b"".join(answer.streaming_content), answer["Content-Type"]) == (PNG, "image/png")
    assert answer["Content-Disposition"] == 'attachment; filename="shot.png"'
    assert browse(plans.owner).get(f"{path}/attachments/{file_row.key}").status_code == 404
    other = file(plans.acme, plans.owner, NOON)
    assert browse(plans.owner).get(f"/o/acme/tickets/{other.number}/attachments/{file_row.key}").status_code == 404


def test_a_file_that_may_not_be_attached_is_named_and_the_text_kept(browse, plans, ticket):
    typed = {"body": "Run this", "attachments": [SimpleUploadedFile("setup.exe", b"MZ")]}
    answer = browse(plans.outsider).post(f"/o/orbit/tickets/{ticket.number}/messages", typed)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "setup.exe is not a file that can be attached" in html
    assert "Run this</textarea>" in html
    assert len(conversation(ticket)) == 1


# ---- ending and taking up again -------------------------------------------------------------------------------------


def test_withdrawing_says_that_the_unit_comes_back_and_gives_it_back(browse, plans):
    ticket = file(plans.pine, plans.partner_member, NOON)
    browser, path = browse(plans.partner_member), f"/o/pine/tickets/{ticket.number}"
    assert "it will not count towards your quota" in browser.get(path).content.decode()
    assert browser.post(f"{path}/withdraw", {"idempotency_key": "k"}).url == path
    assert fresh(ticket).status == "withdrawn"
    html = browser.get(path).content.decode()
    assert "its ticket unit went back to the month" in html
    assert "File a follow-up ticket" in html


def test_after_a_quarter_of_an_hour_the_unit_stays_used(browse, plans):
    ticket = file(plans.pine, plans.partner_member, NOON)
    with clock.at(NOON + timedelta(minutes=16)):
        html = browse(plans.partner_member).get(f"/o/pine/tickets/{ticket.number}").content.decode()
    assert "It still counts towards your quota" in html
    assert "it will not count towards your quota" not in html


def test_a_ticket_is_closed_and_opened_again(browse, plans, ticket):
    browser, path = browse(plans.outsider), f"/o/orbit/tickets/{ticket.number}"
    assert browser.post(f"{path}/close").status_code == 303
    assert fresh(ticket).status == "closed"
    assert "ask-reopen" in browser.get(path).content.decode()
    assert browser.post(f"{path}/reopen").status_code == 303
    assert fresh(ticket).status == "in_progress"
    assert events_of(ticket)[-3:] == ["closed", "reopened", "timer_started"]


def test_an_action_that_comes_too_late_shows_the_ticket_as_it_is_with_the_reason(browse, plans, ticket):
    own(closing.withdraw, ticket, plans.outsider, LATER)
    answer = browse(plans.outsider).post(f"/o/orbit/tickets/{ticket.number}/close", {"idempotency_key": "k"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "This ticket is finished" in html
    assert "Disks fill up" in html
    assert fresh(ticket).status == "withdrawn"


def test_fifteen_days_after_its_end_only_a_follow_up_is_offered(browse, plans, ticket):
    own(closing.close, ticket, plans.outsider, LATER)
    with clock.at(LATER + timedelta(days=15)):
        browser, path = browse(plans.outsider), f"/o/orbit/tickets/{ticket.number}"
        html = browser.get(path).content.decode()
        assert "ask-reopen" not in html
        assert f"tickets/new?follow_up_of={ticket.number}" in html
        assert browser.post(f"{path}/reopen").status_code == 409
    assert fresh(ticket).status == "closed"


def test_only_partners_are_led_to_their_end_customers(plans):
    for person, slug, is_led in [(plans.partner_member, "pine", True), (plans.owner, "acme", False)]:
        browser = Client()
        browser.force_login(person)
        page = browser.get(f"/o/{slug}/tickets").text
        assert (f'href="/o/{slug}/end-customers"' in page) is is_led
