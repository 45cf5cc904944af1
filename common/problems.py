"""Every refusal is a class, raised in the rule and rendered once per door (RFC 9457, spec page 7 'Errors')."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


class Problem(Exception):
    """An answer that is not the one hoped for.

    `code` and `status` are the contract; `title` names the kind; `detail` says what happened and what to do
    next; `members` are further facts of the problem document; `action_url` leads to the way out.
    """

    code: ClassVar[str] = "problem"
    status: ClassVar[int] = 400
    title: ClassVar[Any] = _("Something is not right")
    default_detail: ClassVar[Any] = ""

    def __init__(
        self,
        detail: Any = "",
        *,
        action_url: str = "",
        action_label: Any = "",
        headers: dict[str, str] | None = None,
        **members: Any,
    ) -> None:
        self.detail = detail or self.default_detail
        self.action_url = action_url
        self.action_label = action_label
        self.headers = headers or {}
        self.members = members
        super().__init__(self.code)

    def document(self) -> dict[str, Any]:
        """The RFC 9457 problem document."""
        body: dict[str, Any] = {
            "type": f"urn:portal:problem:{self.code}",
            "title": str(self.title),
            "status": self.status,
            "detail": str(self.detail),
            "code": self.code,
        }
        if self.action_url:
            body["action_url"] = self.action_url
        # A fact never takes the place of a field of the contract.
        return self.members | body


class NotAuthenticated(Problem):
    code = "not_authenticated"
    status = 401
    title = _("Sign in first")
    default_detail = _("Sign in, or send a valid token in the Authorization header.")


class PermissionDenied(Problem):
    code = "permission_denied"
    status = 403
    title = _("Your role does not allow this")
    default_detail = _("Ask an owner of your organization for a role that includes it.")


class StaffRoleLacks(PermissionDenied):
    default_detail = _("Ask an administrator of the portal for a staff role that includes it.")


class NotFound(Problem):
    code = "not_found"
    status = 404
    title = _("Not found")
    default_detail = _("There is nothing here, or it is not yours to see. Check the address.")


class MethodNotAllowed(Problem):
    code = "method_not_allowed"
    status = 405
    title = _("Method not allowed")
    default_detail = _("This address does not take that method.")


class UnsupportedMediaType(Problem):
    code = "unsupported_media_type"
    status = 415
    title = _("Unsupported media type")
    default_detail = _("Send JSON, with the header Content-Type: application/json.")


class BodyTooLarge(Problem):
    code = "body_too_large"
    status = 413
    title = _("The request is too large")
    default_detail = _("Send it in several parts.")


class FieldErrors(Problem):
    """Fields that cannot be taken: `errors` maps a field's name to its list of sentences."""

    code = "validation_error"
    status = 400
    title = _("Some fields need a correction")
    default_detail = _("Correct the fields named in errors and send again. Nothing was stored.")

    def __init__(self, errors: dict[str, list[Any]], detail: Any = "") -> None:
        self.errors = {name: [str(sentence) for sentence in sentences] for name, sentences in errors.items()}
        super().__init__(detail, errors=self.errors)


class Refusal(Problem):
    """A business rule says no: base of every 409; nothing was changed."""

    code = "refused"
    status = 409
    title = _("This is not possible now")


class OrganizationDisabled(Refusal):
    code = "organization_disabled"
    title = _("This organization is disabled")
    default_detail = _("An administrator disabled this organization: it can read and pay, nothing else. Contact sales.")


class RequestInProgress(Refusal):
    code = "request_in_progress"
    title = _("The first request is still running")
    default_detail = _("A request with this Idempotency-Key is being worked on. Wait a moment, then send it again.")


class IdempotencyKeyReused(Problem):
    code = "idempotency_key_reused"
    status = 422
    title = _("This key was used for another request")
    default_detail = _("Send a new Idempotency-Key with a new request.")


class Throttled(Problem):
    code = "throttled"
    status = 429
    title = _("Too many requests")
    default_detail = _("Wait as long as Retry-After says, then go on.")

    def __init__(self, retry_after: int) -> None:
        super().__init__(headers={"Retry-After": str(retry_after)})


class ServiceUnavailable(Problem):
    code = "service_unavailable"
    status = 503
    title = _("The portal is catching its breath")
    default_detail = _("A part of the portal does not answer right now. Nothing was lost: try again in a moment.")

    def __init__(self, detail: Any = "") -> None:
        super().__init__(detail, headers={"Retry-After": "5"})
