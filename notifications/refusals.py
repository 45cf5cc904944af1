"""Every no of this app, as classes. Nothing was changed when one is raised."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.problems import Refusal


class TooManyAddresses(Refusal):
    code = "too_many"
    title = _("The limit is reached")
    default_detail = _("An organization may have 20 webhooks and 20 IM groups. Delete one that is not used.")


class AddressIsOff(Refusal):
    code = "address_off"
    title = _("This address is switched off")
    default_detail = _("Nothing is sent there. Switch it on first.")
