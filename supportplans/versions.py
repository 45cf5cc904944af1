"""Which catalogue version applies (spec page 2): the latest effective one among the published.

A term keeps the version it was bought under; everything else asks for the version of a date. A published
version never changes, so its parsed form is kept by every process.
"""

from __future__ import annotations

from datetime import date

from supportplans.catalogue import Catalogue, parse
from supportplans.models import CatalogueVersion

_parsed: dict[str, Catalogue] = {}


class NoCatalogue(RuntimeError):
    """Nothing is published: `manage.py load_catalogue` has not been run."""


# The number of the version that applies on a date. A date before the first version takes the first: a portal
# whose test clock starts early still has a catalogue. Of two versions of one date the later published wins.
APPLYING = """
COALESCE(
  (SELECT number FROM supportplans_catalogueversion
    WHERE published_at IS NOT NULL AND effective_on <= %(day)s
    ORDER BY effective_on DESC, published_at DESC LIMIT 1),
  (SELECT number FROM supportplans_catalogueversion
    WHERE published_at IS NOT NULL ORDER BY effective_on, published_at DESC LIMIT 1))
"""


def current(on: date) -> Catalogue:
    """The catalogue that applies on a Beijing date. Raises NoCatalogue where none is published."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {APPLYING}", {"day": on})
        return version(cursor.fetchone()[0])


def version(number: str | None) -> Catalogue:
    """The published catalogue version `number`. Raises NoCatalogue where there is none."""
    known = _parsed.get(number or "")
    if known is None:
        row = CatalogueVersion.objects.filter(number=number, published_at__isnull=False).first()
        if row is None:
            raise NoCatalogue(f"catalogue version {number!r} is not published: run manage.py load_catalogue")
        known = _parsed[row.number] = parse(row.document)
    return known


def row_of(catalogue: Catalogue) -> CatalogueVersion:
    """The stored row of a published catalogue."""
    return CatalogueVersion.objects.get(number=catalogue.version, published_at__isnull=False)


def forget() -> None:
    """Drop what this process remembers: for tests, whose database rolls back."""
    _parsed.clear()
