"""Advisories as the API says them (spec page 7): shapes.py names the fields."""

from __future__ import annotations

from typing import Any

from care.advisories import publishing, tasks
from care.advisories.addresses import desk_path, own_path
from care.advisories.audience import Preview
from care.advisories.languages import in_language
from care.models import (
    Advisory,
    AdvisoryAffected,
    AdvisoryReceipt,
    AdvisoryTask,
    AdvisoryTicket,
    AdvisoryUpdate,
)
from common import clock
from common.api import api_time
from common.safe_markdown import rendered

TEXTS = ("body", "advice")


def _row(advisory: Advisory, url: str) -> dict[str, Any]:
    return {
        "id": advisory.pk,
        "number": advisory.number or None,
        "kind": advisory.kind,
        "severity": advisory.severity,
        "status": advisory.status,
        "title": in_language(advisory, "title"),
        "title_en": advisory.title_en,
        "title_zh": advisory.title_zh,
        "products": advisory.products,
        "regions": advisory.regions,
        "versions": advisory.versions,
        "starts_at": api_time(advisory.starts_at),
        "ends_at": api_time(advisory.ends_at),
        "published_at": api_time(advisory.published_at),
        "closed_at": api_time(advisory.closed_at),
        "url": url,
    }


def _texts(advisory: Advisory, updates: list[AdvisoryUpdate]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name in TEXTS:
        text = in_language(advisory, name)
        said |= {name: text, f"{name}_html": rendered(text)}
        said |= {f"{name}_{language}": getattr(advisory, f"{name}_{language}") for language in ("en", "zh")}
    return said | {"updates": [update_body(one) for one in updates]}


def update_body(update: AdvisoryUpdate) -> dict[str, Any]:
    text = in_language(update, "body")
    return {
        "id": update.pk,
        "state": update.state,
        "at": api_time(update.at),
        "body": text,
        "body_html": rendered(text),
        "body_en": update.body_en,
        "body_zh": update.body_zh,
    }


def own_body(receipt: AdvisoryReceipt, slug: str) -> dict[str, Any]:
    """An advisory in the list of the organization `slug`."""
    by = receipt.acknowledged_by
    return _row(receipt.advisory, own_path(slug, receipt.advisory_id)) | {
        "received_at": api_time(receipt.at),
        "acknowledged_at": api_time(receipt.acknowledged_at),
        "acknowledged_by": by.display_name() if by else None,
    }


def own_text(
    receipt: AdvisoryReceipt,
    slug: str,
    *,
    updates: list[AdvisoryUpdate],
    tickets: list[AdvisoryTicket],
    task: AdvisoryTask | None,
) -> dict[str, Any]:
    """An advisory as the organization reads it, with what its TAM does about it."""
    return (
        own_body(receipt, slug)
        | _texts(receipt.advisory, updates)
        | {"tickets": [one.ticket.number for one in tickets], "task": own_task(task) if task else None}
    )


def own_task(task: AdvisoryTask) -> dict[str, Any]:
    """What the organization reads of its task."""
    return {
        "state": task.state,
        "manager": task.person.display_name() if task.person else None,
        "contacted_at": api_time(task.contacted_at),
        "plan": task.plan,
        "plan_html": rendered(task.plan),
        "result": task.result,
        "result_html": rendered(task.result),
        "ended_at": api_time(task.ended_at),
        "file": task.file_name or None,
    }


def desk_body(advisory: Advisory) -> dict[str, Any]:
    """An advisory in the staff's list."""
    progress = publishing.progress(advisory) if advisory.published_at else None
    return _row(advisory, desk_path(advisory.pk)) | {
        "on_status_page": advisory.on_status_page,
        "created_by": advisory.created_by.display_name(),
        "created_at": api_time(advisory.created_at),
        "published_by": advisory.published_by.display_name() if advisory.published_by else None,
        "progress": progress | {"done_at": api_time(progress["done_at"])} if progress else None,
    }


def desk_text(
    advisory: Advisory, *, updates: list[AdvisoryUpdate], acknowledged: int, counts: dict[str, int]
) -> dict[str, Any]:
    """An advisory as its writers see it."""
    own = {"audience": advisory.audience, "acknowledged": acknowledged, "tasks": counts}
    return desk_body(advisory) | _texts(advisory, updates) | own


def preview_body(preview: Preview) -> dict[str, Any]:
    return {
        "organizations": preview.organizations,
        "people": preview.people,
        "by_tier": preview.by_tier,
        "names": preview.names,
        "tasks": preview.tasks,
    }


def affected_body(row: AdvisoryAffected) -> dict[str, Any]:
    return {
        "organization": row.organization.slug,
        "name": row.organization.name,
        "note": row.note,
        "marked_by": row.marked_by.display_name(),
        "marked_at": api_time(row.marked_at),
    }


def receipt_body(receipt: AdvisoryReceipt) -> dict[str, Any]:
    by = receipt.acknowledged_by
    return {
        "organization": receipt.organization.slug,
        "name": receipt.organization.name,
        "received_at": api_time(receipt.at),
        "acknowledged_at": api_time(receipt.acknowledged_at),
        "acknowledged_by": by.display_name() if by else None,
    }


def task_body(task: AdvisoryTask) -> dict[str, Any]:
    """A task as the staff see it."""
    return own_task(task) | {
        "id": task.pk,
        "advisory": task.advisory_id,
        "number": task.advisory.number,
        "kind": task.advisory.kind,
        "title": in_language(task.advisory, "title"),
        "organization": task.organization.slug,
        "organization_name": task.organization.name,
        "person": task.person.email if task.person else None,
        "opened_at": api_time(task.opened_at),
        "due_at": api_time(task.due_at),
        "late": tasks.is_late(task, clock.now()),
        "missing": [] if task.ended_at else tasks.missing_steps(task),
    }
