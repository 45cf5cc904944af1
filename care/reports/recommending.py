"""What a report recommends: named rules over the month's data, each with its evidence (spec page 6.2; no Django here).

A rule looks at `Facts` and gives a `Finding` or nothing. Its sentence stands in care/reports/advice.py. Percentages are
p95 where the feed has them, else the peak, else the average; a figure that the feed does not have proves nothing.

    idle_instances       running, CPU below 5 % and, where it is known, memory below 20 %
    overloaded           CPU, memory or disk above 80 %
    packet_loss          above 1 %
    stopped_instances    stopped or shut down
    single_zone          at least two running instances of a type, all of known zones, in one zone of a region
    repeated_tickets     at least three technical tickets on one product
    quota_nearly_used    at least 80 % of a limited quota
    quota_unused         nothing of a service's quota used, which ends within 60 days
    without_mfa          IAM users without a second factor
    audit_log_off        an audit log that is switched off
    open_groups          security groups that are open to everybody
    public_buckets       object storage that everybody may read or write
    waf_unprotected      domains that the WAF does not protect
    waf_rising           at least 100 attacks, and half as many again as in the month before
    consumption_rising   at least 20 % more than in the month before

Worked example, which also stands in tests/care/test_report_recommending.py: of instances with a CPU of 3, 80 and 81 %
the first lies idle, the last is overloaded, and the one at 80 % is neither.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

Item = Mapping[str, Any]
Evidence = dict[str, Any]

MOST_EVIDENCE: Final = 10
IDLE_CPU, IDLE_MEMORY = Decimal(5), Decimal(20)
OVERLOADED, LOSSY = Decimal(80), Decimal(1)
MANY_TICKETS, MANY_ATTACKS = 3, 100
NEARLY_USED, RISING_ATTACKS, RISING_CONSUMPTION = Decimal("0.8"), Decimal("1.5"), Decimal("0.2")
ENDING_DAYS = 60
RUNNING = frozenset({"running", "active", "available", "normal", "in_use", "in-use", "on"})
STOPPED = frozenset({"stopped", "shutoff", "shutdown", "shut_down", "off"})


@dataclass(frozen=True)
class Facts:
    """What the rules look at; None is a feed that did not arrive. Sections are those of care/reports/sections."""

    last_day: date
    instances: list[Any] | None = None
    load: list[Any] | None = None
    security: Item | None = None
    tickets: Item = field(default_factory=dict)
    quotas: list[Any] = field(default_factory=list)
    consumption: Item = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """A rule that fits. `count`: how many there are, of which `evidence` names the first ten."""

    rule: str
    count: int
    evidence: list[Evidence]


Rule = Callable[[Facts], Iterable[Evidence]]
_RULES: dict[str, Rule] = {}


def findings(facts: Facts) -> list[Finding]:
    """What fits, in the order of the table above."""
    found = []
    for name, rule in _RULES.items():
        evidence = list(rule(facts))
        if evidence:
            found.append(Finding(name, len(evidence), evidence[:MOST_EVIDENCE]))
    return found


def _named(name: str) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        _RULES[name] = rule
        return rule

    return register


def _evidence(name: str, figure: str = "", value: object = None, **more: object) -> Evidence:
    """What stands behind a recommendation: a name, and where there is one a figure with its value as text."""
    evidence: Evidence = {"name": name}
    if figure:
        evidence |= {"figure": figure, "value": str(value)}
    return evidence | more


def _use(item: Item, metric: str) -> Decimal | None:
    measure = item.get(metric) or {}
    value = measure.get("p95") or measure.get("peak") or measure.get("average")
    return None if value is None else Decimal(value)


def _states(facts: Facts) -> dict[str, str]:
    return {one["id"]: str(one.get("state", "")).lower() for one in facts.instances or []}


def _names(facts: Facts) -> dict[str, str]:
    return {one["id"]: one["name"] for one in facts.instances or []}


def _label(item: Item, names: Mapping[str, str]) -> str:
    """ "web-1 (i-1)", or the id alone."""
    name = item.get("name") or names.get(item["id"])
    return f"{name} ({item['id']})" if name and name != item["id"] else str(item["id"])


@_named("idle_instances")
def _idle(facts: Facts) -> Iterable[Evidence]:
    states, names = _states(facts), _names(facts)
    for item in facts.load or []:
        cpu, memory = _use(item, "cpu"), _use(item, "memory")
        runs = states.get(item["id"], "running") in RUNNING
        if runs and cpu is not None and cpu < IDLE_CPU and (memory is None or memory < IDLE_MEMORY):
            yield _evidence(_label(item, names), "cpu", cpu)


@_named("overloaded")
def _overloaded(facts: Facts) -> Iterable[Evidence]:
    names = _names(facts)
    for item in facts.load or []:
        uses = {metric: use for metric in ("cpu", "memory", "disk") if (use := _use(item, metric)) is not None}
        if uses and max(uses.values()) > OVERLOADED:
            metric = max(uses, key=lambda one: uses[one])
            yield _evidence(_label(item, names), metric, uses[metric])


@_named("packet_loss")
def _lossy(facts: Facts) -> Iterable[Evidence]:
    names = _names(facts)
    for item in facts.load or []:
        loss = _use(item, "loss")
        if loss is not None and loss > LOSSY:
            yield _evidence(_label(item, names), "loss", loss)


@_named("stopped_instances")
def _stopped(facts: Facts) -> Iterable[Evidence]:
    for one in facts.instances or []:
        if str(one.get("state", "")).lower() in STOPPED:
            yield _evidence(_label(one, {}))


@_named("single_zone")
def _single_zone(facts: Facts) -> Iterable[Evidence]:
    places: dict[tuple[str, str], list[str | None]] = defaultdict(list)
    for one in facts.instances or []:
        if str(one.get("state", "running")).lower() in RUNNING:
            places[one.get("type", "other"), one.get("region", "")].append(one.get("zone"))
    for (kind, region), zones in sorted(places.items()):
        if len(zones) > 1 and None not in zones and len(set(zones)) == 1:
            yield _evidence(kind, "instances", len(zones), zone=str(zones[0]), region=region)


@_named("repeated_tickets")
def _repeated(facts: Facts) -> Iterable[Evidence]:
    for row in facts.tickets.get("technical_by_product", []):
        if row["count"] >= MANY_TICKETS:
            yield _evidence(row["key"], "tickets", row["count"])


@_named("quota_nearly_used")
def _nearly_used(facts: Facts) -> Iterable[Evidence]:
    for quota in facts.quotas:
        if quota["allowance"] and Decimal(quota["used"]) / quota["allowance"] >= NEARLY_USED:
            yield _evidence(quota["code"], "used", quota["used"], of=quota["allowance"], unit=quota["unit"])


@_named("quota_unused")
def _unused(facts: Facts) -> Iterable[Evidence]:
    for quota in facts.quotas:
        ends_in = (date.fromisoformat(quota["last_day"]) - facts.last_day).days
        if quota["name"] and quota["allowance"] and not quota["used"] and 0 <= ends_in <= ENDING_DAYS:
            yield _evidence(quota["code"], "last_day", quota["last_day"], unit=quota["unit"])


def _security(facts: Facts, part: str, names: str, figure: str) -> Iterable[Evidence]:
    """As many as the section counts: it names the first twenty of them."""
    if not facts.security:
        return
    section = facts.security[part]
    named = section[names]
    yield from (_evidence(name) for name in named)
    yield from (_evidence("") for _more in range(section[figure] - len(named)))


@_named("without_mfa")
def _without_mfa(facts: Facts) -> Iterable[Evidence]:
    return _security(facts, "iam", "names_without_mfa", "without_mfa")


@_named("audit_log_off")
def _audit_log_off(facts: Facts) -> Iterable[Evidence]:
    if facts.security and facts.security["audit_logs"]["off"]:
        regions = facts.security["audit_logs"]["regions_off"] or [""]
        yield from (_evidence(region, "audit_log", "off") for region in regions)


@_named("open_groups")
def _open_groups(facts: Facts) -> Iterable[Evidence]:
    return _security(facts, "security_groups", "names_open", "open_to_all")


@_named("public_buckets")
def _public_buckets(facts: Facts) -> Iterable[Evidence]:
    return _security(facts, "buckets", "names_public", "public")


@_named("waf_unprotected")
def _waf_unprotected(facts: Facts) -> Iterable[Evidence]:
    if facts.security:
        yield from (_evidence(name) for name in facts.security["waf"]["names_unprotected"])


@_named("waf_rising")
def _waf_rising(facts: Facts) -> Iterable[Evidence]:
    waf: Item = facts.security["waf"] if facts.security else {"attacks": 0, "previous_attacks": None}
    before = waf["previous_attacks"]
    if before and waf["attacks"] >= MANY_ATTACKS and Decimal(waf["attacks"]) >= before * RISING_ATTACKS:
        yield _evidence("", "attacks", waf["attacks"], before=before)


@_named("consumption_rising")
def _consumption_rising(facts: Facts) -> Iterable[Evidence]:
    rate = facts.consumption.get("change_rate")
    if rate is not None and Decimal(rate) >= RISING_CONSUMPTION:
        yield _evidence("", "change_rate", rate, total=facts.consumption["total"])
