"""From a document as in the file to a Catalogue (spec page 2; no Django here)."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

from supportplans import catalogue as c
from supportplans.document_reading import Node, Text

REGION_NONE = "none"
# What a step of the ladder may wait for at most: ten times the target.
MOST_PERCENT = 1000
SERVICE_KEYS = (
    "unit",
    "period",
    "yearly_orders_only",
    "notice_working_days",
    "notice_is_binding",
    "binds_plan",
    "priority_during_event",
)
FAMILY_KEYS = (
    "code",
    "name",
    "organization_kind",
    "paid_tiers_for_partner_types",
    "im_providers",
    "excluded_regions",
    "categories",
    "scope",
    "tiers",
)
TIER_KEYS = (
    "code",
    "rank",
    "name",
    "key_feature",
    "meant_for",
    "prices",
    "usage_mode",
    "usage_brackets",
    "severities",
    "accept_within_working_days",
    "sorts_as",
    "resolution_priority",
    "handler_level",
    "channels",
    "technical_tickets",
    "entitlements",
)


class Lists:
    """The code lists of a document, which its tiers and families refer to."""

    def __init__(self, root: Node) -> None:
        severities = enumerate(root["severities"].items())
        self.severities = tuple(_severity(node, order) for order, node in severities)
        self.resolution_priorities = named(root["resolution_priorities"])
        self.handler_levels = named(root["handler_levels"])
        self.channels = named(root["channels"])
        self.entitlement_groups = named(root["entitlement_groups"])
        self.software_groups = named(root["software_groups"])
        self.out_of_scope_reasons = named(root["out_of_scope_reasons"])
        self.products = named(root["products"])
        self.regions = named(root["regions"])
        groups = codes(self.entitlement_groups)
        self.entitlements = tuple(_entitlement(node, groups) for node in root["entitlements"].items())
        software_groups = codes(self.software_groups)
        software = root["third_party_software"].items()
        self.software = tuple(_software(node, software_groups) for node in software)
        for key in ("severities", "entitlements", "third_party_software", "regions", "products"):
            different(root[key])
        if REGION_NONE not in codes(self.regions):
            root["regions"].complain(f"must have the code {REGION_NONE!r} (not regional)")


def read(document: Any) -> c.Catalogue:
    """The catalogue of `document`; raises c.CatalogueErrors."""
    problems: dict[str, list[str]] = {}
    root = Node(document, "", problems)
    if not isinstance(document, dict):
        raise c.CatalogueErrors({"document": ["must be a mapping"]})
    root.only(*c.Catalogue.__dataclass_fields__)
    lists = Lists(root)
    pack, event = root["ticket_pack"], root["event_priority"]
    pack.only("tickets", "price")
    event.only("target_minutes", "from_severity")
    result = c.Catalogue(
        version=root["version"].code(),
        effective_on=root["effective_on"].day(),
        currency=root["currency"].one_of(("CNY",)),
        ticket_pack=c.TicketPack(pack["tickets"].whole(at_least=1), pack["price"].money()),
        event_priority=c.EventPriority(
            event["target_minutes"].whole(at_least=1), event["from_severity"].one_of(codes(lists.severities))
        ),
        escalation=_ladder(root["escalation"]) if root.has("escalation") else c.LADDER,
        severities=lists.severities,
        resolution_priorities=lists.resolution_priorities,
        handler_levels=lists.handler_levels,
        channels=lists.channels,
        entitlement_groups=lists.entitlement_groups,
        entitlements=lists.entitlements,
        families=tuple(_family(node, lists) for node in root["families"].items()),
        out_of_scope_reasons=lists.out_of_scope_reasons,
        software_groups=lists.software_groups,
        third_party_software=lists.software,
        products=lists.products,
        regions=lists.regions,
    )
    _each_kind_has_its_family(root["families"], result.families)
    if problems:
        raise c.CatalogueErrors(problems)
    return result


def codes(things: tuple[Any, ...]) -> tuple[str, ...]:
    """The codes of things that have one."""
    return tuple(thing.code for thing in things)


def named(node: Node) -> tuple[c.Named, ...]:
    """A list of `{code, name}`."""
    found = []
    for item in node.items():
        item.only("code", "name")
        found.append(c.Named(item["code"].code(), item["name"].both()))
    different(node)
    return tuple(found)


def different(node: Node) -> None:
    """Complain where two items of a list carry the same code."""
    seen: set[str] = set()
    for item in node.items():
        code = item.value.get("code") if isinstance(item.value, dict) else None
        if isinstance(code, str) and code in seen:
            item["code"].complain("is there already")
        elif isinstance(code, str):
            seen.add(code)


def _ladder(node: Node) -> tuple[c.Step, ...]:
    """`[{percent, told}]`, lowest first; what the desk calls "about to breach" and "overdue" are steps of it."""
    steps = []
    for item in node.items():
        item.only("percent", "told")
        told = item["told"].several_of(c.AUDIENCES)
        if not told:
            item["told"].complain("must name somebody")
        steps.append(c.Step(item["percent"].whole(at_least=1), told))
        if steps[-1].percent > MOST_PERCENT:
            item["percent"].complain(f"must be at most {MOST_PERCENT}")
    percents = [step.percent for step in steps]
    if any(later <= earlier for earlier, later in pairwise(percents)):
        node.complain("must rise from step to step")
    for needed in (c.AT_RISK_PERCENT, c.BREACH_PERCENT):
        if needed not in percents:
            node.complain(f"must have the step {needed}")
    return tuple(steps)


def _severity(node: Node, order: int) -> c.SeverityDefinition:
    node.only("code", "name", "definition", "example")
    return c.SeverityDefinition(
        node["code"].code(), node["name"].both(), node["definition"].both(), node["example"].both(), order
    )


def _software(node: Node, groups: tuple[str, ...]) -> c.Software:
    node.only("code", "group", "name", "versions", "help")
    return c.Software(
        node["code"].code(),
        node["group"].one_of(groups),
        node["name"].both(),
        node["versions"].both(),
        node["help"].both(),
    )


def _entitlement(node: Node, groups: tuple[str, ...]) -> c.Entitlement:
    node.only("code", "group", "name", "provisioned", "service")
    plain = c.Entitlement(
        code=node["code"].code(),
        name=node["name"].both(),
        group=node["group"].one_of(groups),
        provisioned=node["provisioned"].flag() if node.has("provisioned") else False,
    )
    if not node.has("service"):
        return plain
    service = node["service"]
    service.only(*SERVICE_KEYS)
    return replace(
        plain,
        unit=service["unit"].one_of(c.UNITS),
        period=service["period"].one_of(c.PERIODS),
        yearly_orders_only=service["yearly_orders_only"].flag(),
        notice_working_days=service["notice_working_days"].whole(),
        notice_is_binding=service["notice_is_binding"].flag(),
        binds_plan=service["binds_plan"].flag(),
        priority_during_event=service["priority_during_event"].flag(),
    )


def _family(node: Node, lists: Lists) -> c.Family:
    node.only(*FAMILY_KEYS)
    code = node["code"].code()
    types, im, scope = node["paid_tiers_for_partner_types"], node["im_providers"], node["scope"]
    scope.only("in", "out")
    tiers = tuple(_tier(item, code, lists) for item in node["tiers"].items())
    _base_is_free_and_ranks_differ(node["tiers"], tiers)
    return c.Family(
        code=code,
        name=node["name"].both(),
        organization_kind=node["organization_kind"].one_of(c.ORGANIZATION_KINDS),
        paid_tiers_for_partner_types=None if types.is_null else tuple(item.code() for item in types.items()),
        im_providers=None if im.is_null else tuple(item.code() for item in im.items()),
        excluded_regions=node["excluded_regions"].several_of(codes(lists.regions)),
        categories=_categories(node["categories"]),
        scope=c.Scope(_texts(scope["in"]), _texts(scope["out"])),
        tiers=tuple(sorted(tiers, key=lambda tier: tier.rank)),
    )


def _categories(node: Node) -> tuple[c.Category, ...]:
    found = []
    for item in node.items():
        item.only("code", "kinds", "name")
        kinds = item["kinds"].several_of(c.TICKET_KINDS)
        found.append(c.Category(item["code"].code(), item["name"].both(), kinds))
    different(node)
    return tuple(found)


def _texts(node: Node) -> tuple[Text, ...]:
    return tuple(item.both() for item in node.items())


def _tier(node: Node, family: str, lists: Lists) -> c.Tier:
    node.only(*TIER_KEYS)
    prices, channels = node["prices"], node["channels"]
    prices.only("monthly", "yearly")
    channels.only("business", "technical")
    known_channels = codes(lists.channels)
    tier = c.Tier(
        code=node["code"].code(),
        family=family,
        rank=node["rank"].whole(),
        name=node["name"].both(),
        key_feature=node["key_feature"].both(),
        meant_for=node["meant_for"].both(),
        prices=c.Prices(prices["monthly"].money(), prices["yearly"].money()),
        usage_mode=node["usage_mode"].one_of(c.USAGE_MODES),
        usage_brackets=_brackets(node["usage_brackets"]),
        severities=_severities(node["severities"], lists),
        accept_within_working_days=node["accept_within_working_days"].whole_or_null(at_least=1),
        sorts_as=None if node["sorts_as"].is_null else node["sorts_as"].one_of(codes(lists.severities)),
        resolution_priority=node["resolution_priority"].one_of(codes(lists.resolution_priorities)),
        handler_level=node["handler_level"].one_of(codes(lists.handler_levels)),
        channels=c.Channels(
            channels["business"].several_of(known_channels), channels["technical"].several_of(known_channels)
        ),
        technical_tickets=_technical_tickets(node["technical_tickets"]),
        entitlements=_tier_entitlements(node["entitlements"], lists),
    )
    _promise_is_by_severity_or_by_day(node["severities"], tier)
    return tier


def _brackets(node: Node) -> tuple[c.Bracket, ...]:
    found = []
    for item in node.items():
        item.only("from", "rate")
        found.append(c.Bracket(item["from"].money(), item["rate"].rate()))
    starts = [bracket.from_amount for bracket in found]
    if found and (starts[0] != 0 or any(a >= b for a, b in pairwise(starts))):
        node.complain("must begin at 0.00 and rise")
    return tuple(found)


def _severities(node: Node, lists: Lists) -> tuple[c.Severity, ...]:
    found = []
    known = codes(lists.severities)
    for item in node.items():
        item.only("code", "target_minutes")
        found.append(c.Severity(item["code"].one_of(known), item["target_minutes"].whole_or_null(at_least=1)))
    different(node)
    if not found:
        node.complain("must name at least one severity")
    return tuple(sorted(found, key=lambda s: known.index(s.code) if s.code in known else 0))


def _technical_tickets(node: Node) -> c.TechnicalTickets:
    node.only("included", "monthly_quota")
    tickets = c.TechnicalTickets(node["included"].flag(), node["monthly_quota"].whole_or_null())
    if not tickets.included and tickets.monthly_quota != 0:
        node["monthly_quota"].complain("must be 0 where technical tickets are not included")
    return tickets


def _tier_entitlements(node: Node, lists: Lists) -> tuple[c.Entitlement, ...]:
    """Each item is a code, or `{code, quota}` for a yearly quota, or `{code, coming_soon: true}`."""
    known = {entitlement.code: entitlement for entitlement in lists.entitlements}
    found: dict[str, c.Entitlement] = {}
    for item in node.items():
        item.only("code", "quota", "coming_soon")
        code = (item["code"] if isinstance(item.value, dict) else item).one_of(tuple(known))
        if not code:
            continue
        if code in found:
            item.complain("is there already")
        coming_soon = item["coming_soon"].flag() if item.has("coming_soon") else False
        quota = item["quota"].whole(at_least=1) if item.has("quota") else None
        if (quota is not None) != (known[code].unit is not None and not coming_soon):
            item.complain("needs a quota exactly where it is a service with a yearly quota")
        found[code] = replace(known[code], quota=quota, coming_soon=coming_soon)
    return tuple(found.values())


def _promise_is_by_severity_or_by_day(node: Node, tier: c.Tier) -> None:
    without_target = [severity.code for severity in tier.severities if severity.target_minutes is None]
    if without_target and (tier.accept_within_working_days is None or tier.sorts_as is None):
        node.complain("without targets the tier needs accept_within_working_days and sorts_as")
    if tier.accept_within_working_days is not None and len(without_target) < len(tier.severities):
        node.complain("with accept_within_working_days every target_minutes must be null")


def _base_is_free_and_ranks_differ(node: Node, tiers: tuple[c.Tier, ...]) -> None:
    different(node)
    ranks = [tier.rank for tier in tiers]
    if ranks.count(0) != 1 or len(set(ranks)) < len(ranks):
        node.complain("must have different ranks, one of them 0")
    for tier in tiers:
        if tier.rank == 0 and (tier.prices.monthly or tier.prices.yearly or tier.usage_brackets):
            node.complain("the tier of rank 0 must be free")


def _each_kind_has_its_family(node: Node, families: tuple[c.Family, ...]) -> None:
    different(node)
    kinds = [family.organization_kind for family in families]
    for kind in c.ORGANIZATION_KINDS:
        if kinds.count(kind) != 1:
            node.complain(f"exactly one family must serve organizations of kind {kind!r}")
