"""The comparison of a family's tiers as a table that can be read at a glance (spec page 2.8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from common.money import Money
from supportplans import cells
from supportplans.catalogue import CYCLES, Catalogue, Family, Tier, UnknownCode
from supportplans.cells import Cell
from supportplans.reader import Reader


@dataclass(frozen=True)
class Column:
    """A tier at the head of the table. `choose_url` is set where this reader may buy it now."""

    tier: Tier
    name: str
    key_feature: str
    meant_for: str
    price: Money
    other_price: Money
    is_current: bool
    choose_url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Row:
    """A line of the table: one cell per tier."""

    label: str
    cells: list[Cell]
    hint: str = ""


@dataclass(frozen=True)
class Section:
    """Lines that belong together."""

    title: str
    rows: list[Row]
    note: str = ""

    def lines_of(self, column: int) -> list[tuple[str, Cell]]:
        """What one tier has of it: label and cell."""
        return [
            (row.cells[column].label or row.label, row.cells[column]) for row in self.rows if row.cells[column].is_there
        ]


@dataclass(frozen=True)
class Card:
    """The same tier for a narrow screen: what it has, section by section."""

    column: Column
    highlights: list[tuple[str, Cell]]
    sections: list[tuple[str, list[tuple[str, Cell]]]]


@dataclass(frozen=True)
class Link:
    """One choice of a switch."""

    label: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Table:
    family: Family
    name: str
    cycle: str
    families: list[Link]
    cycles: list[Link]
    columns: list[Column]
    highlights: list[Row]
    sections: list[Section]
    eligibility_note: str

    @property
    def cards(self) -> list[Card]:
        """One card per tier, with the lines that it has."""
        return [
            Card(
                column,
                [(row.label, row.cells[index]) for row in self.highlights],
                [(section.title, lines) for section in self.sections if (lines := section.lines_of(index))],
            )
            for index, column in enumerate(self.columns)
        ]


def table(reader: Reader, *, family: str, cycle: str, language: str) -> Table:
    """The table of a family for a reader; unknown words in the address show the default."""
    catalogue = reader.catalogue
    line = _family(reader, family)
    chosen_cycle = cycle if cycle in CYCLES else "monthly"

    def name_of(list_name: str, code: str) -> str:
        return catalogue.name_of(list_name, code).in_language(language)

    return Table(
        family=line,
        name=line.name.in_language(language),
        cycle=chosen_cycle,
        families=[
            Link(known.name.in_language(language), _address(reader, known.code, chosen_cycle), known is line)
            for known in catalogue.families
        ],
        cycles=[
            Link(label, _address(reader, line.code, code), code == chosen_cycle)
            for code, label in (("monthly", _("Monthly")), ("yearly", _("Yearly")))
        ],
        columns=[_column(reader, line, tier, chosen_cycle, language) for tier in line.tiers],
        highlights=_highlights(line.tiers),
        sections=sections(catalogue, line.tiers, language, name_of),
        eligibility_note=_eligibility_note(reader, line),
    )


def _family(reader: Reader, code: str) -> Family:
    try:
        return reader.catalogue.family(code)
    except UnknownCode:
        organization = reader.organization
        return reader.catalogue.family_for(organization.kind) if organization else reader.catalogue.families[0]


def _address(reader: Reader, family: str, cycle: str) -> str:
    asked = {"family": family, "cycle": cycle}
    if reader.organization and reader.others:
        asked["organization"] = reader.organization.slug
    return f"{reverse('supportplans:plans')}?{urlencode(asked)}"


def _eligibility_note(reader: Reader, line: Family) -> str:
    organization = reader.organization
    if line.paid_tiers_for_partner_types is None:
        return ""
    if organization and organization.kind == line.organization_kind:
        if line.may_subscribe(organization.partner_type):
            return ""
        return _("Your organization is not a consulting partner, so it cannot subscribe to these plans.")
    return _("These plans are for consulting partners.")


def _column(reader: Reader, line: Family, tier: Tier, cycle: str, language: str) -> Column:
    held = reader.standing
    is_current = held is not None and held.family.code == line.code and held.tier.code == tier.code
    url, note = _choice(reader, line, tier, cycle)
    other = "yearly" if cycle == "monthly" else "monthly"
    return Column(
        tier=tier,
        name=tier.name.in_language(language),
        key_feature=tier.key_feature.in_language(language),
        meant_for=tier.meant_for.in_language(language),
        price=tier.prices.of(cycle),
        other_price=tier.prices.of(other),
        is_current=is_current,
        choose_url=url,
        note=note,
    )


def _choice(reader: Reader, line: Family, tier: Tier, cycle: str) -> tuple[str, str]:
    """Where the reader buys the tier, or a sentence that says why not; both '' where nothing needs saying."""
    reached, held = reader.reach, reader.standing
    if tier.is_base:
        return "", ""
    if reader.is_stranger:
        return reverse("account_signup"), ""
    if reached is None or held is None:
        return "", ""
    organization = reached.organization
    if organization.kind != line.organization_kind or not line.may_subscribe(organization.partner_type):
        return "", ""
    if held.term is not None:
        return "", ""
    if not reached.may("orders", "W"):
        return "", _("Ask an owner or a billing person of your organization to buy it.")
    asked = urlencode({"action": "subscribe", "tier": tier.code, "cycle": cycle})
    return f"{reverse('billing:checkout', kwargs={'slug': organization.slug})}?{asked}", ""


def sections(
    catalogue: Catalogue, tiers: Iterable[Tier], language: str, name_of: Callable[[str, str], str]
) -> list[Section]:
    """What the tiers include, as lines in groups; a line that no tier has is left out."""
    columns = list(tiers)
    found = [_response(catalogue, columns, language, name_of), _tickets(catalogue, columns)]
    for group in catalogue.entitlement_groups:
        rows = []
        for known in catalogue.entitlements:
            having = [tier.entitlement(known.code) for tier in columns]
            if known.group == group.code and any(having):
                rows.append(Row(known.name.in_language(language), [cells.entitlement(have) for have in having]))
        found.append(Section(group.name.in_language(language), rows))
    found.append(_fees(columns))
    return [section for section in found if section.rows]


def _highlights(tiers: Sequence[Tier]) -> list[Row]:
    longest = _longest(tiers)
    return [
        Row(_("Fastest answer"), [cells.target(tier, tier.severities[0].code, longest) for tier in tiers]),
        Row(_("Technical tickets"), [cells.technical(tier) for tier in tiers]),
    ]


def _longest(tiers: Sequence[Tier]) -> int:
    """The slowest target of the table, in minutes."""
    return max((severity.target_minutes or 0 for tier in tiers for severity in tier.severities), default=0)


def _response(catalogue: Catalogue, tiers: list[Tier], language: str, name_of: Callable[[str, str], str]) -> Section:
    longest = _longest(tiers)
    rows = [
        Row(
            severity.name.in_language(language),
            [cells.target(tier, severity.code, longest) for tier in tiers],
            severity.definition.in_language(language),
        )
        for severity in catalogue.severities
    ]
    rows.append(
        Row(
            _("Resolution priority"),
            [cells.text(name_of("resolution_priorities", tier.resolution_priority)) for tier in tiers],
        )
    )
    rows.append(Row(_("Handled by"), [cells.text(name_of("handler_levels", tier.handler_level)) for tier in tiers]))
    note = _("Time until a person of our staff answers, round the clock.")
    return Section(_("How fast you are answered"), rows, note)


def _tickets(catalogue: Catalogue, tiers: list[Tier]) -> Section:
    rows = [
        Row(_("Business tickets"), [cells.text(_("Unlimited")) for _tier in tiers]),
        Row(_("Technical tickets"), [cells.technical(tier) for tier in tiers]),
    ]
    if any(tier.technical_tickets.metered for tier in tiers):
        rows.append(Row(_("Ticket packs"), [cells.pack(tier, catalogue.ticket_pack) for tier in tiers]))
    return Section(_("Tickets"), rows)


def _fees(tiers: list[Tier]) -> Section:
    rows = [
        Row(_("Monthly"), [cells.money(tier.prices.monthly) for tier in tiers]),
        Row(_("Yearly"), [cells.money(tier.prices.yearly) for tier in tiers]),
    ]
    note = ""
    if any(tier.usage_brackets for tier in tiers):
        rows.append(Row(_("Of your monthly cloud usage"), [cells.brackets(tier) for tier in tiers]))
        note = _("Of the usage fee, the monthly price is taken off: you pay only what goes beyond it.")
    return Section(_("Prices"), rows, note)
