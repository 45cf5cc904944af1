"""Pages of the support desk: `/desk/…`."""

from __future__ import annotations

from django.urls import URLPattern

patterns: list[URLPattern] = []
