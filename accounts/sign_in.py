"""How people sign up and in: django-allauth with the portal's own rules."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Mail by the portal's sender; nothing else differs from allauth."""
