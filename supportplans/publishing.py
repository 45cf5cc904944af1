"""Publish catalogue versions: from the files of the project, from the API, from the admin (spec page 2).

A version is published once and never changes; a change is a new version. A draft may be changed until then.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from common import audit, clock, tenancy
from common.problems import FieldErrors, Refusal
from supportplans.catalogue import Catalogue, CatalogueErrors, parse
from supportplans.models import CatalogueVersion

FILES = Path(__file__).resolve().parent / "catalogues"


class VersionExists(Refusal):
    code = "version_exists"
    title = gettext_lazy("This catalogue version exists")


@dataclass(frozen=True)
class FileProblem(Exception):
    """A file that cannot be loaded, and why."""

    path: Path
    sentence: str

    def __str__(self) -> str:
        return f"{self.path.name}: {self.sentence}"


def read(document: Any) -> Catalogue:
    """The catalogue of a document; raises FieldErrors that name each mistake by its path."""
    try:
        return parse(document)
    except CatalogueErrors as mistakes:
        raise FieldErrors(dict(mistakes.problems)) from mistakes


def publish(*, document: Any, by: Person | None) -> CatalogueVersion:
    """Publish `document` as a new version. Raises FieldErrors for mistakes, VersionExists for a taken number."""
    catalogue = read(document)
    at = clock.now()
    try:
        with transaction.atomic():
            row = CatalogueVersion.objects.create(
                number=catalogue.version,
                effective_on=catalogue.effective_on,
                document=document,
                created_at=at,
                published_at=at,
            )
    except IntegrityError:
        raise version_exists(catalogue.version) from None
    _record_publication(row, by)
    return row


def publish_draft(*, draft: CatalogueVersion, by: Person) -> CatalogueVersion:
    """Publish a stored draft. Raises FieldErrors for mistakes, VersionExists when it is published already."""
    row = CatalogueVersion.objects.select_for_update().get(pk=draft.pk)
    if row.published_at is not None:
        raise version_exists(row.number)
    catalogue = read(row.document)
    row.number, row.effective_on, row.published_at = catalogue.version, catalogue.effective_on, clock.now()
    row.save(update_fields=["number", "effective_on", "published_at"])
    _record_publication(row, by)
    return row


def version_exists(number: str) -> VersionExists:
    """The refusal for a number that is taken."""
    return VersionExists(
        _("Version %(number)s exists, and a published version never changes. Send it under a new version.")
        % {"number": number},
        action_url=reverse("api-operator-catalogue"),
    )


def load_files(folder: Path = FILES) -> dict[str, bool]:
    """Publish the versions of a folder that are not published yet; True for each that was new.

    Running it again changes nothing. Raises FileProblem when a file is no catalogue, when its name is not its
    version, or when it differs from what is published under its version.
    """
    return {path.stem: _load(path) for path in sorted(folder.glob("*.yaml"))}


def _load(path: Path) -> bool:
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
        catalogue = parse(document)
    except (yaml.YAMLError, CatalogueErrors) as mistake:
        raise FileProblem(path, str(mistake)) from mistake
    if catalogue.version != path.stem:
        raise FileProblem(path, f"holds version {catalogue.version!r}: name the file {catalogue.version}.yaml")
    known = CatalogueVersion.objects.filter(number=catalogue.version).first()
    if known is None:
        try:
            with tenancy.everything():
                publish(document=document, by=None)
        except VersionExists:  # another starting process was faster: compare with what it published
            return _load(path)
        return True
    if known.document != document or known.published_at is None:
        raise FileProblem(
            path,
            f"differs from version {known.number}, which is published and never changes: "
            "undo the change, and write it as a new file with a new version and effective date",
        )
    return False


def _record_publication(row: CatalogueVersion, by: Person | None) -> None:
    audit.record(
        by=by,
        organization_id=None,
        action="catalogue.published",
        object=row.number,
        after={"effective_on": row.effective_on},
    )
