"""A new price book: uploaded as a draft, looked at with what it changes and whom it concerns, then published.

Billing operators write the price book, administrators the whole catalogue (spec page 1 'Roles'): a version of a
billing operator differs from the one it follows in prices alone.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import LARGEST_ID
from accounts.models import Person
from accounts.roles import allows, staff_role_key
from common import audit
from common.problems import FieldErrors, NotFound, Refusal
from supportplans import price_book, publishing, renewals_ahead
from supportplans.models import CatalogueVersion

LARGEST_FILE = 1024 * 1024


class MoreThanPrices(Refusal):
    code = "more_than_prices"
    title = gettext_lazy("This changes more than prices")
    default_detail = gettext_lazy(
        "Billing operators write the price book: prices, brackets of the usage fee and the price of ticket packs. "
        "Everything else of the version has to be as in the one before; an administrator may change it."
    )


class DraftChanged(Refusal):
    code = "draft_changed"
    title = gettext_lazy("The draft was changed")
    default_detail = gettext_lazy("Somebody uploaded it again since you looked at it. Look at it once more.")


def all_versions() -> QuerySet[CatalogueVersion]:
    """Drafts and published ones, the latest effective first."""
    return CatalogueVersion.objects.order_by("-effective_on", "-published_at", "-pk")


def version_numbered(pk: int) -> CatalogueVersion:
    """By the id of its row. Raises NotFound."""
    found = all_versions().filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise NotFound
    return found


def upload(*, content: bytes, by: Person) -> CatalogueVersion:
    """Keep a file, YAML or JSON in UTF-8, as the draft of the version it names; an earlier draft of it is replaced.

    Raises FieldErrors for what is no catalogue, by path; VersionExists for a published number; MoreThanPrices.
    """
    document = _document(content)
    number = publishing.read(document).version
    known = CatalogueVersion.objects.select_for_update().filter(number=number).first()
    if known is not None and known.published_at is not None:
        raise publishing.version_exists(number)
    draft = known or CatalogueVersion(number=number)
    draft.effective_on, draft.document = publishing.read(document).effective_on, document
    check_reach(draft, by)
    try:
        with transaction.atomic():
            return publishing.keep_draft(draft=draft, document=document, by=by)
    except IntegrityError:
        raise publishing.version_exists(number) from None


def publish(*, draft: CatalogueVersion, seen: str, by: Person) -> CatalogueVersion:
    """Publish a draft as it was looked at: `seen` is its `fingerprint` then.

    Raises DraftChanged, MoreThanPrices, VersionExists where it is published already.
    """
    draft = _hold(draft)
    if fingerprint(draft) != seen:
        raise DraftChanged
    check_reach(draft, by)
    return publishing.publish_draft(draft=draft, by=by)


def discard(*, draft: CatalogueVersion, by: Person) -> None:
    """Throw a draft away. Raises VersionExists where it is published."""
    draft = _hold(draft)
    audit.record(by=by, organization_id=None, action="catalogue.discarded", object=draft.number)
    draft.delete()


def check_reach(draft: CatalogueVersion, by: Person) -> None:
    """Raises MoreThanPrices where the person may write the price book alone, and the draft changes more than that."""
    if allows(staff_role_key(by.staff_role()), "catalogue", "W"):
        return
    before = renewals_ahead.followed(draft)
    if before is None or not price_book.same_but_for_prices(before.document, draft.document):
        raise MoreThanPrices


def fingerprint(version: CatalogueVersion) -> str:
    """Tells one content of a draft from another."""
    return hashlib.sha256(json.dumps(version.document, sort_keys=True).encode()).hexdigest()


def _hold(draft: CatalogueVersion) -> CatalogueVersion:
    row = CatalogueVersion.objects.select_for_update().filter(pk=draft.pk).first()
    if row is None:
        raise NotFound
    if row.published_at is not None:
        raise publishing.version_exists(row.number)
    return row


def _document(content: bytes) -> Any:
    if len(content) > LARGEST_FILE:
        raise FieldErrors({"file": [_("Use a file of at most 1 MB.")]})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FieldErrors({"file": [_("The file is not text in UTF-8.")]}) from None
    document = publishing.read_text(text)
    if isinstance(document, dict):
        # What the API's list adds to a version is no part of it, so that a copy can be changed and uploaded.
        document.pop("published_at", None)
    return document
