"""How an answer came about, in words for the office."""

from dataclasses import dataclass, field

from conversations.models import AnswerCheck, Message, Turn
from hampstead.core.admin.money import in_pence

CHECK_WORDS = {
    AnswerCheck.Outcome.PASSED: ("good", "Checked: nothing in it was untrue"),
    AnswerCheck.Outcome.REPAIRED: ("warn", "Checked: corrected before it was sent"),
    AnswerCheck.Outcome.REPLACED: ("bad", "Checked: stopped, a safe sentence was sent"),
    AnswerCheck.Outcome.FLAGGED: ("bad", "Checked: it was already said"),
}


@dataclass(frozen=True)
class Why:
    answered_by: str
    instructions: str
    lane: str
    model: str
    read: str
    written: int
    cost: str
    failed_tries: int
    look: str = ""
    check: str = ""
    findings: list[dict[str, str]] = field(default_factory=list)
    refused: str = ""

    @property
    def is_notable(self) -> bool:
        """Something was wrong with what the assistant wanted to say."""
        return bool(self.findings)


def why(message: Message) -> Why | None:
    """None for what a person wrote, and for messages of no turn."""
    turn = message.turn
    if turn is None or message.author not in (Message.Author.AI, Message.Author.SYSTEM):
        return None
    check: AnswerCheck | None = getattr(turn, "check_of_answer", None)
    look, words = CHECK_WORDS[AnswerCheck.Outcome(check.outcome)] if check else ("", "")
    return Why(
        answered_by=str(Turn.AnsweredBy(turn.answered_by).label),
        instructions=message.prompt_version,
        lane=turn.enquiry_lane.replace("_", " ").capitalize(),
        model=turn.model,
        read=_read(turn),
        written=turn.output_tokens,
        cost=in_pence(turn.cost_pence) if turn.cost_pence else "",
        failed_tries=turn.attempts,
        look=look,
        check=words,
        findings=list(check.findings) if check else [],
        refused=check.refused_text if check else "",
    )


def _read(turn: Turn) -> str:
    if not turn.model:
        return ""
    return (
        f"{turn.input_tokens} new, {turn.cache_read_tokens} from cache, "
        f"{turn.cache_write_tokens} put into it"
    )
