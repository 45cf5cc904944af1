"""Changes of one organization's plan take turns."""

from __future__ import annotations

from accounts.models import Organization


def hold_plan(organization: Organization) -> Organization:
    """The organization's row, locked for the rest of the transaction; its state is the one of this moment.

    FOR NO KEY UPDATE: rows that merely refer to the organization (tickets, messages) can still be written.
    """
    return Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
