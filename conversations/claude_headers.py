"""What Claude's answers say about its limits, beside the answer itself."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hampstead.core.allowance import MOST, Learned, Quota

PREFIX = "anthropic-ratelimit"
CHARACTERS_PER_TOKEN = 3.5


def learned(headers: Mapping[str, str]) -> Learned:
    """Input tokens if they are counted apart, else all tokens; nonsense counts as nothing said."""
    return Learned(
        requests=_quota(headers, "requests"),
        tokens=_quota(headers, "input-tokens") or _quota(headers, "tokens"),
        pause=retry_after(headers),
    )


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return timedelta(seconds=float(headers[name]) * unit)
        except (KeyError, ValueError, OverflowError):
            continue
    return None


def guessed_tokens(request: Mapping[str, Any]) -> int:
    """Input tokens before anybody has counted them."""
    said = [request.get(part) for part in ("tools", "system", "messages")]
    text = json.dumps(said, ensure_ascii=False, default=str)
    return int(len(text) / CHARACTERS_PER_TOKEN)


def _quota(headers: Mapping[str, str], name: str) -> Quota | None:
    try:
        limit = int(headers[f"{PREFIX}-{name}-limit"])
        left = int(headers[f"{PREFIX}-{name}-remaining"])
    except (KeyError, ValueError):
        return None
    if not 0 < limit <= MOST or not 0 <= left <= limit:
        return None
    return Quota(limit, left, _moment(headers.get(f"{PREFIX}-{name}-reset", "")))


def _moment(text: str) -> datetime | None:
    """RFC 3339; a time without its zone is not one."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
