"""What a first visit loads, compressed as the portal serves it in production (spec page 9.1)."""

from __future__ import annotations

import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from supportplans import versions
from supportplans.publishing import load_files

KB = 1000
LOADED = re.compile(r'<(?:link|script)\b[^>]*?\b(?:href|src|data-library)="(/static/[^"#]+)"[^>]*>')
SPRITE = "/static/vendor/icons.svg"


@pytest.fixture
def catalogue(db):
    load_files()
    yield
    versions.forget()


def compressed(name: str) -> int:
    """A static file's size: its twin's where it has one."""
    file = Path(finders.find(name))
    twin = file.with_name(f"{file.name}.br")
    return len(twin.read_bytes() if twin.exists() else brotli.compress(file.read_bytes()))


def weight(path: str) -> int:
    """The page, and every style sheet, script, icon and library that it names."""
    html = Client().get(path).content
    tags = [found[0] for found in LOADED.finditer(html.decode())]
    named = {found for tag in tags for found in re.findall(r'(?:href|src|data-library)="/static/([^"#]+)"', tag)}
    assert "vendor/tabler.min.css" in named
    return len(brotli.compress(html)) + sum(compressed(name) for name in named | {SPRITE.removeprefix("/static/")})


@pytest.mark.parametrize("path", ["/", "/plans", "/plans/finder", "/accounts/login/"])
def test_a_page_without_charts_is_lighter_than_150_kb(catalogue, path):
    assert weight(path) < 150 * KB


@pytest.mark.parametrize("path", ["/plans/calculator", "/gallery"])
def test_a_page_with_charts_is_lighter_than_250_kb(catalogue, path):
    assert 150 * KB < weight(path) < 250 * KB
