"""Sessions in the database whose life is counted by the portal's clock (spec page 7 'Time')."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.base_session import AbstractBaseSession

from common import clock


class SessionStore(DatabaseSessions):
    """Django's own store; only "now" is ours."""

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        kwargs.setdefault("modification", clock.now())
        return super().get_expiry_date(**kwargs)

    def get_expiry_age(self, **kwargs: Any) -> int:
        kwargs.setdefault("modification", clock.now())
        return super().get_expiry_age(**kwargs)

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        session = self.model.objects.filter(session_key=self.session_key, expire_date__gt=clock.now()).first()
        if session is None:
            self._session_key = None
        return session

    @classmethod
    def clear_expired(cls) -> None:
        cls.get_model_class().objects.filter(expire_date__lt=clock.now()).delete()
