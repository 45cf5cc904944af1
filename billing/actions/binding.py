"""What stands against giving a plan up, wholly or in part: an overdue settlement, consumed quotas (spec page 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from addons import plan_binding
from addons.plan_binding import Blocking
from billing.actions.base import Situation
from billing.settlement import suspension
from common.problems import Refusal
from supportplans.catalogue import Catalogue, Tier


class AccountOverdue(Refusal):
    code = "account_overdue"
    title = gettext_lazy("An invoice is overdue")
    default_detail = gettext_lazy(
        "A settlement invoice is overdue. Pay it first: then the plan can be made smaller or left."
    )


class QuotaConsumed(Refusal):
    """Members: `blocking`, each service with what was `consumed` and what would be `allowed`."""

    code = "quota_consumed"
    title = gettext_lazy("Services of this yearly plan were used")


def check_not_overdue(situation: Situation) -> None:
    """Raises AccountOverdue while a settlement invoice is overdue."""
    if suspension.is_overdue(situation.organization, situation.at):
        raise AccountOverdue(
            action_url=reverse("billing:invoices", args=[situation.organization.slug]),
            action_label=_("Pay the invoice"),
        )


def check_downgrade(situation: Situation, new_tier: Tier) -> None:
    """Raises QuotaConsumed where the new tier allows less of a service than was consumed."""
    _refuse(
        plan_binding.blocking_downgrade(
            organization=situation.organization, at=situation.at, new_tier=new_tier, held=situation.entitlements
        ),
        situation,
    )


def check_leave(situation: Situation) -> None:
    """Raises QuotaConsumed once anything was consumed of a service that binds the plan."""
    _refuse(
        plan_binding.blocking_leave(organization=situation.organization, at=situation.at, held=situation.entitlements),
        situation,
    )


def _refuse(blocking: Sequence[Blocking], situation: Situation) -> None:
    if not blocking:
        return
    listed = "; ".join(_sentence(one, situation.catalogue) for one in blocking)
    raise QuotaConsumed(
        _("Used services bind a yearly plan until its term ends: %(services)s. A change at renewal is always possible.")
        % {"services": listed},
        action_url=settings.REFUND_RULES_URL,
        action_label=_("Refund rules"),
        blocking=[asdict(one) for one in blocking],
    )


def _sentence(one: Blocking, catalogue: Catalogue) -> str:
    name = next(known.name for known in catalogue.entitlements if known.code == one.service)
    return _("%(service)s, %(consumed)s used, %(allowed)s allowed") % {
        "service": name.in_language(get_language() or "en"),
        "consumed": one.consumed,
        "allowed": one.allowed,
    }
