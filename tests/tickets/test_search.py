"""Search over tickets: what is found, by whom, and how soon (spec page 4.7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command

from common import clock, outbox, tenancy
from helpcentre import writing
from tests import cast
from tests.cast import browser_of, client_of
from tests.tickets.conftest import NOON, file, message, reply
from tickets import conversation, queue
from tickets.models import Message, Ticket, TicketDocument
from tickets.search import documents, looking, results, similar

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return cast.gather()


def staff_find(text: str, **how: int) -> list[int]:
    with tenancy.everything():
        return looking.found(looking.asked(text, with_notes=True), most=how.pop("most", 50), **how)


def customer_find(organization, text: str) -> list[int]:
    with tenancy.organization(organization.pk):
        return looking.found(looking.asked(text, with_notes=False), most=50)


def note(ticket: Ticket, by, body: str) -> Message:
    with tenancy.everything(), clock.at(NOON):
        return conversation.note(ticket=ticket, by=by, body=body, at=NOON)


def test_subject_messages_and_number_find_a_ticket_at_once(plans):
    ticket = file(plans.orbit, plans.outsider, subject="Disk full on node-7", body="云硬盘写满，无法登录 ERR_504")
    reply(ticket, plans.engineer, NOON + timedelta(minutes=5), body="Please resize the volume")
    message(ticket, plans.outsider, NOON + timedelta(minutes=9), body="Resized, merci à l'équipe")
    for text in (
        "disk",
        "DISK full",
        "写满",
        "硬盘写",
        "盘",
        "err_504",
        "equipe",
        "resize volume",
        ticket.number,
        ticket.number[-7:],
    ):
        assert staff_find(text) == [ticket.pk], text
        assert customer_find(plans.orbit, text) == [ticket.pk], text
    assert staff_find("disk nothing") == []
    assert staff_find("满写") == []


def test_a_beginning_finds_when_no_whole_word_does(plans):
    ticket = file(plans.orbit, plans.outsider, subject="Connection refused")
    assert staff_find("connec") == [ticket.pk]
    other = file(plans.orbit, plans.outsider, subject="Connec is a word here")
    assert staff_find("connec") == [other.pk]


def test_an_organization_finds_its_own_alone(plans):
    ticket = file(plans.orbit, plans.outsider, subject="Volcano under the server")
    assert customer_find(plans.pine, "volcano") == []
    assert customer_find(plans.orbit, "volcano") == [ticket.pk]
    assert customer_find(plans.pine, ticket.number) == []


def test_customers_never_find_by_internal_notes(plans):
    ticket = file(plans.orbit, plans.outsider, subject="Slow")
    note(ticket, plans.engineer, "The customer overdraws, 内部备注")
    assert staff_find("overdraws") == [ticket.pk]
    assert staff_find("slow overdraws") == [ticket.pk]
    assert staff_find("内部备注") == [ticket.pk]
    for text in ("overdraws", "内部", "~overdraws", "overdr"):
        assert customer_find(plans.orbit, text) == []
    # Even a question with the mark of notes stays without an answer inside an organization's scope.
    with tenancy.organization(plans.orbit.pk):
        assert looking.found(looking.asked("overdraws", with_notes=True), most=5) == []


def test_outside_every_scope_nothing_is_found(plans):
    file(plans.orbit, plans.outsider, subject="Lonely")
    assert looking.found(looking.asked("lonely", with_notes=True), most=5) == []


@pytest.mark.parametrize(
    "text", ["", "   ", "'", "a' | 'b", "!&|()<->:*", "\x00", 'it\'s \\ "quoted"', "的" * 500, "~", "@1"]
)
def test_no_question_is_an_error(plans, text):
    file(plans.orbit, plans.outsider, subject="Something")
    assert staff_find(text) == []


def test_the_newest_come_first_and_a_place_goes_on_from_there(plans):
    tickets = [file(plans.orbit, plans.outsider, subject=f"Repeated {n}").pk for n in range(5)]
    assert staff_find("repeated") == tickets[::-1]
    assert staff_find("repeated", most=2) == [tickets[4], tickets[3]]
    assert staff_find("repeated", most=2, before=tickets[3]) == [tickets[2], tickets[1]]


def test_tickets_are_found_across_lots_in_order(plans):
    """Ids far apart lie in lots of every size."""
    ticket = file(plans.orbit, plans.outsider, subject="Scattered")
    far = [ticket.pk + distance for distance in (9_000, 80_000, 700_000, 2_000_000)]
    with tenancy.everything():
        for pk in far:
            ticket.pk = pk
            ticket.number = f"T-2026-{pk:07}"
            ticket.save(force_insert=True)
            documents.rebuild([pk])
    first = far[0] - 9_000
    assert staff_find("scattered") == [*far[::-1], first]
    assert staff_find("scattered", most=3) == far[:0:-1]
    assert staff_find("scattered", most=9, before=far[1]) == [far[0], first]


def test_a_very_long_conversation_goes_on_though_not_every_word_is_found(plans, monkeypatch):
    monkeypatch.setattr(documents, "LARGEST", 200)
    ticket = file(plans.orbit, plans.outsider, subject="Long", body="early words")
    message(ticket, plans.outsider, NOON, body=" ".join(f"word{n}" for n in range(100)))
    message(ticket, plans.outsider, NOON, body="latest")
    assert staff_find("early") == [ticket.pk]
    with tenancy.everything():
        assert TicketDocument.objects.get(ticket=ticket).size <= 200


def test_the_index_catches_up_with_messages_of_whatever_road(plans):
    ticket = file(plans.orbit, plans.outsider, subject="Quiet")
    with tenancy.everything():
        Message.objects.create(
            ticket=ticket, organization_id=ticket.organization_id, side="customer", body="Smuggled",
            body_html="", public=True, channel="im", at=NOON,
        )  # fmt: skip
        assert documents.behind(below=None) == [ticket.pk]
        documents.catch_up(ticket.pk)
        assert documents.behind(below=None) == []
    assert customer_find(plans.orbit, "smuggled") == [ticket.pk]


def test_the_command_makes_what_is_missing_and_again_nothing(plans, capsys):
    tickets = [file(plans.orbit, plans.outsider, subject=f"Missing {n}").pk for n in range(3)]
    with tenancy.everything():
        TicketDocument.objects.all().delete()
    assert staff_find("missing") == []
    call_command("index_tickets", batch=2)
    assert "3 tickets" in capsys.readouterr().out
    assert staff_find("missing") == tickets[::-1]
    call_command("index_tickets")
    assert "0 tickets" in capsys.readouterr().out


@pytest.fixture
def repeated(plans):
    """Five tickets of one word, the most urgent last filed."""
    severities = ("guidance", "system_impaired", "production_impaired", "production_down", "production_down")
    return [
        file(plans.orbit, plans.outsider, when=NOON + timedelta(minutes=n), severity=severity, subject=f"Disk {n} 满了")
        for n, severity in enumerate(severities)
    ]


def queued(plans, q: str, view: str = "all", **how) -> queue.Page:
    with tenancy.everything(), clock.at(NOON):
        return queue.page(view=view, person=plans.expert, at=NOON, filters=queue.Filters(q=q), **how)


@pytest.mark.parametrize("most_found", [5_000, 2])
@pytest.mark.parametrize("view", ["all", "unassigned", "team"])
def test_the_queue_by_words_keeps_its_order_and_pages(plans, repeated, monkeypatch, most_found, view):
    """Both roads: few tickets found first, and very many met along the order."""
    monkeypatch.setattr(queue, "MOST_FOUND", most_found)
    file(plans.orbit, plans.outsider, subject="Something else")
    in_order = [ticket.pk for ticket in (repeated[3], repeated[4], repeated[2], repeated[1], repeated[0])]
    assert [ticket.pk for ticket in queued(plans, "disk 满", view).tickets] == in_order
    first = queued(plans, "disk", view, size=2)
    second = queued(plans, "disk", view, size=2, marker=first.next)
    third = queued(plans, "disk", view, size=2, marker=second.next)
    assert [ticket.pk for page in (first, second, third) for ticket in page.tickets] == in_order
    assert third.next is None
    back = queued(plans, "disk", view, size=2, marker=second.previous)
    assert [ticket.pk for ticket in back.tickets] == in_order[:2]


def test_a_page_that_looked_at_enough_goes_on_with_the_next(plans, repeated, monkeypatch):
    monkeypatch.setattr(queue, "MOST_FOUND", 0)
    monkeypatch.setattr(queue, "LOOKED_AT", 2)
    first = queued(plans, repeated[0].number)
    assert first.tickets == []
    second = queued(plans, repeated[0].number, marker=first.next)
    assert second.tickets == []
    third = queued(plans, repeated[0].number, marker=second.next)
    assert [ticket.pk for ticket in third.tickets] == [repeated[0].pk]
    assert third.next is None


def test_words_cost_the_queue_one_statement_more(plans, repeated, django_assert_num_queries):
    with tenancy.everything(), django_assert_num_queries(3):
        queue.page(view="all", person=plans.expert, at=NOON, filters=queue.Filters(q="disk"))


def test_the_desk_s_api_finds_by_words(plans, repeated):
    with clock.at(NOON):
        rows = client_of(plans.engineer).get("/api/v1/desk/queue?q=disk").json()["results"]
    assert rows[0]["number"] == repeated[3].number
    assert len(rows) == 5


def test_the_customer_s_list_and_api_find_by_words_of_messages(plans, repeated):
    message(repeated[1], plans.outsider, NOON + timedelta(hours=1), body="The certificate expired")
    api = client_of(plans.outsider).get("/api/v1/orgs/orbit/tickets?q=certificate").json()["results"]
    assert [row["number"] for row in api] == [repeated[1].number]
    html = browser_of(plans.outsider).get("/o/orbit/tickets?q=certificate").content.decode()
    assert repeated[1].number in html
    assert repeated[2].number not in html


# ---- the staff's page and API ----------------------------------------------------------------------------------------


def test_the_staff_s_search_marks_and_escapes(plans):
    evil = file(
        plans.orbit,
        plans.outsider,
        subject="Disk <script>alert(1)</script>",
        body="The *disk* <img src=x onerror=alert(1)>",
    )
    html = browser_of(plans.engineer).get("/desk/search", {"q": "disk alert"}).content.decode()
    assert evil.number in html
    assert "<mark>Disk</mark> &lt;script&gt;<mark>alert</mark>(1)" in html
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    strange = browser_of(plans.engineer).get("/desk/search", {"q": "<script>alert(2)</script>"}).content.decode()
    assert "<script>alert" not in strange


def test_the_staff_find_notes_and_are_told_that_it_is_one(plans):
    ticket = file(plans.orbit, plans.outsider, subject="Slow")
    note(ticket, plans.engineer, "Looks like the noisy neighbour of 节点七")
    html = browser_of(plans.engineer).get("/desk/search?q=neighbour").content.decode()
    assert "Internal note" in html
    assert "noisy <mark>neighbour</mark>" in html
    row = client_of(plans.engineer).get("/api/v1/desk/search", {"q": "节点"}).json()["results"][0]
    assert (row["number"], row["excerpt_internal"]) == (ticket.number, True)
    assert row["excerpt"] == "Looks like the noisy neighbour of 节点七"


def test_the_number_that_was_typed_comes_first(plans):
    named = file(plans.orbit, plans.outsider, subject="First")
    file(plans.orbit, plans.outsider, subject=f"Like {named.number}")
    with tenancy.everything():
        rows = results.search(named.number.lower()).rows
    assert [row.ticket.subject for row in rows] == ["First", f"Like {named.number}"]


def test_the_api_pages_through_what_was_found(plans):
    tickets = [file(plans.orbit, plans.outsider, subject=f"Again {n}").number for n in range(3)]
    client = client_of(plans.engineer)
    first = client.get("/api/v1/desk/search?q=again&page_size=2").json()
    assert [row["number"] for row in first["results"]] == [tickets[2], tickets[1]]
    second = client.get(first["next"]).json()
    assert ([row["number"] for row in second["results"]], second["next"]) == ([tickets[0]], None)
    assert client.get("/api/v1/desk/search?q=again&cursor=x").status_code == 400
    assert client.get("/api/v1/desk/search").json()["results"] == []
    html = browser_of(plans.engineer).get("/desk/search").content.decode()
    assert "Every ticket, open or finished" in html


def test_search_of_the_staff_takes_few_statements(plans, django_assert_max_num_queries):
    for n in range(4):
        file(plans.orbit, plans.outsider, subject=f"Again {n}")
    with tenancy.everything(), django_assert_max_num_queries(3):
        assert len(results.search("again").rows) == 4


# ---- what speaks of the same -----------------------------------------------------------------------------------------


def test_similar_tickets_are_the_organization_s_own_open_ones(plans):
    one = file(plans.orbit, plans.outsider, subject="Database connections time out", body="Nothing else.")
    file(plans.pine, plans.partner_owner, subject="Connections to the database drop", body="Nothing else.")
    file(plans.orbit, plans.outsider, subject="Invoice question", body="Nothing else.")
    with tenancy.organization(plans.orbit.pk):
        assert [ticket.pk for ticket in similar.own_open(plans.orbit, "the DATABASE again")] == [one.pk]
        assert similar.own_open(plans.orbit, "it is") == []


def test_the_filing_form_offers_articles_while_the_subject_is_typed(plans):
    texts = {"title_en": "A disk is full", "title_zh": "磁盘写满", "body_en": "Grow it.", "body_zh": "扩容。"}
    draft = writing.Draft(slug="full-disk", category="trouble", **texts)
    article = writing.write_article(draft=draft, products=(), by=plans.engineer, at=NOON)
    browser = browser_of(plans.outsider)
    path = "/o/orbit/tickets/new/similar"
    assert "full-disk" not in browser.get(path, {"subject": "The disk is full"}).content.decode()
    writing.publish(article=article, by=plans.engineer, at=NOON)
    html = browser.get(path, {"subject": "The disk is full"}).content.decode()
    assert 'href="/help/full-disk"' in html
    assert 'hx-post="/help/full-disk/solved"' in html


def test_the_relay_mends_what_an_action_did_not_write(plans):
    ticket = file(plans.orbit, plans.outsider, subject="Mended")
    with tenancy.everything():
        TicketDocument.objects.all().delete()
        outbox.emit(
            "ticket.updated",
            organization_id=plans.orbit.pk,
            payload={"ticket": ticket.pk, "number": ticket.number, "change": "x"},
        )
        outbox.relay()
    assert staff_find("mended") == [ticket.pk]
