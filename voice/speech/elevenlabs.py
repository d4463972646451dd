"""Speaking, through ElevenLabs' official SDK: the only module that imports it.

`convert` sends nothing until somebody reads, and the SDK never repeats it: the answer is read to
its end inside the door, and tried once more only if nothing of it had come.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from importlib import import_module
from typing import Any, cast

import httpx
from django.conf import settings
from elevenlabs.client import ElevenLabs as Client
from elevenlabs.core.api_error import ApiError

from hampstead.core import spending
from hampstead.core.deadline import DeadlineError, deadline
from hampstead.core.errors import ElevenLabsError, NextStep
from hampstead.core.spending import Bill
from hampstead.core.vendor import CONNECT_SECONDS, Door, http_client
from voice.speech.elevenlabs_errors import code_of, refusal

VENDOR = "elevenlabs"
ATTEMPTS = 2
PAUSE_SECONDS = 0.25
LARGEST_ANSWER = 24 * 1024 * 1024
NO_RETRIES: Any = {"max_retries": 0}
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError)
# A key made for speaking only.
SCOPE_CODES = {"missing_permissions", "insufficient_permissions", ""}


@dataclass(frozen=True)
class Speech:
    """Audio in the vendor's format that was asked for, and what it cost."""

    audio: bytes
    cost_pence: Decimal
    request_id: str = ""


@dataclass(frozen=True)
class Account:
    """None: the key may not see it, which says nothing about speaking."""

    characters_left: int | None
    resets_at: datetime | None
    status: str
    voice_name: str | None

    @property
    def has_voice(self) -> bool:
        return self.voice_name is not None


class ElevenLabs:
    """One client for each process."""

    def __init__(self) -> None:
        vendor = settings.VENDORS[VENDOR]
        self._seconds = settings.ELEVENLABS_DEADLINE_SECONDS
        self._door = Door(
            vendor=VENDOR,
            error=ElevenLabsError,
            limit=settings.ELEVENLABS_LIMIT,
            deadline_seconds=self._seconds,
        )
        self._http = http_client(base_url="", headers={}, seconds=self._seconds)
        self._client = Client(
            api_key=vendor["key"],
            base_url=vendor["url"],
            # The SDK says float and hands it to httpx, which also takes this.
            timeout=cast(float, httpx.Timeout(self._seconds, connect=CONNECT_SECONDS)),
            httpx_client=self._http,
        )

    def close(self) -> None:
        self._http.close()

    def speak(
        self, text: str, *, output_format: str, bill: Bill, before: str = "", after: str = ""
    ) -> Speech:
        """Say a text that is short enough for one request; `before` and `after` are its
        neighbours, for an even tone. Raises ElevenLabsError (E005), BreakerOpenError,
        RateLimitError or its kind BudgetSpentError (E011).
        """
        request = _request(text, output_format, before, after)
        ends_at = time.monotonic() + self._seconds
        with deadline(self._seconds):
            for attempt in range(1, ATTEMPTS + 1):
                spending.admit(VENDOR, bill)
                saying = _Saying(self._client, request, bill, self._seconds)
                try:
                    return self._door.call("text-to-speech", saying.to_end)
                except ElevenLabsError as error:
                    is_last = attempt == ATTEMPTS or time.monotonic() + PAUSE_SECONDS >= ends_at
                    if is_last or saying.began or not _may_repeat(error):
                        raise
                time.sleep(PAUSE_SECONDS)
        raise AssertionError("the last attempt returns or raises")

    def check(self) -> Account:
        """What is left of the quota and whether our voice exists. Raises as `speak` does."""
        left, resets_at, status = self._door.call("subscription", self._subscription)
        name = self._door.call("voice", self._voice_name)
        return Account(left, resets_at, status, name)

    def _subscription(self) -> tuple[int | None, datetime | None, str]:
        with _as_e005(self._seconds):
            try:
                found = self._client.user.subscription.get(request_options=NO_RETRIES)
            except ApiError as error:
                if error.status_code in (401, 403) and code_of(error.body) in SCOPE_CODES:
                    return None, None, "unknown"
                raise
            used, most = found.character_count, found.character_limit
            reset = getattr(found, "next_character_count_reset_unix", None)
            resets_at = datetime.fromtimestamp(reset, UTC) if isinstance(reset, int) else None
            return max(0, int(most) - int(used)), resets_at, str(found.status)

    def _voice_name(self) -> str | None:
        with _as_e005(self._seconds):
            try:
                voice = self._client.voices.get(
                    settings.ELEVENLABS_VOICE, request_options=NO_RETRIES
                )
            except ApiError as error:
                if error.status_code == 404 or code_of(error.body) == "voice_not_found":
                    return None
                raise
            return str(voice.name or voice.voice_id)


class _Saying:
    """One attempt. What has begun to come is paid for, whatever becomes of it."""

    def __init__(self, client: Client, request: dict[str, Any], bill: Bill, seconds: float) -> None:
        self._client, self._request, self._bill = client, request, bill
        self._seconds = seconds
        self.began = False

    def to_end(self) -> Speech:
        speaker = self._client.text_to_speech.with_raw_response
        with (
            _as_e005(self._seconds),
            speaker.convert(settings.ELEVENLABS_VOICE, **self._request) as answer,
        ):
            self.began = True
            headers = {name.lower(): value for name, value in answer.headers.items()}
            cost = _cost_pence(headers, len(self._request["text"]))
            model = self._request["model_id"]
            spending.record(vendor=VENDOR, bill=self._bill, cost_pence=cost, model=model)
            return Speech(_audio(headers, answer.data), cost, headers.get("request-id", ""))


def _request(text: str, output_format: str, before: str, after: str) -> dict[str, Any]:
    model = settings.ELEVENLABS_MODEL
    wanted = {
        "text": text,
        "model_id": model,
        "output_format": output_format,
        # This model knows the language by itself and refuses to be told.
        "language_code": "" if "multilingual_v2" in model else "en",
        "previous_text": before,
        "next_text": after,
    }
    return {name: value for name, value in wanted.items() if value}


def _audio(headers: Mapping[str, str], chunks: Iterable[bytes]) -> bytes:
    """All of it. An empty answer, a page of HTML and an endless stream are none."""
    kind = headers.get("content-type", "")
    if not kind.startswith(("audio/", "application/octet-stream")):
        raise ElevenLabsError(f"no audio but {kind[:60] or 'nothing said'}", trips_breaker=False)
    audio = bytearray()
    for chunk in chunks:
        audio += chunk
        if len(audio) > LARGEST_ANSWER:
            raise ElevenLabsError("more audio than any text needs", next_step=NextStep.GIVE_UP)
    if not audio:
        raise ElevenLabsError("empty answer")
    return bytes(audio)


def _may_repeat(error: ElevenLabsError) -> bool:
    return error.next_step == NextStep.RETRY and error.retry_after is None


@contextmanager
def _as_e005(seconds: float) -> Iterator[None]:
    try:
        yield
    except ApiError as error:
        raise refusal(error.status_code, error.body, error.headers) from error
    except (DeadlineError, httpx.TimeoutException) as error:
        raise ElevenLabsError(f"no answer within {seconds:g} s") from error
    except httpx.HTTPError as error:
        raise ElevenLabsError(f"no usable answer: {type(error).__name__}") from error
    except UNREADABLE as error:
        raise ElevenLabsError("unreadable answer", trips_breaker=False) from error


def _cost_pence(headers: Mapping[str, str], characters: int) -> Decimal:
    """By the credits the answer names, else by the model's usual rate."""
    said = headers.get("character-cost", "")
    rate = settings.ELEVENLABS_CREDITS.get(settings.ELEVENLABS_MODEL, Decimal(1))
    credits = Decimal(said) if said.isdecimal() and len(said) < 8 else rate * characters
    pence = credits * settings.ELEVENLABS_USD_PER_1000_CREDITS / 1000 * settings.PENCE_PER_USD
    return Decimal(pence).quantize(Decimal("0.000001"))


@lru_cache(maxsize=1)
def elevenlabs() -> ElevenLabs:
    return ElevenLabs()


def warm() -> None:
    """The SDK loads its parts when they are first used; a worker does so before it forks."""
    import_module("elevenlabs.text_to_speech.client")
