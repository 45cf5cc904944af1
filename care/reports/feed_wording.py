"""Sentences for what is wrong with a feed, and what feeds collect and why (spec page 6, section 6.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from care.reports.feed_fields import CONSUMPTION, LOAD, RESOURCES, SECURITY, Mistake

_SENTENCES = {
    "not_an_object": gettext_lazy("Each item is an object."),
    "missing": gettext_lazy("This field is required."),
    "repeated": gettext_lazy("Another item before has the same."),
    "not_text": gettext_lazy("Give a text."),
    "length": gettext_lazy("Use 1 to %(longest)s characters."),
    "control_characters": gettext_lazy("Leave out control characters."),
    "not_a_count": gettext_lazy("Give a whole number from 0 on."),
    "not_a_number": gettext_lazy("Give a number, such as 12.5."),
    "out_of_range": gettext_lazy("Give a number from 0 to %(largest)s."),
    "not_a_flag": gettext_lazy("Give true or false."),
    "not_a_moment": gettext_lazy(
        "Give a day such as 2026-11-03 or an instant with its offset such as 2026-11-03T09:30:00+08:00."
    ),
    "not_an_address": gettext_lazy("Give an IP address; several behind commas."),
    "not_an_amount": gettext_lazy("Give an amount in whole fen, such as 1234.50."),
    "not_details": gettext_lazy("Give a flat object of at most %(most)s texts or numbers."),
    "not_one_of": gettext_lazy("This is not one of: %(codes)s."),
    "not_a_measure": gettext_lazy("Give an object with average, peak or p95."),
    "above_peak": gettext_lazy("This is above the peak."),
}


@dataclass(frozen=True)
class Collected:
    """A feed as its notice says it: what it holds and what for."""

    kind: str
    name: str
    what: str
    why: str


def sentences(mistakes: Mapping[str, Mistake]) -> dict[str, list[str]]:
    """{place: [sentence]} in the reader's language."""
    return {where: [str(_SENTENCES[wrong.code]) % wrong.params] for where, wrong in mistakes.items()}


def collected() -> list[Collected]:
    """What is collected for the report and why, for the notice that the portal shows."""
    return [
        Collected(
            RESOURCES,
            _("Resources"),
            _("Instances: id, name, state, specification, day of creation, IP address, usage and basic configuration."),
            _("To count what you run, to show how that changed and to find what lies idle or has no second zone."),
        ),
        Collected(
            LOAD,
            pgettext("of machines", "Load"),
            _(
                "Average, peak and 95th percentile of CPU, memory and disk use, disk rates, bandwidth, connections, "
                "network latency and loss."
            ),
            _("To show how heavily instances are used and to recommend other sizes in time."),
        ),
        Collected(
            SECURITY,
            _("Security"),
            _(
                "IAM users, security groups, the audit log's switch, policies of object storage, DDoS blocking, "
                "cleaning and diversion, WAF configuration and attacks."
            ),
            _("To point out what stands open and what attacks were held off."),
        ),
        Collected(
            CONSUMPTION,
            _("Consumption"),
            _("What was consumed, by product."),
            _("To draw how consumption goes from month to month."),
        ),
    ]


def privacy() -> str:
    """What becomes of it."""
    return _(
        "These data serve your monthly report alone. They are deleted as soon as it is sent; only the report itself is "
        "kept, for your organization."
    )


def not_collected(kind: str) -> str:
    """Why a section has no data, in the reader's language."""
    name = next(each.name for each in collected() if each.kind == kind)
    return _(
        "Data were not collected for this part: the feed “%(feed)s” of the month had not arrived when the report was "
        "made. Everything else in the report is complete."
    ) % {"feed": name}
