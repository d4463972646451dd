"""Both voices of a call: what is said is kept, and told as it is heard."""

from typing import Any

from hampstead.sandbox.vapi_call_json import openai_messages
from hampstead.sandbox.vapi_messages import as_text
from hampstead.sandbox.vapi_wire import Wire

JsonObject = dict[str, Any]
SPEAKING_SECONDS = 4.0
TOLD_AS = {"bot": "assistant", "user": "user"}


class Speech:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._call = wire.call
        self._turn = 0

    async def customer(self, text: str) -> None:
        if not text:
            return
        await self._wire.tell("speech-update", status="started", role="user", turn=self._turn)
        await self._transcripts("user", text)
        await self._spoken("user", text)
        self._turn += 1

    async def assistant(self, text: str) -> None:
        if not text:
            return
        await self._wire.tell("speech-update", status="started", role="assistant", turn=self._turn)
        await self._transcripts("assistant", text)
        await self._spoken("bot", text)

    async def interrupted(self) -> None:
        """The customer spoke into the assistant's last words: half of them were never said."""
        last = self._call.messages[-1] if self._call.messages else {}
        if last.get("role") != "bot":
            return
        words = last["message"].split()
        last["message"] = " ".join(words[: max(1, len(words) // 2)])
        last["wasCutShort"] = True
        await self._wire.tell("user-interrupted", turnId=f"turn-{self._turn}")

    async def tools(self, uses: list[JsonObject]) -> None:
        """Noted before the answers are there; their arguments are text here."""
        calls = [as_kept(use) for use in uses]
        self.note("tool_calls", message="", toolCalls=calls)
        await self._conversation()

    def tool_answer(self, use: JsonObject, result: str) -> None:
        self.note("tool_call_result", name=use["name"], result=result, toolCallId=use["id"])

    def note(self, role: str, **more: Any) -> None:
        at = self._wire.clock.now()
        begin = self._call.started_at or at
        since = round(max(0.0, (at - begin).total_seconds()), 3)
        time = at.timestamp() * 1000
        self._call.messages.append({"role": role, **more, "time": time, "secondsFromStart": since})

    async def _spoken(self, role: str, text: str) -> None:
        began = self._wire.clock.now()
        self._wire.clock.pass_seconds(SPEAKING_SECONDS)
        ended = self._wire.clock.now()
        duration = (ended - began).total_seconds() * 1000
        self.note(
            role,
            message=text,
            endTime=ended.timestamp() * 1000 + 0.5,
            duration=duration,
            source="",
            metadata={"wordLevelConfidence": confidences(text)},
        )
        await self._wire.tell(
            "speech-update", status="stopped", role=TOLD_AS[role], turn=self._turn
        )
        await self._conversation()

    async def _transcripts(self, role: str, text: str) -> None:
        words = text.split()
        if len(words) > 1:
            await self._transcript(role, "partial", " ".join(words[: len(words) // 2]))
        await self._transcript(role, "final", text)

    async def _transcript(self, role: str, kind: str, text: str) -> None:
        await self._wire.tell(
            "transcript",
            role=role,
            transcriptType=kind,
            transcript=text,
            originalTranscript=text,
            isFiltered=False,
            detectedThreats=[],
        )

    async def _conversation(self) -> None:
        formatted = openai_messages(self._call)
        await self._wire.tell(
            "conversation-update",
            messages=list(self._call.messages),
            messagesOpenAIFormatted=formatted,
            conversation=formatted,
        )


def as_kept(use: JsonObject) -> JsonObject:
    function = {"name": use["name"], "arguments": as_text(use["arguments"])}
    return {"id": use["id"], "type": "function", "function": function}


def confidences(text: str) -> list[JsonObject]:
    return [
        {
            "word": word.strip(".,!?").lower(),
            "punctuated_word": word,
            "start": round(at * 0.3, 2),
            "end": round(at * 0.3 + 0.25, 2),
            "confidence": 0.98,
        }
        for at, word in enumerate(text.split())
    ]
