"""The guards of the house as functions over source text; each gives the lines that break its rule."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "portal",
    "care",
    "care",
    "billing",
    "tickets",
    "helpcentre",
    "addons",
    "supportplans",
    "notifications",
    "accounts",
    "common",
)
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
CLOCK_CALLS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("timezone", "now"), ("timezone", "localdate"), ("timezone", "localtime"), ("time", "time"), ("time", "time_ns"),
}  # fmt: skip


def sources(*apps: str) -> Iterator[Path]:
    """Python files of the named apps (all by default), migrations left out."""
    for app in apps or APPS:
        for file in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in file.parts:
                yield file


def float_uses(source: str) -> list[int]:
    """Lines with a float literal or a call of float(): money is exact (spec page 3.2)."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float")
    ]


def manager_uses(source: str) -> list[int]:
    """Lines with `.objects`: a door reaches rows through access.py."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}
    ]


def clock_reads(source: str) -> list[int]:
    """Lines that read a clock other than common/clock.py."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = node.func.value
        name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
        if (name, node.func.attr) in CLOCK_CALLS:
            found.append(node.lineno)
    return found


def long_functions(source: str) -> list[int]:
    """First lines of functions longer than 50 lines."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or node.lineno) - node.lineno + 1 > MAX_FUNCTION_LINES
    ]


def is_long_file(source: str) -> bool:
    """More than 400 lines."""
    return source.count("\n") > MAX_FILE_LINES


def tier_comparisons(source: str, tiers: set[str]) -> list[int]:
    """Lines that compare something with a tier's code: plan data is catalogue data (spec README)."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Compare):
            continue
        for operand in (node.left, *node.comparators):
            values = operand.elts if isinstance(operand, (ast.Tuple, ast.List, ast.Set)) else [operand]
            if any(isinstance(value, ast.Constant) and value.value in tiers for value in values):
                found.append(node.lineno)
    return found


def signal_uses(source: str) -> list[int]:
    """Lines that connect a Django model signal or override save(): logic stands in actions."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module in {"django.db.models.signals", "django.dispatch"}:
            found.append(node.lineno)
        if isinstance(node, ast.ClassDef):
            found += [
                inner.lineno for inner in node.body if isinstance(inner, ast.FunctionDef) and inner.name == "save"
            ]
    return found


def empty_names(files: list[Path]) -> list[str]:
    """Files named by what they are not about."""
    forbidden = {"utils", "helpers", "helper", "manager", "managers", "service", "services", "misc", "common_utils"}
    return [str(file.relative_to(ROOT)) for file in files if file.stem in forbidden]


def inline_code(template: str) -> list[str]:
    """Inline scripts, styles and event attributes, which the content security policy forbids."""
    code = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", template, flags=re.DOTALL)
    patterns = [
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>",
        r"<style[\s>]",
        r"\sstyle\s*=\s*[\"']",
        r"\son[a-z]+\s*=\s*[\"']",
        r"javascript:",
    ]
    return [match.group(0) for pattern in patterns for match in re.finditer(pattern, code, re.IGNORECASE)]
