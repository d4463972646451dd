"""The engine room's pages in the admin, split by noun."""

from hampstead.core.admin import (
    audited,
    inbox,
    outbox,
    schedule,
    spending,
    staff,
    tasks,
    tokens,
    vendor,
)

__all__ = [
    "audited",
    "inbox",
    "outbox",
    "schedule",
    "spending",
    "staff",
    "tasks",
    "tokens",
    "vendor",
]
