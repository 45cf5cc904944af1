"""Forms of accounts."""

from __future__ import annotations

from allauth.account.forms import SignupForm


class SignUpForm(SignupForm):
    """E-mail and password; the organization is made on the next page."""
