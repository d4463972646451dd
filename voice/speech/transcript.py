"""What was heard, without a word about who heard it."""

from dataclasses import dataclass
from decimal import Decimal

UNSURE_BELOW = 0.6


@dataclass(frozen=True)
class Word:
    text: str
    start_seconds: float
    end_seconds: float
    confidence: float
    speaker: int = 0


@dataclass(frozen=True)
class SpeakerTurn:
    """What one voice said without another coming in between."""

    speaker: int
    text: str


@dataclass(frozen=True)
class Transcript:
    """`confidence` is 0 to 1; an empty `text` means that nobody was heard to say anything."""

    text: str
    confidence: float
    language: str
    words: tuple[Word, ...]
    duration_seconds: float
    cost_pence: Decimal
    model: str = ""
    request_id: str = ""

    @property
    def is_unsure(self) -> bool:
        """Staff should listen themselves."""
        return self.confidence < UNSURE_BELOW

    @property
    def turns(self) -> tuple[SpeakerTurn, ...]:
        turns: list[SpeakerTurn] = []
        for word in self.words:
            if turns and turns[-1].speaker == word.speaker:
                turns[-1] = SpeakerTurn(word.speaker, f"{turns[-1].text} {word.text}")
            else:
                turns.append(SpeakerTurn(word.speaker, word.text))
        return tuple(turns)
