"""What an organization runs, by its feeds `resources` and `load`: counts, change, use (spec page 6, section 6.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from care.reports.feed_fields import LOAD, METRICS, RESOURCES
from care.reports.period import Period

Items = list[dict[str, Any]]
MOST_LISTED = 50
MOST_BUSIEST = 10
UNNAMED = "other"
LISTED_FIELDS = ("id", "name", "type", "state", "spec", "created", "ip_address", "region", "zone", "usage")
_TENTH = Decimal("0.1")


def data(feeds: Mapping[str, Items], period: Period, previous: Mapping[str, Any] | None) -> dict[str, Any]:
    """The section; `previous` is the same of the month before, null where there is none."""
    instances = feeds.get(RESOURCES)
    section: dict[str, Any] = {"collected": instances is not None}
    if instances is not None:
        section |= _counts(instances, period, previous)
    section["load"] = _load(feeds.get(LOAD), instances or [])
    return section


def _counts(instances: Items, period: Period, previous: Mapping[str, Any] | None) -> dict[str, Any]:
    before = _counts_before(previous)
    types = Counter(one.get("type", UNNAMED) for one in instances)
    known = sorted(types.keys() | before.keys(), key=lambda key: (-types[key], key))
    total_before = sum(before.values()) if previous and previous.get("collected") else None
    first, last = period.month.first_day.isoformat(), period.month.last_day.isoformat()
    return {
        "total": len(instances),
        "previous_total": total_before,
        "change": None if total_before is None else len(instances) - total_before,
        "created": sum(first <= one.get("created", "")[:10] <= last for one in instances),
        "by_type": [
            {
                "key": key,
                "count": types[key],
                "previous": None if total_before is None else before.get(key, 0),
                "change": None if total_before is None else types[key] - before.get(key, 0),
            }
            for key in known
        ],
        "by_state": _keyed(one.get("state", UNNAMED) for one in instances),
        "by_region": _keyed(one.get("region", UNNAMED) for one in instances),
        "listed": min(len(instances), MOST_LISTED),
        "instances": [
            {name: one[name] for name in LISTED_FIELDS if name in one}
            for one in sorted(instances, key=lambda one: (one.get("type", UNNAMED), one["name"], one["id"]))[
                :MOST_LISTED
            ]
        ],
    }


def _counts_before(previous: Mapping[str, Any] | None) -> dict[str, int]:
    if not previous or not previous.get("collected"):
        return {}
    return {row["key"]: row["count"] for row in previous["by_type"]}


def _load(items: Items | None, instances: Items) -> dict[str, Any]:
    """By metric over all instances: the mean of their averages, the highest peak, the mean of their p95."""
    if items is None:
        return {"collected": False}
    names = {one["id"]: one["name"] for one in instances}
    metrics = [_metric(metric, [item[metric] for item in items if metric in item]) for metric in METRICS]
    busiest = sorted(items, key=lambda item: (-_use(item), item["id"]))[:MOST_BUSIEST]
    return {
        "collected": True,
        "instances": len(items),
        "metrics": [metric for metric in metrics if metric["instances"]],
        "busiest": [
            {"id": item["id"], "name": item.get("name") or names.get(item["id"], item["id"])}
            | {metric: _p95(item, metric) for metric in ("cpu", "memory", "disk")}
            for item in busiest
            if _use(item)
        ],
    }


def _metric(metric: str, measures: list[dict[str, str]]) -> dict[str, Any]:
    found = {name: [Decimal(one[name]) for one in measures if name in one] for name in ("average", "peak", "p95")}
    return {
        "metric": metric,
        "instances": len(measures),
        "average": _mean(found["average"]),
        "peak": _shown(max(found["peak"])) if found["peak"] else None,
        "p95": _mean(found["p95"]),
    }


def _use(item: Mapping[str, Any]) -> Decimal:
    """How heavily an instance is used: the highest p95 of CPU, memory and disk."""
    return max((Decimal(_p95(item, metric) or 0) for metric in ("cpu", "memory", "disk")), default=Decimal(0))


def _p95(item: Mapping[str, Any], metric: str) -> str | None:
    measure = item.get(metric, {})
    value = measure.get("p95") or measure.get("peak") or measure.get("average")
    return None if value is None else _shown(Decimal(value))


def _mean(values: list[Decimal]) -> str | None:
    return _shown(sum(values, Decimal(0)) / len(values)) if values else None


def _shown(value: Decimal) -> str:
    return str(value.quantize(_TENTH, ROUND_HALF_UP))


def _keyed(keys: Iterable[str]) -> list[dict[str, Any]]:
    counts = Counter(keys)
    return [{"key": key, "count": counts[key]} for key in sorted(counts, key=lambda key: (-counts[key], key))]
