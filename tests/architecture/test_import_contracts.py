"""Imports run one way (spec page 8.1): the contracts of pyproject.toml, and proof that they can fail."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINTER = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]


def test_imports_run_one_way():
    result = subprocess.run(LINTER, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_the_contract_catches_a_bad_sample(tmp_path):
    for package, line in (("upper", ""), ("lower", "import upper\n")):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text(line)
    (tmp_path / ".importlinter").write_text(
        "[importlinter]\nroot_packages =\n  upper\n  lower\n"
        "[importlinter:contract:1]\nname = one way\ntype = layers\nlayers =\n  upper\n  lower\n"
    )
    result = subprocess.run(LINTER, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 1, result.stdout
    assert "lower -> upper" in result.stdout


def test_the_pure_rules_are_the_strictly_typed_ones():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    (contract,) = (one for one in settings["importlinter"]["contracts"] if one["name"].startswith("Pure rule modules"))
    (strict,) = (one for one in settings["mypy"]["overrides"] if one.get("disallow_untyped_defs"))
    # mypy names a package's modules by a star, the contract means them by its name.
    assert contract["source_modules"] == [name.removesuffix(".*") for name in strict["module"]]
