from conversations.models.check import AnswerCheck
from conversations.models.conversation import Conversation, Handover
from conversations.models.message import Message
from conversations.models.prompt import EnquiryLane, PromptVersion
from conversations.models.summary import Digest, Summary
from conversations.models.turn import ToolCall, Turn

__all__ = [
    "AnswerCheck",
    "Conversation",
    "Digest",
    "EnquiryLane",
    "Handover",
    "Message",
    "PromptVersion",
    "Summary",
    "ToolCall",
    "Turn",
]
