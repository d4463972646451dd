"""What the assistant is told, as plain values. Pure."""

from dataclasses import dataclass

PHONE = "phone"


@dataclass(frozen=True)
class Lane:
    """A path for one kind of message; `action` is one of EnquiryLane.Action."""

    code: str
    title: str
    action: str
    triggers: tuple[str, ...] = ()
    instructions: str = ""
    reply: str = ""
    enquiry_kind: str = ""
    task_title: str = ""
    is_urgent: bool = False


@dataclass(frozen=True)
class Playbook:
    """One version of the prompt: `label` names it on every message it produced."""

    label: str
    whatsapp_text: str
    phone_text: str
    lanes: tuple[Lane, ...]

    def lane(self, code: str) -> Lane | None:
        return next((lane for lane in self.lanes if lane.code == code), None)

    def text(self, channel: str) -> str:
        return self.phone_text if channel == PHONE else self.whatsapp_text
