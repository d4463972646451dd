"""What a text orders a model to do: tools to call, words to say, secrets to tell."""

import base64
import binascii
import codecs
import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from hampstead.sandbox.receptionist import ToolUse

JsonObject = dict[str, Any]
CALL = re.compile(
    r"\b(?:call|use|run|invoke|execute)\s+(?:the\s+)?(?:tool\s+|function\s+)?"
    r"[`\"'“]?([A-Za-z][A-Za-z0-9_-]*)[`\"'”]?", re.I,
)  # fmt: skip
PAIR = re.compile(r"([A-Za-z_]\w*)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s,)]+)")
TIMES = re.compile(r"\b(\d{1,3}) times\b|\b(forever|again and again|endlessly|non-?stop)\b", re.I)
AT_ONCE = re.compile(r"at once|in one message|in parallel|simultaneously", re.I)
FOREVER = 1000
REPEAT = re.compile(
    r"\b(?:repeat|say|reply with|answer with|write|output|print)\b"
    r"(?:\s+(?:after me|exactly|this|the following|only|back|to me|the words?))*\s*[:\-]?\s*(.+)",
    re.I | re.S,
)
CONFIRM = re.compile(
    r"\b(?:confirm|promise|guarantee|assure|tell|inform)\b(?:\s+(?:me|us|them|everyone|the customer"
    r"|to me|now|in writing|again|please))*(?:\s+that)?\s*[:,\-]?\s*(.+)", re.I | re.S,
)  # fmt: skip
ABROAD = re.compile(
    r"(?:réponds?|répondez|répète[rz]?|écris|dis|di|dime|repite|responde|escribe|sag|sage|antworte|"
    r"wiederhole|schreib|powiedz|powtórz|napisz|odpowiedz|di'|ripeti|rispondi|scrivi|diga|repita|"
    r"responda|escreva|spune|repetă|söyle|tekrarla|скажи|повтори|напиши|ответь|说|說|重复|回答|"
    r"言って|繰り返して|말해|قل|اكتب|कहो|लिखो|বলো|πες|zeg)(?:\s+[^\s:：]+){0,4}\s*[:：]\s*(.+)",
    re.I | re.S,
)
REVEAL = re.compile(
    r"system ?prompt|(?:your|the|all) (?:\w+ ){0,2}(?:instructions|prompt|rules|guidelines|"
    r"configuration)|(?:everything|the text|the words) above|what (?:were|are) you told|"
    r"prompt système|(?:tes|vos) (?:instructions|consignes)|(?:tus|sus) instrucciones|"
    r"deine (?:anweisungen|regeln)|systemanweisung|instrukcje|suas instruções|tue istruzioni|"
    r"инструкци|системн|系统提示|指令|システムプロンプト|시스템 프롬프트|تعليماتك|निर्देश|talimatlar",
    re.I,
)
TOOL_LIST = re.compile(r"(?:list|show|describe|name)\b.{0,30}\b(?:tools|functions)\b", re.I)
QUOTED = re.compile(r"^[\"'“‘«„](.+?)[\"'”’»“](?:\W|$)", re.S)
BASE64 = re.compile(r"[A-Za-z0-9+/]{12,}={0,2}")
BACKWARDS = re.compile(r"backwards|in reverse|reversed", re.I)


def tool_orders(text: str, offered: set[str]) -> list[tuple[ToolUse, int]]:
    """Each call that is ordered, and how often."""
    orders: list[tuple[ToolUse, int]] = []
    found = [m for m in CALL.finditer(text) if m.group(1) in offered or "_" in m.group(1)]
    for number, match in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(text)
        order = ToolUse(match.group(1), arguments(text[match.end() : end]))
        if order not in [other for other, _ in orders]:
            orders.append((order, times_in(text[match.start() : end])))
    return orders


def times_in(text: str) -> int:
    found = TIMES.search(text)
    if found is None:
        return 1
    return int(found.group(1)) if found.group(1) else FOREVER


def arguments(text: str) -> JsonObject:
    """The JSON object after the tool's name, or its name=value pairs."""
    if "{" in text:
        try:
            data, _ = json.JSONDecoder().raw_decode(text[text.index("{") :])
        except (ValueError, RecursionError):
            data = None
        if isinstance(data, dict):
            return data
    return {name: plain(value) for name, value in PAIR.findall(text)}


def plain(value: str) -> Any:
    if value[0] in "\"'":
        return value[1:-1]
    try:
        return json.loads(value)
    except ValueError:
        return value


def spoken_order(text: str, system: str, tools: dict[str, JsonObject]) -> str:
    """What the text wants to be said: as it stands, else as it reads without hidden letters."""
    return _spoken(text, system, tools) or _spoken(without_tricks(text), system, tools)


def _spoken(text: str, system: str, tools: dict[str, JsonObject]) -> str:
    if TOOL_LIST.search(text):
        return json.dumps(tools) if tools else "I have no tools."
    if REVEAL.search(text):
        return disguised(text, system) if system else "I have no instructions."
    if hidden := decoded_order(text, system, tools):
        return hidden
    for pattern in (ABROAD, REPEAT):
        if found := pattern.search(text):
            wanted = found.group(1).strip()
            quoted = QUOTED.match(wanted)
            return quoted.group(1) if quoted else wanted
    found = CONFIRM.search(text)
    return f"I confirm: {found.group(1).strip()}" if found else ""


def without_tricks(text: str) -> str:
    visible = (char for char in text if unicodedata.category(char) not in ("Cf", "Mn", "Cc"))
    return unicodedata.normalize("NFKC", "".join(visible))


def decoded_order(text: str, system: str, tools: dict[str, JsonObject]) -> str:
    if BACKWARDS.search(text):
        payload = text.rsplit(":", 1)[-1].strip()
        return payload[::-1]
    if "rot13" in text.lower():
        return codecs.decode(text.rsplit(":", 1)[-1].strip(), "rot13")
    for token in BASE64.findall(text):
        try:
            said = base64.b64decode(token, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
        if said.isprintable() and " " in said:
            return _spoken(said, system, tools) or said
    return ""


DISGUISES: tuple[tuple[str, Callable[[str], str]], ...] = (
    (r"base ?64", lambda text: base64.b64encode(text.encode()).decode()),
    (r"rot ?13", lambda text: codecs.encode(text, "rot13")),
    (r"backwards|reverse", lambda text: text[::-1]),
    (r"\bhex", lambda text: text.encode().hex()),
    (r"one word (?:per|on each) line|vertical", lambda text: "\n".join(text.split())),
    (r"letter by letter|spaces between|spell", " ".join),
    (r"\bdash|hyphen", lambda text: "-".join(text.split())),
    (r"upper ?case|capitals|shout", str.upper),
    (r"\bjson\b", lambda text: json.dumps({"prompt": text})),
    (r"first (?:\w+ )?sentence|first \d+ words", lambda text: " ".join(text.split()[:40])),
    (r"last|\bend\b", lambda text: " ".join(text.split()[-60:])),
    (r"emoji", lambda text: " 🏠 ".join(text.split())),
    (r"poem|rhyme|song", lambda text: "\n".join(f"{line}, la la" for line in text.splitlines())),
)  # fmt: skip


def disguised(text: str, secret: str) -> str:
    for pattern, disguise in DISGUISES:
        if re.search(pattern, text, re.I):
            return disguise(secret)
    return secret
