"""Why tickets cannot be merged or linked (spec pages 4.3, 4.5). Nothing was changed when one is raised."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.problems import Refusal


class SameTicket(Refusal):
    code = "same_ticket"
    title = _("This is the same ticket")
    default_detail = _("Name another ticket of the organization.")


class OtherOrganization(Refusal):
    code = "other_organization"
    title = _("That ticket belongs to another organization")
    default_detail = _("Only tickets of one organization are merged or linked: nobody reads another's conversation.")


class MergeCycle(Refusal):
    """Member `merged_into`: where that ticket went."""

    code = "merge_cycle"
    title = _("That ticket was merged into this one")
    default_detail = _("The conversation goes on here already: nothing is left to merge.")


class LinkCycle(Refusal):
    code = "link_cycle"
    title = _("A ticket cannot be above itself")
    default_detail = _("That ticket is a parent of this one already, directly or through others.")
