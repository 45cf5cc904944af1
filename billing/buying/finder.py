"""The plan finder's page: its questions, and the suggestion in words (spec page 2.8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organization
from billing.buying.estimate_questions import read_typed
from billing.pricing.price_estimate import estimate
from common import readings
from common.money import Money, shown
from supportplans import comparison
from supportplans.catalogue import Family, Tier
from supportplans.comparison import Column, Link
from supportplans.plan_finder import Match, Needs, Suggestion, fastest, suggest
from supportplans.reader import Reader

# What each scale stands for: cloud usage of a month.
USAGES = {
    "small": Decimal(5_000), "medium": Decimal(50_000), "large": Decimal(500_000), "very_large": Decimal(5_000_000)
}  # fmt: skip
TICKETS = (0, 10, 30, 60)
NO_PROMISE = "none"


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Field:
    """One question: choices of which one is chosen."""

    name: str
    label: str
    choices: list[Choice]


@dataclass(frozen=True)
class Reason:
    """One need in words, and whether the tier meets it."""

    text: str
    is_met: bool


@dataclass(frozen=True)
class Told:
    """A tier with its reasons; `calculator_url` opens the calculator on the same figures."""

    column: Column
    cost: Money
    reasons: list[Reason]
    calculator_url: str

    @property
    def verdict(self) -> str:
        """In few words, for a plan that was not suggested."""
        missed = sum(not reason.is_met for reason in self.reasons)
        if not missed:
            return _("fits too, at a higher price")
        words = ngettext("misses %(count)s of your needs", "misses %(count)s of your needs", missed)
        return words % {"count": missed}


@dataclass(frozen=True)
class Finder:
    """`problem` is set where the budget cannot be read; the suggestion is then that without a budget."""

    families: list[Link]
    family: str
    fields: list[Field]
    budget_text: str
    problem: str
    suggested: Told
    within_budget: Told | None
    others: list[Told]


def finder(reader: Reader, asked: Mapping[str, str], language: str) -> Finder:
    """The page for a reader; unknown words in `asked` mean the default."""
    table = comparison.table(reader, family=asked.get("family", ""), cycle="monthly", language=language)
    fields = _fields(table.family, reader, asked)
    answers = {field.name: next(choice.value for choice in field.choices if choice.is_chosen) for field in fields}
    budget, problem = read_typed(asked.get("budget", ""))
    needs = Needs(
        skills=answers["skills"],  # type: ignore[arg-type]
        depends=answers["depends"],  # type: ignore[arg-type]
        scale=answers["scale"],  # type: ignore[arg-type]
        answer_within=None if answers["answers"] == NO_PROMISE else int(answers["answers"]),
        tickets=int(answers.get("tickets", "0")),
        budget=budget,
        partner_type=answers.get("partner_type", ""),
    )
    usage = USAGES[needs.scale]
    costs = {tier.code: estimate(tier, "monthly", usage).monthly_total for tier in table.family.tiers}
    found = suggest(table.family, reader.catalogue, needs, costs)
    told = {
        match.tier.code: _told(match, column, needs, reader, usage)
        for match, column in zip(found.matches, table.columns, strict=True)
    }
    return Finder(
        families=[
            Link(link.label, f"{reverse('billing:finder')}?{urlencode({'family': code})}", link.is_chosen)
            for code, link in zip((family.code for family in reader.catalogue.families), table.families, strict=True)
        ],
        family=table.family.code,
        fields=fields,
        budget_text=asked.get("budget", ""),
        problem=problem,
        suggested=told[found.suggested.tier.code],
        within_budget=told[found.within_budget.tier.code] if found.within_budget else None,
        others=_others(found, told),
    )


def _others(found: Suggestion, told: dict[str, Told]) -> list[Told]:
    named = {match.tier.code for match in (found.suggested, found.within_budget) if match}
    return [one for code, one in told.items() if code not in named]


# ---- questions -----------------------------------------------------------------------------------------------


def _fields(family: Family, reader: Reader, asked: Mapping[str, str]) -> list[Field]:
    """The questions that make a difference in this family, in the order they are asked."""
    organization = reader.organization
    questions: list[tuple[str, str, list[tuple[str, str]], str]] = []
    if family.paid_tiers_for_partner_types is not None:
        own_type = organization.partner_type if organization else ""
        questions.append(_partner_question(family, own_type))
    questions.append(
        (
            "depends",
            _("How much depends on the system?"),
            [
                ("tests", _("Little: tests and experiments")),
                ("production", _("Production, but we can wait a while")),
                ("core", _("The whole business")),
            ],
            "production",
        )
    )
    questions.append(("answers", _("How fast do you want an answer when production is down?"), _speeds(family), "30"))
    questions.append(
        (
            "skills",
            _("How well do you know the cloud?"),
            [
                ("experts", _("We have our own experts")),
                ("some", _("We get along")),
                ("new", _("It is new to us")),
            ],
            "some",
        )
    )
    questions.append(("scale", _("How much cloud do you use a month?"), _scales(), "medium"))
    if any(not tier.technical_tickets.included or tier.technical_tickets.metered for tier in family.tiers):
        counts = [(str(count), _tickets(count)) for count in TICKETS]
        questions.append(("tickets", _("How many technical questions a month?"), counts, "10"))
    return [
        Field(name, label, _choices(options, asked.get(name, ""), default))
        for name, label, options, default in questions
    ]


def _choices(options: list[tuple[str, str]], asked: str, default: str) -> list[Choice]:
    values = [value for value, _label in options]
    chosen = asked if asked in values else default if default in values else values[0]
    return [Choice(value, label, value == chosen) for value, label in options]


def _partner_question(family: Family, own_type: str) -> tuple[str, str, list[tuple[str, str]], str]:
    label = _("What kind of partner are you?")
    kinds = [(str(kind.value), str(kind.label)) for kind in Organization.PartnerType if kind.value]
    allowed = family.paid_tiers_for_partner_types or ()
    default = own_type or next((value for value, _label in kinds if value in allowed), kinds[0][0])
    return "partner_type", label, kinds, default


def _speeds(family: Family) -> list[tuple[str, str]]:
    """The targets that the family's tiers know."""
    minutes = {severity.target_minutes for tier in family.tiers for severity in tier.severities}
    known = sorted(target for target in minutes if target is not None)
    within = [(str(target), _("within %(span)s") % {"span": readings.span(target * 60)}) for target in known]
    return [*within, (NO_PROMISE, _("a working day is enough"))]


def _scales() -> list[tuple[str, str]]:
    amounts = {code: {"amount": shown(usage).removesuffix(".00")} for code, usage in USAGES.items()}
    return [
        ("small", _("around %(amount)s") % amounts["small"]),
        ("medium", _("around %(amount)s") % amounts["medium"]),
        ("large", _("around %(amount)s") % amounts["large"]),
        ("very_large", _("%(amount)s and more") % amounts["very_large"]),
    ]


def _tickets(count: int) -> str:
    if not count:
        return _("none")
    return _("up to %(count)s") % {"count": count}


# ---- the suggestion in words ---------------------------------------------------------------------------------


def _told(match: Match, column: Column, needs: Needs, reader: Reader, usage: Money) -> Told:
    asked = {
        "family": match.tier.family,
        "tier": match.tier.code,
        "cycle": "monthly",
        "monthly_usage": format(usage, "f"),
    }
    return Told(
        column=column,
        cost=match.cost,
        reasons=[
            Reason(_reason(check.need, check.is_met, match, needs, reader), check.is_met) for check in match.checks
        ],
        calculator_url=f"{reverse('billing:calculator')}?{urlencode(asked)}",
    )


def _reason(need: str, is_met: bool, match: Match, needs: Needs, reader: Reader) -> str:
    facts: dict[str, Any] = {
        "wanted": readings.span((needs.answer_within or 0) * 60),
        "offered": readings.span((fastest(match.tier) or 0) * 60),
        "cost": shown(match.cost),
        "budget": shown(needs.budget or Decimal(0)),
        "over": shown(match.cost - (needs.budget or Decimal(0))),
        "count": needs.tickets,
    }
    if need == "answers":
        sentence = _answers(match.tier, is_met)
    elif need == "tickets":
        sentence = _ticket_reason(match, is_met)
        facts |= {"packs": match.packs, "quota": match.tier.technical_tickets.monthly_quota}
    else:
        sentence = _SENTENCES[need]()[0 if is_met else 1]
    return sentence % facts


def _answers(tier: Tier, is_met: bool) -> str:
    if is_met:
        return _("Answers within %(offered)s when it is urgent; you want %(wanted)s.")
    if fastest(tier) is None:
        return _("No promise how fast an urgent question is answered; you want %(wanted)s.")
    return _("Answers within %(offered)s at best; you want %(wanted)s.")


def _ticket_reason(match: Match, is_met: bool) -> str:
    if not is_met:
        return _("No technical tickets: business questions only.")
    if match.tier.technical_tickets.monthly_quota is None:
        return _("Technical tickets without a limit; you expect %(count)s a month.")
    if match.packs:
        return _("%(quota)s technical tickets a month, and packs for the rest of your %(count)s: %(packs)s a month.")
    return _("%(quota)s technical tickets a month; you expect %(count)s.")


# Of each need: the sentence where it is met, and where it is not.
_SENTENCES: dict[str, Callable[[], tuple[str, str]]] = {
    "promise": lambda: (
        _("Every fault of production has an answer time that is promised."),
        _("No answer time is promised for faults of production."),
    ),
    "core": lambda: (
        _("Takes the most urgent level, for when the core of your business is down."),
        _("Does not take the most urgent level, for when the core of your business is down."),
    ),
    "group": lambda: (
        _("A chat group with our engineers, for the many questions of the beginning."),
        _("No chat group with our engineers, for the many questions of the beginning."),
    ),
    "contact": lambda: (
        _("A technical service manager who knows your systems."),
        _("No technical service manager who knows your systems."),
    ),
    "eligible": lambda: (
        _("Your kind of organization may subscribe to it."),
        _("Only for consulting partners."),
    ),
    "budget": lambda: (
        _("About %(cost)s a month, within your budget of %(budget)s."),
        _("About %(cost)s a month, %(over)s over your budget."),
    ),
}
