"""The style sheet that pages get: nothing of it is missing that a page uses, and what no page can use is left out."""

from __future__ import annotations

import gzip
import re

import pytest

from scripts.lean_css import Words, lean, sources
from tests.architecture.guards import ROOT

PACKAGE = ROOT / "node_modules/@tabler/core/dist/css/tabler.min.css"
VENDORED = ROOT / "static/vendor/tabler.min.css"
USED = Words(
    [
        '<p class="card {% if wide %}card-wide{% endif %} bg-{{ colour }}-lt col-{% if wide %}12{% else %}6{% endif %}">',
        "element.className = `notice notice-${kind}`",
        "format_html('<i class=\"avatar-{}\">', size)",
    ]
)


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".card{a:b}.carousel{a:b}", ".card{a:b}"),
        ("h1{a:b}[data-bs-theme=dark]{a:b}:root{--x:1}", "h1{a:b}[data-bs-theme=dark]{a:b}:root{--x:1}"),
        (".card,.toast,h2{a:b}", ".card,h2{a:b}"),
        (".card .toast{a:b}.card>.card-wide:hover::before{a:b}", ".card>.card-wide:hover::before{a:b}"),
        (".bg-red-lt{a:b}.bg-red{a:b}", ".bg-red-lt{a:b}"),
        (".notice-error,.avatar-xl,.col-6{a:b}.row-6{a:b}", ".notice-error,.avatar-xl,.col-6{a:b}"),
        (".card:not(.toast,.x:not(.y),.z){a:b}", ".card:not(.toast,.x:not(.y),.z){a:b}"),
        (".card:is(.x,.y) p,.toast{a:b}", ".card:is(.x,.y) p{a:b}"),
        (
            "@media (min-width:1px){.card{a:b}.toast{a:b}}@media print{.toast{a:b}}",
            "@media (min-width:1px){.card{a:b}}",
        ),
        ("@keyframes spin{to{a:b}}@font-face{a:b}", "@keyframes spin{to{a:b}}@font-face{a:b}"),
        ('@charset "UTF-8";/* .x{} */.card{a:b}', '@charset "UTF-8";.card{a:b}'),
        (
            """.card{background:url("data:image/svg+xml,<svg fill='rgb(1,2,3)'>{};</svg>")}.toast{a:b}""",
            """.card{background:url("data:image/svg+xml,<svg fill='rgb(1,2,3)'>{};</svg>")}""",
        ),
        ('.card::after{content:"}"}.toast{a:b}', '.card::after{content:"}"}'),
    ],
)
def test_what_no_page_can_use_is_left_out(css, kept):
    assert lean(css, USED) == kept


def classes(css: str) -> set[str]:
    return {name.replace("\\", "") for name in re.findall(r"\.((?:\\.|[A-Za-z_-])(?:\\.|[\w-])*)", css)}


def test_the_style_sheet_holds_every_class_that_a_page_uses():
    """After a new class in a template: `make demo`, or .venv/bin/python scripts/vendor_frontend.py."""
    used = Words(sources(ROOT))
    known = {name for name in classes(PACKAGE.read_text("utf-8")) if used.know(name)}
    assert {"btn", "card", "table", "dropdown-menu"} <= known
    combined = lean(PACKAGE.read_text("utf-8"), used)
    assert sorted((known & classes(combined)) - classes(VENDORED.read_text("utf-8"))) == []


def test_it_is_light_and_has_compressed_twins():
    raw = VENDORED.read_bytes()
    assert len(gzip.compress(raw, 9, mtime=0)) < 40_000
    for name in ("tabler.min.css", "echarts.min.js", "icons.svg"):
        twin = (VENDORED.parent / f"{name}.gz").read_bytes()
        assert gzip.decompress(twin) == (VENDORED.parent / name).read_bytes()
