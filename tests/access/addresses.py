"""Every address of the portal, as its resolver has it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

# Kept by other packages, which bring their own tests: sign-in, the admin (staff with is_staff only), language.
NOT_OURS = ("/accounts/", "/admin/", "/i18n/")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def addresses() -> Iterator[tuple[str, str]]:
    """(method, path) of everything that answers, paths as `/o/{slug}/tickets`."""
    for path, pattern in _walk(get_resolver(), "/"):
        if path.startswith(NOT_OURS) or path == "/api/v1/{rest}":
            continue
        for method in _methods(pattern):
            yield method, path


def _walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        path = prefix + _plain(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, path)
        else:
            yield path, pattern


def _plain(pattern: str) -> str:
    if pattern == "^.*$":
        return "{rest}"
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", pattern)


def _methods(pattern: URLPattern) -> list[str]:
    view = getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", None)
    if view is None:
        return ["GET"]
    return [m for m in METHODS if hasattr(view, m.lower()) and m.lower() in view.http_method_names]
