"""Asked whether they talk with a machine, customers are told the truth, whoever answers."""

import re

from conversations.models import EnquiryLane
from conversations.prompting import Playbook, filled

ROBOT = "robot"
ADMITS = re.compile(
    r"\bA\.?I\.?\b|\bartificial intelligence\b|\b(?:automated|virtual|digital) assistant\b"
    r"|\bnot a (?:human|real person)\b|\bI(?:'|’)?m (?:a|the) (?:bot|robot|machine|computer)\b"
)


def admitted(text: str, playbook: Playbook) -> str:
    """The lane's sentence in front of the answer, unless that says it by itself."""
    lane = playbook.lane(ROBOT)
    if lane is None or lane.action != EnquiryLane.Action.DISCLOSE or ADMITS.search(text):
        return text
    return f"{filled(lane.reply)}\n\n{text}"
