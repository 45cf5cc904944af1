"""What reports recommend, rule by rule, with the evidence (care/reports/recommending.py)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from care.reports.recommending import Facts, findings
from care.reports.sections import security
from tests.care.report_stage import LOAD, RESOURCES, SECURITY

LAST = date(2026, 11, 30)


def found(**facts: Any) -> dict[str, list[Any]]:
    return {one.rule: one.evidence for one in findings(Facts(last_day=LAST, **facts))}


def cpu(name: str, p95: object) -> dict[str, Any]:
    return {"id": name, "cpu": {"p95": str(p95)}}


def test_nothing_is_recommended_without_data():
    assert found() == {}


def test_of_three_four_and_eighty_percent_the_first_is_idle_and_what_is_above_eighty_is_overloaded():
    load = [cpu("a", 3), cpu("b", 80), cpu("c", 81), cpu("d", 5)]
    assert found(load=load) == {
        "idle_instances": [{"name": "a", "figure": "cpu", "value": "3"}],
        "overloaded": [{"name": "c", "figure": "cpu", "value": "81"}],
    }


def test_what_is_stopped_is_not_idle_and_what_remembers_much_is_not_either():
    instances = [{"id": "a", "name": "Alpha", "state": "stopped"}, {"id": "b", "name": "Beta", "state": "running"}]
    load = [cpu("a", 1), cpu("b", 1) | {"memory": {"p95": "60"}}]
    assert found(instances=instances, load=load) == {"stopped_instances": [{"name": "Alpha (a)"}]}


def test_one_zone_is_a_risk_where_there_could_be_two():
    assert found(instances=RESOURCES)["single_zone"] == [
        {"name": "ecs", "figure": "instances", "value": "4", "zone": "cn-north-4a", "region": "cn-north-4"}
    ]
    unknown = [{"id": "a", "name": "a", "zone": "z"}, {"id": "b", "name": "b"}]
    assert found(instances=unknown) == {}


def test_lost_packets_are_seen():
    read = [{**one} for one in LOAD]
    assert found(load=read)["packet_loss"] == [{"name": "i-3", "figure": "loss", "value": "1.5"}]


def test_three_tickets_on_a_product_are_many():
    rows = [{"key": "rds", "count": 3}, {"key": "ecs", "count": 2}]
    assert found(tickets={"technical_by_product": rows}) == {
        "repeated_tickets": [{"name": "rds", "figure": "tickets", "value": "3"}]
    }


def quota(**changes: Any) -> dict[str, Any]:
    of = {"code": "escort_basic", "name": {"en": "E", "zh": "E"}, "unit": "natural_day", "allowance": 5, "used": 0}
    return of | {"last_day": "2027-06-30"} | changes


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"used": 4}, ["quota_nearly_used"]),
        ({"used": 3}, []),
        ({"allowance": None}, []),
        ({"allowance": 0}, []),
        ({"last_day": "2027-01-29"}, ["quota_unused"]),
        ({"last_day": "2027-01-30"}, []),
        ({"last_day": "2027-01-29", "used": 1}, []),
        ({"last_day": "2026-11-30", "name": None}, []),
    ],
)
def test_quotas_are_watched(changes, rules):
    assert list(found(quotas=[quota(**changes)])) == rules


def test_what_stands_open_is_named():
    assert found(security=security.data(SECURITY, None)) == {
        "without_mfa": [{"name": "ops"}],
        "audit_log_off": [{"name": "cn-east-3", "figure": "audit_log", "value": "off"}],
        "open_groups": [{"name": "default (22)"}],
        "public_buckets": [{"name": "logs"}],
    }


def test_all_who_sign_in_without_a_second_factor_are_counted_and_ten_are_evidence():
    users = [{"kind": "iam_user", "name": f"u{n}", "mfa": False} for n in range(25)]
    (one,) = findings(Facts(last_day=LAST, security=security.data(users, None)))
    assert (one.rule, one.count, len(one.evidence)) == ("without_mfa", 25, 10)


@pytest.mark.parametrize(("attacks", "before", "rises"), [(150, 100, True), (149, 100, False), (99, 10, False)])
def test_attacks_rise_by_half(attacks, before, rises):
    waf = [{"kind": "waf", "domain": "a.example", "mode": "log", "attacks": attacks}]
    previous = security.data([{"kind": "waf", "domain": "a.example", "attacks": before}], None)
    rules = found(security=security.data(waf, previous))
    assert ("waf_rising" in rules) is rises
    assert rules["waf_unprotected"] == [{"name": "a.example"}]


@pytest.mark.parametrize(("rate", "rises"), [("0.2000", True), ("0.1999", False), (None, False)])
def test_a_fifth_more_is_fast(rate, rises):
    assert ("consumption_rising" in found(consumption={"change_rate": rate, "total": "100.00"})) is rises
