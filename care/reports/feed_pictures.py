"""Draws what came from feeds: resources, security, consumption (care/reports/blocks.py), in the active language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from care.reports.blocks import Block, Column, Drawing, Figure, Figures, Note, Table, Tone
from care.reports.feed_wording import not_collected
from care.reports.names import Names, number, percent, signed, signed_percent
from common import money, readings
from common.beijing import Month
from common.charts import Chart, Series
from common.money import Money

Data = Mapping[str, Any]
MOST_PRODUCTS = 5


def resources(data: Data, names: Names) -> list[Block]:
    """Counts and change by type, the load, and the list of instances."""
    blocks: list[Block] = []
    if data["collected"]:
        blocks += _counts(data, names)
    else:
        blocks.append(Note(not_collected("resources"), "missing"))
    blocks += _load(data["load"], names)
    if data["collected"] and data["instances"]:
        blocks.append(_instances(data, names))
    return blocks


def _counts(data: Data, names: Names) -> list[Block]:
    change = ""
    if data["change"] is not None:
        change = _("%(change)s against the month before") % {"change": signed(data["change"])}
    figures = Figures(
        [
            Figure(_("Instances"), number(data["total"]), change),
            Figure(_("Created in this month"), number(data["created"])),
            Figure(_("Kinds"), number(len([row for row in data["by_type"] if row["count"]]))),
            Figure(_("Regions"), number(len(data["by_region"]))),
        ]
    )
    if not data["by_type"]:
        return [figures]
    drawing = _bars(_("Instances by type"), data["by_type"][:10], names.instance_type)
    if data["change"] is None:
        return [figures, drawing]
    rows = [
        [names.instance_type(row["key"]), number(row["previous"]), number(row["count"]), signed(row["change"])]
        for row in data["by_type"]
        if row["change"]
    ]
    if not rows:
        return [figures, drawing, Note(_("The number of instances of each type is the same as a month before."))]
    columns = [
        Column(pgettext("of instances", "Type"), wide=True),
        Column(_("Month before"), numeric=True),
        Column(_("This month"), numeric=True),
        Column(pgettext("how much more or less", "Change"), numeric=True),
    ]
    return [figures, drawing, Table(_("What changed"), columns, rows)]


def _load(load: Data, names: Names) -> list[Block]:
    if not load["collected"]:
        return [Note(not_collected("load"), "missing")]
    rows = [
        [
            names.metric(row["metric"]),
            *(names.measured(row["metric"], row[name]) for name in ("average", "peak", "p95")),
            number(row["instances"]),
        ]
        for row in load["metrics"]
    ]
    columns = [
        Column(_("Metric"), wide=True),
        Column(_("Average"), numeric=True),
        Column(_("Peak"), numeric=True),
        Column(_("95th percentile"), numeric=True),
        Column(_("Instances"), numeric=True),
    ]
    note = _("Averages and 95th percentiles are means over the instances, peaks the highest of any.")
    blocks: list[Block] = [Table(pgettext("of machines", "Load"), columns, rows, note)] if rows else []
    if load["busiest"]:
        busiest = load["busiest"]
        series = [
            Series(names.metric(metric), [_decimal(each[metric]) for each in busiest])
            for metric in ("cpu", "memory", "disk")
            if any(each[metric] is not None for each in busiest)
        ]
        title = _("Instances that are used most, 95th percentile")
        chart = Chart(title, [each["name"] for each in busiest], series, "percent", "bar", x_title=_("Instance"))
        blocks.append(Drawing(chart, lying=True))
    return blocks


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _instances(data: Data, names: Names) -> Table:
    rows = [
        [
            one["name"],
            names.instance_type(one.get("type", "other")),
            one.get("spec", "–"),
            names.state(one["state"]) if "state" in one else "–",
            one.get("ip_address", "–"),
            one.get("usage", "–"),
        ]
        for one in data["instances"]
    ]
    note = ""
    if data["total"] > data["listed"]:
        note = _("The list shows %(listed)s of %(total)s instances; all of them are counted above.") % {
            "listed": number(data["listed"]),
            "total": number(data["total"]),
        }
    columns = [
        Column(_("Name"), wide=True),
        Column(pgettext("of instances", "Type")),
        Column(_("Specification")),
        Column(pgettext("of an instance", "State")),
        Column(_("IP address")),
        Column(_("Usage")),
    ]
    return Table(_("Instances"), columns, rows, note)


def security(data: Data, names: Names) -> list[Block]:
    """What is configured, and what was attacked."""
    if not data["collected"]:
        return [Note(not_collected("security"), "missing")]
    iam, groups, logs, buckets = data["iam"], data["security_groups"], data["audit_logs"], data["buckets"]
    ddos, waf = data["ddos"], data["waf"]
    blocks: list[Block] = [
        Figures(
            [
                _checked(_("IAM users without MFA"), iam["without_mfa"], iam["users"]),
                _checked(_("Security groups open to all"), groups["open_to_all"], groups["total"]),
                _checked(_("Audit logs off"), logs["off"], logs["total"]),
                _checked(_("Public buckets"), buckets["public"], buckets["total"]),
            ]
        ),
        Figures(
            [
                Figure(_("DDoS: addresses blocked"), number(ddos["blocked"])),
                Figure(_("DDoS: traffic cleaned"), number(ddos["cleaned"])),
                Figure(_("DDoS: traffic diverted"), number(ddos["diverted"])),
                Figure(
                    _("WAF: attacks"),
                    number(waf["attacks"]),
                    _("%(count)s blocked") % {"count": number(waf["blocked"])},
                ),
            ]
        ),
    ]
    if waf["by_type"]:
        blocks.append(_bars(_("Attacks by kind"), waf["by_type"][:10], names.attack))
    open_things = [
        [_("IAM users without MFA"), iam["names_without_mfa"]],
        [_("Security groups open to all"), groups["names_open"]],
        [_("Audit logs off"), [names.region(code) for code in logs["regions_off"]]],
        [_("Public buckets"), buckets["names_public"]],
        [_("Domains that are not protected"), waf["names_unprotected"]],
    ]
    rows = [[title, ", ".join(found)] for title, found in open_things if found]
    if rows:
        blocks.append(Table(_("What stands open"), [Column(_("Finding")), Column(_("Names"), wide=True)], rows))
    else:
        blocks.append(Note(_("Nothing was found that stands open.")))
    return blocks


def _checked(label: str, wrong: int, total: int) -> Figure:
    tone: Tone = "bad" if wrong else "good"
    return Figure(label, number(wrong), _("of %(total)s") % {"total": number(total)}, tone if total else "")


def consumption_trend(data: Data, names: Names) -> list[Block]:
    """The month by product, and the months before it."""
    blocks: list[Block] = []
    if not data["collected"]:
        blocks.append(Note(not_collected("consumption"), "missing"))
    else:
        rate = data["change_rate"]
        blocks.append(
            Figures(
                [
                    Figure(_("Consumption of the month"), _money(data["total"])),
                    Figure(_("Month before"), _money(data["previous_total"])),
                    Figure(
                        pgettext("how much more or less", "Change"),
                        "–" if data["change"] is None else _signed_money(data["change"]),
                    ),
                    Figure(_("Change in percent"), signed_percent(rate)),
                ]
            )
        )
    if any(month["by_product"] for month in data["months"]):
        blocks.append(_trend(data["months"], names))
    if data["collected"] and data["by_product"]:
        blocks.append(_products(data["by_product"], names))
    return blocks


def _trend(months: Sequence[Data], names: Names) -> Drawing:
    """Stacked by the five largest products of the last month, and the rest."""
    last = months[-1]["by_product"]
    largest = sorted(last, key=lambda product: (-Decimal(last[product]), product))[:MOST_PRODUCTS]
    rest = [
        sum((Decimal(amount) for product, amount in month["by_product"].items() if product not in largest), Decimal(0))
        for month in months
    ]
    series = [
        Series(names.product(product), [_amount(month["by_product"].get(product, "0.00")) for month in months])
        for product in largest
    ]
    if any(rest):
        series.append(Series(pgettext("products", "Others"), rest))
    labels = [readings.short_month(Month.parse(month["month"]).first_day) for month in months]
    chart = Chart(_("Consumption by month"), labels, series, "money", "bar", stacked=True, x_title=_("Month"))
    return Drawing(chart)


def _products(products: Sequence[Data], names: Names) -> Table:
    rows = [
        [
            names.product(row["key"]),
            _money(row["amount"]),
            percent(row["share"]),
            _money(row["previous"]),
            "–" if row["change"] is None else _signed_money(row["change"]),
        ]
        for row in products
    ]
    columns = [
        Column(_("Product"), wide=True),
        Column(_("This month"), numeric=True),
        Column(_("Share"), numeric=True),
        Column(_("Month before"), numeric=True),
        Column(pgettext("how much more or less", "Change"), numeric=True),
    ]
    return Table(_("By product"), columns, rows)


def _bars(title: str, rows: Sequence[Data], name: Callable[[str], str]) -> Drawing:
    values = [row["count"] for row in rows]
    series = [Series(pgettext("how many", "Number"), values)]
    return Drawing(Chart(title, [name(row["key"]) for row in rows], series, kind="bar", x_title=title), lying=True)


def _amount(text: str) -> Money:
    return Decimal(text)


def _money(text: str | None) -> str:
    return "–" if text is None else money.shown(Decimal(text))


def _signed_money(text: str) -> str:
    return f"{'+' if Decimal(text) > 0 else ''}{money.shown(Decimal(text))}"
