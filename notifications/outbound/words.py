"""Why an address is refused, or why a delivery was not taken: the codes of guard.py and http.py in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str | Promise] = {
    "not_an_address": _("Give a whole web address, such as https://hooks.example.com/support."),
    "password": _("Leave name and password out of the address: the signature shows who sends."),
    "https_needed": _("Use https: what is sent concerns your organization alone."),
    "port": _("Use the port 443 or 8443."),
    "odd_address": _("Write the host by its name, or its IP address in the usual way."),
    "private": _("This host is not on the public internet. The portal sends to public addresses only."),
    "unknown_host": _("No such host was found."),
    "tls": _("The certificate of the host is not valid for its name."),
    "refused": _("The host refused the connection."),
    "timeout": _("The host did not answer in time."),
    "broken_off": _("The connection broke off."),
    "redirect": _("The host answered with a redirect, which is not followed."),
    "answer": _("The host answered, but did not take it."),
    "off": _("The address was switched off before it could be sent."),
    "unreadable": _("The stored secret cannot be read any more: make a new one."),
}


def reason(code: str) -> str:
    """The sentence for a code; a code that is gone by itself."""
    return str(REASONS.get(code, code))
