"""The registry of actions: what can be quoted, ordered and paid."""

from __future__ import annotations

from django.utils.translation import gettext as _

from billing.actions.base import Action, Wish
from billing.actions.buy_pack import BuyPack
from billing.actions.change_cycle import ChangeCycle
from billing.actions.change_tier import ChangeTier
from billing.actions.renew import Renew
from billing.actions.subscribe import Subscribe
from billing.actions.unsubscribe import Unsubscribe
from common.problems import FieldErrors

ACTIONS: dict[str, Action] = {
    action.code: action for action in (Subscribe(), ChangeTier(), ChangeCycle(), Renew(), Unsubscribe(), BuyPack())
}


def action_named(code: str) -> Action:
    """The action; raises FieldErrors naming the known ones."""
    if code not in ACTIONS:
        sentence = _("Unknown action. Known are: %(known)s.") % {"known": ", ".join(ACTIONS)}
        raise FieldErrors({"action": [sentence]})
    return ACTIONS[code]


__all__ = ["ACTIONS", "Action", "Wish", "action_named"]
