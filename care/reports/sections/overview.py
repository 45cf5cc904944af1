"""The first page of a report: the month in a few figures, all of them taken from the other sections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.models import Organization
from care.reports.period import Period


def data(organization: Organization, period: Period, others: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The section; `others` are the sections by code. A figure is null where it is not known."""
    tickets, security = others["service_tickets"], others["security"]
    resources, consumption = others["resources"], others["consumption_trend"]
    first = next((row for row in tickets["compliance"] if row["timer"] == "first"), None)
    return {
        "organization": organization.name,
        "month": str(period.month),
        "first_day": period.first_day.isoformat(),
        "last_day": period.last_day.isoformat(),
        "joined_late": period.joined_late,
        "left_early": period.left_early,
        "no_tickets": not tickets["total"],
        "tier": others["service_summary"]["plan"]["name"],
        "tams": others["service_summary"]["tam"]["names"],
        "tickets": tickets["total"],
        "solved": tickets["solved"],
        "first_answers_in_time": first["rate"] if first else None,
        "csat": tickets["csat"]["average"],
        "advisories": others["service_summary"]["advisories"]["total"],
        "instances": resources.get("total"),
        "attacks_blocked": security["waf"]["blocked"] if security["collected"] else None,
        "consumption": consumption.get("total"),
        "consumption_change_rate": consumption.get("change_rate"),
        "not_collected": not_collected(others),
    }


def not_collected(others: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The kinds of feeds that are missing."""
    known = {
        "resources": others["resources"]["collected"],
        "load": others["resources"]["load"]["collected"],
        "security": others["security"]["collected"],
        "consumption": others["consumption_trend"]["collected"],
    }
    return [kind for kind, collected in known.items() if not collected]
