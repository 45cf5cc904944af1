"""Each guard holds for the whole house, and catches a bad sample."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.architecture import guards

# file: why, and until when (habit 14). Empty is the aim.
LONG_FILES: dict[str, str] = {}
DOORS = ("views.py", "api.py")
# The clock itself, and what must read real time: see their docstrings.
OWN_CLOCK = {"common/clock.py"}


def broken(files, guard) -> list[str]:
    return [f"{file.relative_to(guards.ROOT)}:{line}" for file in files for line in guard(file.read_text("utf-8"))]


def doors() -> list[Path]:
    return [
        file
        for file in guards.sources()
        if file.name in DOORS or file.parent.name in {"views", "api"} or file.name.endswith(("_views.py", "_api.py"))
    ]


def test_there_is_no_float_in_billing():
    files = [*guards.sources("billing"), guards.ROOT / "common" / "money.py"]
    assert broken(files, guards.float_uses) == []


def test_no_door_reaches_rows_by_itself():
    assert broken(doors(), guards.manager_uses) == []


def test_there_is_one_clock():
    files = [file for file in guards.sources() if str(file.relative_to(guards.ROOT)) not in OWN_CLOCK]
    assert broken(files, guards.clock_reads) == []


def test_functions_have_at_most_50_lines():
    assert broken(guards.sources(), guards.long_functions) == []


def test_files_have_at_most_400_lines():
    long = [
        str(file.relative_to(guards.ROOT)) for file in guards.sources() if guards.is_long_file(file.read_text("utf-8"))
    ]
    assert set(long) <= set(LONG_FILES)


def tier_codes() -> set[str]:
    catalogues = (guards.ROOT / "supportplans" / "catalogues").glob("*.yaml")
    return {
        tier["code"]
        for file in catalogues
        for family in yaml.safe_load(file.read_text("utf-8"))["families"]
        for tier in family["tiers"]
    }


def test_no_code_compares_tiers():
    tiers = tier_codes()
    assert "enterprise" in tiers
    assert broken(guards.sources(), lambda source: guards.tier_comparisons(source, tiers)) == []


def test_there_are_no_signals_and_no_logic_in_save():
    assert broken(guards.sources(), guards.signal_uses) == []


def test_modules_are_named_by_the_business():
    assert guards.empty_names(list(guards.sources())) == []


def test_templates_carry_no_inline_code():
    found = [
        f"{file.relative_to(guards.ROOT)}: {code}"
        for file in sorted((guards.ROOT / "templates").rglob("*.html"))
        for code in guards.inline_code(file.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("guard", "sample"),
    [
        (guards.float_uses, "fee = 0.1 * amount"),
        (guards.float_uses, "fee = float(amount)"),
        (guards.manager_uses, "def get(self): return Ticket.objects.first()"),
        (guards.clock_reads, "import datetime\nx = datetime.datetime.now()"),
        (guards.clock_reads, "x = timezone.now()"),
        (guards.clock_reads, "x = date.today()"),
        (guards.clock_reads, "x = time.time()"),
        (guards.long_functions, "def f():\n" + "    x = 1\n" * 50),
        (guards.signal_uses, "from django.db.models.signals import post_save"),
        (guards.signal_uses, "class T:\n    def save(self): pass"),
        (lambda source: guards.tier_comparisons(source, {"enterprise"}), "if tier == 'enterprise': pass"),
        (lambda source: guards.tier_comparisons(source, {"enterprise"}), "if tier in ('enterprise', 'x'): pass"),
    ],
)
def test_the_guard_catches_a_bad_sample(guard, sample):
    assert guard(sample)


def test_the_long_file_guard_catches_a_bad_sample():
    assert guards.is_long_file("x\n" * 401)
    assert not guards.is_long_file("x\n" * 400)


def test_the_name_guard_catches_a_bad_sample():
    assert guards.empty_names([guards.ROOT / "billing" / "utils.py"]) == ["billing/utils.py"]


@pytest.mark.parametrize(
    "sample",
    [
        "<script>x()</script>",
        '<p style="color:red">',
        '<a onclick="x()">',
        "<style>p{}</style>",
        '<a href="javascript:x">',
    ],
)
def test_the_template_guard_catches_a_bad_sample(sample):
    assert guards.inline_code(sample)


def test_the_template_guard_lets_good_templates_pass():
    assert guards.inline_code('<script src="/a.js" defer></script><p class="text-red" data-once="1">') == []
