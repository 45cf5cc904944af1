"""What every page's template knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from common import clock


def portal(request: HttpRequest) -> dict[str, Any]:
    """Brand, the portal's now (countdowns count from it), and whether this is a demo."""
    return {
        "brand": settings.BRAND_NAME,
        "portal_now": clock.now(),
        "demo": not settings.PRODUCTION,
        "contact_sales_url": settings.CONTACT_SALES_URL,
        "provider_phone": settings.PROVIDER_PHONE,
    }
