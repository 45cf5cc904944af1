"""Password reset links, by the portal's clock."""

from __future__ import annotations

from datetime import datetime

# allauth.account.forms names this class while it is being imported: import this module through it only.
from allauth.account.forms import EmailAwarePasswordResetTokenGenerator

from common import clock


class ResetTokens(EmailAwarePasswordResetTokenGenerator):
    """Links live as long as Django's do, counted by the portal's clock."""

    def _now(self) -> datetime:
        return clock.now().replace(tzinfo=None)
