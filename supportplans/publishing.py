"""Publish catalogue versions: from the files of the project, from the API, from the admin (spec page 2).

A version is published once and never changes; a change is a new version. A draft may be changed until then.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
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

# The same safe loader in C where libyaml is there: twenty times faster, and every start and test reads the files.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# How a file is read best; keys that are not named follow.
KEY_ORDER = (
    *("version", "effective_on", "currency", "ticket_pack", "event_priority", "escalation"),
    *("percent", "told", "severities"),
    *("resolution_priorities", "handler_levels", "channels", "entitlement_groups", "code", "rank", "group"),
    *("name", "en", "zh", "key_feature", "meant_for", "prices", "monthly", "yearly", "usage_mode"),
    *("usage_brackets", "from", "rate", "quota", "service", "organization_kind"),
    *("paid_tiers_for_partner_types", "im_providers", "excluded_regions", "categories", "scope", "in", "out"),
)
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


def read_text(text: str) -> Any:
    """What a text holds, YAML or JSON, whatever it is. Raises FieldErrors where it is neither."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 (both are safe loaders)
    except (yaml.YAMLError, RecursionError) as mistake:
        raise FieldErrors({"document": [str(mistake)]}) from mistake


def read_draft(text: str, draft: CatalogueVersion | None) -> Any:
    """The document of a draft's text. Raises FieldErrors, and VersionExists when another row has its number."""
    document = read_text(text)
    catalogue = read(document)
    others = CatalogueVersion.objects.filter(number=catalogue.version)
    if (others.exclude(pk=draft.pk) if draft else others).exists():
        raise version_exists(catalogue.version)
    return document


def keep_draft(*, draft: CatalogueVersion, document: Any, by: Person) -> CatalogueVersion:
    """Store a draft, new or changed; `document` comes from read_draft."""
    catalogue = read(document)
    draft.number, draft.effective_on, draft.document = catalogue.version, catalogue.effective_on, document
    draft.created_at = draft.created_at or clock.now()
    draft.save()
    audit.record(by=by, organization_id=None, action="catalogue.drafted", object=draft.number)
    return draft


def as_file(document: Any) -> str:
    """A stored document as the text of a file, its keys in the files' order."""
    return yaml.dump(_in_order(document), allow_unicode=True, sort_keys=False, width=110)


def _in_order(value: Any) -> Any:
    """The database keeps keys in an order of its own; names come first, then values, then lists."""
    if isinstance(value, dict):
        known = {key: position for position, key in enumerate(KEY_ORDER)}
        ordered = sorted(value, key=lambda key: (known.get(key, len(known)), key))
        return {key: _in_order(value[key]) for key in ordered}
    return [_in_order(item) for item in value] if isinstance(value, list) else value


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
        _("Version %(number)s exists already. A published version never changes: give yours another version.")
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
        document = yaml.load(path.read_text("utf-8"), Loader=_Loader)  # noqa: S506 (both are safe loaders)
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
    if known.published_at is None:
        raise FileProblem(path, "a draft of this version stands in the database: publish it or delete it there")
    if known.document != document and not _says_the_same(known.document, catalogue):
        raise FileProblem(
            path,
            f"differs from version {known.number}, which is published and never changes: "
            "undo the change, and write it as a new file with a new version and effective date",
        )
    return False


def _says_the_same(document: Any, catalogue: Catalogue) -> bool:
    """Whether a stored document means what the file means: it may leave out what goes without saying."""
    return asdict(parse(document)) == asdict(catalogue)


def _record_publication(row: CatalogueVersion, by: Person | None) -> None:
    audit.record(
        by=by,
        organization_id=None,
        action="catalogue.published",
        object=row.number,
        after={"effective_on": row.effective_on},
    )
