"""Every event that organizations can be told of goes to the addresses that asked for it."""

from __future__ import annotations

from common import outbox
from notifications.outbound.events import EVENTS
from notifications.outbound.fan_out import fan_out

for _topic in EVENTS:
    outbox.handles(_topic)(fan_out)
