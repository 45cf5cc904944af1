"""What stands open and what was held off, by the feed `security` (spec page 6, section 6.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

Items = list[dict[str, Any]]
MOST_NAMED = 20


def data(items: Items | None, previous: Mapping[str, Any] | None) -> dict[str, Any]:
    """The section; `previous` is the same of the month before, null where there is none."""
    if items is None:
        return {"collected": False}
    of: dict[str, Items] = {}
    for item in items:
        of.setdefault(item["kind"], []).append(item)
    return {
        "collected": True,
        "iam": _iam(of.get("iam_user", [])),
        "security_groups": _groups(of.get("security_group", [])),
        "audit_logs": _audit_logs(of.get("audit_log", [])),
        "buckets": _buckets(of.get("bucket_policy", [])),
        "ddos": _ddos(of.get("ddos", [])),
        "waf": _waf(of.get("waf", []), previous),
    }


def _iam(users: Items) -> dict[str, Any]:
    return {
        "users": len(users),
        "administrators": sum(user.get("administrator", False) for user in users),
        "without_mfa": sum(user.get("mfa") is False for user in users),
        "names_without_mfa": _named([user for user in users if user.get("mfa") is False]),
    }


def _groups(groups: Items) -> dict[str, Any]:
    opened = [group for group in groups if group.get("open_to_all")]
    return {
        "total": len(groups),
        "open_to_all": len(opened),
        "names_open": [_with_ports(group) for group in opened[:MOST_NAMED]],
    }


def _with_ports(group: Mapping[str, Any]) -> str:
    return f"{group['name']} ({group['open_ports']})" if group.get("open_ports") else group["name"]


def _audit_logs(logs: Items) -> dict[str, Any]:
    return {
        "total": len(logs),
        "on": sum(log["enabled"] for log in logs),
        "off": sum(not log["enabled"] for log in logs),
        "regions_off": sorted({log.get("region", "") for log in logs if not log["enabled"]} - {""}),
    }


def _buckets(buckets: Items) -> dict[str, Any]:
    public = [bucket for bucket in buckets if bucket["access"] != "private"]
    return {
        "total": len(buckets),
        "public": len(public),
        "writable_by_all": sum(bucket["access"] == "public_read_write" for bucket in buckets),
        "not_encrypted": sum(bucket.get("encrypted") is False for bucket in buckets),
        "names_public": _named(public),
    }


def _ddos(rows: Items) -> dict[str, Any]:
    return {"addresses": len(rows)} | {
        name: sum(row.get(name, 0) for row in rows) for name in ("blocked", "cleaned", "diverted")
    }


def _waf(domains: Items, previous: Mapping[str, Any] | None) -> dict[str, Any]:
    types: Counter[str] = Counter()
    for domain in domains:
        types.update(domain.get("by_type", {}))
    unprotected = [domain for domain in domains if domain.get("mode") in ("log", "off")]
    before = previous["waf"]["attacks"] if previous and previous.get("collected") else None
    return {
        "domains": len(domains),
        "protected": sum(domain.get("mode") == "protect" for domain in domains),
        "names_unprotected": _named(unprotected, "domain"),
        "attacks": sum(domain.get("attacks", 0) for domain in domains),
        "blocked": sum(domain.get("blocked", 0) for domain in domains),
        "previous_attacks": before,
        "by_type": [{"key": key, "count": types[key]} for key in sorted(types, key=lambda key: (-types[key], key))],
    }


def _named(items: Items, name: str = "name") -> list[str]:
    return [item[name] for item in items[:MOST_NAMED]]
