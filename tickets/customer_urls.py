"""Pages of an organization's own tickets: `/o/<slug>/tickets…`."""

from __future__ import annotations

from django.urls import URLPattern

patterns: list[URLPattern] = []
