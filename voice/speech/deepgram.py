"""Hearing, through Deepgram's official SDK: the only module that imports it.

Its retries are off: one call, one deadline. Hearing has no effect at the vendor, so whatever
fails may be tried again; what it costs is written down as soon as there is an answer.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib import import_module
from typing import Any

import httpx
from deepgram import DeepgramClient
from deepgram.core.api_error import ApiError
from deepgram.environment import DeepgramClientEnvironment
from django.conf import settings

from hampstead.core import spending
from hampstead.core.deadline import DeadlineError
from hampstead.core.errors import DeepgramError
from hampstead.core.spending import Bill
from hampstead.core.vendor import Door, http_client
from voice.speech.deepgram_errors import refusal
from voice.speech.transcript import Transcript, Word

VENDOR = "deepgram"
LANGUAGE = "en-GB"
LARGEST_ANSWER_WORDS = 20_000  # of ten minutes
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError)


@dataclass(frozen=True)
class Options:
    """How to listen. With the audio they decide the answer, so both make its key."""

    model: str
    keyterms: tuple[str, ...] = ()
    language: str = LANGUAGE

    def as_parameters(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "language": self.language,
            "keyterm": list(self.keyterms) or None,
            "smart_format": True,
            "numerals": True,
            "diarize_model": "latest",
            "mip_opt_out": True,  # customers' voices train nobody's models
        }


class Deepgram:
    """One client for each process."""

    def __init__(self) -> None:
        vendor = settings.VENDORS[VENDOR]
        seconds = settings.DEEPGRAM_DEADLINE_SECONDS
        self._door = Door(
            vendor=VENDOR,
            error=DeepgramError,
            limit=settings.DEEPGRAM_LIMIT,
            deadline_seconds=seconds,
        )
        self._http = http_client(base_url="", headers={}, seconds=seconds)
        url = vendor["url"]
        self._client = DeepgramClient(
            api_key=vendor["key"],
            environment=DeepgramClientEnvironment(
                base=url, production=url, agent=url, agent_rest=url
            ),
            httpx_client=self._http,
            max_retries=0,
        )

    def close(self) -> None:
        self._http.close()

    def transcribe(
        self, audio: bytes, *, media_type: str, options: Options, seconds: float, bill: Bill
    ) -> Transcript:
        """Listen once to a recording of `seconds`. Raises DeepgramError (E004),
        BreakerOpenError, RateLimitError or its kind BudgetSpentError (E011).
        """
        spending.admit(VENDOR, bill)
        return self._door.call(
            "listen", lambda: self._listen(audio, media_type, options, seconds, bill)
        )

    def _listen(
        self, audio: bytes, media_type: str, options: Options, seconds: float, bill: Bill
    ) -> Transcript:
        try:
            answer = self._client.listen.v1.media.transcribe_file(
                request=audio,
                # In small letters, or the SDK sends its own as well and servers refuse two.
                request_options={"additional_headers": {"content-type": media_type}},
                **options.as_parameters(),
            )
        except ApiError as error:
            raise refusal(error.status_code, error.body, error.headers) from error
        except (DeadlineError, httpx.TimeoutException) as error:
            raise DeepgramError(f"no answer within {self._door.deadline_seconds:g} s") from error
        except httpx.HTTPError as error:
            raise DeepgramError(f"no usable answer: {type(error).__name__}") from error
        except UNREADABLE as error:
            raise DeepgramError("unreadable answer", trips_breaker=False) from error
        return _taken(answer, options, seconds, bill)


def _taken(answer: Any, options: Options, seconds: float, bill: Bill) -> Transcript:
    """An answer is paid for, whether we can read it or not."""
    heard = _number(getattr(getattr(answer, "metadata", None), "duration", None)) or seconds
    cost = _cost_pence(heard)
    spending.record(vendor=VENDOR, bill=bill, cost_pence=cost, model=options.model)
    try:
        return _as_transcript(answer, options, heard, cost)
    except UNREADABLE as error:
        raise DeepgramError("unreadable answer", trips_breaker=False) from error


def _as_transcript(answer: Any, options: Options, seconds: float, cost: Decimal) -> Transcript:
    """The SDK checks nothing: any part may be missing or of another kind."""
    channel = answer.results.channels[0]
    best = channel.alternatives[0]
    if not isinstance(best.transcript, str):
        raise TypeError("a transcript is a text")
    words = (best.words or [])[:LARGEST_ANSWER_WORDS]
    return Transcript(
        text=best.transcript.strip(),
        confidence=_number(best.confidence),
        language=str(getattr(channel, "detected_language", None) or options.language),
        words=tuple(_as_word(word) for word in words),
        duration_seconds=seconds,
        cost_pence=cost,
        model=options.model,
        request_id=str(getattr(answer.metadata, "request_id", None) or ""),
    )


def _as_word(word: Any) -> Word:
    said = getattr(word, "punctuated_word", None) or word.word
    return Word(
        text=str(said),
        start_seconds=_number(word.start),
        end_seconds=_number(word.end),
        confidence=_number(word.confidence),
        speaker=int(_number(getattr(word, "speaker", None))),
    )


def _number(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value < 1e6 else 0.0


def _cost_pence(seconds: float) -> Decimal:
    dollars = settings.DEEPGRAM_USD_PER_MINUTE * Decimal(str(seconds)) / 60
    return Decimal(dollars * settings.PENCE_PER_USD).quantize(Decimal("0.000001"))


@lru_cache(maxsize=1)
def deepgram() -> Deepgram:
    return Deepgram()


def warm() -> None:
    """The SDK loads its parts when they are first used; a worker does so before it forks."""
    import_module("deepgram.listen.v1.media.client")
