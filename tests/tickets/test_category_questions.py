"""Questions that administrators add to a category: asked by form and API, checked, shown on both ticket pages."""

from __future__ import annotations

import pytest
from django.test import Client

from common import clock, tenancy
from common.models import AuditEntry
from common.problems import FieldErrors
from tests.cast import browser_of, client_of
from tests.tickets.conftest import FIELDS, NOON, file, fresh
from tickets.models import CategoryQuestion, Ticket

ORBIT = "/api/v1/orgs/orbit/tickets"
MINE = {"category": "troubleshooting"}


@pytest.fixture(autouse=True)
def _at_noon():
    with clock.at(NOON):
        yield


def question(code: str, kind: str = "text", **more) -> CategoryQuestion:
    labels = {"label_en": f"Which {code}? <i>", "label_zh": f"哪个 {code}？"}
    fields = {"family": "customer", "category": "troubleshooting"} | labels | more
    return CategoryQuestion.objects.create(code=code, kind=kind, **fields)


@pytest.fixture
def questions(plans) -> None:
    question("instance", required=True, position=1)
    question("since", "time", position=2)
    question("how_often", "choice", choices="always\n\n sometimes \n", position=3)
    question("error", "long", position=4)
    question("gone", retired_at=NOON)
    question("other", category="quota")
    question("instance", family="partner", category="product_fault")


def test_answers_are_kept_by_code_and_instants_in_beijing_time(plans, questions):
    answers = {"instance": " i-1 ", "since": "2026-11-24T08:30", "how_often": "sometimes", "error": ""}
    ticket = file(plans.orbit, plans.outsider, answers=answers, **MINE)
    assert fresh(ticket).answers == {
        "instance": "i-1",
        "since": "2026-11-24T08:30:00+08:00",
        "how_often": "sometimes",
    }


@pytest.mark.parametrize(
    ("answers", "fields"),
    [
        ({}, ["answers.instance"]),
        ({"instance": "  "}, ["answers.instance"]),
        ({"instance": "i", "nope": "x", "other": "x", "gone": "x"}, ["answers"]),
        ({"instance": "i", "how_often": "never"}, ["answers.how_often"]),
        ({"instance": "i", "since": "yesterday"}, ["answers.since"]),
        ({"instance": "i", "since": "2026-13-45T99:00"}, ["answers.since"]),
        ({"instance": "i", "since": "0001-01-01T00:00+23:59"}, ["answers.since"]),
        ({"instance": "i" * 201, "error": "e" * 5001}, ["answers.error", "answers.instance"]),
    ],
)
def test_wrong_answers_are_field_errors_and_nothing_is_stored(plans, questions, answers, fields):
    with pytest.raises(FieldErrors) as refused:
        file(plans.orbit, plans.outsider, answers=answers, **MINE)
    assert sorted(refused.value.errors) == fields
    with tenancy.everything():
        assert not Ticket.objects.exists()


def test_answers_need_a_category(plans, questions):
    with pytest.raises(FieldErrors) as refused:
        file(plans.orbit, plans.outsider, answers={"instance": "i"})
    assert refused.value.errors == {"answers": ["Not asked in this category: instance."]}


def test_the_api_names_what_is_missing_before_any_refusal(plans, questions):
    client = client_of(plans.outsider)
    asked = FIELDS | MINE | {"region": "eu-paris"}
    refused = client.post(ORBIT, asked, format="json")
    assert (refused.status_code, refused.json()["errors"]) == (
        400,
        {"answers.instance": ["Answer this: Which instance? <i>"]},
    )
    for wrong in ({"answers": {"instance": 5}}, {"answers": ["x"]}, {"answers": "x"}):
        assert client.post(ORBIT, asked | wrong, format="json").status_code == 400
    made = client.post(ORBIT, FIELDS | MINE | {"answers": {"instance": "<b>i-1</b>"}}, format="json")
    assert made.status_code == 201
    shown = client.get(f"{ORBIT}/{made.json()['number']}").json()
    assert shown["answers"] == {"instance": "<b>i-1</b>"}


def test_the_form_asks_when_a_category_is_chosen(plans, questions):
    browser = browser_of(plans.outsider)
    html = browser.get("/o/orbit/tickets/new/questions?category_technical=troubleshooting").content.decode()
    assert "Which instance? &lt;i&gt;" in html
    assert html.count("<label") == 4
    assert 'type="datetime-local" name="answer:troubleshooting:since"' in html
    assert '<option value="sometimes">' in html
    chinese = browser_of(plans.outsider, **{"accept-language": "zh-hans"})
    html = chinese.get("/o/orbit/tickets/new/questions?category_technical=troubleshooting").content.decode()
    assert "哪个 instance" in html
    assert "<label" not in browser.get("/o/orbit/tickets/new/questions?category_business=nope").content.decode()


def test_the_form_keeps_answers_shows_their_errors_and_files_them(plans, questions):
    browser = browser_of(plans.outsider)
    typed = {name: value for name, value in FIELDS.items() if name != "category"} | {
        "category_technical": "troubleshooting",
        "answer:troubleshooting:how_often": "always",
        "answer:quota:other": "stale",
    }
    refused = browser.post("/o/orbit/tickets/new", typed)
    html = refused.content.decode()
    assert refused.status_code == 400
    assert '<option value="always" selected>' in html
    assert 'href="#errors-answers-instance"' in html
    filed = browser.post("/o/orbit/tickets/new", typed | {"answer:troubleshooting:instance": "<script>i</script>"})
    assert filed.status_code == 303
    html = browser.get(filed["Location"]).content.decode()
    assert "Which instance? &lt;i&gt;" in html
    assert "&lt;script&gt;i&lt;/script&gt;" in html


def test_a_retired_question_still_names_its_answer(plans, questions):
    ticket = file(plans.orbit, plans.outsider, answers={"instance": "i-7"}, **MINE)
    CategoryQuestion.objects.filter(code="instance").update(retired_at=NOON)
    html = browser_of(plans.outsider).get(f"/o/orbit/tickets/{ticket.number}").content.decode()
    assert "Which instance?" in html
    assert "i-7" in html


def test_the_desk_reads_the_answers_too(plans, questions):
    answers = {"instance": "<i>i-9", "since": "2026-11-24T08:30"}
    ticket = file(plans.orbit, plans.outsider, answers=answers, **MINE)
    html = browser_of(plans.engineer).get(f"/desk/tickets/{ticket.number}").content.decode()
    assert "Which instance? &lt;i&gt;" in html
    assert "&lt;i&gt;i-9" in html
    assert "2026-11-24T08:30:00+08:00" in html


# ---- the admin ------------------------------------------------------------------------------------------------------

ADD = "/admin/tickets/categoryquestion/add/"
TYPED = {"place": "customer/quota", "code": "how_many", "label_en": "How many?", "label_zh": "多少？", "kind": "text"}


@pytest.fixture
def admin(plans) -> Client:
    plans.admin.is_staff = plans.admin.is_superuser = True
    plans.admin.save(update_fields=["is_staff", "is_superuser"])
    return browser_of(plans.admin)


def test_an_administrator_adds_and_retires_a_question(admin):
    assert "How many" not in admin.get(ADD).content.decode()
    assert admin.post(ADD, TYPED | {"position": "1"}).status_code == 302
    row = CategoryQuestion.objects.get()
    assert (row.family, row.category, row.code) == ("customer", "quota", "how_many")
    with tenancy.everything():
        assert AuditEntry.objects.filter(action="categoryquestion.created").count() == 1
    again = admin.post(ADD, TYPED | {"position": "1"})
    assert "This category has a question of this code already." in again.content.decode()
    change = f"/admin/tickets/categoryquestion/{row.pk}/change/"
    retired = {"retired_at_0": "2026-11-24", "retired_at_1": "12:00:00", "position": "1"}
    assert admin.post(change, TYPED | retired).status_code == 302
    assert CategoryQuestion.objects.get().retired_at == NOON


def test_a_choice_needs_something_to_choose(admin):
    refused = admin.post(ADD, TYPED | {"kind": "choice", "choices": " \n", "position": "1"})
    assert "Write what can be chosen, one a line." in refused.content.decode()
    assert not CategoryQuestion.objects.exists()


def test_nobody_else_reaches_the_admin(plans):
    for someone in (plans.outsider, plans.engineer):
        assert browser_of(someone).get(ADD).status_code in (302, 403, 404)
