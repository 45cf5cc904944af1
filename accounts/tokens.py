"""API tokens: per person, named, scoped, optionally limited to one organization, stored hashed (spec page 7)."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, Membership, Organization, Person
from accounts.roles import allows
from common import audit, clock, tenancy
from common.beijing import date_of, midnight
from common.problems import FieldErrors, NotAuthenticated, PermissionDenied, Refusal

PREFIX = "spp_"
MAX_TOKENS = 50
LONGEST_NAME = 80
LATEST_YEAR = 2099


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
    _record(token, by, "token.created", after={"person": person.email, "scope": scope})
    return token, plain


def make_own_token(
    *,
    by: Person,
    name: str,
    scope: str,
    expires_on: date | None = None,
    organization: Organization | None = None,
    asked_with: ApiToken | None = None,
) -> tuple[ApiToken, str]:
    """A person's own new token, checked as pages and API need it; `asked_with` is the token of the asking request.

    A token never makes one that reaches farther or lives longer than itself. Raises FieldErrors, PermissionDenied,
    TooManyTokens.
    """
    if not may_hold_tokens(by):
        raise PermissionDenied
    cleaned = " ".join(name.split())
    errors: dict[str, list[Any]] = {}
    if not 0 < len(cleaned) <= LONGEST_NAME:
        errors["name"] = [gettext("Use 1 to 80 characters.")]
    if scope not in ApiToken.Scope.values:
        errors["scope"] = [gettext("Choose read or write.")]
    if expires_on is not None and not clock.today() <= expires_on <= date(LATEST_YEAR, 12, 31):
        errors["expires_on"] = [gettext("Choose a day from today on, or leave it empty.")]
    if asked_with is not None:
        organization = organization or asked_with.organization
        expires_on = expires_on or last_day(asked_with)
        if asked_with.organization_id not in (None, organization.pk if organization else None):
            errors["organization"] = [gettext("This token may only make tokens for its own organization.")]
        end = last_day(asked_with)
        if end is not None and expires_on is not None and expires_on > end:
            errors["expires_on"] = [gettext("This token may not make one that lives longer than itself.")]
    if errors:
        raise FieldErrors(errors)
    return create_token(person=by, name=cleaned, scope=scope, organization=organization, expires_on=expires_on, by=by)


def may_hold_tokens(person: Person) -> bool:
    """Staff may, and members whose role in some organization lets them (spec page 1: a viewer may not)."""
    if person.staff_role():
        return True
    roles = Membership.objects.filter(person=person).values_list("role", flat=True)
    return any(allows(role, "own_tokens", "W") for role in roles)


def last_day(token: ApiToken) -> date | None:
    """The last Beijing date on which the token works; None where it does not end."""
    return date_of(token.expires_at - timedelta(microseconds=1)) if token.expires_at else None


def revoke_token(*, token: ApiToken, by: Person) -> None:
    """End a token at once."""
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    _record(token, by, "token.revoked", before={"person": token.person.email, "scope": token.scope})


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


def _record(token: ApiToken, by: Person | None, action: str, **changes: Any) -> None:
    """In the trail of the organization that the token is limited to, wherever it was made."""
    scope = tenancy.organization(token.organization_id) if token.organization_id else nullcontext()
    with scope:
        audit.record(by=by, organization_id=token.organization_id, action=action, object=token.name, **changes)
