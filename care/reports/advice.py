"""The sentences of recommendations and of their evidence, in the active language.

care/reports/recommending.py has the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from care.reports.names import Names, number, signed_percent
from care.reports.recommending import Finding
from common import money, readings

_TEXTS: dict[str, Any] = {
    "idle_instances": ngettext_lazy(
        "%(count)s instance lies idle. Choose a smaller size, or release it.",
        "%(count)s instances lie idle. Choose smaller sizes, or release them.",
        "count",
    ),
    "overloaded": ngettext_lazy(
        "%(count)s instance works above 80 %% of its capacity. Choose a larger size, or share its load.",
        "%(count)s instances work above 80 %% of their capacity. Choose larger sizes, or share their load.",
        "count",
    ),
    "packet_loss": ngettext_lazy(
        "%(count)s instance loses more than 1 %% of its packets. Check its bandwidth and its connections.",
        "%(count)s instances lose more than 1 %% of their packets. Check their bandwidth and their connections.",
        "count",
    ),
    "stopped_instances": ngettext_lazy(
        "%(count)s instance is stopped. Release it if nobody needs it: its disks and addresses still cost.",
        "%(count)s instances are stopped. Release those that nobody needs: their disks and addresses still cost.",
        "count",
    ),
    "single_zone": ngettext_lazy(
        "All instances of %(count)s kind run in a single availability zone. Place some of them in a second one.",
        "All instances of %(count)s kinds run in a single availability zone. Place some of them in a second one.",
        "count",
    ),
    "repeated_tickets": ngettext_lazy(
        "%(count)s product caused several technical tickets. Let us look for what they have in common.",
        "%(count)s products caused several technical tickets each. Let us look for what they have in common.",
        "count",
    ),
    "quota_nearly_used": ngettext_lazy(
        "%(count)s quota is used up or nearly so. Plan what is left of it.",
        "%(count)s quotas are used up or nearly so. Plan what is left of them.",
        "count",
    ),
    "quota_unused": ngettext_lazy(
        "%(count)s service of your plan is unused and its quota ends soon. Book it in time.",
        "%(count)s services of your plan are unused and their quotas end soon. Book them in time.",
        "count",
    ),
    "without_mfa": ngettext_lazy(
        "%(count)s IAM user signs in without a second factor. Switch multi-factor authentication on.",
        "%(count)s IAM users sign in without a second factor. Switch multi-factor authentication on.",
        "count",
    ),
    "audit_log_off": gettext_lazy(
        "The audit log is switched off. Switch it on: without it nobody can tell who changed what."
    ),
    "open_groups": ngettext_lazy(
        "%(count)s security group is open to everybody. Narrow it to the addresses that need it.",
        "%(count)s security groups are open to everybody. Narrow them to the addresses that need them.",
        "count",
    ),
    "public_buckets": ngettext_lazy(
        "%(count)s bucket can be read by everybody. Make it private unless it is meant to be public.",
        "%(count)s buckets can be read by everybody. Make them private unless they are meant to be public.",
        "count",
    ),
    "waf_unprotected": ngettext_lazy(
        "%(count)s domain is not protected: the WAF lets attacks pass there. Set it to protect.",
        "%(count)s domains are not protected: the WAF lets attacks pass there. Set it to protect.",
        "count",
    ),
    "waf_rising": gettext_lazy("Attacks on your web applications rise. Review the WAF's rules and what it only logs."),
    "consumption_rising": gettext_lazy("Consumption rises fast. See which products grow and whether that is meant."),
}


def text_of(finding: Finding) -> str:
    """What a rule recommends."""
    return str(_TEXTS[finding.rule] % {"count": finding.count})


def evidence_lines(evidence: list[Mapping[str, Any]], names: Names) -> list[str]:
    """What a recommendation rests on, a line each."""
    return [line for each in evidence if (line := _line(each, names))]


def _line(each: Mapping[str, Any], names: Names) -> str:
    figure, value = each.get("figure", ""), str(each.get("value", ""))
    name = each["name"]
    if figure in ("cpu", "memory", "disk", "loss"):
        return _("%(name)s: %(metric)s %(value)s") % {
            "name": name,
            "metric": names.metric(figure),
            "value": names.measured(figure, value),
        }
    params = {
        "name": name,
        "count": number(value) if figure in ("tickets", "instances", "attacks", "used") else value,
        "zone": each.get("zone", ""),
        "of": number(each.get("of") or 0),
        "unit": names.unit(each.get("unit", "")),
        "before": number(each.get("before") or 0),
    }
    match figure:
        case "tickets":
            params["name"] = names.product(name)
            return _("%(name)s: %(count)s tickets") % params
        case "instances":
            params["name"] = names.instance_type(name)
            return _("%(name)s: all %(count)s in %(zone)s") % params
        case "audit_log":
            return names.region(name)
        case "used":
            params["name"] = names.service(name)
            return _("%(name)s: %(count)s of %(of)s used") % params
        case "last_day":
            params |= {"name": names.service(name), "day": readings.day(date.fromisoformat(value))}
            return _("%(name)s: until %(day)s") % params
        case "attacks":
            return _("%(count)s attacks, %(before)s in the month before") % params
        case "change_rate":
            params |= {"rate": signed_percent(value), "total": money.shown(Decimal(each["total"]))}
            return _("%(total)s, %(rate)s against the month before") % params
    return str(name)
