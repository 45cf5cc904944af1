"""The organization of what hangs on a ticket."""

from __future__ import annotations

from typing import Any

from django.db import models

from accounts.models import Organization


def ticket_owner() -> models.ForeignKey[Any, Any]:
    """The ticket's organization once more, for row-level security; the ticket's own row vouches that it exists."""
    return models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
