"""The chats and the prompt in the admin."""

from conversations.admin import checks, conversation, prompts, summary

__all__ = ["checks", "conversation", "prompts", "summary"]
