"""The way to a page of another host: by a page of ours, since forms may not lead anywhere else (content security)."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from common.problems import NotFound

_SALT = "billing.leaving"
LIVES = timedelta(hours=1)


def by_own_page(url: str) -> str:
    """A path of ours that leads on to `url`; a page of this portal is its own way. Nobody else can write one."""
    if url.startswith(f"{settings.PUBLIC_URL}/"):
        return url.removeprefix(settings.PUBLIC_URL)
    return reverse("billing:leaving", args=[signing.dumps(url, salt=_SALT)])


def destination(signed: str) -> str:
    """Where it leads. Raises NotFound for what this portal did not write within the last hour."""
    try:
        return signing.loads(signed, salt=_SALT, max_age=LIVES)
    except signing.BadSignature as foreign:
        raise NotFound from foreign
