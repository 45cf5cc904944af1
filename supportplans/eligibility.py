"""Who may subscribe to what, and change to what (spec page 3.3): checked when a quote is made, and again when it
takes effect.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import Organization
from common import readings
from common.problems import FieldErrors, Refusal
from supportplans import overrides
from supportplans.catalogue import CYCLES, Catalogue, Tier, UnknownCode
from supportplans.change_frequency import ALLOWED_IN_WINDOW, WINDOW
from supportplans.standing import HeldTerm, Standing


class NotEligible(Refusal):
    code = "not_eligible"
    title = gettext_lazy("This plan is not for your organization")


class AlreadySubscribed(Refusal):
    code = "already_subscribed"
    title = gettext_lazy("There is a paid plan already")


class NotSubscribed(Refusal):
    code = "not_subscribed"
    title = gettext_lazy("There is no paid plan")


class SameTier(Refusal):
    code = "same_tier"
    title = gettext_lazy("This is the tier already")


class SameCycle(Refusal):
    code = "same_cycle"
    title = gettext_lazy("This is the cycle already")


class AlreadyRenewed(Refusal):
    code = "already_renewed"
    title = gettext_lazy("The plan is renewed already")


class TooFrequentChanges(Refusal):
    code = "too_frequent_changes"
    title = gettext_lazy("The plan was changed too often")


def choose(*, organization: Organization, catalogue: Catalogue, tier: str, cycle: str) -> Tier:
    """The paid tier that an organization asks for by code.

    Raises FieldErrors for codes that do not exist and for the free tier, NotEligible for the other family's
    tiers and where the organization's partner type may not subscribe.
    """
    errors = _cycle_errors(cycle) | _tier_errors(organization, catalogue, tier)
    if errors:
        raise FieldErrors(errors)
    return _eligible(organization, catalogue, tier)


def choose_tier(*, organization: Organization, catalogue: Catalogue, tier: str) -> Tier:
    """The same where the cycle is given. Raises as `choose` does."""
    errors = _tier_errors(organization, catalogue, tier)
    if errors:
        raise FieldErrors(errors)
    return _eligible(organization, catalogue, tier)


def check_cycle(cycle: str) -> None:
    """Raises FieldErrors for a cycle that does not exist."""
    errors = _cycle_errors(cycle)
    if errors:
        raise FieldErrors(errors)


def check_subscribe(*, organization: Organization, held: Standing, tier: Tier, at: datetime) -> None:
    """Raises AlreadySubscribed or TooFrequentChanges; inside the tenant scope.

    Whether the organization is disabled is asked where a change is begun (billing/buying/quotes.py): what was paid is
    carried out all the same.
    """
    if held.term is not None:
        raise AlreadySubscribed(
            _("Your organization holds %(tier)s until %(day)s. Change it on the plan page.")
            % {"tier": name_of(held.tier), "day": readings.day(held.term.ends_on)},
            action_url=plan_url(organization),
            action_label=_("Your plan"),
        )
    check_frequency(organization=organization, tier=tier.code, at=at)


def check_subscribed(*, organization: Organization, held: Standing) -> HeldTerm:
    """The paid term that is to be changed, renewed or left. Raises NotSubscribed on the free tier."""
    if held.term is None:
        raise NotSubscribed(
            _("Your organization is on the free plan, which has no term. Choose a plan first."),
            action_url=reverse("supportplans:plans"),
            action_label=_("Compare plans"),
        )
    return held.term


def check_frequency(*, organization: Organization, tier: str, at: datetime) -> None:
    """Raises TooFrequentChanges where holding `tier` from `at` on is one change too many, and staff allowed none."""
    if overrides.is_needed(organization=organization, tier=tier, at=at) and not overrides.live(organization, at):
        raise TooFrequentChanges(
            _("The tier changed %(count)s times in the last %(days)s days. Wait, or ask our staff to allow one.")
            % {"count": ALLOWED_IN_WINDOW, "days": WINDOW.days},
            action_url=settings.CONTACT_SALES_URL,
            action_label=_("Contact sales"),
        )


def plan_url(organization: Organization) -> str:
    """The organization's plan page."""
    return reverse("supportplans:plan", kwargs={"slug": organization.slug})


def name_of(tier: Tier) -> str:
    """In the reader's language."""
    return tier.name.in_language(get_language() or settings.LANGUAGE_CODE)


def _cycle_errors(cycle: str) -> dict[str, list[Any]]:
    return {} if cycle in CYCLES else {"cycle": [_("Choose monthly or yearly.")]}


def _tier_errors(organization: Organization, catalogue: Catalogue, tier: str) -> dict[str, list[Any]]:
    family = catalogue.family_for(organization.kind)
    every_tier = {known.code for line in catalogue.families for known in line.tiers}
    if tier not in every_tier:
        return {"tier": [_("There is no such tier.")]}
    if tier == family.base.code:
        return {"tier": [_("This tier is free and needs no order: unsubscribe to return to it.")]}
    return {}


def _eligible(organization: Organization, catalogue: Catalogue, tier: str) -> Tier:
    family = catalogue.family_for(organization.kind)
    if not family.may_subscribe(organization.partner_type):
        raise _not_consulting()
    try:
        return family.tier(tier)
    except UnknownCode:
        raise _other_family(organization) from None


def _not_consulting() -> NotEligible:
    return NotEligible(
        _("Partner support plans are for consulting partners. Contact sales to become one."),
        action_url=settings.CONTACT_SALES_URL,
        action_label=_("Contact sales"),
    )


def _other_family(organization: Organization) -> NotEligible:
    sentence = (
        _("This tier is for partners. Choose one of the tiers for customers.")
        if organization.kind == Organization.Kind.CUSTOMER
        else _("This tier is for customers. Choose one of the tiers for partners.")
    )
    return NotEligible(sentence, action_url=reverse("supportplans:plans"), action_label=_("Compare plans"))
