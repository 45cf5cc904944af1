"""Words of one tenant never stand in what another reads: pages, API, CSV and PDF (spec page 6.2, page 9.3)."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.apps import apps
from django.db import models
from pypdf import PdfReader

from accounts.models import Organization
from common import tenancy
from tests.access import addresses, samples
from tests.access.test_every_address import ask

# What acme alone has: its name and mailboxes, words that the samples plant, numbers of its documents.
CANARY = re.compile(r"\bcanar(?:y|ies)\b|\bacme\b|\b(?:T|INV|CN|O|P|R)-[0-9A-Z-]{6,}", re.IGNORECASE)
OPEN = {"orbit": "other", "acme": "owner"}
# Who has the secret that is a part of the address reads what it is about, whoever they are.
BY_SECRET = {"/invitations/{token}", "/sandbox/payments/{reference}"}
# Numbers that pages show as examples.
EXAMPLES = {"t-2026-0000001"}


@pytest.fixture(scope="module")
def canaries(stage) -> set[str]:
    """Such words in the rows of acme, in every table that belongs to organizations."""
    found: set[str] = set()
    with tenancy.everything():
        acme = Organization.objects.get(slug="acme")
        for model in apps.get_models():
            if any(field.name == "organization" for field in model._meta.fields):
                texts = [
                    one.name for one in model._meta.fields if isinstance(one, (models.CharField, models.TextField))
                ]
                for row in model._base_manager.filter(organization=acme).values_list(*texts):
                    found |= {word.lower() for text in row if text for word in CANARY.findall(str(text))}
    return found - EXAMPLES


def read(stage: samples.Stage, slug: str) -> dict[str, str]:
    """What the owner of that organization gets from every address that can be read, by address."""
    answers = {}
    for method, path in addresses.addresses():
        if method == "GET":
            filled = re.sub(r"/acme(?=/|$)", f"/{slug}", stage.fill(path, OPEN[slug]))
            answer, _written = ask(stage, OPEN[slug], method, filled)
            if answer.status_code == 200:
                answers[path] = text_of(answer.whole).lower()
    return answers


def stand_in(text: str, words: set[str]) -> set[str]:
    """Those that stand in it as words of their own: four letters by chance inside a token tell nothing."""
    return {word for word in words if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)}


def text_of(content: bytes) -> str:
    if content.startswith(b"%PDF-1.") and len(content) > 100:
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return content.decode(errors="replace")


@pytest.mark.django_db
def test_nothing_of_acme_stands_in_what_orbit_reads(stage, canaries):
    assert len(canaries) > 5
    answers = read(stage, "orbit")
    assert len(answers) > 100
    leaked = {path: stand_in(text, canaries) for path, text in answers.items()}
    assert {path for path, words in leaked.items() if words} == BY_SECRET


@pytest.mark.django_db
def test_acme_itself_reads_them(stage, canaries):
    """The negative control: the same words, looked for in the same way, stand in dozens of acme's own answers."""
    answers = read(stage, "acme")
    assert sum(bool(stand_in(text, canaries)) for text in answers.values()) > 50
    assert stand_in(answers["/api/v1/orgs/{slug}/tickets.csv"], canaries)
