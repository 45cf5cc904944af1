"""What comes with a tier is set up, corrected, taken back and taken down: rules, pages and API."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from common import clock, outbox, tenancy
from common.models import AuditEntry
from common.problems import FieldErrors, Refusal
from common.working_days import WorkingCalendar
from notifications.models import Endpoint, Notification
from supportplans import access, provisioning
from supportplans.models import ProvisioningTask
from supportplans.provisioning_target import due_on, is_overdue
from supportplans.subscriptions import lapse_ended_terms
from tests.cast import browser_of, client_of, staff
from tests.supportplans.conftest import START

LIST, API = "/desk/provisioning", "/api/v1/desk/provisioning"
ROBOT = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abcd-2222-1111"
LATER = START + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _later(monkeypatch):
    # Addresses of chats are judged without asking a name server.
    monkeypatch.setattr("notifications.outbound.endpoints._resolved", lambda target: [])
    with clock.at(LATER):
        yield


@pytest.fixture
def task(people, subscribe):
    """`task("tam")` of acme, which holds an enterprise plan since START, a Sunday."""
    subscribe(people.acme, "enterprise", by=people.owner)

    def of(kind: str) -> ProvisioningTask:
        with tenancy.everything():
            return access.all_provisioning().get(organization=people.acme, kind=kind)

    return of


@pytest.fixture
def done(people, task):
    """`done("tam", person=…)`: completed by the lead."""

    def finish(kind: str, **facts) -> ProvisioningTask:
        with tenancy.everything():
            return provisioning.complete(task=task(kind), by=people.lead, at=LATER, **facts)

    return finish


def told(kind: str) -> list[str]:
    outbox.relay()
    with tenancy.everything():
        return sorted(Notification.objects.filter(kind=kind).values_list("person__email", flat=True))


# ---- the house's target ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        (date(2026, 11, 20), date(2026, 11, 23)),  # a Friday
        (date(2026, 9, 30), date(2026, 10, 8)),  # before National Day
        (date(2026, 3, 1), date(2026, 3, 2)),  # a Sunday
    ],
)
def test_it_is_to_be_set_up_on_the_first_working_day_after(opened, due):
    days = WorkingCalendar()
    assert due_on(opened, days) == due
    assert not is_overdue(opened, due, days)
    assert is_overdue(opened, due + timedelta(days=1), days)


# ---- the rules ------------------------------------------------------------------------------------------------------


def test_a_line_knows_the_numbers_that_call_it(people, done):
    line = done(
        "enterprise_line", reference="400-820-1234, digit 7", callers=["+86 755 5550 0142", "755-55500143", " "]
    )
    assert line.callers == ["+8675555500142", "75555500143"]
    with tenancy.everything():
        assert access.calling_from("+8675555500142") == [people.acme]
        assert access.calling_from("+86755") == []


def test_who_calls_from_a_registered_number_is_found_by_it(people, done):
    done("enterprise_line", reference="400", callers=["+86 755 5550 0142"])
    desk = browser_of(people.engineer)
    assert "Acme" in desk.get("/desk/callers?q=%2B86 755-5550-0142").content.decode()
    assert "Acme" not in desk.get("/desk/callers?q=%2B86 755-5550-0143").content.decode()


@pytest.mark.parametrize("callers", [["call me"], ["12"], [str(10**5 + place) for place in range(51)]])
def test_what_is_no_telephone_number_is_not_registered(done, task, callers):
    with pytest.raises(FieldErrors) as refused:
        done("enterprise_line", reference="400", callers=callers)
    assert list(refused.value.errors) == ["callers"]
    assert task("enterprise_line").state == "open"


def test_a_groups_robot_becomes_one_of_the_organizations_addresses(people, done, task):
    linked = done("im_group", reference="Acme and support", chat="wecom", robot=ROBOT)
    with tenancy.everything():
        endpoint = Endpoint.objects.get(organization=people.acme)
    assert (linked.endpoint, endpoint.kind, endpoint.name, endpoint.is_on) == (
        endpoint,
        "wecom",
        "Acme and support",
        True,
    )
    assert "2222" not in endpoint.shown_url
    assert not [event for event in endpoint.events if event.startswith(("invoice", "payment", "refund"))]
    # Corrected without a robot it keeps the one it has.
    done("im_group", reference="Acme support", chat="wecom")
    with tenancy.everything():
        assert list(Endpoint.objects.values_list("pk", "name")) == [(endpoint.pk, "Acme support")]
    # Another chat is another address.
    done("im_group", reference="Acme support", chat="welink", robot="https://open.welink.huaweicloud.com/x")
    with tenancy.everything():
        assert list(Endpoint.objects.values_list("kind", flat=True)) == ["welink"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"chat": "dingtalk", "robot": ROBOT}, "chat"),  # customers: WeCom or WeLink only
        ({"robot": ROBOT}, "chat"),
        ({"chat": "wecom", "robot": "https://evil.example/hook"}, "robot"),
        ({"chat": "wecom", "robot": "http://127.0.0.1/hook"}, "robot"),
    ],
)
def test_a_wrong_robot_links_nothing(done, task, facts, field):
    with pytest.raises(FieldErrors) as refused:
        done("im_group", reference="Acme", **facts)
    assert list(refused.value.errors) == [field]
    assert task("im_group").state == "open"
    with tenancy.everything():
        assert not Endpoint.objects.exists()


def test_a_manager_is_a_manager_and_the_deputy_an_expert(people, done, task):
    with pytest.raises(FieldErrors) as refused:
        done("tam", person=people.engineer, deputy=people.expert)
    assert list(refused.value.errors) == ["person", "deputy"]
    assert task("tam").state == "open"
    senior = staff("senior@support.example", "engineer", "senior")
    assert done("tam", person=people.tam, deputy=senior).deputy == senior


def test_owners_and_the_people_assigned_are_told_once(people, done):
    done("tam", person=people.tam, deputy=people.lead)
    done("tam", person=people.tam, deputy=people.lead)
    assert told("provisioning.done") == ["owner@acme.example"]
    assert told("provisioning.assigned") == ["lead@support.example", "tam@support.example"]
    second = staff("second@support.example", "tam", "senior")
    with clock.at(LATER + timedelta(hours=1)), tenancy.everything():
        task = access.all_provisioning().get(kind="tam")
        provisioning.complete(task=task, by=people.lead, at=clock.now(), person=second, deputy=people.tam)
    assert told("provisioning.assigned") == ["lead@support.example", "second@support.example", "tam@support.example"]
    assert told("provisioning.unassigned") == ["lead@support.example"]


def test_a_mistake_is_taken_back_and_the_robot_with_it(people, done, task):
    done("im_group", reference="Somebody else", chat="wecom", robot=ROBOT)
    with tenancy.everything():
        provisioning.take_back(task=task("im_group"), by=people.lead, at=LATER)
        assert not Endpoint.objects.exists()
        entry = AuditEntry.objects.get(action="provisioning.taken_back")
    assert (entry.before["reference"], entry.after["reference"]) == ("Somebody else", "")
    open_again = task("im_group")
    assert (open_again.state, open_again.reference, open_again.chat, open_again.done_at) == ("open", "", "", None)
    assert told("provisioning.taken_back") == ["owner@acme.example"]
    with pytest.raises(Refusal) as refused, tenancy.everything():
        provisioning.take_back(task=task("im_group"), by=people.lead, at=LATER)
    assert refused.value.code == "not_set_up"


def test_leaving_the_tier_asks_to_take_down_what_was_set_up(people, task, done):
    assert told("provisioning.opened") == ["lead@support.example"] * 3
    done("tam", person=people.tam, deputy=people.lead)
    ended = START + timedelta(days=40)
    with clock.at(ended):
        lapse_ended_terms(at=ended)
        assert told("provisioning.retired") == ["lead@support.example", "tam@support.example"]
        assert told("provisioning.retired") == ["lead@support.example", "tam@support.example"]
    manager, line = task("tam"), task("enterprise_line")
    assert (manager.is_to_clear, line.is_to_clear) == (True, False)
    with tenancy.everything():
        cleared = provisioning.clear(task=manager, by=people.tam, at=ended)
        assert (cleared.cleared_by, cleared.is_to_clear) == (people.tam, False)
        for nothing in (manager, line):
            with pytest.raises(Refusal) as refused:
                provisioning.clear(task=nothing, by=people.tam, at=ended)
            assert refused.value.code == "nothing_to_take_down"


# ---- the pages ------------------------------------------------------------------------------------------------------


def test_the_list_marks_what_is_past_the_target(people, task):
    page = browser_of(people.tam).get(LIST).content.decode()
    assert page.count(">To do<") == 4  # three tasks, and the tab
    with clock.at(START + timedelta(days=3)):
        late = browser_of(people.tam).get(LIST).content.decode()
    assert late.count("Past the target") == 3
    narrowed = browser_of(people.tam).get(f"{LIST}?kind=tam&organization=acme").content.decode()
    assert narrowed.count("data-href") == 1
    assert "Nothing fits" in browser_of(people.tam).get(f"{LIST}?organization=orbit").content.decode()
    assert "Nothing is set up yet" in browser_of(people.tam).get(f"{LIST}?state=done").content.decode()
    assert "Nobody left a plan yet" in browser_of(people.tam).get(f"{LIST}?state=retired").content.decode()


def test_a_task_is_completed_corrected_and_taken_back_on_its_page(people, task):
    desk, line = browser_of(people.tam), task("enterprise_line")
    url = f"{LIST}/{line.pk}"
    empty = desk.post(url, {"reference": " ", "callers": ""})
    assert (empty.status_code, task("enterprise_line").state) == (400, "open")
    wrong = desk.post(url, {"reference": "400", "callers": "0755-1\nring me"})
    assert (wrong.status_code, "ringme is no telephone number" in wrong.content.decode()) == (400, True)
    assert desk.post(url, {"reference": "400-1, digit 7", "callers": "0755-123456"}).status_code == 303
    known = task("enterprise_line")
    assert (known.state, known.reference, known.callers) == ("done", "400-1, digit 7", ["0755123456"])
    assert "0755123456" in desk.get(url).content.decode()
    assert "Take back" in desk.get(f"{url}/take-back").content.decode()
    assert desk.post(f"{url}/take-back").status_code == 303
    assert task("enterprise_line").state == "open"
    assert desk.post(f"{url}/take-back").status_code == 409


def test_people_and_groups_are_chosen_on_the_page(people, task):
    desk = browser_of(people.lead)
    chosen = {"person": people.tam.email, "deputy": people.lead.email}
    assert desk.post(f"{LIST}/{task('tam').pk}", chosen | {"deputy": "x@y.example"}).status_code == 400
    assert desk.post(f"{LIST}/{task('tam').pk}", chosen).status_code == 303
    group = {"chat": "wecom", "reference": "Acme", "robot": "http://10.0.0.1/"}
    refused = desk.post(f"{LIST}/{task('im_group').pk}", group)
    assert (refused.status_code, task("im_group").state) == (400, "open")
    assert desk.post(f"{LIST}/{task('im_group').pk}", group | {"robot": ROBOT}).status_code == 303
    assert (task("tam").person, task("im_group").endpoint.kind) == (people.tam, "wecom")
    page = desk.get(f"{LIST}/{task('im_group').pk}").content.decode()
    assert "2222" not in page


def test_a_retired_task_says_what_to_take_down(people, done, task):
    done("enterprise_line", reference="400-1, digit 7", callers=["0755123456"])
    with clock.at(START + timedelta(days=40)):
        lapse_ended_terms(at=clock.now())
        desk, line = browser_of(people.admin), task("enterprise_line")
        page = desk.get(f"{LIST}/{line.pk}").content.decode()
        assert "Take 400-1, digit 7 out of the enterprise line" in page
        assert (
            desk.post(f"{LIST}/{line.pk}", {"reference": "400"}).status_code == 409
            or task("enterprise_line").reference == "400-1, digit 7"
        )
        assert desk.post(f"{LIST}/{line.pk}/take-down").status_code == 303
        assert "Taken down" in desk.get(f"{LIST}?state=retired").content.decode()


# ---- the API --------------------------------------------------------------------------------------------------------


def test_the_api_lists_and_completes(people, task):
    desk = client_of(people.tam)
    rows = desk.get(f"{API}?state=open").json()["results"]
    assert {row["kind"]: (row["organization"], row["due_on"], row["overdue"]) for row in rows} == dict.fromkeys(
        ("enterprise_line", "im_group", "tam"), ("acme", "2026-03-02", False)
    )
    assert desk.get(f"{API}?state=odd").status_code == 400
    manager = f"{API}/{task('tam').pk}"
    nobody = desk.post(f"{manager}/complete", {"person": "nobody@x.example"}, format="json")
    assert (nobody.status_code, list(nobody.json()["errors"])) == (400, ["person"])
    answer = desk.post(
        f"{manager}/complete", {"person": people.tam.email, "deputy": people.lead.email}, format="json"
    ).json()
    assert (answer["state"], answer["person"], answer["due_on"]) == (
        "done",
        {"name": "Tam", "email": "tam@support.example"},
        None,
    )
    assert desk.post(f"{manager}/take-back").json()["state"] == "open"
    refused = desk.post(f"{manager}/take-down")
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_take_down")


def test_the_organization_sees_its_team_by_page_and_api(people, done, subscribe):
    done("tam", person=people.tam, deputy=people.lead)
    team = client_of(people.viewer).get("/api/v1/orgs/acme/support-team").json()
    parts = {part["code"]: part for part in team["parts"]}
    assert (team["tier"], team["caller_code"], team["more"]) == ("enterprise", people.acme.caller_code, [])
    assert {code: part["state"] for code, part in parts.items()} == {
        "enterprise_line": "being_set_up",
        "im_group": "being_set_up",
        "tam": "set_up",
    }
    assert (parts["tam"]["manager"]["email"], parts["tam"]["hours"]) == (
        "tam@support.example",
        {"begins": "09:00", "ends": "17:00"},
    )
    page = browser_of(people.viewer).get("/o/acme/support-team").content.decode()
    for words in ("tam@support.example", "09:00", "17:00", people.acme.caller_code, "Being set up"):
        assert words in page, words


def test_a_free_plan_shows_what_higher_ones_add(people, catalogue):
    free = client_of(people.outsider).get("/api/v1/orgs/orbit/support-team").json()
    assert (free["parts"], {each["code"]: each["tier"] for each in free["more"]}) == (
        [],
        {"enterprise_line": "business", "im_group": "business", "tam": "enterprise"},
    )
    assert "What a higher plan adds" in browser_of(people.outsider).get("/o/orbit/support-team").content.decode()
    # Who may not subscribe is offered nothing.
    assert client_of(people.vendor_owner).get("/api/v1/orgs/isvsoft/support-team").json()["more"] == []
