"""How the API knows who asks: a bearer token, or the browser's session with its CSRF token."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from accounts import tokens
from accounts.models import ApiToken, Person
from common.problems import NotAuthenticated


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer <token>`; request.auth becomes the ApiToken."""

    def authenticate(self, request: Request) -> tuple[Person, ApiToken] | None:
        scheme, _space, plain = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer" or not plain.strip().isascii():
            raise NotAuthenticated
        token = tokens.authenticate(plain.strip())
        return token.person, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class Session(SessionAuthentication):
    """The browser's session; unsafe methods need the CSRF token."""

    def authenticate(self, request: Request) -> tuple[Person, None] | None:
        person = request._request.user
        if isinstance(person, AnonymousUser) or not person.is_active:
            return None
        self.enforce_csrf(request)
        return person, None
