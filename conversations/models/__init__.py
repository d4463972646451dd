from conversations.models.conversation import Conversation, Handover
from conversations.models.message import Message
from conversations.models.turn import ToolCall, Turn

__all__ = ["Conversation", "Handover", "Message", "ToolCall", "Turn"]
