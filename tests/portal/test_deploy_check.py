"""`manage.py check --deploy` with the settings of a real place: nothing to say, about security or the API's document."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REAL = {
    "SECRET_KEY": "a-key-of-sixty-characters-made-for-this-test-alone-4J8wQz2LpT",
    "PUBLIC_URL": "https://support.example",
    "SANDBOX_ALLOWED": "1",
    "SANDBOX_SECRET": "a-secret-of-its-own",
    "EMAIL_URL": "smtp://127.0.0.1:2525",
}


@pytest.fixture
def check(tmp_path):
    def run(**changed: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", "PORTAL_HOME": str(tmp_path)} | REAL | changed,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_a_real_place_has_no_issue(check):
    result = check()
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.strip() == "System check identified no issues (0 silenced)."


def test_a_place_without_tls_is_warned(check):
    result = check(PUBLIC_URL="http://support.example")
    assert result.returncode == 1
    assert "security.W012" in result.stderr  # the session's cookie would travel in the clear


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ("SECRET_KEY", "SECRET_KEY"),
        ("SANDBOX_SECRET", "SANDBOX_SECRET"),
        ("SANDBOX_ALLOWED", "PAYMENT_GATEWAY"),
        ("EMAIL_URL", "EMAIL_URL"),
    ],
)
def test_a_real_place_does_not_start_without_its_settings(check, missing, named):
    result = check(**{missing: ""})
    assert result.returncode == 1
    assert f"ImproperlyConfigured: {named}" in result.stderr
