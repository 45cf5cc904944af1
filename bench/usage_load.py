"""Loading usage: records a second, memory, and a bare COPY of the same records beside it (spec page 9.1).

    python -m bench.usage_load

The floor copies the rows as PostgreSQL wants them into a table with the same columns, indexes and checks. Every load
is a process of its own, whose memory at its peak is read when it ends; `again` loads what is stored already.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2

from bench.data import ORGANIZATIONS
from bench.house import ROOT, House, open_house

COLUMNS = (
    *("record_id", "organization", "product", "category", "charge_mode", "payment_form"),
    *("list_amount", "starts_on", "ends_on"),
)
FLOOR_TABLE = "CREATE TABLE IF NOT EXISTS usage_floor (LIKE billing_usagerecord INCLUDING ALL); TRUNCATE usage_floor"
FLOOR = (
    "COPY usage_floor (record_id, organization_id, product, category, charge_mode, payment_form, list_amount, "
    "starts_on, ends_on, received_at) FROM STDIN"
)
PRODUCTS = ("ecs", "evs", "rds", "obs", "vpc", "cce", "elb", "dcs")
TABLE = ("records", "kind", "seconds", "a second", "of floor", "peak MB")


def rows(records: int, organizations: int) -> Iterator[tuple[str, ...]]:
    """A month of a feed: day by day, every organization in it; one in twenty is prepaid for a year."""
    for number in range(records):
        day = number * 30 // records + 1
        is_prepaid = number % 20 == 0
        ends_on = f"2027-11-{day:02}" if is_prepaid else f"2026-{11 + day // 30}-{day % 30 + 1:02}"
        yield (
            f"R-{records}-{number:08}",
            f"bench-{number * 7919 % organizations + 1}",
            PRODUCTS[number % 8],
            "marketplace" if number % 25 == 0 else "cloud_service",
            "prepaid" if is_prepaid else "on_demand",
            "voucher",
            f"{number % 9973 - 50}.{number % 100:02}",
            f"2026-11-{day:02}",
            ends_on,
        )


def write_files(folder: Path, records: int, organizations: int) -> dict[str, Path]:
    """The same records as CSV, as NDJSON and as rows of COPY, whose organizations are numbered from 1."""
    paths = {kind: folder / f"{records}.{kind}" for kind in ("csv", "ndjson", "copy")}
    with paths["csv"].open("w") as as_csv, paths["ndjson"].open("w") as as_json, paths["copy"].open("w") as as_copy:
        as_csv.write(",".join(COLUMNS) + "\n")
        for row in rows(records, organizations):
            as_csv.write(",".join(row) + "\n")
            as_json.write(json.dumps(dict(zip(COLUMNS, row, strict=True))) + "\n")
            numbered = (row[0], row[1].removeprefix("bench-"), *row[2:], "2026-12-01 00:00+00")
            as_copy.write("\t".join(numbered) + "\n")
    return paths


def floor(house: House, path: Path) -> float:
    """Seconds of the bare COPY."""
    with psycopg2.connect(house.owner) as connection, connection.cursor() as cursor:
        cursor.execute(FLOOR_TABLE)
        connection.commit()
        with path.open() as source:
            began = time.monotonic()
            cursor.copy_expert(FLOOR, source, 1 << 16)
            connection.commit()
        return time.monotonic() - began


def load(path: Path) -> tuple[float, float]:
    """Seconds of the load inside a process of its own, and its memory at its peak in megabytes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.usage_load", "--file", str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    seconds = process.stdout.read()
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, process.returncode
    return float(seconds), used.ru_maxrss / 1024


def load_here(path: Path) -> None:
    """In the process of its own: what `manage.py load_usage` does, without starting Python."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django
    from django.core.management import call_command

    django.setup()
    from django.db import connection

    connection.ensure_connection()
    began = time.monotonic()
    call_command("load_usage", str(path), stdout=io.StringIO(), stderr=io.StringIO())
    print(time.monotonic() - began)


def clear(house: House) -> None:
    """Forget the loaded records."""
    house.run("TRUNCATE billing_usagerecord, billing_changedmonth, usage_floor")


def measure(house: House, folder: Path, sizes: list[int], organizations: int) -> None:
    """Print one table."""
    print("".join(f"{name:>12}" for name in TABLE))
    for records in sizes:
        paths = write_files(folder, records, organizations)
        bare = floor(house, paths["copy"])
        _row(records, "floor", bare, bare, 0)
        for kind, path in (("csv", paths["csv"]), ("again", paths["csv"]), ("ndjson", paths["ndjson"])):
            if kind != "again":
                clear(house)
            seconds, megabytes = load(path)
            _row(records, kind, seconds, bare, megabytes)
        for path in paths.values():
            path.unlink()


def _row(records: int, kind: str, seconds: float, bare: float, megabytes: float) -> None:
    cells = (f"{records:,}", kind, f"{seconds:.1f}", f"{records / seconds:,.0f}", f"{bare / seconds:.2f}")
    print("".join(f"{cell:>12}" for cell in (*cells, f"{megabytes:.0f}" if megabytes else "")), flush=True)


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.usage_load")
    options.add_argument("--records", type=int, nargs="+", default=[100_000, 1_000_000])
    options.add_argument("--organizations", type=int, default=100_000)
    options.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.file:
        load_here(chosen.file)
        return
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    folder.chmod(0o711)  # as root PostgreSQL runs as another user
    os.environ["BENCH_HOME"] = str(folder / "home")
    try:
        with open_house() as house:
            with psycopg2.connect(house.owner) as connection, connection.cursor() as cursor:
                cursor.execute(ORGANIZATIONS.format(organizations=chosen.organizations))
            measure(house, folder, sorted(chosen.records), chosen.organizations)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
