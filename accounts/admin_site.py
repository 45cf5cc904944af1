"""The admin's own door: administrators and billing operators, who sign in like everybody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from unfold.sites import UnfoldAdminSite

from common.problems import NotFound

# unfold draws with Alpine, which evaluates expressions in attributes, and writes colours into a style element.
# Under /admin/ only, and no inline script even there.
LOOSER = {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE], "img-src": [SELF, "data:"]}


class PortalAdminSite(UnfoldAdminSite):
    """Nobody else learns that it is there."""

    def has_permission(self, request: HttpRequest) -> bool:
        person = request.user
        return person.is_authenticated and person.is_active and person.may_use_admin()

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        if request.user.is_authenticated:
            raise NotFound
        return redirect_to_login(request.GET.get("next") or request.get_full_path())

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        @csp_update(LOOSER)
        def looser(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return guarded(request, *args, **kwargs)

        return looser
