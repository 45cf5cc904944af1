from care.models.advisories import (
    Advisory,
    AdvisoryAffected,
    AdvisoryReceipt,
    AdvisoryTask,
    AdvisoryTicket,
    AdvisoryUpdate,
)
from care.models.reports import (
    MonthlyReport,
    Recommendation,
    ReportExclusion,
    ReportFeed,
    ReportMail,
)

__all__ = [
    "Advisory",
    "AdvisoryAffected",
    "AdvisoryReceipt",
    "AdvisoryTask",
    "AdvisoryTicket",
    "AdvisoryUpdate",
    "MonthlyReport",
    "Recommendation",
    "ReportExclusion",
    "ReportFeed",
    "ReportMail",
]
