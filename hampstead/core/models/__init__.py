from hampstead.core.models.api import IdempotentAnswer
from hampstead.core.models.audit import AuditEntry
from hampstead.core.models.inbox import InboxEvent, RefusedPosts
from hampstead.core.models.lane import Lane
from hampstead.core.models.outbox import Outbox
from hampstead.core.models.spending import SpendCeiling, VendorAllowance, VendorUse
from hampstead.core.models.staff import StaffTask, StaffUser
from hampstead.core.models.vendor import Incident, VendorCall, VendorHealth

__all__ = [
    "AuditEntry",
    "IdempotentAnswer",
    "InboxEvent",
    "Incident",
    "Lane",
    "Outbox",
    "RefusedPosts",
    "SpendCeiling",
    "StaffTask",
    "StaffUser",
    "VendorAllowance",
    "VendorCall",
    "VendorHealth",
    "VendorUse",
]
