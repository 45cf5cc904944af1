"""Draws the sections of a report as blocks (care/reports/blocks.py), in the active language.

What comes from feeds is drawn in care/reports/feed_pictures.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from care.reports import feed_pictures
from care.reports.blocks import Advice, Advised, Block, Column, Drawing, Figure, Figures, Note, SectionView, Table
from care.reports.feed_wording import not_collected
from care.reports.names import Names, day, minutes, number, percent, signed_percent
from common import money, readings
from common.charts import Chart, Series

Data = Mapping[str, Any]
Draw = Callable[[Data, Names], Sequence[Block]]


def drawn(sections: Sequence[Data], names: Names) -> list[SectionView]:
    """Sections of care/reports/reading.py as blocks, in their order."""
    return [
        SectionView(section["code"], section["title"], list(_DRAWERS[section["code"]](section["data"], names)))
        for section in sections
    ]


def _overview(data: Data, names: Names) -> list[Block]:
    blocks: list[Block] = []
    if data["foreword"]:
        blocks.append(Note(data["foreword"], "foreword"))
    days = {"first": _day(data["first_day"]), "last": _day(data["last_day"])}
    if data["joined_late"] or data["left_early"]:
        blocks.append(Note(_("The plan was held from %(first)s to %(last)s: the report is about these days.") % days))
    if data["no_tickets"]:
        blocks.append(Note(_("No ticket was filed from %(first)s to %(last)s.") % days))
    solved = _("%(count)s solved") % {"count": number(data["solved"])}
    blocks.append(
        Figures(
            [
                Figure(_("Tickets"), number(data["tickets"]), solved),
                Figure(_("First answers in time"), percent(data["first_answers_in_time"])),
                Figure(_("Satisfaction"), data["csat"] or "–", _("of 5") if data["csat"] else _("nobody rated")),
                Figure(_("Advisories"), number(data["advisories"])),
            ]
        )
    )
    consumption = data["consumption"]
    blocks.append(
        Figures(
            [
                Figure(_("Instances"), _known(data["instances"])),
                Figure(_("Attacks blocked"), _known(data["attacks_blocked"])),
                Figure(
                    _("Consumption"),
                    "–" if consumption is None else money.shown(money.parse(consumption)),
                    _against(data["consumption_change_rate"]),
                ),
                Figure(_("Recommendations"), number(data["recommendations"])),
            ]
        )
    )
    blocks += [Note(not_collected(kind), "missing") for kind in data["not_collected"]]
    return blocks


def _known(value: int | None) -> str:
    return "–" if value is None else number(value)


def _against(rate: str | None) -> str:
    if rate is None:
        return ""
    return _("%(rate)s against the month before") % {"rate": signed_percent(rate)}


def _service_summary(data: Data, names: Names) -> list[Block]:
    plan, tam, advisories = data["plan"], data["tam"], data["advisories"]
    cycles = {"monthly": _("Monthly"), "yearly": _("Yearly")}
    facts = [[_("Plan"), names.text(plan["name"])]]
    if plan["ends_on"]:
        term = _("%(cycle)s, from %(first)s, renewal due on %(end)s") % {
            "cycle": cycles.get(plan["cycle"], plan["cycle"]),
            "first": _day(plan["starts_on"]),
            "end": _day(plan["ends_on"]),
        }
        facts.append([_("Term"), term])
    facts.append([_("Technical service manager"), readings.listed(tam["names"]) or _("not assigned yet")])
    blocks: list[Block] = [Table("", [Column(""), Column("", wide=True)], facts)]
    blocks.append(_quotas(data["quotas"], names))
    blocks += _bookings(data["bookings"], names)
    blocks += _advisories(advisories, names)
    blocks.append(
        Figures(
            [
                Figure(_("Answers by your TAM"), number(tam["replies"])),
                Figure(_("Advisories talked over"), number(tam["advisories_discussed"])),
                Figure(_("Response plans done"), number(tam["advisories_done"])),
                Figure(_("Services completed"), number(tam["services_completed"])),
            ]
        )
    )
    return blocks


def _quotas(quotas: Sequence[Data], names: Names) -> Table:
    unlimited = _("unlimited")
    rows = [
        [
            names.service(quota["code"]),
            names.unit(quota["unit"]),
            unlimited if quota["allowance"] is None else number(quota["allowance"]),
            number(quota["used"]),
            unlimited if quota["remaining"] is None else number(quota["remaining"]),
            _day(quota["last_day"]),
        ]
        for quota in quotas
    ]
    columns = [
        Column(_("Quota"), wide=True),
        Column(_("Unit")),
        Column(_("Allowance"), numeric=True),
        Column(_("Used"), numeric=True),
        Column(_("Left"), numeric=True),
        Column(_("Until"), numeric=True),
    ]
    return Table(_("Quotas"), columns, rows)


def _days(booking: Data) -> str:
    first, last = _day(booking["starts_on"]), _day(booking["ends_on"])
    return first if first == last else f"{first} – {last}"


def _bookings(bookings: Sequence[Data], names: Names) -> list[Block]:
    if not bookings:
        return [Note(_("No service was booked or rendered in this month."))]
    rows = [
        [
            names.service(booking["service"]),
            _days(booking),
            number(booking["days"]),
            names.booking_status(booking["status"]),
        ]
        for booking in bookings
    ]
    columns = [
        Column(_("Service"), wide=True),
        Column(pgettext("of a booking", "Days")),
        Column(pgettext("how many", "Days"), numeric=True),
        Column(_("Status")),
    ]
    return [Table(_("Bookings"), columns, rows)]


def _advisories(advisories: Data, names: Names) -> list[Block]:
    if not advisories["total"]:
        return [Note(_("No advisory concerned you in this month."))]
    answers = {True: _("acknowledged"), False: "–"}
    rows = [
        [each["number"], names.text(each["title"]), answers[each["acknowledged"]]] for each in advisories["advisories"]
    ]
    note = ""
    if advisories["total"] > len(rows):
        note = _("%(shown)s of %(total)s; the message centre has them all.") % {
            "shown": len(rows),
            "total": advisories["total"],
        }
    columns = [Column(_("Number")), Column(_("Advisory"), wide=True), Column(_("Acknowledged"))]
    return [Table(_("Advisories"), columns, rows, note)]


def _service_tickets(data: Data, names: Names) -> list[Block]:
    figures = Figures(
        [
            Figure(pgettext("number of tickets", "Filed"), number(data["total"])),
            Figure(_("Technical"), number(data["technical"])),
            Figure(_("Business"), number(data["business"])),
            Figure(_("Solved"), number(data["solved"])),
        ]
    )
    if not data["total"] and not data["solved"]:
        return [Note(_("No ticket was filed and none was solved in this month.")), figures]
    blocks: list[Block] = [figures, _by_day(data["by_day"])]
    for title, rows, name in (
        (_("By severity"), data["by_severity"], names.severity),
        (_("By product"), data["by_product"], names.product),
    ):
        if rows:
            blocks.append(counted(title, rows, name))
    blocks += _compliance(data, names)
    solving, csat = data["time_to_solve"], data["csat"]
    blocks.append(
        Figures(
            [
                Figure(_("Time to solve, median"), minutes(solving["median_minutes"])),
                Figure(_("Time to solve, 90 %"), minutes(solving["p90_minutes"])),
                Figure(_("Satisfaction"), csat["average"] or "–", _("of 5") if csat["average"] else _("nobody rated")),
                Figure(_("Ratings"), number(csat["ratings"])),
            ]
        )
    )
    blocks += _list(data, names)
    return blocks


def _by_day(days: Sequence[Data]) -> Drawing:
    return Drawing(
        Chart(
            title=_("Tickets by day"),
            x=[readings.short_day(date.fromisoformat(row["day"])) for row in days],
            series=[
                Series(pgettext("number of tickets", "Filed"), [row["filed"] for row in days]),
                Series(_("Solved"), [row["solved"] for row in days]),
            ],
            kind="bar",
            x_title=pgettext("of a month", "Day"),
            table_rows=[place for place, row in enumerate(days) if row["filed"] or row["solved"]],
        )
    )


def counted(title: str, rows: Sequence[Data], name: Callable[[str], str], most: int = 10) -> Drawing:
    """A chart of counts by key, the largest ten."""
    shown = rows[:most]
    return Drawing(
        Chart(
            title=title,
            x=[name(row["key"]) for row in shown],
            series=[Series(pgettext("how many", "Number"), [row["count"] for row in shown])],
            kind="bar",
            x_title=title,
        ),
        lying=True,
    )


def _compliance(data: Data, names: Names) -> list[Block]:
    rows = [
        [
            names.timer(row["timer"]),
            names.severity(row["key"]) if row["key"] else _("All"),
            number(row["due"]),
            number(row["met"]),
            percent(row["rate"]),
            minutes(row["median_minutes"]),
            minutes(row["p90_minutes"]),
        ]
        for row in _ordered(data, names)
    ]
    if not rows:
        return []
    columns = [
        Column(_("Answers")),
        Column(_("Severity"), wide=True),
        Column(pgettext("answers", "Owed"), numeric=True),
        Column(_("In time"), numeric=True),
        Column(pgettext("answers in time", "Share"), numeric=True),
        Column(_("Median"), numeric=True),
        Column(_("90 %"), numeric=True),
    ]
    return [Table(_("Response compliance"), columns, rows)]


def _ordered(data: Data, names: Names) -> list[Data]:
    """First answers before next ones, their sum before the severities, the most urgent first."""
    rows = [*data["compliance"], *data["compliance_by_severity"]]
    return sorted(rows, key=lambda row: (row["timer"], row["key"] != "", -names.severity_level(row["key"]), row["key"]))


def _list(data: Data, names: Names) -> list[Block]:
    rows = [
        [
            ticket["id"],
            ticket["description"],
            names.kind(ticket["kind"]),
            names.severity(ticket["severity"]),
            day(ticket["created_at"]),
            day(ticket["solved_at"]),
        ]
        for ticket in data["tickets"]
    ]
    if not rows:
        return []
    note = ""
    if data["is_capped"]:
        note = _(
            "The list shows the newest %(listed)s of %(total)s tickets; all of them are counted above. The whole list "
            "is found as a CSV file beside this report in the portal."
        ) % {"listed": number(data["listed"]), "total": number(data["total"])}
    columns = [
        Column(_("Number")),
        Column(_("Subject"), wide=True),
        Column(_("Kind")),
        Column(_("Severity")),
        Column(_("Created")),
        Column(_("Solved")),
    ]
    return [Table(_("Tickets of the month"), columns, rows, note)]


def _recommendations(data: Data, names: Names) -> list[Block]:
    if not data["recommendations"]:
        return [Note(_("Nothing stood out in the data of this month: there is nothing to recommend."))]
    return [Advice([Advised(each["text"], each["evidence_lines"], each["rule"]) for each in data["recommendations"]])]


def _day(text: str) -> str:
    return readings.day(date.fromisoformat(text))


_DRAWERS: dict[str, Draw] = {
    "overview": _overview,
    "service_summary": _service_summary,
    "resources": feed_pictures.resources,
    "service_tickets": _service_tickets,
    "security": feed_pictures.security,
    "recommendations": _recommendations,
    "consumption_trend": feed_pictures.consumption_trend,
}
