"""Speech over the API: a recording in, a text out; a text in, audio out.

What listens and speaks loads libraries that take seconds, so it is imported with the first call:
pages, commands and the admin live in the same process and do without.
"""

import hashlib
from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser, JSONParser, MultiPartParser
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from hampstead.core import ratelimit
from hampstead.core.spending import Bill
from hampstead.core.webhooks import BodyTooLargeError, LengthRequiredError
from voice.api_errors import error_response
from voice.speech.forms import MEDIA_TYPES, AudioFormat
from voice.speech.recordings import MOST_BYTES, AudioRefusedError, Refusal

LONGEST_TEXT = 5_000
ENVELOPE_BYTES = 64 * 1024  # what a form adds around its file
CACHE_SECONDS = 24 * 3600
TAGS = ["voice"]


class RawAudioParser(BaseParser):
    """The body is the recording; what it calls itself is not believed anyway."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return {"audio": stream.read(MOST_BYTES + 1)}


class AnyAccept(DefaultContentNegotiation):
    """Audio is answered whatever the Accept header says; errors are always JSON."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class MaySpend(BasePermission):
    """Each call costs money, so it takes the permission to add a row of what it buys."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user.has_perm(view.permission))


class SharedThrottle(BaseThrottle):
    """Counted for each user over all processes; raises E011 itself, with the time to wait."""

    def allow_request(self, request: Request, view: Any) -> bool:
        ratelimit.take(f"api:{view.throttle_scope}:{request.user.pk}", view.throttle_rate)
        return True


class SpeechView(APIView):
    authentication_classes = (TokenAuthentication,)
    permission_classes = (IsAuthenticated, MaySpend)
    throttle_classes = (SharedThrottle,)
    content_negotiation_class = AnyAccept
    permission: ClassVar[str]
    throttle_scope: ClassVar[str]
    throttle_rate: ClassVar[str]

    def get_exception_handler(self) -> Any:
        return error_response

    def bill(self, request: Request) -> Bill:
        payer = f"staff:{request.user.pk}"
        return Bill(purpose="api", subject=payer, payer=payer)


class TranscriptSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    confidence = serializers.FloatField()
    language = serializers.CharField()
    duration_seconds = serializers.FloatField()
    is_poor = serializers.BooleanField()
    poor_reason = serializers.CharField(help_text="low_bitrate, quiet, or empty")


class SynthesisSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=LONGEST_TEXT)
    format = serializers.ChoiceField(choices=[form.value for form in AudioFormat], default="ogg")


class SpeechProblem(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="of the error catalogue, like E008, or one stable word")
    error = serializers.CharField(help_text="a sentence for people")


def _failures(**described: str) -> dict[int, OpenApiResponse]:
    return {
        int(number.removeprefix("on_")): OpenApiResponse(SpeechProblem, description=words)
        for number, words in described.items()
    }


FAILURES = _failures(
    on_400="The request is not right.",
    on_401="Without a valid token.",
    on_403="The token's owner may not do this.",
    on_413="The recording is too big.",
    on_422="This is no recording that can be heard.",
    on_429="Too many requests; `Retry-After` says how long to wait.",
    on_502="The speech vendor failed.",
    on_503="The speech vendor is known to be away; `Retry-After` may say how long.",
)


class Transcribe(SpeechView):
    parser_classes = (MultiPartParser, RawAudioParser)
    permission = "voice.add_transcription"
    throttle_scope, throttle_rate = "voice-transcribe", "30/minute"

    @extend_schema(
        operation_id="transcribe",
        tags=TAGS,
        request={"audio/*": bytes},
        responses={200: TranscriptSerializer, **FAILURES},
    )
    def post(self, request: Request) -> Response:
        """Hear a recording: the body itself, or the file `audio` of a form."""
        from voice.speech.hearing import hear

        heard = hear(_recording(request), bill=self.bill(request))
        found = heard.transcript
        return Response(
            {
                "text": found.text,
                "confidence": found.confidence,
                "language": found.language,
                "duration_seconds": found.duration_seconds,
                "is_poor": bool(heard.poor),
                "poor_reason": heard.poor,
            }
        )


class Synthesize(SpeechView):
    parser_classes = (JSONParser,)
    permission = "voice.add_phrase"
    throttle_scope, throttle_rate = "voice-synthesize", "30/minute"

    @extend_schema(
        operation_id="synthesize",
        tags=TAGS,
        request=SynthesisSerializer,
        responses={
            (200, "audio/ogg"): OpenApiResponse(bytes, description="the audio"),
            **FAILURES,
        },
    )
    def post(self, request: Request) -> HttpResponse:
        """Say a text, in the asked form."""
        from voice.speech.phrases import spoken

        order = SynthesisSerializer(data=request.data)
        order.is_valid(raise_exception=True)
        form = AudioFormat(order.validated_data["format"])
        audio = spoken(order.validated_data["text"], into=form, bill=self.bill(request))
        response = HttpResponse(audio, content_type=MEDIA_TYPES[form])
        response["Cache-Control"] = f"private, max-age={CACHE_SECONDS}"
        response["ETag"] = f'"{hashlib.sha256(audio).hexdigest()[:32]}"'
        return response


def _recording(request: Request) -> bytes:
    """The declared length is looked at before anything is read."""
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        raise LengthRequiredError
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES + ENVELOPE_BYTES:
        raise BodyTooLargeError
    if not (request.content_type or "").startswith("multipart/"):
        # An empty body reaches no parser.
        return bytes(request.data.get("audio", b"")) if isinstance(request.data, dict) else b""
    audio = request.data.get("audio") if isinstance(request.data, dict) else None
    if audio is None:
        raise ParseError("send the recording as the body, or as the file “audio” of a form")
    if not hasattr(audio, "read"):
        raise AudioRefusedError(Refusal.NOT_AUDIO)
    return bytes(audio.read(MOST_BYTES + 1))
