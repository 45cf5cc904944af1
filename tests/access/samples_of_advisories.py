"""A change that acme has and is affected by, and what its TAM did about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organization, Person
from care.advisories import affected, publishing, tasks, updates, writing
from care.models import AdvisoryTask


def things(acme: Organization, manager: Person, now: datetime) -> dict[str, Any]:
    """Parts of addresses that name them; in the scope of all tenants."""
    texts = {"title_en": "Move", "title_zh": "迁移", "body_en": "We move.", "body_zh": "我们迁移。"}
    draft = writing.Draft(
        kind="platform_change", severity="high", starts_at=now + timedelta(days=10), on_status_page=True, **texts
    )
    advisory = writing.write(draft=draft, by=manager, at=now)
    affected.mark(advisory=advisory, organization=acme.slug, note="Two canary clusters", by=manager, at=now)
    publishing.publish(advisory=advisory, by=manager, at=now)
    publishing.hand_out(advisory.pk, at=now)
    updates.update(advisory=advisory, state="note", body_en="Soon.", body_zh="快了。", by=manager, at=now)
    task = AdvisoryTask.objects.create(
        advisory=advisory, organization=acme, person=manager, opened_at=now, due_at=now + timedelta(days=9)
    )
    tasks.contacted(task=task, by=manager, at=now)
    tasks.plan(task=task, text="The canary waits.", by=manager, at=now)
    file = SimpleUploadedFile("result.txt", b"all well", "text/plain")
    tasks.done(task=task, result="All canaries waited.", file=file, by=manager, at=now)
    return {
        "advisory-tasks/{number}": f"advisory-tasks/{task.pk}",
        "advisories/{number}": f"advisories/{advisory.pk}",
    }
