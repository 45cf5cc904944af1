import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import EndCustomer
from addons.models import QuotaEntry
from common import clock, tenancy
from tests.tickets.conftest import FIELDS, NOON, at, file, message, reply
from tickets.models import Message, Ticket

ORBIT, PINE = "/api/v1/orgs/orbit/tickets", "/api/v1/orgs/pine/tickets"


@pytest.fixture(autouse=True)
def _noon():
    with clock.at(NOON):
        yield


def post(client, path, body=None, **headers):
    return client.post(path, body if body is not None else {}, format="json", headers=headers)


def stored() -> int:
    with tenancy.everything():
        return Ticket.objects.count() + Message.objects.count() + QuotaEntry.objects.count()


def test_a_ticket_is_filed(plans, api):
    answer = post(api(plans.outsider), ORBIT, FIELDS | {"product": "rds", "category": "troubleshooting"})
    assert answer.status_code == 201
    body = answer.json()
    assert re.fullmatch(r"T-2026-\d{7}", body["number"])
    assert {
        name: body[name]
        for name in ("kind", "severity", "status", "tier", "channel", "created_at", "response_due_at", "response_state")
    } == {
        "kind": "technical",
        "severity": "production_impaired",
        "status": "open",
        "tier": "business",
        "channel": "api",
        "created_at": "2026-11-24T12:00:00+08:00",
        "response_due_at": "2026-11-24T15:00:00+08:00",
        "response_state": "running",
    }
    assert body["assignee"] is None
    assert body["url"].endswith(f"/o/orbit/tickets/{body['number']}")


def test_a_ticket_is_shown_with_its_conversation_timers_and_history(plans, api):
    ticket = file(plans.orbit, plans.outsider, watchers=["owner@orbit.example"])
    reply(ticket, plans.engineer, at("2026-11-24 12:10"), body="Try **this**.")
    message(ticket, plans.outsider, at("2026-11-24 12:30"))
    body = api(plans.outsider).get(f"{ORBIT}/{ticket.number}").json()
    assert body["body"] == FIELDS["body"]
    assert body["watchers"] == ["owner@orbit.example"]
    assert [entry["author"] for entry in body["messages"]] == [
        {"name": "Owner", "side": "customer"},
        {"name": "Engineer", "side": "staff"},
        {"name": "Owner", "side": "customer"},
    ]
    assert set(body["messages"][1]) == {
        *("id", "author", "body", "body_html", "public", "channel", "at", "attachments"),
    }
    assert body["messages"][1]["body_html"] == "<p>Try <strong>this</strong>.</p>\n"
    assert body["timers"] == [
        {
            "kind": "first",
            "started_at": "2026-11-24T12:00:00+08:00",
            "target_minutes": 180,
            "target_working_days": None,
            "due_at": "2026-11-24T15:00:00+08:00",
            "answered_at": "2026-11-24T12:10:00+08:00",
            "breached_at": None,
            "state": "met",
        },
        {
            "kind": "next",
            "started_at": "2026-11-24T12:30:00+08:00",
            "target_minutes": 180,
            "target_working_days": None,
            "due_at": "2026-11-24T15:30:00+08:00",
            "answered_at": None,
            "breached_at": None,
            "state": "running",
        },
    ]
    assert body["response_due_at"] == "2026-11-24T15:30:00+08:00"
    assert set(body["history"][0]) == {"at", "by", "event", "details"}
    assert (body["history"][0]["event"], body["history"][0]["by"]) == ("created", "Owner")


def test_a_timer_past_its_due_time_reads_breached_before_the_sweep(plans, api):
    ticket = file(plans.orbit, plans.outsider)
    with clock.at(at("2026-11-24 15:00")):
        body = api(plans.outsider).get(f"{ORBIT}/{ticket.number}").json()
    assert body["response_state"] == "breached"
    assert body["timers"][0]["state"] == "breached"
    assert body["timers"][0]["breached_at"] == "2026-11-24T15:00:00+08:00"


@pytest.mark.parametrize("missing", ["kind", "severity", "subject", "body", "region"])
def test_what_is_needed_is_named(plans, api, missing):
    answer = post(api(plans.outsider), ORBIT, {name: value for name, value in FIELDS.items() if name != missing})
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert set(answer.json()["errors"]) == {missing}
    assert stored() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": 5},
        {"body": None},
        {"watchers": "owner@orbit.example"},
        {"watchers": [1]},
        {"end_customer": [1]},
        {"end_customer": True},
        {"end_customer": 9**30},
        {"region": {"a": 1}},
        {"product": "no-such"},
        {"kind": ["technical"]},
    ],
)
def test_values_of_another_type_or_code_are_named(plans, api, wrong):
    answer = post(api(plans.outsider), ORBIT, FIELDS | wrong)
    assert answer.status_code == 400
    assert {name.split(".")[0] for name in answer.json()["errors"]} == set(wrong)
    assert stored() == 0


@pytest.mark.parametrize("body", [[], "x", 5, [FIELDS]])
def test_a_body_that_is_no_object_is_refused(plans, api, body):
    assert post(api(plans.outsider), ORBIT, body).status_code == 400


def test_fields_come_before_refusals(plans, api):
    """Partner basic files nothing technical; but first the missing field is named."""
    technical = {name: value for name, value in FIELDS.items() if name != "subject"}
    answer = post(api(plans.vendor_owner), "/api/v1/orgs/isvsoft/tickets", technical)
    assert answer.status_code == 400
    answer = post(api(plans.vendor_owner), "/api/v1/orgs/isvsoft/tickets", FIELDS)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_entitled")
    assert answer.json()["action_url"]


def test_a_software_code_of_a_partner_is_not_entitled_and_an_unknown_one_unknown(plans, api):
    client = api(plans.partner_member)
    assert post(client, PINE, FIELDS | {"software": "mysql"}).json()["code"] == "not_entitled"
    assert post(client, PINE, FIELDS | {"category": "third_party_software"}).json()["code"] == "not_entitled"
    assert post(client, PINE, FIELDS | {"software": "oracle"}).json()["code"] == "validation_error"
    assert post(client, PINE, FIELDS | {"category": "troubleshooting"}).json()["code"] == "validation_error"
    assert stored() == 0


def test_the_refusal_of_an_exhausted_quota_shows_the_way_out(plans, api):
    client = api(plans.partner_member)
    for _ in range(30):
        assert post(client, PINE, FIELDS).status_code == 201
    before = stored()
    body = post(client, PINE, FIELDS).json()
    assert body["status"] == 409
    assert {name: body[name] for name in ("code", "used", "allowance", "resets_at", "pack_price")} == {
        "code": "quota_exhausted",
        "used": 30,
        "allowance": 30,
        "resets_at": "2026-12-01T00:00:00+08:00",
        "pack_price": "1000.00",
    }
    assert body["action_url"]
    assert stored() == before


def test_severities_that_are_offered_are_listed(plans, api):
    body = post(api(plans.partner_member), PINE, FIELDS | {"severity": "critical_down"}).json()
    assert (body["code"], body["offered"][0]) == ("severity_not_offered", "production_down")


def test_the_same_key_makes_one_ticket(plans, api):
    client = api(plans.outsider)
    first = post(client, ORBIT, FIELDS, **{"Idempotency-Key": "k1"})
    again = post(client, ORBIT, FIELDS, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Idempotent-Replay"] == "true"
    other = post(client, ORBIT, FIELDS | {"subject": "Another"}, **{"Idempotency-Key": "k1"})
    assert other.status_code == 422
    with tenancy.everything():
        assert Ticket.objects.count() == 1


def test_a_kept_answer_of_400_is_not_kept(plans, api):
    client = api(plans.outsider)
    assert post(client, ORBIT, {}, **{"Idempotency-Key": "k1"}).status_code == 400
    assert post(client, ORBIT, FIELDS, **{"Idempotency-Key": "k1"}).status_code == 201


# A test runs inside a transaction, so that the request's own is a savepoint: two statements that a real one saves.
OWN_TRANSACTION = 2


def test_filing_takes_at_most_14_statements(plans, api, django_assert_max_num_queries):
    client = api(plans.partner_member)
    post(client, PINE, FIELDS)
    with django_assert_max_num_queries(14 + OWN_TRANSACTION):
        assert post(client, PINE, FIELDS, **{"Idempotency-Key": "k1"}).status_code == 201


def test_a_ticket_page_takes_at_most_10_statements_at_any_length(plans, api, django_assert_max_num_queries):
    ticket = file(plans.orbit, plans.outsider)
    for minute in range(25):
        reply(ticket, plans.engineer, at(f"2026-11-24 13:{minute:02}"))
        message(ticket, plans.outsider, at(f"2026-11-24 14:{minute:02}"))
    for client, path in (
        (api(plans.outsider), f"{ORBIT}/{ticket.number}"),
        (api(plans.engineer), f"/api/v1/desk/tickets/{ticket.number}"),
    ):
        with django_assert_max_num_queries(10 + OWN_TRANSACTION):
            assert len(client.get(path).json()["messages"]) == 51


def test_the_queue_takes_at_most_6_statements(plans, api, django_assert_max_num_queries):
    for _ in range(3):
        file(plans.orbit, plans.outsider)
    client = api(plans.engineer)
    for view in ("all", "mine", "team", "breached"):
        with django_assert_max_num_queries(6 + OWN_TRANSACTION):
            assert client.get("/api/v1/desk/queue", {"view": view}).status_code == 200


def test_the_list_is_newest_first_and_filtered(plans, api):
    client = api(plans.outsider)
    first = file(plans.orbit, plans.outsider, subject="Disk is full", severity="guidance")
    second = file(plans.orbit, plans.outsider, kind="business", when=at("2026-11-25 12:00"))
    reply(first, plans.engineer, NOON, then="resolve")

    def numbers(**filters):
        answer = client.get(ORBIT, filters)
        assert answer.status_code == 200, answer.json()
        return [row["number"] for row in answer.json()["results"]]

    assert numbers() == [second.number, first.number]
    assert numbers(status="resolved") == [first.number]
    assert numbers(kind="business") == [second.number]
    assert numbers(severity="guidance") == [first.number]
    assert numbers(product="rds") == []
    assert numbers(q="disk") == [first.number]
    assert numbers(q=second.number) == [second.number]
    assert numbers(created_after="2026-11-25T12:00:00+08:00") == [second.number]
    assert numbers(created_before="2026-11-25") == [first.number]


@pytest.mark.parametrize(
    "filters",
    [
        {"status": "done"},
        {"kind": "x"},
        {"severity": "urgent"},
        {"product": "x"},
        {"q": "x" * 201},
        {"created_after": "yesterday"},
        {"created_after": "2026-13-01"},
        {"created_before": "0001-01-01T00:00:00+14:00"},
        {"cursor": "x"},
    ],
)
def test_filters_that_cannot_be_read_are_named(plans, api, filters):
    answer = api(plans.outsider).get(ORBIT, filters)
    assert (answer.status_code, set(answer.json()["errors"])) == (400, set(filters))


def test_pages_of_the_list_follow_one_another(plans, api):
    client = api(plans.outsider)
    numbers = [file(plans.orbit, plans.outsider, kind="business").number for _ in range(5)][::-1]
    first = client.get(ORBIT, {"page_size": 2}).json()
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    assert [row["number"] for page in (first, second, third) for row in page["results"]] == numbers
    assert (first["previous"], third["next"]) == (None, None)


def test_a_message_is_written_with_files(plans, api, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    ticket = file(plans.orbit, plans.outsider)
    answer = api(plans.outsider).post(
        f"{ORBIT}/{ticket.number}/messages",
        {
            "body": "See the log.",
            "attachments": [SimpleUploadedFile("a.log", b"x"), SimpleUploadedFile("b.log", b"yy")],
        },
        format="multipart",
    )
    assert answer.status_code == 201
    body = answer.json()
    assert (body["author"], body["public"], body["channel"]) == ({"name": "Owner", "side": "customer"}, True, "api")
    assert [(f["name"], f["size"], f["content_type"]) for f in body["attachments"]] == [
        ("a.log", 1, "text/plain"),
        ("b.log", 2, "text/plain"),
    ]
    assert f"/api/v1/orgs/orbit/tickets/{ticket.number}/attachments/" in body["attachments"][0]["url"]


def test_a_ticket_is_filed_with_files(plans, api, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    answer = api(plans.outsider).post(
        ORBIT,
        FIELDS | {"watchers": ["owner@orbit.example"], "attachments": [SimpleUploadedFile("a.log", b"x")]},
        format="multipart",
    )
    assert answer.status_code == 201
    detail = api(plans.outsider).get(f"{ORBIT}/{answer.json()['number']}").json()
    assert [kept["name"] for kept in detail["messages"][0]["attachments"]] == ["a.log"]
    assert detail["watchers"] == ["owner@orbit.example"]


def test_a_file_that_is_not_allowed_is_400(plans, api):
    ticket = file(plans.orbit, plans.outsider)
    answer = api(plans.outsider).post(
        f"{ORBIT}/{ticket.number}/messages",
        {"body": "x", "attachments": [SimpleUploadedFile("a.svg", b"<svg/>")]},
        format="multipart",
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "attachment_rejected")
    with tenancy.everything():
        assert Message.objects.count() == 1


@pytest.mark.parametrize(("path", "status"), [("withdraw", "withdrawn"), ("close", "closed")])
def test_the_customer_ends_a_ticket(plans, api, path, status):
    ticket = file(plans.orbit, plans.outsider)
    answer = post(api(plans.outsider), f"{ORBIT}/{ticket.number}/{path}")
    assert (answer.status_code, answer.json()["status"]) == (200, status)
    assert answer.json()["timers"][0]["state"] == "cancelled"
    again = post(api(plans.outsider), f"{ORBIT}/{ticket.number}/{path}")
    assert (again.status_code, again.json()["code"]) == (409, "ticket_not_open")


def test_the_customer_reopens(plans, api):
    ticket = file(plans.orbit, plans.outsider)
    post(api(plans.outsider), f"{ORBIT}/{ticket.number}/close")
    body = post(api(plans.outsider), f"{ORBIT}/{ticket.number}/reopen").json()
    assert (body["status"], [timer["kind"] for timer in body["timers"]]) == ("in_progress", ["first", "next"])


@pytest.mark.parametrize("action", ["", "/messages", "/withdraw", "/close", "/reopen"])
def test_another_organizations_ticket_does_not_exist(plans, api, action):
    ticket = file(plans.orbit, plans.outsider)
    client = api(plans.partner_owner)
    for path in (f"{PINE}/{ticket.number}{action}", f"{ORBIT}/{ticket.number}{action}"):
        answer = post(client, path, {"body": "x"}) if action else client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    with tenancy.everything():
        assert Message.objects.count() == 1


@pytest.mark.parametrize("number", ["T-2026-0000000", "1", "T-2026-48319'7", "%00", "٣"])
def test_numbers_that_are_none_are_not_found(plans, api, number):
    assert api(plans.outsider).get(f"{ORBIT}/{number}").status_code == 404


@pytest.mark.parametrize("role", ["viewer", "billing"])
def test_who_only_reads_files_and_writes_nothing(plans, api, role):
    ticket = file(plans.acme, plans.member)
    client, path = api(getattr(plans, role)), "/api/v1/orgs/acme/tickets"
    assert client.get(path).status_code == 200
    assert client.get(f"{path}/{ticket.number}").status_code == 200
    for target in (path, *(f"{path}/{ticket.number}/{name}" for name in ("messages", "withdraw", "close", "reopen"))):
        answer = post(client, target, {"wrong": True})
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    with tenancy.everything():
        assert list(Ticket.objects.values_list("status", flat=True)) == ["open"]


def test_the_staff_read_an_organizations_tickets_and_act_at_the_desk_only(plans, api):
    ticket = file(plans.orbit, plans.outsider)
    client = api(plans.engineer)
    assert client.get(f"{ORBIT}/{ticket.number}").status_code == 200
    assert post(client, f"{ORBIT}/{ticket.number}/messages", {"body": "x"}).status_code == 403
    assert post(client, ORBIT, FIELDS).status_code == 403
    with tenancy.everything():
        assert Message.objects.count() == 1


def test_a_partner_names_its_end_customer(plans, api):
    with tenancy.organization(plans.pine.pk):
        shop = EndCustomer.objects.create(organization=plans.pine, name="Shop", reference="S-1", created_at=NOON)
    body = post(api(plans.partner_member), PINE, FIELDS | {"end_customer": shop.pk, "tried": "Restarted."}).json()
    assert body["end_customer"] == {"id": shop.pk, "name": "Shop", "reference": "S-1"}
    assert body["tried"] == "Restarted."
