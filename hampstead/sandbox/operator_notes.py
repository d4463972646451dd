"""What the office tells the model inside the customer's messages: the situation, the checks."""

import re

SITUATION = "<situation>"
SITUATION_ENDS = "</situation>"
OFFICE_CHECK = "[Office check]"
QUOTED = re.compile(r"\"([^\"\n]{2,400})\"|“([^”\n]{2,400})”|«([^»\n]{2,400})»|'([^'\n]{8,400})'")
SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?](?=\d)[^.!?\n]*)*[.!?]*\s*|\n")
PLAIN = "I'm afraid I can't say that for certain from here, but I am glad to note anything else."


def is_situation(text: str) -> bool:
    """The block of the office, not a customer who writes the word somewhere."""
    return text.startswith(SITUATION) and text.rstrip().endswith(SITUATION_ENDS)


def is_office_check(text: str) -> bool:
    return text.lstrip().startswith(OFFICE_CHECK)


def section(notes: str, title: str) -> list[str]:
    """The lines below the heading that begins with `title`, up to the next heading."""
    found: list[str] = []
    inside = False
    for line in notes.splitlines():
        if line.startswith("#"):
            inside = line.strip("# ").lower().startswith(title)
        elif inside and line.strip() and not line.startswith("</"):
            found.append(line.strip())
    return found


def taken_back(said: str, objection: str) -> str:
    """The answer without the sentences the office objects to; a plain sentence if none is left."""
    quotes = [plain for groups in QUOTED.findall(objection) if (plain := bare("".join(groups)))]
    kept = [s for s in sentences(said) if not any(touches(s, quote) for quote in quotes)]
    rest = "".join(kept).strip()
    return rest if quotes and rest and rest != said.strip() else PLAIN


def sentences(text: str) -> list[str]:
    return [found for found in SENTENCE.findall(text) if found]


def touches(sentence: str, quote: str) -> bool:
    words = bare(sentence)
    return bool(words) and (quote in words or words in quote)


def bare(text: str) -> str:
    return " ".join(re.findall(r"[\w£$€%:]+", text.casefold()))
