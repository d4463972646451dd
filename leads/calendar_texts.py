"""Our part of an entry's text, and the surveyor's: what they write is theirs."""

import re

BEGIN = "----- From the office, kept up to date -----"
END = "----- Your own notes: below this line, or above the first -----"
_OURS = re.compile(rf"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)


def framed(ours: str) -> str:
    return f"{BEGIN}\n{ours}\n{END}"


def merged(shown: str, ours: str) -> str:
    """`shown` with our part as it is now; below theirs where they took its frame away."""
    block = framed(ours)
    if _OURS.search(shown):
        return _OURS.sub(lambda _: block, shown, count=1)
    return f"{shown.rstrip()}\n\n{block}" if shown.strip() else block


def keeps_subject(shown: str, ours: str) -> bool:
    """Somebody gave the entry a subject of their own; ours only ever grows by what we learn."""
    return bool(shown.strip()) and not ours.startswith(shown)
