"""Who may subscribe to what (spec page 3.3): checked when a quote is made, and again when it takes effect."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization
from common import readings
from common.problems import FieldErrors, Refusal
from supportplans import access
from supportplans.catalogue import CYCLES, Catalogue, Tier, UnknownCode
from supportplans.change_frequency import ALLOWED_IN_WINDOW, WINDOW, changes_in_window, would_be_change
from supportplans.standing import Standing


class NotEligible(Refusal):
    code = "not_eligible"
    title = gettext_lazy("This plan is not for your organization")


class AlreadySubscribed(Refusal):
    code = "already_subscribed"
    title = gettext_lazy("There is a paid plan already")


class NotSubscribed(Refusal):
    code = "not_subscribed"
    title = gettext_lazy("There is no paid plan")


class TooFrequentChanges(Refusal):
    code = "too_frequent_changes"
    title = gettext_lazy("The plan was changed too often")


def choose(*, organization: Organization, catalogue: Catalogue, tier: str, cycle: str) -> Tier:
    """The paid tier that an organization asks for by code.

    Raises FieldErrors for codes that do not exist and for the free tier, NotEligible for the other family's
    tiers and where the organization's partner type may not subscribe.
    """
    family = catalogue.family_for(organization.kind)
    errors = {}
    if cycle not in CYCLES:
        errors["cycle"] = [_("Choose monthly or yearly.")]
    every_tier = {known.code for line in catalogue.families for known in line.tiers}
    if tier not in every_tier:
        errors["tier"] = [_("There is no such tier.")]
    elif tier == family.base.code:
        errors["tier"] = [_("This tier is free and needs no order: unsubscribe to return to it.")]
    if errors:
        raise FieldErrors(errors)
    if not family.may_subscribe(organization.partner_type):
        raise _not_consulting()
    try:
        return family.tier(tier)
    except UnknownCode:
        raise _other_family(organization) from None


def check_subscribe(*, organization: Organization, held: Standing, tier: Tier, at: datetime) -> None:
    """Raises AlreadySubscribed or TooFrequentChanges; inside the tenant scope.

    Whether the organization is disabled is asked where a change is begun (billing/quotes.py): what was paid is
    carried out all the same.
    """
    if held.term is not None:
        name = held.tier.name.in_language(_language())
        raise AlreadySubscribed(
            _("Your organization holds %(tier)s until %(day)s. Change it on the plan page.")
            % {"tier": name, "day": readings.day(held.term.ends_on)},
            action_url=plan_url(organization),
            action_label=_("Your plan"),
        )
    history = access.tier_history(organization)
    is_change = would_be_change(history, tier.code, at)
    if is_change and changes_in_window(history, at) >= ALLOWED_IN_WINDOW:
        raise TooFrequentChanges(
            _("The tier changed %(count)s times in the last %(days)s days. Wait, or ask our staff to allow one.")
            % {"count": ALLOWED_IN_WINDOW, "days": WINDOW.days},
            action_url=settings.CONTACT_SALES_URL,
            action_label=_("Contact sales"),
        )


def plan_url(organization: Organization) -> str:
    """The organization's plan page."""
    return reverse("supportplans:plan", kwargs={"slug": organization.slug})


def _language() -> str:
    from django.utils.translation import get_language

    return get_language() or settings.LANGUAGE_CODE


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
