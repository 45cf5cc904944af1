"""Canned replies: kept, filled in, counted; nothing that is typed is ever evaluated."""

from __future__ import annotations

import pytest
from django.urls import reverse

from common import clock, tenancy
from common.problems import FieldErrors, NotFound, PermissionDenied
from tests.cast import browser_of
from tests.tickets.conftest import NOON, at, file, fresh, reply
from tickets.desk import canned_replies, reply_variables
from tickets.desk.canned_replies import CannedReplyInUse, Wording
from tickets.models import CannedReply, Macro

LATER = at("2026-11-24 12:05")
GREETING = Wording(
    "Greeting",
    "Hello {{ customer.name }}, {{ticket.number}} is due {{ due }}. {{ engineer.name }}",
    "{{ customer.name }}，您好：{{ ticket.subject }}",
    shared=True,
)


@pytest.fixture(autouse=True)
def _later():
    with clock.at(LATER):
        yield


@pytest.fixture
def ticket(plans):
    return file(plans.orbit, plans.outsider, subject="Why is {{ engineer.name }} here?")


def keep(by, wording=GREETING):
    return canned_replies.keep(wording=wording, by=by)


def offered(ticket, person, q=""):
    with tenancy.everything():
        return [
            (one.reply.title, one.language, one.text)
            for one in canned_replies.offered(ticket=fresh(ticket), person=person, q=q)
        ]


def test_a_name_is_filled_once_or_is_unknown():
    assert reply_variables.fill("Hello {{ customer.name }}", {"customer.name": "Li Wei"}) == "Hello Li Wei"
    assert reply_variables.fill("{{ ticket.subject }}", {"ticket.subject": "{{ due }}", "due": "no"}) == "{{ due }}"
    assert reply_variables.unknown_in("{{ due }} {{ a.b }} {{ 7*7 }} {{a.b}} { due }") == ["a.b", "7*7"]


def test_it_reads_as_the_customer_reads(plans, ticket):
    keep(plans.lead)
    due = "24 Nov 2026, 15:00"
    english = f"Hello Owner, {ticket.number} is due {due}. Engineer"
    assert offered(ticket, plans.engineer) == [("Greeting", "en", english)]
    plans.outsider.language = "zh-hans"
    plans.outsider.save()
    # What stands in a subject is text and nothing else.
    chinese = "Owner，您好：Why is {{ engineer.name }} here?"
    assert offered(ticket, plans.engineer) == [("Greeting", "zh-hans", chinese)]


def test_where_nothing_is_owed_due_is_a_dash(plans, ticket):
    keep(plans.engineer, Wording("Due", "{{ due }}"))
    reply(ticket, plans.engineer, LATER)
    assert offered(ticket, plans.engineer) == [("Due", "en", "–")]


def test_a_text_in_one_language_is_better_than_none(plans, ticket):
    keep(plans.engineer, Wording("Only Chinese", "", "您好"))
    assert offered(ticket, plans.engineer) == [("Only Chinese", "zh-hans", "您好")]


@pytest.mark.parametrize(
    ("wording", "field", "sentence"),
    [
        (
            Wording("A", "{{ customer.password }}"),
            "body_en",
            "There is no variable {{ customer.password }}. There are: customer.name, organization.name, "
            "ticket.number, ticket.subject, engineer.name, due.",
        ),
        (Wording("A", "x", "{{ ticket }}"), "body_zh", "There is no variable {{ ticket }}."),
        (Wording("A"), "body_en", "Write the text in one language at least."),
        (Wording(" ", "x"), "title", "Use 1 to 100 characters."),
        (Wording("A", "x", product="fridge"), "product", "There is no such product."),
    ],
)
def test_what_is_wrong_is_named(plans, wording, field, sentence):
    with pytest.raises(FieldErrors) as refused:
        keep(plans.engineer, wording)
    assert refused.value.errors[field][0].startswith(sentence)
    assert not CannedReply.objects.exists()


def test_only_leads_and_administrators_write_shared_ones(plans):
    with pytest.raises(PermissionDenied):
        keep(plans.engineer)
    assert not CannedReply.objects.exists()
    shared = keep(plans.admin, Wording("Of an administrator", "x"))
    assert shared.owner is None
    for action in (
        lambda: canned_replies.change(reply=shared, wording=Wording("Mine now", "y"), by=plans.engineer),
        lambda: canned_replies.delete(reply=shared, by=plans.tam),
    ):
        with pytest.raises(PermissionDenied):
            action()
    shared.refresh_from_db()
    assert shared.title == "Of an administrator"
    canned_replies.change(reply=shared, wording=Wording("Of a lead", "y"), by=plans.lead)
    shared.refresh_from_db()
    assert (shared.title, shared.body_en, shared.owner) == ("Of a lead", "y", None)


def test_ones_own_are_seen_by_nobody_else(plans, ticket):
    own = keep(plans.engineer, Wording("Mine", "x"))
    assert offered(ticket, plans.expert) == []
    with pytest.raises(NotFound):
        canned_replies.one_seen_by(plans.lead, own.pk)
    assert canned_replies.one_seen_by(plans.engineer, own.pk) == own


def test_the_products_come_first_then_the_most_used(plans):
    ticket = file(plans.orbit, plans.outsider, product="rds")
    for title, product in (("A", "ecs"), ("B", ""), ("C", ""), ("D", "rds")):
        kept = keep(plans.engineer, Wording(title, "text " + title, product=product))
        if title == "C":
            canned_replies.count_use(numbers=[kept.pk, kept.pk, 10**30, -1], by=plans.engineer)
    assert [title for title, _language, _text in offered(ticket, plans.engineer)] == ["D", "C", "B", "A"]
    assert [title for title, _language, _text in offered(ticket, plans.engineer, "text b")] == ["B"]


def test_what_a_macro_sends_stays(plans):
    kept = keep(plans.lead)
    macro = Macro.objects.create(name="Greet", steps=[{"do": "reply", "canned_reply": kept.pk}])
    with pytest.raises(CannedReplyInUse) as refused:
        canned_replies.delete(reply=kept, by=plans.lead)
    assert refused.value.members == {"macros": ["Greet"]}
    macro.delete()
    canned_replies.delete(reply=kept, by=plans.lead)
    assert not CannedReply.objects.exists()


def test_an_answer_that_was_sent_with_one_counts(plans, ticket):
    kept = keep(plans.engineer, Wording("Mine", "x"))
    browser = browser_of(plans.engineer, **{"HX-Request": "true"})
    browser.post(reverse("tickets:reply", args=[ticket.number]), {"body": "x", "canned": [str(kept.pk), "no"]})
    kept.refresh_from_db()
    assert kept.used == 1


def test_the_pages_keep_and_change_and_delete(plans, ticket):
    browser = browser_of(plans.lead)
    refused = browser.post(reverse("tickets:canned_reply_new"), {"title": "Hi", "body_en": "{{ nobody }}"})
    assert refused.status_code == 400
    assert "There is no variable {{ nobody }}." in refused.content.decode()
    made = browser.post(reverse("tickets:canned_reply_new"), {"title": "Hi", "body_en": "<b>", "shared": "on"})
    assert made["Location"] == reverse("tickets:canned_replies")
    kept = CannedReply.objects.get()
    assert (kept.title, kept.owner) == ("Hi", None)
    page = reverse("tickets:canned_reply", args=[kept.pk])
    assert "leads and administrators write it" in browser_of(plans.engineer).get(page).content.decode()
    assert (
        "&lt;b&gt;"
        in browser_of(plans.engineer).get(reverse("tickets:canned_picker", args=[ticket.number])).content.decode()
    )
    browser.post(page, {"title": "Ho", "body_en": "x"})
    assert "Ho" in browser.get(reverse("tickets:canned_replies"), {"q": "ho"}).content.decode()
    browser.post(page, {"delete": "1"})
    assert not CannedReply.objects.exists()


def test_the_api_does_the_same(plans, ticket, api):
    path = "/api/v1/desk/canned-replies"
    client = api(plans.engineer)
    wrong = client.post(path, {"title": "A", "body_en": "{{ x }}"}, format="json").json()
    assert (wrong["code"], list(wrong["errors"])) == ("validation_error", ["body_en"])
    assert client.post(path, {"title": "A", "body_en": "x", "shared": True}, format="json").status_code == 403
    made = client.post(path, {"title": "A", "body_en": "{{ ticket.number }}"}, format="json")
    assert made.status_code == 201
    assert made.json() | {"id": 0} == {
        "id": 0,
        "title": "A",
        "body_en": "{{ ticket.number }}",
        "body_zh": "",
        "product": None,
        "shared": False,
        "used": 0,
    }
    one = f"{path}/{made.json()['id']}"
    assert client.patch(one, {"title": "B"}, format="json").json()["title"] == "B"
    (row,) = client.get(f"/api/v1/desk/tickets/{ticket.number}/canned-replies").json()["results"]
    assert (row["title"], row["text"]) == ("B", ticket.number)
    assert api(plans.lead).get(one).status_code == 404
    assert client.delete(one).status_code == 204
    assert client.get(path).json()["results"] == []
    assert fresh(ticket).created_at == NOON
