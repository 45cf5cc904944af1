"""What addresses of provisioning and of the managers' log name: a task that is to be set up, a note to follow up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Organization, Person
from common.beijing import date_of
from supportplans import tam_notes
from supportplans.models import ProvisioningTask, Term


def things(acme: Organization, tam: Person, now: datetime) -> dict[str, Any]:
    """Path parts and what fills them; inside a scope that sees everything."""
    task = ProvisioningTask.objects.create(
        organization=acme, kind="tam", term=Term.objects.filter(organization=acme).earliest("pk"), opened_at=now
    )
    note = tam_notes.write(
        organization=acme, kind="plan", body="The canary moves in spring", follow_up_on=date_of(now), at=now, by=tam
    )
    return {
        "provisioning/{number}": f"provisioning/{task.pk}",
        "{slug}/notes/{number}": f"acme/notes/{note.pk}",
        "{slug}/tam-notes/{number}": f"acme/tam-notes/{note.pk}",
    }
