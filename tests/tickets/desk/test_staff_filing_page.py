"""The page on which the staff file for a caller asks all that filing asks."""

from __future__ import annotations

import pytest

from common import clock, tenancy
from tests.cast import person
from tests.tickets.conftest import FIELDS, NOON
from tickets.models import CategoryQuestion, Ticket, TicketWatcher

PATH = "/desk/tickets/new"


@pytest.fixture(autouse=True)
def _noon():
    with clock.at(NOON):
        yield


@pytest.fixture
def question(plans):
    with tenancy.everything():
        return CategoryQuestion.objects.create(
            family="customer",
            category="troubleshooting",
            code="instance_id",
            label_en="Which instance?",
            label_zh="哪个实例？",
            kind=CategoryQuestion.Kind.TEXT,
            required=True,
            position=1,
        )


def typed(**changes):
    return FIELDS | {"organization": "orbit", "channel": "phone"} | changes


def only_ticket() -> Ticket:
    with tenancy.everything():
        return Ticket.objects.get()


def test_the_questions_of_a_category_are_asked_and_answered(plans, browse, question):
    browser = browse(plans.engineer)
    refused = browser.post(PATH, typed(category="troubleshooting"))
    page = refused.content.decode()
    assert refused.status_code == 400
    assert 'name="answer:troubleshooting:instance_id"' in page
    assert 'href="#errors-answers-instance_id"' in page
    answers = {"answer:troubleshooting:instance_id": "ecs-1", "answer:best_practice:other": "of another category"}
    assert browser.post(PATH, typed(category="troubleshooting", **answers)).status_code == 303
    assert only_ticket().answers == {"instance_id": "ecs-1"}


def test_the_questions_come_when_a_category_is_chosen(plans, browse, question):
    asked = browse(plans.engineer).get("/o/orbit/tickets/new/questions?category=troubleshooting")
    assert 'name="answer:troubleshooting:instance_id"' in asked.content.decode()


def test_software_is_kept_whatever_the_category(plans, browse):
    assert browse(plans.engineer).post(PATH, typed(software="nginx", software_version="1.26")).status_code == 303
    filed = only_ticket()
    assert (filed.software, filed.software_version, filed.category) == ("nginx", "1.26", "third_party_software")


def test_colleagues_of_the_caller_are_kept_informed(plans, browse):
    colleague = person("eva@orbit.example", plans.orbit)
    browser = browse(plans.engineer)
    refused = browser.post(PATH, typed(subject="", watchers=colleague.email))
    assert refused.status_code == 400
    assert f'value="{colleague.email}" checked' in refused.content.decode()
    assert browser.post(PATH, typed(watchers=plans.member.email)).status_code == 400
    assert browser.post(PATH, typed(watchers=colleague.email)).status_code == 303
    with tenancy.everything():
        assert [row.person for row in TicketWatcher.objects.all()] == [colleague]
