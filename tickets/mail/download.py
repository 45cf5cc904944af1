"""A mail as it came, as a file: page and API give the same."""

from __future__ import annotations

from django.http import HttpResponse

from tickets.mail import parking
from tickets.models import ParkedMail


def as_it_came(parked: ParkedMail) -> HttpResponse:
    """Never shown by the browser: whoever wrote it may have written a page."""
    headers = {
        "Content-Disposition": f'attachment; filename="mail-{parked.pk}.eml"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(parking.raw_of(parked), content_type="application/octet-stream", headers=headers)
