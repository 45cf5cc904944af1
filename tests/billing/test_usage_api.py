"""`POST operator/usage` and `GET orgs/{slug}/usage`: the contract, roles, and what a body may be."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import ChangedMonth, UsageLoad, UsageRecord
from billing.usage import api as usage_api
from billing.usage import bodies as usage_bodies
from common import clock, tenancy
from common.models import AuditEntry
from tests.billing.test_usage_records import GOOD

URL = "/api/v1/operator/usage"
NDJSON = "application/x-ndjson"


def send(client, body, content_type="application/json", **headers):
    raw = body if isinstance(body, (bytes, str)) else json.dumps(body)
    return client.generic("POST", URL, raw, content_type=content_type, headers=headers)


def stored() -> list[str]:
    with tenancy.everything():
        return list(UsageRecord.objects.order_by("record_id").values_list("record_id", flat=True))


@pytest.fixture
def operator(people, api):
    return api(people.billing_operator)


def record(number: int = 1, **different) -> dict:
    return GOOD | {"record_id": f"r-{number}"} | different


def test_a_batch_is_answered_with_what_became_of_it(operator):
    batch = [
        record(1),
        record(1),
        record(2, list_amount="x"),
        record(3, organization="nobody"),
        record(1, product="rds"),
        "nonsense",
        record(4, category="marketplace", starts_on="2030-01-01", ends_on="2030-01-02"),
        {"record_id": 7},
    ]
    answer = send(operator, batch)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["accepted"], body["duplicates"]) == (2, 1)
    assert [(r["index"], r["record_id"], r["code"]) for r in body["rejected"]] == [
        (2, "r-2", "not_an_amount"),
        (3, "r-3", "unknown_organization"),
        (4, "r-1", "record_conflict"),
        (5, None, "not_a_record"),
        (7, None, "not_text"),
    ]
    assert body["rejected"][1]["detail"] == "There is no organization nobody. Give its address (slug)."
    assert stored() == ["r-1", "r-4"]
    assert send(operator, batch[:1]).json() == {"accepted": 0, "duplicates": 1, "rejected": []}


@pytest.mark.parametrize(
    "content_type", [NDJSON, "application/ndjson", "application/jsonl", f"{NDJSON}; charset=utf-8"]
)
def test_ndjson_is_read_line_by_line(operator, content_type):
    body = "\n".join([json.dumps(record(1)), "", "{oops", json.dumps(record(2)), ""])
    answer = send(operator, body, content_type)
    assert (answer.status_code, answer.json()["accepted"]) == (200, 2)
    assert [(r["index"], r["code"]) for r in answer.json()["rejected"]] == [(1, "not_json")]
    assert stored() == ["r-1", "r-2"]


def test_an_empty_list_is_a_batch(operator):
    assert send(operator, []).json() == {"accepted": 0, "duplicates": 0, "rejected": []}


@pytest.mark.parametrize(
    "body", ["", "{}", '"x"', "5", "null", "[", "[{}", json.dumps(GOOD), json.dumps({"results": [GOOD]}), b"\xff", "]"]
)
def test_a_body_that_is_no_list_is_refused_and_nothing_is_stored(operator, body):
    answer = send(operator, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert list(answer.json()["errors"]) == ["body"]
    assert not UsageLoad.objects.exists()


def test_a_list_that_breaks_off_stores_nothing_of_it(operator):
    assert send(operator, json.dumps([record(n) for n in range(50)])[:-5]).status_code == 400
    assert stored() == []


def test_a_list_under_the_name_of_ndjson_is_told_apart(operator):
    answer = send(operator, [GOOD], NDJSON)
    assert answer.status_code == 400
    assert "one JSON list" in answer.json()["errors"]["body"][0]


@pytest.mark.parametrize("content_type", ["text/csv", "multipart/form-data; boundary=x", "text/plain"])
def test_other_kinds_of_body_are_refused(operator, content_type):
    assert send(operator, "x", content_type).status_code == 415


def test_a_body_that_is_too_large_is_refused_by_its_own_status(operator, monkeypatch):
    monkeypatch.setattr(usage_bodies, "LARGEST_BODY", 1024 * 1024)
    answer = send(operator, b"[" + b" " * 1024 * 1024 + b"]")
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert answer.json()["detail"] == "A batch has at most 1 MB. Send it in several parts."


def test_a_large_batch_goes_through_a_file(operator, monkeypatch):
    monkeypatch.setattr(usage_bodies, "HELD_IN_MEMORY", 1024)
    answer = send(operator, [record(n) for n in range(300)])
    assert answer.json() == {"accepted": 300, "duplicates": 0, "rejected": []}


def test_a_batch_of_nothing_but_mistakes_is_refused(operator, monkeypatch):
    monkeypatch.setattr(usage_api, "MOST_REJECTS", 2)
    answer = send(operator, [record(1), 1, 2, 3])
    assert answer.status_code == 400
    assert "More than 2 records are malformed" in answer.json()["errors"]["body"][0]
    assert stored() == []


def test_a_keyed_batch_is_loaded_once_and_answered_twice(operator):
    first = send(operator, [record(1), 5], **{"Idempotency-Key": "feed-1"})
    again = send(operator, [record(1), 5], **{"Idempotency-Key": "feed-1"})
    assert again.json() == first.json()
    assert again["Idempotent-Replay"] == "true"
    other = send(operator, [record(2)], **{"Idempotency-Key": "feed-1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert stored() == ["r-1"]


def test_a_batch_leaves_a_load_its_rejects_and_an_audit_entry(operator, people):
    send(operator, [record(1), record(1), 5])
    load = UsageLoad.objects.get()
    assert (load.source, load.status, load.by) == ("API", "finished", people.billing_operator)
    assert (load.accepted, load.duplicates, load.rejected) == (1, 1, 1)
    assert load.total_bytes == load.read_bytes > 100
    assert list(load.rejects.values_list("index", "record_id", "code")) == [(2, "", "not_a_record")]
    entry = AuditEntry.objects.get(action="usage.loaded")
    assert (entry.object, entry.by_id) == (f"load {load.pk}", people.billing_operator.pk)
    assert entry.after["accepted"] == 1


@pytest.mark.parametrize("who", ["owner", "outsider"])
def test_members_do_not_find_the_feed(people, api, who):
    assert send(api(getattr(people, who)), [GOOD]).status_code == 404
    assert stored() == []


@pytest.mark.parametrize("who", ["engineer", "lead", "tam"])
def test_other_staff_may_not_feed(people, api, who):
    assert send(api(getattr(people, who)), [GOOD]).status_code == 403
    assert stored() == []


def test_a_read_token_may_not_feed(people, api):
    assert send(api(people.billing_operator, scope="read"), [GOOD]).status_code == 403
    assert send(api(), [GOOD]).status_code == 401
    assert stored() == []


def test_a_batch_takes_the_same_statements_whatever_its_size(operator):
    send(operator, [GOOD])  # the token's first use is written down
    counts = []
    for base, size in ((100, 10), (1_000, 900)):
        with CaptureQueriesContext(connection) as queries:
            send(operator, [record(base + n) for n in range(size)])
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16


# ---- what an organization used -------------------------------------------------------------------------------------


def usage(client, month: str = "?month=2026-11", slug: str = "acme"):
    return client.get(f"/api/v1/orgs/{slug}/usage{month}")


def test_usage_is_listed_by_day_and_product_counted_and_not(operator, people, api):
    send(
        operator,
        [
            record(1),
            record(2, list_amount="-0.50"),
            record(3, category="marketplace", list_amount="9.99"),
            record(4, product="rds"),
            record(5, starts_on="2026-11-30", ends_on="2026-12-01", list_amount="7"),
            record(6, starts_on="2026-12-01", ends_on="2026-12-02"),
            record(7, organization="orbit"),
            record(8, charge_mode="prepaid", product="obs", starts_on="2026-11-29", ends_on="2026-12-02"),
        ],
    )
    answer = usage(api(people.owner))
    assert answer.status_code == 200
    body = answer.json()
    assert (body["month"], body["currency"]) == ("2026-11", "CNY")
    assert body["totals"] == {"counted": "274.50", "not_counted": "9.99"}
    assert [tuple(row.values()) for row in body["results"]] == [
        ("2026-11-30", "ecs", "7.00", "0.00"),
        ("2026-11-30", "obs", "33.50", "0.00"),
        ("2026-11-29", "obs", "33.50", "0.00"),
        ("2026-11-01", "ecs", "100.00", "9.99"),
        ("2026-11-01", "rds", "100.50", "0.00"),
    ]
    assert list(body["results"][0]) == ["day", "product", "counted", "not_counted"]
    assert (body["next"], body["previous"]) == (None, None)
    assert usage(api(people.outsider), slug="orbit").json()["totals"] == {"counted": "100.50", "not_counted": "0.00"}


def test_the_running_month_is_meant_when_none_is_named(people, api):
    with clock.at(datetime(2026, 11, 30, 16, 30, tzinfo=UTC)):
        assert usage(api(people.owner), "").json()["month"] == "2026-12"


@pytest.mark.parametrize("month", ["2026-13", "2026", "2026-1", "11-2026", "9999-01", "x", "2026-11-01", "２０２６-11"])
def test_a_month_that_is_none_is_refused(people, api, month):
    answer = usage(api(people.owner), f"?month={month}")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["month"])


def test_a_month_without_usage_is_empty(people, api):
    assert usage(api(people.billing)).json() == {
        "month": "2026-11",
        "currency": "CNY",
        "totals": {"counted": "0.00", "not_counted": "0.00"},
        "results": [],
        "next": None,
        "previous": None,
    }


@pytest.mark.parametrize(
    ("who", "status"),
    [("viewer", 403), ("member", 403), ("outsider", 404), ("tam", 200), ("admin", 200), ("engineer", 404)],
)
def test_usage_is_read_by_those_who_may(people, api, who, status):
    assert usage(api(getattr(people, who))).status_code == status


def test_denied_feeds_leave_no_marks(people, api):
    send(api(people.lead), [GOOD])
    with tenancy.everything():
        assert not ChangedMonth.objects.exists()
