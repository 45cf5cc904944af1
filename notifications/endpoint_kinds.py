"""The notices about addresses that events are sent to: a part of the table in notifications/kinds.py."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notifications.kind import Kind

ENDPOINT_KINDS: dict[str, Kind] = {
    "endpoint.gone": Kind(
        _(
            "%(address)s of %(organization)s says that it is gone. Nothing is sent there any more: switch it on again "
            "when it is back, or delete it."
        ),
        _("Switched off: %(address)s is gone"),
        _("See the addresses"),
        "alert-triangle",
    ),
    "endpoint.failing": Kind(
        _(
            "%(address)s of %(organization)s has taken nothing for three days. Nothing is sent there any more: mend "
            "it, switch it on again, and send again what was missed."
        ),
        _("Switched off: %(address)s does not answer"),
        _("See the addresses"),
        "alert-triangle",
    ),
}
