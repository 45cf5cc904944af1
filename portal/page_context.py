"""What every page's template knows."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

from accounts import organization_at_hand
from accounts.access import memberships_held_by
from accounts.models import Organization
from common import clock
from notifications.access import unread_count


def portal(request: HttpRequest) -> dict[str, Any]:
    """Brand, the portal's now (countdowns count from it), whether this is a demo, and what the bar shows.

    Organizations and unread notices are asked for only where a template draws them, one statement each.
    """
    return {
        "brand": gettext(settings.BRAND_NAME),
        "portal_now": clock.now(),
        "demo": not settings.PRODUCTION,
        "contact_sales_url": settings.CONTACT_SALES_URL,
        "provider_phone": settings.PROVIDER_PHONE,
        "at_hand": cache(lambda: organization_at_hand.navigation(request)),
        "own_organizations": cache(lambda: _organizations(request)),
        "unread_notices": cache(lambda: _unread(request)),
    }


def _organizations(request: HttpRequest) -> list[Organization]:
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated or person.staff_role():
        return []
    return [membership.organization for membership in memberships_held_by(person)]


def _unread(request: HttpRequest) -> int:
    person = getattr(request, "user", None)
    return unread_count(person) if person is not None and person.is_authenticated else 0
