"""A request with an Idempotency-Key is carried out once, however often it is sent.

The row is claimed and committed before anything happens, and holds the answer after it. Of two at
once one works and the other hears 409. A process that dies between leaves a claim that lapses:
the use cases behind bear a repeat. Answers that another try may better (5xx, a request that was
not understood) are not kept.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from rest_framework.request import Request
from rest_framework.response import Response

from hampstead.core.clock import Now
from hampstead.core.models import IdempotentAnswer, StaffUser
from leads.api.problems import ConflictError, KeyReusedError, RequestError

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
RUNS_FOR = timedelta(seconds=60)  # longer than any request may take
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def answered_once(
    request: Request, user: StaffUser, act: Callable[[], Response], *, is_required: bool
) -> Response:
    """What `act` answers, or what it answered before. Raises RequestError without a needed key,
    KeyReusedError for another request under the same key, ConflictError while that one runs.
    """
    key = request.headers.get(HEADER)
    if key is None:
        if is_required:
            raise RequestError("key_missing", f"Send an {HEADER}: one new value for each booking.")
        return act()
    if not _KEY.fullmatch(key):
        raise RequestError(
            "key_unfit", f"{HEADER} is 1 to 200 printable characters without spaces."
        )
    claimed = _claim(user, key, fingerprint_of(request))
    if claimed.status is not None:
        return Response(claimed.body, status=claimed.status, headers={REPLAYED: "true"})
    return _carry_out(claimed, act)


def fingerprint_of(request: Request) -> str:
    """The same method, path and JSON, in whatever order its keys come."""
    body = json.dumps(request.data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{request.method} {request.path}\n{body}".encode()).hexdigest()


def _claim(user: StaffUser, key: str, fingerprint: str) -> IdempotentAnswer:
    """Ours to carry out when it has no status yet."""
    try:
        with transaction.atomic():
            row, is_new = IdempotentAnswer.objects.get_or_create(
                user=user,
                key=key,
                defaults={"fingerprint": fingerprint, "runs_until": Now() + RUNS_FOR},
            )
    except IntegrityError:  # the other one failed and let go of it at this very moment
        raise _under_way() from None
    if row.fingerprint != fingerprint:
        raise KeyReusedError("key_reused", f"This {HEADER} was sent with another request.")
    if not is_new and row.status is None and not _take_over(row):
        raise _under_way()
    return row


def _take_over(row: IdempotentAnswer) -> bool:
    """Whoever had it must have died."""
    lapsed = IdempotentAnswer.objects.filter(pk=row.pk, status=None, runs_until__lt=Now())
    return bool(lapsed.update(runs_until=Now() + RUNS_FOR))


def _under_way() -> ConflictError:
    words = "The same request is being carried out. Ask again in a second."
    return ConflictError("in_progress", words, retry_after=1)


def _carry_out(claimed: IdempotentAnswer, act: Callable[[], Response]) -> Response:
    mine = IdempotentAnswer.objects.filter(pk=claimed.pk, status=None)
    is_kept = False
    try:
        response = act()
        mine.update(status=response.status_code, body=response.data)
        is_kept = True
    finally:
        if not is_kept:  # an error is on its way out: the next try is a new one
            mine.delete()
    return response
