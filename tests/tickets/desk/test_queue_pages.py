"""The queue's page with filters, saved views and selected tickets; pages of many tickets at once; filing for callers."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from common import tenancy
from tests.tickets.conftest import FIELDS, NOON, act, file, fresh
from tests.tickets.desk_browser import _at_noon, budget, catch, desk, ticket  # noqa: F401
from tickets import access
from tickets.desk import bulk_work, callbacks, saved_filters, tagging
from tickets.models import BulkAction, Ticket

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _silent(monkeypatch):
    monkeypatch.setattr("tickets.desk.bulk_bell.ring", lambda: None)


def text(answer, status=200) -> str:
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def numbers(page) -> list[str]:
    return [row.shown.number for row in page.context["rows"]]


def test_every_filter_is_a_chip_that_leads_to_the_queue_without_it(desk, plans, ticket):
    act(tagging.retag, ticket, plans.engineer, NOON, add=["vip"])
    asked = {
        "product": "rds",
        "tier": "business",
        "organization": "orbit",
        "channel": "portal",
        "level": "expert",
        "tag": "vip",
        "q": "disks",
    }
    page = desk().get("/desk/", asked)
    assert numbers(page) == [ticket.number]
    chips = {str(chip.name): chip for chip in page.context["chips"]}
    assert (chips["Tier"].value, chips["Handler level"].value, chips["Channel"].value) == (
        "Business",
        "Support expert",
        "Portal",
    )
    assert "tag=" not in chips["Tag"].url
    assert "tier=business" in chips["Tag"].url
    assert numbers(desk().get("/desk/", {"tam": "tam@support.example"})) == []


def test_who_waits_for_a_call_is_listed_with_the_number(desk, plans, ticket):
    with tenancy.everything():
        callbacks.request_callback(ticket=ticket, phone="0571 8888", when="after 14:00", by=plans.outsider, at=NOON)
    page = text(desk().get("/desk/?view=callbacks"))
    assert "0571 8888 · after 14:00" in page


def test_tags_and_managers_are_offered(desk, plans, ticket):
    act(tagging.retag, ticket, plans.engineer, NOON, add=["vip", "vpn"])
    assert '<option value="vpn">' in text(desk().get("/desk/tag-options?add=vip+vp"))
    assert '<option value="vip">' not in text(desk().get("/desk/tag-options?add=vip+vp"))
    assert '<option value="tam@support.example">Tam</option>' in text(desk().get("/desk/manager-options"))


def test_a_view_is_saved_from_its_filters_and_stands_above_the_queue(desk, people, ticket):
    browser = desk()
    answer = browser.post("/desk/views", {"name": "Mine big", "view": "mine", "tier": "enterprise"})
    assert answer.headers["Location"] == "/desk/?view=mine&tier=enterprise"
    page = text(browser.get("/desk/?view=mine&tier=enterprise"))
    assert 'href="/desk/?view=mine&amp;tier=enterprise" aria-current="page"' in page
    assert "Mine big" not in text(desk(people.expert).get("/desk/"))


def test_a_saved_view_is_renamed_moved_deleted_and_brought_back(desk, people):
    browser = desk()
    for name in ("a", "b"):
        browser.post("/desk/views", {"name": name, "view": "all", "tier": name})
    first, second = saved_filters.views_of(people.engineer)
    browser.post(f"/desk/views/{second.pk}", {"move": "up"})
    browser.post(f"/desk/views/{first.pk}", {"name": "c"})
    assert [one.name for one in saved_filters.views_of(people.engineer)] == ["b", "c"]
    refused = browser.post(f"/desk/views/{first.pk}", {"name": "b"})
    assert "You have a view with this name already." in text(refused, 400)
    answer = browser.post(f"/desk/views/{second.pk}/delete")
    page = browser.get(answer.headers["Location"])
    assert "“b” is deleted." in text(page)
    browser.post("/desk/views/restore", {"deleted": page.context["undo"]})
    assert [one.name for one in saved_filters.views_of(people.engineer)] == ["b", "c"]
    assert browser.post("/desk/views/restore", {"deleted": "forged"}).status_code == 400
    assert desk(people.expert).post(f"/desk/views/{first.pk}/delete").status_code == 404


def test_selected_tickets_are_acted_on_and_the_page_tells_how_far_it_is(desk, plans, ticket):
    browser, other = desk(), file(plans.orbit, plans.outsider)
    form = text(browser.get("/desk/bulk/new", {"n": [ticket.number, other.number], "action": "tag"}))
    assert "2 tickets at once" in form
    assert "Disks fill up" in form
    posted = {"n": [ticket.number, other.number], "action": "tag", "add": "outage, vip"}
    begun = browser.post("/desk/bulk/new", posted)
    assert begun.status_code == 303
    address = begun.headers["Location"]
    assert 'hx-trigger="every 1s"' in text(browser.get(address))
    bulk_work.work(at=NOON)
    progress = text(browser.get(f"{address}/progress", headers=HTMX))
    assert "Finished" in progress
    assert "hx-trigger" not in progress
    assert fresh(other).tags == ["outage", "vip"]


def test_refused_tickets_are_listed_with_their_reasons(desk, plans, ticket):
    browser = desk()
    begun = browser.post("/desk/bulk/new", {"n": [ticket.number], "action": "resolve"})
    bulk_work.work(at=NOON)
    page = text(browser.get(begun.headers["Location"]))
    assert "Reply in public first" in page
    assert f'name="n" value="{ticket.number}"' in page


def test_all_that_match_are_taken_from_the_view(desk, plans, ticket):
    other = file(plans.acme, plans.member)
    page = desk().get("/desk/bulk/new", {"all": "1", "view": "unassigned", "tier": "basic"})
    assert page.context["numbers"] == [other.number]


def test_what_is_missing_is_said_on_the_form(desk, plans, ticket):
    refused = desk().post("/desk/bulk/new", {"n": [ticket.number], "action": "reply", "body": " "})
    assert "Fill this in." in text(refused, 400)
    assert BulkAction.objects.count() == 0
    assert "No ticket is selected" in text(desk().get("/desk/bulk/new"))


def test_a_bulk_action_is_stopped(desk, plans, ticket):
    browser = desk()
    begun = browser.post("/desk/bulk/new", {"n": [ticket.number], "action": "claim"})
    browser.post(f"{begun.headers['Location']}/stop")
    bulk_work.work(at=NOON)
    assert fresh(ticket).assignee is None
    assert "Stopped" in text(browser.get(begun.headers["Location"]))


def test_callers_are_found_by_code_name_and_short_name(desk, people):
    code = people.orbit.caller_code
    for typed in (code, f"{code[:4]} {code[4:]}", "Orb", "orbit"):
        found = text(desk().get("/desk/callers", {"q": typed}))
        assert "?organization=orbit" in found
        assert "acme" not in found
    assert "No organization matches" in text(desk().get("/desk/tickets/new", {"q": "zzz"}))


def test_a_caller_gets_a_ticket_from_the_page(desk, plans):
    browser = desk()
    page = browser.get("/desk/tickets/new?organization=orbit")
    assert plans.outsider.email in text(page)
    chat = SimpleUploadedFile("chat.txt", "\ufeffOwner 11:40\nIt is down".encode(), "text/plain")
    typed = FIELDS | {"organization": "orbit", "channel": "im", "claim": "1", "transcript_file": chat}
    answer = browser.post("/desk/tickets/new", typed)
    with tenancy.everything():
        (filed,) = Ticket.objects.all()
        said = access.messages_of(filed, internal=True)
    assert answer.headers["Location"] == f"/desk/tickets/{filed.number}"
    assert (filed.channel, filed.assignee, filed.reporter) == ("im", plans.engineer, plans.outsider)
    assert [one.body for one in said] == [FIELDS["body"], "It is down"]


def test_a_refused_form_keeps_what_was_typed(desk, plans):
    typed = FIELDS | {"organization": "pine", "channel": "phone", "severity": "critical_down", "answered": "1"}
    page = text(desk().post("/desk/tickets/new", typed), 409)
    assert "Your plan does not offer this severity" in page
    assert FIELDS["subject"] in page
    page = text(desk().post("/desk/tickets/new", typed | {"subject": "", "severity": "guidance"}), 400)
    assert 'href="#errors-subject"' in page
    with tenancy.everything():
        assert Ticket.objects.count() == 0


def test_tags_chats_and_calls_have_their_dialogs(desk, plans, ticket):
    browser, base = desk(), f"/desk/tickets/{ticket.number}"
    with tenancy.everything():
        callbacks.request_callback(ticket=ticket, phone="0571 8888", when="", by=plans.outsider, at=NOON)
    for name, typed in (("tags", {"add": "vip slow"}), ("transcript", {"transcript": "Li: hi"}), ("called", {})):
        assert f'action="{base}/{name}"' in text(browser.get(f"{base}/{name}", headers=HTMX))
        assert browser.post(f"{base}/{name}", typed, headers=HTMX).status_code == 200
    assert fresh(ticket).tags == ["vip", "slow"]
    assert fresh(ticket).callback_wanted is False
    browser.post(f"{base}/tags", {"add": "slow"})
    assert fresh(ticket).tags == ["slow"]
    assert "Nobody waits for a call" in text(browser.post(f"{base}/called", {}, headers=HTMX), 409)


def test_the_queue_with_views_and_call_backs_costs_six_statements(desk, plans, ticket, catch):
    save = saved_filters.save_view
    save(person=plans.engineer, name="a", view="all", filters={})
    with tenancy.everything():
        callbacks.request_callback(ticket=ticket, phone="0571 8888", when="", by=plans.outsider, at=NOON)
    assert budget(desk(), "/desk/?view=callbacks", catch) <= 6
