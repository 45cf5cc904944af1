"""Problems as pages and as fragments: the same class, said to people."""

from __future__ import annotations

from types import SimpleNamespace

from django.test import Client, RequestFactory

from common.problem_pages import page_above, problem_page
from common.problems import NotFound, Refusal, ServiceUnavailable, Throttled


class NoTicketLeft(Refusal):
    code = "quota_exhausted"
    title = "No ticket left"
    default_detail = "Buy a pack, or wait until the 1st."


def request(**headers):
    made = RequestFactory().get("/o/acme/tickets", headers=headers)
    made.user = SimpleNamespace(is_authenticated=False)
    made._messages = ()
    return made


def test_a_problem_is_a_page_with_its_status_and_a_way_on(settings):
    settings.PORTAL_TEST_CLOCK = ""
    answer = problem_page(request(), NotFound())
    html = answer.content.decode()
    assert answer.status_code == 404
    assert "<h1>Not found</h1>" in html
    assert "/accounts/login/?next=/o/acme/tickets" in html


def test_htmx_gets_a_fragment_with_the_way_out(settings):
    settings.PORTAL_TEST_CLOCK = ""
    answer = problem_page(request(HX_Request="true"), NoTicketLeft(action_url="/pack", action_label="Buy a pack"))
    html = answer.content.decode()
    assert answer.status_code == 409
    assert html.startswith('<div class="notice notice-warning" data-notice data-problem="quota_exhausted">')
    assert 'href="/pack">Buy a pack</a>' in html
    assert "<html" not in html


def test_a_boosted_request_gets_the_whole_page(settings):
    settings.PORTAL_TEST_CLOCK = ""
    answer = problem_page(request(HX_Request="true", HX_Boosted="true"), NotFound())
    assert "<html" in answer.content.decode()


def test_a_throttled_page_says_when_to_come_back(settings):
    settings.PORTAL_TEST_CLOCK = ""
    assert problem_page(request(), Throttled(7))["Retry-After"] == "7"


def test_the_page_for_a_missing_database_asks_nothing_of_it():
    # No database fixture here: a query would fail this test.
    answer = problem_page(request(), ServiceUnavailable())
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "The portal is catching its breath" in answer.content.decode()


def test_a_page_for_forms_alone_leads_back_to_the_page_of_the_form(people):
    engineer, member = Client(), Client()
    engineer.force_login(people.engineer)
    member.force_login(people.member)
    for client, path, way_on in (
        (engineer, "/desk/next", "/desk/"),
        (engineer, "/desk/tickets/T-2026-1234567/claim", "/desk/tickets/T-2026-1234567"),
        (member, "/o/acme/tickets/T-2026-1234567/withdraw", "/o/acme/tickets/T-2026-1234567"),
    ):
        answer = client.get(path)
        html = answer.content.decode()
        assert (answer.status_code, "POST" in answer.headers["Allow"]) == (405, True)
        assert "<h1>There is nothing to read at this address</h1>" in html
        assert f'href="{way_on}">Back to the page</a>' in html


def test_the_page_above_is_one_that_can_be_read():
    assert page_above("/o/acme/tickets/T-2026-1234567/withdraw") == "/o/acme/tickets/T-2026-1234567"
    assert page_above("/desk/next") == "/desk/"
    assert page_above("/nowhere") == ""
