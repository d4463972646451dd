"""Recordings in S3, or in a store that speaks its language. Named in settings.STORAGES, so that
only a process that opens the store loads the SDK. Errors become E010 with what should happen next.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from storages.backends.s3 import S3Storage

from hampstead.core.errors import NextStep, StorageError
from hampstead.core.vendor import CONNECT_SECONDS, Door

VENDOR = "s3"
Result = TypeVar("Result")
CREDENTIALS = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken"}
SLOW_DOWN = {"SlowDown", "Throttling", "RequestLimitExceeded"}


class S3Archive(S3Storage):
    """One call each, without the SDK's own retries: the recording's row has a schedule."""

    def __init__(self, **options: Any) -> None:
        seconds = settings.S3_DEADLINE_SECONDS
        # Path-style: a bucket with a dot in its name, and every other store, understands it.
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=seconds,
            retries={"total_max_attempts": 1},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        super().__init__(**options, client_config=config, default_acl=None, querystring_auth=True)
        self._door = Door(
            vendor=VENDOR, error=StorageError, limit=settings.S3_LIMIT, deadline_seconds=seconds
        )

    def keep(self, key: str, content: bytes, media_type: str) -> None:
        """The same key again is the same file."""
        sent = {"Body": content, "ContentType": media_type, "CacheControl": "private, no-store"}
        self._ask("put", lambda: self._object(key).put(**sent))

    def piece(self, key: str, start: int, length: int) -> bytes:
        wanted = f"bytes={start}-{start + length - 1}"
        read: Callable[[], bytes] = lambda: self._object(key).get(Range=wanted)["Body"].read()  # noqa: E731
        return self._ask("get", read)

    def forget(self, key: str) -> None:
        self._ask("delete", lambda: self._object(key).delete())

    def _object(self, key: str) -> Any:
        return self.bucket.Object(key)

    def _ask(self, route: str, send: Callable[[], Result]) -> Result:
        return self._door.call(route, lambda: _translated(send))


def _translated(send: Callable[[], Result]) -> Result:
    try:
        return send()
    except ClientError as error:
        raise _refusal(error) from error
    except BotoCoreError as error:
        raise StorageError(f"S3 not reachable: {type(error).__name__}") from error


def _refusal(error: ClientError) -> StorageError:
    """Whatever the reason, the recording waits here: nothing is given up for a wrong key."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = str(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", ""))
    if code in CREDENTIALS or status in ("401", "403"):
        step = NextStep.FIX_CREDENTIALS
    elif code in SLOW_DOWN or status == "429":
        step = NextStep.WAIT
    else:
        step = NextStep.RETRY if status.startswith("5") else NextStep.GIVE_UP
    return StorageError(f"S3: {status} {code}", next_step=step, vendor_code=status)
