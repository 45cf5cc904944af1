"""What the rules of people and organizations refuse (409), each with what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.problems import Refusal


class StaffAccount(Refusal):
    code = "staff_account"
    title = _("This is a staff account")
    default_detail = _("An account belongs to the staff or to organizations, never to both. Use another mailbox.")


class MemberAccount(Refusal):
    code = "member_account"
    title = _("This is an account of an organization's member")
    default_detail = _("An account belongs to the staff or to organizations, never to both. Use another mailbox.")


class AlreadyMember(Refusal):
    code = "already_member"
    title = _("Already a member")
    default_detail = _("This person is a member already. Change the role in the list of members instead.")


class LastOwner(Refusal):
    code = "last_owner"
    title = _("An organization keeps an owner")
    default_detail = _("This is the last owner. Make somebody else an owner first.")


class InvitationEnded(Refusal):
    code = "invitation_ended"
    title = _("This invitation has ended")
    default_detail = _("Invitations work once and for 7 days. Ask an owner of the organization to invite you again.")


class WrongMailbox(Refusal):
    code = "wrong_mailbox"
    title = _("This invitation is for another mailbox")


class SignInFirst(Refusal):
    code = "sign_in_first"
    title = _("You have an account already")
    default_detail = _("Sign in with it to accept the invitation.")


class PartnersOnly(Refusal):
    code = "partners_only"
    title = _("End customers are for partners")
    default_detail = _(
        "Partners name those they serve on their tickets. Your organization uses the cloud itself: "
        "file tickets without an end customer."
    )


class TooMany(Refusal):
    code = "too_many"
    title = _("The limit is reached")
