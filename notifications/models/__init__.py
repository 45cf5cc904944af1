"""What people are told and how they want it; and where else the portal tells what happens in an organization."""

from notifications.models.centre import KEY_LENGTH, Notification, SentMail
from notifications.models.choices import Digest, NoticeChoice, NoticeSettings
from notifications.models.outbound import Delivery, Endpoint

__all__ = ["KEY_LENGTH", "Delivery", "Digest", "Endpoint", "NoticeChoice", "NoticeSettings", "Notification", "SentMail"]
