"""Feeds: what is taken, named field by field what is not, and what becomes of them (care/reports/feeds.py)."""

from __future__ import annotations

import copy

import pytest

from care.models import MonthlyReport, ReportFeed
from care.reports import exclusions
from care.reports.feed_fields import read_items
from common import clock, tenancy
from tests.care.report_stage import DUE, FEEDS, LOAD, MADE, OCTOBER, enterprise, feed, made, plan, report_of, work
from tests.tickets.conftest import catalogue

__all__ = ["catalogue", "enterprise"]
FEEDS_URL = "/api/v1/operator/feeds"


def codes(kind: str, *items: object) -> dict[str, str]:
    return {where: mistake.code for where, mistake in read_items(kind, list(items))[1].items()}


def test_what_is_right_is_kept_as_plain_values():
    kept, mistakes, _ignored = read_items("load", [{"id": " i-1 ", "cpu": {"average": 12.5, "peak": 97}, "loss": None}])
    assert (kept, mistakes) == ([{"id": "i-1", "cpu": {"average": "12.5", "peak": "97"}}], {})
    for kind, items in FEEDS.items():
        assert read_items(kind, items)[1] == {}


@pytest.mark.parametrize(
    ("kind", "item", "mistakes"),
    [
        ("load", {"id": "i", "cpu": {"average": 98, "peak": 97}}, {"items.0.cpu.average": "above_peak"}),
        ("load", {"id": "i", "cpu": {"peak": 101}}, {"items.0.cpu.peak": "out_of_range"}),
        ("load", {"id": "i", "cpu": {"peak": True}}, {"items.0.cpu.peak": "not_a_number"}),
        ("load", {"id": "i", "cpu": {"p99": 1}}, {"items.0.cpu": "not_a_measure"}),
        ("load", {"id": "i", "cpu": {}}, {"items.0.cpu": "not_a_measure"}),
        ("load", {"id": "i", "latency": {"peak": "nan"}}, {"items.0.latency.peak": "not_a_number"}),
        ("load", {"id": "i", "latency": {"peak": "1e400"}}, {"items.0.latency.peak": "out_of_range"}),
        ("load", {"id": "i", "latency": {"peak": -1}}, {"items.0.latency.peak": "out_of_range"}),
        ("resources", "web", {"items.0": "not_an_object"}),
        ("resources", {"id": "i"}, {"items.0.name": "missing"}),
        ("resources", {"id": 7, "name": "n"}, {"items.0.id": "not_text"}),
        ("resources", {"id": "i", "name": "a\x00b"}, {"items.0.name": "control_characters"}),
        ("resources", {"id": "i", "name": "n" * 201}, {"items.0.name": "length"}),
        ("resources", {"id": "i", "name": "n", "created": "soon"}, {"items.0.created": "not_a_moment"}),
        ("resources", {"id": "i", "name": "n", "created": "2026-11-03T09:30:00"}, {"items.0.created": "not_a_moment"}),
        ("resources", {"id": "i", "name": "n", "ip_address": "10.0.0"}, {"items.0.ip_address": "not_an_address"}),
        ("resources", {"id": "i", "name": "n", "configuration": [1]}, {"items.0.configuration": "not_details"}),
        (
            "resources",
            {"id": "i", "name": "n", "configuration": {"cpu": {}}},
            {"items.0.configuration.cpu": "not_a_number"},
        ),
        ("security", {"kind": "moat"}, {"items.0.kind": "not_one_of"}),
        ("security", {"kind": "audit_log"}, {"items.0.enabled": "missing"}),
        ("security", {"kind": "iam_user", "name": "n", "mfa": "yes"}, {"items.0.mfa": "not_a_flag"}),
        ("security", {"kind": "waf", "domain": "d", "attacks": 1.5}, {"items.0.attacks": "not_a_count"}),
        ("security", {"kind": "waf", "domain": "d", "by_type": {"x": -1}}, {"items.0.by_type": "not_a_count"}),
        ("consumption", {"product": "ecs", "amount": "1.005"}, {"items.0.amount": "not_an_amount"}),
        ("consumption", {"product": "ecs", "amount": None}, {"items.0.amount": "missing"}),
    ],
)
def test_what_is_wrong_is_named_by_its_place(kind, item, mistakes):
    assert codes(kind, item) == mistakes


def test_what_a_kind_does_not_have_is_not_kept_and_named_once():
    items = [{"id": "i-1", "name": "web", "colour": 1, "owner": "x"}, {"id": "i-2", "name": "db", "colour": {"a": []}}]
    kept = [{"id": "i-1", "name": "web"}, {"id": "i-2", "name": "db"}]
    assert read_items("resources", items) == (kept, {}, ["colour", "owner"])
    measured = [{"id": "i", "cpu": {"peak": 9, "p99": 8}, "memory": {"p99": None, "average": 1}}]
    kept = [{"id": "i", "cpu": {"peak": "9"}, "memory": {"average": "1"}}]
    assert read_items("load", measured) == (kept, {}, ["cpu.p99", "memory.p99"])


def test_nothing_comes_twice_in_a_feed():
    item = {"product": "ecs", "amount": "1.00"}
    assert codes("consumption", item, item) == {"items.1.product": "repeated"}


@pytest.fixture
def send(people, enterprise, api):
    """Post a feed of November for acme as the billing operator, on the 1st of December."""
    enterprise(people.acme)

    def post(kind: str = "load", person=None, at=MADE, **changes):
        body = {"organization": "acme", "month": "2026-11", "items": copy.deepcopy(FEEDS.get(kind, []))} | changes
        with clock.at(at):
            return api(person or people.billing_operator).post(f"{FEEDS_URL}/{kind}", body, format="json")

    return post


def kept() -> list[tuple[str, str, int]]:
    with tenancy.everything():
        rows = ReportFeed.objects.order_by("organization", "kind")
        return [(row.organization.slug, row.kind, len(row.items)) for row in rows]


def test_a_feed_is_kept_and_a_later_one_replaces_it(send):
    first = send()
    assert (first.status_code, first.json()) == (
        201,
        {
            "organization": "acme",
            "month": "2026-11",
            "kind": "load",
            "items": 3,
            "ignored": [],
            "received_at": "2026-12-01T04:00:00+08:00",
        },
    )
    assert send(items=LOAD[:1]).status_code == 200
    assert kept() == [("acme", "load", 1)]
    repeated = send(items=[LOAD[0] | {"rack": "r-7"}])
    assert (repeated.status_code, repeated.json()["ignored"]) == (200, ["rack"])
    assert kept() == [("acme", "load", 1)]


def test_administrators_may_bring_feeds_and_nobody_else(send, people):
    assert send(person=people.admin).status_code == 201
    for someone, status in ((people.tam, 403), (people.lead, 403), (people.owner, 404)):
        assert send(person=someone, items=[]).status_code == status
    assert kept() == [("acme", "load", 3)]


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"organization": "nobody"}, ["organization"]),
        ({"organization": 7}, ["organization"]),
        ({"organization": "\x00"}, ["organization"]),
        ({"month": "2026-13"}, ["month"]),
        ({"month": "2027-01"}, ["month"]),
        ({"month": None}, ["month"]),
        ({"items": {"id": "i"}}, ["items"]),
        ({"items": [{"id": "i", "cpu": {"peak": 120}}, 5]}, ["items.0.cpu.peak", "items.1"]),
    ],
)
def test_fields_that_are_wrong_are_named(send, changes, places):
    answer = send(**changes)
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert sorted(answer.json()["errors"]) == places
    assert kept() == []


def test_an_unknown_kind_is_not_found(send):
    assert send("weather").status_code == 404


def test_who_gets_no_report_has_no_feed(send, people, enterprise):
    assert send(organization="orbit").json()["code"] == "not_entitled"
    assert send(month="2025-12").json()["code"] == "not_entitled"
    enterprise(people.pine, tier="premium")
    coming = send(organization="pine").json()
    assert (coming["status"], coming["code"], coming["title"]) == (
        409,
        "not_entitled",
        "The monthly report is coming soon",
    )
    assert kept() == []


def test_a_plan_that_was_only_just_bought_has_feeds_at_once(send, people, enterprise):
    enterprise(people.orbit, since="2026-12-03T12:00")
    assert send(organization="orbit", month="2026-12", at=DUE).status_code == 201


def test_a_sent_report_takes_no_feed_and_keeps_none(send, people):
    feed(people.acme)
    assert len(kept()) == 4
    assert work()["sent"] == 1
    assert kept() == []
    refused = send()
    assert (refused.status_code, refused.json()["code"]) == (409, "report_sent")
    assert kept() == []


def test_a_feed_that_comes_late_has_the_report_made_again(send, people):
    first = made(people.acme)
    assert (first.status, first.made_at) == ("ready", MADE)
    send()
    assert report_of(people.acme).made_at is None
    assert work(MADE) == {"made": 1, "sent": 0, "failed": 0}
    assert report_of(people.acme).sections[2]["data"]["load"]["collected"] is True


def test_an_excluded_organization_has_no_feeds(send, people):
    feed(people.acme)
    with tenancy.everything(), clock.at(MADE):
        exclusions.exclude(organization=people.acme, reason="poc", note="", at=MADE, by=people.tam)
    assert kept() == []
    refused = send().json()
    assert (refused["status"], refused["code"], refused["reason"]) == (409, "not_reportable", "poc")
    assert report_of(people.acme).status == MonthlyReport.Status.NOT_REPORTABLE


def test_months_before_are_taken_while_their_report_is_not_sent(send, people):
    plan(OCTOBER)
    assert send(month="2026-10").status_code == 201
