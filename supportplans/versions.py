"""Which catalogue version applies (spec page 2): the latest effective one among the published.

A term keeps the version it was bought under; everything else asks for the version of a date. A published
version never changes, so its parsed form is kept by every process.
"""

from __future__ import annotations

from datetime import date

from django.db import connection

from supportplans.catalogue import Catalogue, parse
from supportplans.models import CatalogueVersion

_by_number: dict[str, Catalogue] = {}
_by_row: dict[int, Catalogue] = {}


class NoCatalogue(RuntimeError):
    """Nothing is published: `manage.py load_catalogue` has not been run."""


# The number of the version that applies on a date; of two versions of one date the later published.
APPLYING = """
(SELECT number FROM supportplans_catalogueversion
  WHERE published_at IS NOT NULL AND effective_on <= %(day)s
  ORDER BY effective_on DESC, published_at DESC LIMIT 1)
"""


def current(on: date) -> Catalogue:
    """The catalogue that applies on a Beijing date. Raises NoCatalogue where none is published."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {APPLYING}", {"day": on})
        return applying(cursor.fetchone()[0])


def applying(number: str | None) -> Catalogue:
    """The version that APPLYING found. None, a date before the first version, takes the first: a portal whose
    test clock starts early still has a catalogue.
    """
    if number is not None:
        return version(number)
    first = (
        CatalogueVersion.objects.filter(published_at__isnull=False).order_by("effective_on", "-published_at").first()
    )
    if first is None:
        raise NoCatalogue("no catalogue version is published: run manage.py load_catalogue")
    return _keep(first)


def version(number: str) -> Catalogue:
    """The published catalogue version `number`. Raises NoCatalogue where there is none."""
    if number not in _by_number:
        row = CatalogueVersion.objects.filter(number=number, published_at__isnull=False).first()
        if row is None:
            raise NoCatalogue(f"catalogue version {number!r} is not published: run manage.py load_catalogue")
        _keep(row)
    return _by_number[number]


def version_of_row(pk: int) -> Catalogue:
    """The published catalogue version of a stored row, by the id that terms keep."""
    if pk not in _by_row:
        _keep(CatalogueVersion.objects.get(pk=pk, published_at__isnull=False))
    return _by_row[pk]


def all_published() -> dict[int, Catalogue]:
    """Every published version by the id of its row."""
    numbers = CatalogueVersion.objects.filter(published_at__isnull=False).values_list("pk", flat=True)
    return {pk: version_of_row(pk) for pk in numbers}


def row_of(catalogue: Catalogue) -> CatalogueVersion:
    """The stored row of a published catalogue."""
    return CatalogueVersion.objects.get(number=catalogue.version, published_at__isnull=False)


def forget() -> None:
    """Drop what this process remembers: for tests, whose database rolls back."""
    _by_number.clear()
    _by_row.clear()


def _keep(row: CatalogueVersion) -> Catalogue:
    kept = _by_number.get(row.number)
    if kept is None:
        kept = _by_number[row.number] = parse(row.document)
    _by_row[row.pk] = kept
    return kept
