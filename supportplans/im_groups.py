"""Which organizations may have an IM group: those whose plan includes one (spec page 2.4).

Leaving such a plan retires the groups, coming back to one brings them back; the addresses themselves are kept by
notifications/im/groups.py, which knows no plan.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from common import clock
from common.problems import Refusal
from notifications.im import groups
from supportplans.entitlements import entitlements

CODE = "im_group"


class NoImGroup(Refusal):
    code = "not_entitled"
    title = _("Your plan does not include an IM group")
    default_detail = _("Compare the plans to see which ones come with an IM group, or use a webhook.")


def require(organization: Organization) -> None:
    """Raises NoImGroup unless the plan includes an IM group now."""
    if not entitlements(organization, clock.now()).allows(CODE):
        raise NoImGroup(action_url=reverse("supportplans:plans"), action_label=_("Compare plans"))


def align(organization: Organization) -> int:
    """Switch the groups off or on as the plan says; twice is once. Returns how many changed."""
    if entitlements(organization, clock.now()).allows(CODE):
        return groups.bring_back(organization=organization)
    return groups.retire(organization=organization)


groups.set_rule(require)
