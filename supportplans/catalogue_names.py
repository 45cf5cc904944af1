"""What the catalogue's codes are called in the language of who reads."""

from __future__ import annotations

from django.utils.translation import get_language

from supportplans.catalogue import Catalogue


def name_for_reader(catalogue: Catalogue, list_name: str, code: str) -> str:
    """The name of a code in one of the catalogue's lists ("products", "regions"…); '' for ''.

    A code that the catalogue no longer has is its own name.
    """
    return catalogue.name_of(list_name, code).in_language(get_language() or "en") if code else ""
