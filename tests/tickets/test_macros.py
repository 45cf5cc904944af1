"""Macros: all of their steps or none of them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from common import clock, tenancy
from common.problems import FieldErrors
from tests.cast import browser_of
from tests.tickets.conftest import act, at, events_of, file, fresh, timers_of
from tickets import access, handling
from tickets.desk import canned_replies, macros
from tickets.desk.canned_replies import Wording
from tickets.models import CannedReply, Macro

LATER = at("2026-11-24 12:05")


@pytest.fixture(autouse=True)
def _later():
    with clock.at(LATER):
        yield


@pytest.fixture
def ticket(plans):
    return file(plans.orbit, plans.outsider)


@pytest.fixture
def greeting(plans):
    return canned_replies.keep(wording=Wording("Greeting", "Hello {{ customer.name }}", shared=True), by=plans.lead)


def keep(by, *steps, name="Usual", **more):
    return macros.keep(name=name, steps=list(steps), by=by, **more)


def run(ticket, macro, by):
    return act(macros.run, ticket, by, LATER, macro=macro)


def whole(greeting):
    return (
        {"do": "claim"},
        {"do": "severity", "severity": "production_down", "reason": "worse"},
        {"do": "tag", "tag": " Needs Info "},
        {"do": "note", "body": "Asked {{ customer.name }}"},
        {"do": "reply", "canned_reply": greeting.pk},
        {"do": "wait"},
    )


def test_every_step_is_done_in_its_order(plans, ticket, greeting):
    macro = keep(plans.lead, *whole(greeting))
    run(ticket, macro, plans.engineer)
    row = fresh(ticket)
    assert (row.assignee, row.severity, row.tags, row.status) == (
        plans.engineer,
        "production_down",
        ["needs-info"],
        "waiting_customer",
    )
    with tenancy.everything():
        said = [(one.body, one.public) for one in access.messages_of(ticket, internal=True)[1:]]
    assert said == [("Asked Owner", False), ("Hello Owner", True)]
    assert [timer.state for timer in timers_of(ticket)] == ["met"]
    greeting.refresh_from_db()
    assert greeting.used == 1


def test_a_refused_step_undoes_the_others_and_is_named(plans, ticket):
    act(handling.claim, ticket, plans.expert, LATER)
    before = events_of(ticket)
    macro = keep(plans.lead, {"do": "note", "body": "Mine"}, {"do": "tag", "tag": "vip"}, {"do": "claim"})
    with pytest.raises(macros.MacroRefused) as refused:
        run(ticket, macro, plans.engineer)
    assert refused.value.members == {"step": 3, "do": "claim", "refusal": "already_claimed"}
    assert refused.value.detail == ("Nothing was done: step 3 (Claim it) was refused. Expert has this ticket already.")
    row = fresh(ticket)
    assert (row.tags, row.assignee, events_of(ticket)) == ([], plans.expert, before)
    with tenancy.everything():
        assert len(access.messages_of(ticket, internal=True)) == 1


def test_what_the_plan_does_not_offer_is_refused_whole(plans, greeting):
    on_basic = file(plans.acme, plans.member, severity="guidance", kind="business", region="")
    macro = keep(plans.lead, {"do": "tag", "tag": "vip"}, {"do": "wait"})
    with pytest.raises(macros.MacroRefused) as refused:
        run(on_basic, macro, plans.engineer)
    assert refused.value.members == {"step": 2, "do": "wait", "refusal": "answer_owed"}
    assert fresh(on_basic).tags == []


def test_a_reply_that_is_gone_is_said(plans, ticket, greeting):
    macro = keep(plans.lead, {"do": "reply", "canned_reply": greeting.pk})
    CannedReply.objects.all().delete()
    with pytest.raises(macros.MacroRefused) as refused:
        run(ticket, macro, plans.engineer)
    assert refused.value.members["refusal"] == "validation_error"
    assert "The canned reply is gone." in refused.value.detail


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ({"do": "explode"}, "Step 2: Choose one of: reply, note, tag, untag, claim, assign, severity, wait, resolve."),
        ("claim", "Step 2: Choose one of:"),
        ({"do": "reply", "canned_reply": 0}, "Step 2: Choose a canned reply that everybody uses."),
        ({"do": "reply", "canned_reply": "9" * 30}, "Step 2: Choose a canned reply that everybody uses."),
        ({"do": "note", "body": "{{ x }}"}, "Step 2: There is no variable {{ x }}."),
        ({"do": "tag", "tag": "  "}, "Step 2: Name a tag."),
        ({"do": "assign", "to": "owner@acme.example"}, "Step 2: Nobody who works on tickets"),
        ({"do": "severity", "severity": "bad", "reason": "worse"}, "Step 2: Choose one of: critical_down,"),
    ],
)
def test_a_wrong_step_is_named_by_its_number(plans, step, sentence):
    with pytest.raises(FieldErrors) as refused:
        keep(plans.lead, {"do": "claim"}, step)
    assert list(refused.value.errors) == ["steps"]
    assert refused.value.errors["steps"][0].startswith(sentence)
    assert not Macro.objects.exists()


def test_a_macro_has_steps_and_a_name_of_its_own(plans):
    for steps in ((), [{"do": "claim"}] * 11):
        with pytest.raises(FieldErrors):
            keep(plans.lead, *steps)
    kept = keep(plans.lead, {"do": "claim"})
    with pytest.raises(FieldErrors) as refused:
        keep(plans.lead, {"do": "wait"})
    assert list(refused.value.errors) == ["name"]
    macros.retire(macro=kept, by=plans.lead, at=LATER)
    assert list(macros.offered()) == []
    # The name is free again.
    assert keep(plans.lead, {"do": "wait"}).steps == [{"do": "wait"}]
    assert Macro.objects.count() == 1


def test_the_api_manages_and_runs(plans, ticket, greeting, api):
    lead, engineer = api(plans.lead), api(plans.engineer)
    body = {"name": "Take it", "steps": [{"do": "claim"}, {"do": "tag", "tag": "vip"}], "position": 2}
    assert engineer.post("/api/v1/desk/macros", body, format="json").status_code == 403
    made = lead.post("/api/v1/desk/macros", body, format="json")
    assert made.status_code == 201
    assert made.json() == body | {"id": made.json()["id"]}
    one = f"/api/v1/desk/macros/{made.json()['id']}"
    assert lead.patch(one, {"name": "Mine"}, format="json").json()["name"] == "Mine"
    assert [row["name"] for row in engineer.get("/api/v1/desk/macros").json()["results"]] == ["Mine"]
    path = f"/api/v1/desk/tickets/{ticket.number}/run-macro"
    assert engineer.post(path, {"macro": 10**20}, format="json").json()["errors"] == {
        "macro": ["There is no such macro."]
    }
    done = engineer.post(path, {"macro": made.json()["id"]}, format="json").json()
    assert (done["tags"], done["assignee"]["email"]) == (["vip"], "engineer@support.example")
    refused = api(plans.expert).post(path, {"macro": made.json()["id"]}, format="json")
    assert (refused.status_code, refused.json()["code"], refused.json()["step"]) == (409, "macro_refused", 1)
    assert api(plans.admin).post(path, {"macro": made.json()["id"]}, format="json").status_code == 403
    assert lead.delete(one).status_code == 204


def test_the_pages_make_one_step_by_step(plans, ticket, greeting):
    lead = browser_of(plans.lead)
    new = reverse("tickets:macro_new")
    typed = {"name": "Ask", "position": "1", "do": ["reply", "", "wait"], "canned_reply": [str(greeting.pk), "", ""]}
    more = lead.post(new, typed | {"add": "1"})
    assert (more.status_code, more.content.decode().count('name="do"')) == (200, 4)
    assert not Macro.objects.exists()
    wrong = lead.post(new, typed | {"do": ["tag"]})
    assert wrong.status_code == 400
    assert "Step 1: Name a tag." in wrong.content.decode()
    assert lead.post(new, typed)["Location"] == reverse("tickets:macros")
    macro = Macro.objects.get()
    assert macro.steps == [{"do": "reply", "canned_reply": greeting.pk}, {"do": "wait"}]
    assert (
        "Reply with a canned reply: Greeting"
        in browser_of(plans.engineer).get(reverse("tickets:macro", args=[macro.pk])).content.decode()
    )
    assert f'value="{greeting.pk}" selected' in lead.get(reverse("tickets:macro", args=[macro.pk])).content.decode()
    engineer = browser_of(plans.engineer, **{"HX-Request": "true"})
    assert "Ask" in engineer.get(reverse("tickets:macro_picker", args=[ticket.number])).content.decode()
    dialog = reverse("tickets:run_macro", args=[ticket.number, macro.pk])
    assert "Hello Owner" in engineer.get(dialog).content.decode()
    assert 'id="ticket-head" hx-swap-oob' in engineer.post(dialog).content.decode()
    assert fresh(ticket).status == "waiting_customer"
    lead.post(reverse("tickets:macro", args=[macro.pk]), {"delete": "1"})
    again = engineer.post(dialog)
    assert again.status_code == 404
