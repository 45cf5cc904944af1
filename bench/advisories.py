"""An advisory is handed out to 100,000 people of 20,000 organizations (spec page 6.1).

    python -m bench.advisories

Every person gets a notice and a letter, every organization its receipt, every tenth a task for its TAM. The floor is
the same rows by plain INSERT … SELECT into the same tables, in one transaction. Then, while the letters wait for their
turn: how long another event of the outbox takes, and how many letters leave in a second. Servers of its own in a
temporary folder, with PostgreSQL's usual safety.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import tempfile
from typing import Any

import psycopg2

from bench.house import SCOPE, House, open_house, timed

PEOPLE_EACH = 5
ORGANIZATIONS = """
UPDATE accounts_organization SET disabled_at = now() WHERE disabled_at IS NULL;
INSERT INTO accounts_organization (slug, name, kind, partner_type, caller_code, registered_email, language, created_at,
                                   report_addresses)
SELECT 'reader-{size}-' || n, 'Organization ' || n, 'customer', '', '{mark}' || lpad(n::text, 7, '0'),
       'mail-' || n || '@bench.example', CASE WHEN n % 2 = 0 THEN 'en' ELSE 'zh-hans' END, now(), ARRAY[]::varchar[]
  FROM generate_series(1, {size}) AS n;
INSERT INTO accounts_person (password, is_superuser, email, name, language, theme, is_active, is_staff, date_joined)
SELECT '!', false, 'reader-{size}-' || n || '@bench.example', 'Person ' || n, '', 'auto', true, false, now()
  FROM generate_series(1, {size} * {each}) AS n;
INSERT INTO accounts_membership (organization_id, person_id, role, since)
SELECT organization.id, person.id, CASE WHEN place.n % {each} = 0 THEN 'owner' ELSE 'member' END, now()
  FROM generate_series(1, {size} * {each}) AS place(n)
  JOIN accounts_person AS person ON person.email = 'reader-{size}-' || place.n || '@bench.example'
  JOIN accounts_organization AS organization ON organization.slug = 'reader-{size}-' || (1 + (place.n - 1) / {each});
INSERT INTO supportplans_term (organization_id, family, tier, cycle, starts_on, ends_on, began_at, left_because,
                               catalogue_version_id, price, order_number, bought_by)
SELECT id, 'customer', CASE WHEN id % 10 = 0 THEN 'enterprise' ELSE 'business' END, 'yearly', current_date - 100,
       current_date + 265, now() - interval '100 days', '', (SELECT max(id) FROM supportplans_catalogueversion),
       8400, 'bench', 'bench'
  FROM accounts_organization WHERE disabled_at IS NULL;
"""
FLOOR = """
INSERT INTO care_advisoryreceipt (advisory_id, organization_id, at)
SELECT {floor}, organization_id, now() FROM care_advisoryreceipt WHERE advisory_id = {advisory};
INSERT INTO care_advisorytask (advisory_id, organization_id, state, opened_at, due_at, plan, result, file_key,
                               file_name, file_size)
SELECT {floor}, organization_id, 'open', now(), now(), '', '', '', '', 0 FROM care_advisorytask
 WHERE advisory_id = {advisory};
INSERT INTO notifications_notification (person_id, organization_id, kind, params, url, key, created_at, in_centre,
                                        mailed)
SELECT person_id, organization_id, kind, params, url, 'floor:{floor}', now(), true, true
  FROM notifications_notification WHERE key = 'advisory:{advisory}';
INSERT INTO common_outboxevent (topic, key, organization_id, payload, created_at, available_at, attempts, error)
SELECT 'bench.floor', key || ':floor', organization_id, payload, now(), now() + interval '1 year', 0, ''
  FROM common_outboxevent WHERE topic = 'advisory.letter' AND payload @> '{{"advisory": {advisory}}}';
"""
TEXTS = {"title_en": "Disks fail", "title_zh": "磁盘故障", "body_en": "Slow **disks**.", "body_zh": "磁盘缓慢。"}
COLUMNS = ("people", "organizations", "publish s", "handed out s", "people/s", "floor s", "ratio", "again s")
COLUMNS += ("peak MB", "event ms", "letters/s")


def main() -> None:
    """Print one table; the sizes follow each other, so that the peak shows what a larger one adds."""
    options = argparse.ArgumentParser(prog="python -m bench.advisories")
    options.add_argument("--sizes", type=int, nargs="+", default=[2_000, 20_000], help="organizations")
    sizes = options.parse_args().sizes
    home = tempfile.mkdtemp(prefix="portal-bench-")
    os.environ["BENCH_HOME"] = home
    try:
        with open_house() as house:
            print("".join(f"{column:>14}" for column in COLUMNS), flush=True)
            for place, size in enumerate(sizes):
                _row(house, size, mark="QRSTUVWXYZ"[place])
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _row(house: House, size: int, *, mark: str) -> None:
    import structlog

    from care.advisories import publishing
    from care.models import Advisory
    from common import clock, tenancy

    structlog.configure(processors=[lambda *_event: ""], logger_factory=structlog.ReturnLoggerFactory())
    _make(house, size, mark)
    by = _manager()
    advisory, floor = (_draft(by) for _ in range(2))

    def publish() -> None:
        with tenancy.everything():
            publishing.publish(advisory=advisory, by=by, at=clock.now())

    def hand_out() -> None:
        while Advisory.objects.filter(status="publishing").exists():
            publishing.hand_out_waiting(at=clock.now())

    published = timed(publish)
    seconds = timed(hand_out)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _check(advisory, size)
    again = timed(lambda: (publish(), hand_out(), publishing.hand_out_waiting(at=clock.now())))
    beside, letters = _event_beside(), _letters()
    plain = timed(lambda: house.run(FLOOR.format(advisory=advisory.pk, floor=floor.pk)))
    people = size * PEOPLE_EACH
    figures = (f"{people:,}", f"{size:,}", f"{published:.2f}", f"{seconds:.1f}", f"{people / seconds:,.0f}")
    figures += (f"{plain:.1f}", f"{seconds / plain:.1f}", f"{again:.2f}", f"{peak:.0f}", f"{beside:.1f}")
    figures += (f"{letters:.0f}",)
    print("".join(f"{figure:>14}" for figure in figures), flush=True)
    house.run("DELETE FROM common_outboxevent")


def _event_beside() -> float:
    """Milliseconds that another event takes while all letters wait."""
    from common import outbox, tenancy

    def emit(count: int) -> None:
        with tenancy.everything():
            outbox.emit_all([("bench.event", None, {}, None)] * count)

    outbox.relay(slow=False)
    emit(50)
    return timed(lambda: outbox.relay(slow=False, limit=50)) * 1000 / 50


def _letters(count: int = 300) -> float:
    """Letters a second, into a mail server that takes them at once."""
    from django.conf import settings

    from common import clock, outbox
    from common.models import OutboxEvent

    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    first = OutboxEvent.objects.filter(topic="advisory.letter", done_at=None).order_by("available_at")[:count]
    OutboxEvent.objects.filter(pk__in=list(first.values_list("pk", flat=True))).update(available_at=clock.real_now())
    return count / timed(lambda: outbox.relay(slow=True, limit=count))


def _check(advisory: Any, size: int) -> None:
    from care.models import AdvisoryReceipt
    from common import tenancy
    from common.models import OutboxEvent
    from notifications.models import Notification

    with tenancy.everything():
        assert AdvisoryReceipt.objects.filter(advisory=advisory).count() == size
        people = size * PEOPLE_EACH
        assert Notification.objects.filter(key=f"advisory:{advisory.pk}").count() == people
        assert OutboxEvent.objects.filter(topic="advisory.letter").count() == people


def _draft(by: Any) -> Any:
    from care.advisories import writing
    from common import clock, tenancy

    with tenancy.everything():
        draft = writing.Draft(kind="industry_incident", severity="high", **TEXTS)
        return writing.write(draft=draft, by=by, at=clock.now())


def _manager() -> Any:
    from accounts.models import Person, StaffProfile

    person, made = Person.objects.get_or_create(email="tam@bench.example")
    if made:
        StaffProfile.objects.create(person=person, role="tam", level="senior")
    return person


def _make(house: House, size: int, mark: str) -> None:
    house.run(ORGANIZATIONS.format(size=size, each=PEOPLE_EACH, mark=mark))
    connection = psycopg2.connect(house.owner)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(SCOPE)
        cursor.execute("VACUUM ANALYZE")
    connection.close()


if __name__ == "__main__":
    main()
