"""Writing advisories: a draft, changed until it is published, or discarded (spec page 6.1).

A draft may lack what publishing asks for. Planned security drills are no advisories: `drills()` is what the form says
about them, and where the paid service is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Person
from care.advisories import access, criteria
from care.advisories.audience import NOT_REGIONAL
from care.advisories.refusals import AdvisoryEnded, AlreadyPublished
from care.models import Advisory
from common import audit, live
from common.beijing import date_of
from common.problems import FieldErrors
from supportplans import versions
from supportplans.catalogue import Catalogue

LONGEST_TITLE, LONGEST_TEXT, LONGEST_VERSIONS = 150, 20_000, 200
TITLES = ("title_en", "title_zh")
TEXTS = ("body_en", "body_zh", "advice_en", "advice_zh")
# What people look for among the kinds, and which is a service of its own.
DRILL = "security_drill"


@dataclass(frozen=True)
class Draft:
    """What a writer gives; bodies and advice are Markdown, `audience` is as criteria.py reads it.

    `products` and `regions` are codes of the catalogue, none means all of them; `starts_at` and `ends_at` are aware
    instants. `on_status_page` None: an incident is on it, anything else is not.
    """

    kind: str = ""
    severity: str = ""
    title_en: str = ""
    title_zh: str = ""
    body_en: str = ""
    body_zh: str = ""
    advice_en: str = ""
    advice_zh: str = ""
    products: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    versions: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    audience: Mapping[str, Any] = field(default_factory=dict)
    on_status_page: bool | None = None


NAMES = tuple(each.name for each in fields(Draft))


def drills() -> tuple[str, str]:
    """The sentence about planned security drills, and the address of the paid service that does them."""
    sentence = _("Planned security drills are not part of enterprise care. A paid security service does them.")
    return sentence, settings.SECURITY_SERVICE_URL


def as_draft(advisory: Advisory, **changes: Any) -> Draft:
    """The advisory as a writer has it before them, with `changes`."""
    draft = Draft(**{name: getattr(advisory, name) for name in NAMES})
    return replace(draft, **changes)


def write(*, draft: Draft, by: Person, at: datetime) -> Advisory:
    """Store a new draft. Raises FieldErrors."""
    columns = _checked(draft, at)
    advisory = Advisory(created_by=by, created_at=at, changed_at=at, **columns)
    advisory.save(force_insert=True)
    _record("advisory.written", advisory, by)
    return advisory


def edit(*, advisory: Advisory, draft: Draft, by: Person, at: datetime) -> Advisory:
    """Write a draft anew. Raises FieldErrors, AlreadyPublished, AdvisoryEnded."""
    advisory = access.locked(advisory)
    columns = _checked(draft, at)
    require_draft(advisory)
    for name, value in columns.items():
        setattr(advisory, name, value)
    advisory.changed_at = at
    advisory.save(update_fields=[*columns, "changed_at"])
    _record("advisory.changed", advisory, by)
    return advisory


def discard(*, advisory: Advisory, by: Person, at: datetime) -> Advisory:
    """A draft will not be published; once more changes nothing. Raises AlreadyPublished."""
    advisory = access.locked(advisory)
    if advisory.status == Advisory.Status.DISCARDED:
        return advisory
    require_draft(advisory)
    advisory.status, advisory.changed_at = Advisory.Status.DISCARDED, at
    advisory.save(update_fields=["status", "changed_at"])
    _record("advisory.discarded", advisory, by)
    return advisory


def require_draft(advisory: Advisory) -> None:
    """Raises AlreadyPublished, or AdvisoryEnded for what was closed or discarded."""
    if advisory.status in (Advisory.Status.PUBLISHING, Advisory.Status.PUBLISHED):
        raise AlreadyPublished
    if advisory.status != Advisory.Status.DRAFT:
        raise AdvisoryEnded


def checked_criteria(audience: Any, at: datetime) -> criteria.Criteria:
    """The criteria of a preview, or of a draft. Raises FieldErrors."""
    return criteria.check(audience, versions.current(date_of(at)))


def check_places(products: tuple[str, ...], regions: tuple[str, ...], at: datetime) -> None:
    """Raises FieldErrors for codes that the catalogue does not have."""
    errors: dict[str, list[str]] = {}
    _check_places(products, regions, versions.current(date_of(at)), errors)
    if errors:
        raise FieldErrors(errors)


def _checked(draft: Draft, at: datetime) -> dict[str, Any]:
    """The columns of a draft that may be stored; raises FieldErrors naming every wrong field."""
    catalogue = versions.current(date_of(at))
    columns: dict[str, Any] = {name: getattr(draft, name) for name in NAMES}
    errors: dict[str, list[str]] = {}
    _check_choices(draft, errors)
    for name in TITLES:
        columns[name] = " ".join(columns[name].split())
        _check_length(name, columns[name], LONGEST_TITLE, errors)
    for name in TEXTS:
        columns[name] = columns[name].strip()
        _check_length(name, columns[name], LONGEST_TEXT, errors)
    columns["versions"] = draft.versions.strip()
    _check_length("versions", columns["versions"], LONGEST_VERSIONS, errors)
    if not (columns["title_en"] or columns["title_zh"]):
        errors["title_en"] = [_("Give it a title in one language at least.")]
    if draft.on_status_page and draft.kind == Advisory.Kind.PRODUCT_RELEASE:
        errors["on_status_page"] = [_("The status page shows incidents and changes.")]
    if draft.starts_at and draft.ends_at and draft.ends_at < draft.starts_at:
        errors["ends_at"] = [_("It ends before it begins.")]
    if draft.ends_at and not draft.starts_at:
        errors["starts_at"] = [_("Say from when, too.")]
    _check_places(draft.products, draft.regions, catalogue, errors)
    try:
        columns["audience"] = criteria.check(draft.audience, catalogue).document()
    except FieldErrors as wrong:
        errors |= wrong.errors
    if errors:
        raise FieldErrors(errors)
    columns["products"], columns["regions"] = _each_once(draft.products), _each_once(draft.regions)
    if draft.on_status_page is None:
        columns["on_status_page"] = draft.kind == Advisory.Kind.INDUSTRY_INCIDENT
    return columns


def _check_choices(draft: Draft, errors: dict[str, list[str]]) -> None:
    if draft.kind == DRILL:
        errors["kind"] = [f"{drills()[0]} {drills()[1]}"]
    elif draft.kind not in Advisory.Kind.values:
        errors["kind"] = [_("Choose one of: %(codes)s.") % {"codes": ", ".join(Advisory.Kind.values)}]
    if draft.severity not in Advisory.Severity.values:
        errors["severity"] = [_("Choose one of: %(codes)s.") % {"codes": ", ".join(Advisory.Severity.values)}]


def _check_length(name: str, text: str, longest: int, errors: dict[str, list[str]]) -> None:
    if len(text) > longest:
        errors[name] = [_("Use at most %(longest)s characters.") % {"longest": longest}]


def _check_places(
    products: tuple[str, ...], regions: tuple[str, ...], catalogue: Catalogue, errors: dict[str, list[str]]
) -> None:
    known_regions = tuple(code for code in catalogue.region_codes() if code != NOT_REGIONAL)
    for name, asked, known in (("products", products, catalogue.product_codes()), ("regions", regions, known_regions)):
        unknown = [code for code in asked if code not in known]
        if unknown:
            errors[name] = [_("There is no %(code)s.") % {"code": unknown[0][:80]}]


def _each_once(codes: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(codes))


def _record(action: str, advisory: Advisory, by: Person) -> None:
    after = {"kind": advisory.kind, "severity": advisory.severity, "title": advisory.title_en or advisory.title_zh}
    audit.record(by=by, organization_id=None, action=action, object=access.name_of(advisory), after=after)
    live.publish("desk", "advisories-changed", advisory=advisory.pk)
