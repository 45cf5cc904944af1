"""API tokens: per person, named, scoped, optionally limited to one organization, stored hashed (spec page 7)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, Organization, Person
from common import audit, clock
from common.beijing import date_of, midnight
from common.problems import NotAuthenticated, Refusal

PREFIX = "spp_"
MAX_TOKENS = 50


class TooManyTokens(Refusal):
    code = "too_many_tokens"
    title = _("Too many tokens")
    default_detail = _("A person may hold 50 tokens. Delete one that is no longer used.")


def digest(plain: str) -> str:
    """What is stored of a token or an invitation's secret; the secret has 256 random bits, so no salt is needed."""
    return hashlib.sha256(plain.encode()).hexdigest()


def create_token(
    *,
    person: Person,
    name: str,
    scope: str,
    by: Person | None,
    organization: Organization | None = None,
    expires_on: date | None = None,
) -> tuple[ApiToken, str]:
    """A new token of `person` and its secret, which is shown this once; it ends after `expires_on` (Beijing)."""
    if ApiToken.objects.filter(person=person, revoked_at=None).count() >= MAX_TOKENS:
        raise TooManyTokens
    plain = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        person=person,
        organization=organization,
        name=name,
        scope=scope,
        token_hash=digest(plain),
        hint=plain[:8],
        created_at=clock.now(),
        expires_at=midnight(expires_on + timedelta(days=1)) if expires_on else None,
    )
    audit.record(
        by=by,
        organization_id=organization.pk if organization else None,
        action="token.created",
        object=name,
        after={"person": person.email, "scope": scope},
    )
    return token, plain


def revoke_token(*, token: ApiToken, by: Person) -> None:
    """End a token at once."""
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    audit.record(by=by, organization_id=token.organization_id, action="token.revoked", object=token.name)


def authenticate(plain: str) -> ApiToken:
    """The live token with its person and staff profile, in one query; raises NotAuthenticated."""
    now = clock.now()
    token = (
        ApiToken.objects.select_related("person", "person__staff")
        .filter(token_hash=digest(plain), revoked_at=None, person__is_active=True)
        .filter(Q(expires_at=None) | Q(expires_at__gt=now))
        .first()
    )
    if token is None:
        raise NotAuthenticated(_("This token is unknown, revoked or expired. Make a new one under API tokens."))
    _note_use(token, now)
    return token


def _note_use(token: ApiToken, now: datetime) -> None:
    """Once a day is enough to tell unused tokens from used ones, and costs no statement on other requests."""
    today = date_of(now)
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
