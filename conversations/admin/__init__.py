"""The chats in the admin."""

from conversations.admin import conversation

__all__ = ["conversation"]
