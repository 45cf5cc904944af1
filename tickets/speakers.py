"""Whose words a message is. In a chat that the staff attach, the customer's people may have no account here."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from tickets.models import Message, Side


def name_of(message: Message, organization: str) -> str:
    """The author's name; without one the organization's on the customer's side, else the portal's."""
    if message.author:
        return message.author.display_name()
    return organization if message.side == Side.CUSTOMER else _(settings.BRAND_NAME)
