"""A store that speaks S3, path-style: objects of private buckets, in memory."""

import asyncio
import dataclasses
import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web

from hampstead.sandbox.door import Call, Door, Handler
from hampstead.sandbox.faults import Fault, FaultQueue
from hampstead.sandbox.journal import Journal
from hampstead.sandbox.reply import Reply
from hampstead.sandbox.s3_signing import fault_in

VENDOR = "s3"
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
RANGE = re.compile(r"bytes=(\d+)-(\d*)")
LONGEST_KEY, MOST_KEYS = 1024, 1000
ERRORS = {
    "AccessDenied": (403, "Access Denied"),
    "SignatureDoesNotMatch": (403, "The request signature we calculated does not match."),
    "XAmzContentSHA256Mismatch": (400, "The provided x-amz-content-sha256 does not match."),
    "AccessControlListNotSupported": (400, "The bucket does not allow ACLs"),
    "InvalidBucketName": (400, "The specified bucket is not valid."),
    "KeyTooLongError": (400, "Your key is too long"),
    "InvalidArgument": (400, "Invalid Argument"),
    "NoSuchKey": (404, "The specified key does not exist."),
    "MethodNotAllowed": (405, "The specified method is not allowed against this resource."),
    "InvalidRange": (416, "The requested range is not satisfiable"),
    "InternalError": (500, "We encountered an internal error. Please try again."),
    "NotImplemented": (501, "A header you provided implies functionality that is not here."),
}
MODES = {"normal": "", "away": "", "403": "AccessDenied", "500": "InternalError"}
Simulate = Callable[[Call], Awaitable[Reply]]


class S3RefusedError(Exception):
    """The simulated store turns the request down."""


@dataclass(frozen=True)
class Kept:
    content: bytes
    media_type: str
    at: datetime

    @property
    def tag(self) -> str:
        return f'"{hashlib.md5(self.content, usedforsecurity=False).hexdigest()}"'

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Content-Type": self.media_type,
            "ETag": self.tag,
            "Last-Modified": format_datetime(self.at, usegmt=True),
            "Accept-Ranges": "bytes",
        }


class S3Door(Door):
    """While the store is away, every connection drops."""

    mode: Callable[[], str]

    def _with_fault(self, method: str, call: Call) -> Call:
        if self.mode() == "away":
            return dataclasses.replace(call, fault=Fault(VENDOR, cut="before"))
        return super()._with_fault(method, call)


class S3:
    def __init__(self, secret: str) -> None:
        self._secret = secret
        self.clear()

    def clear(self) -> None:
        self.mode, self.slow_seconds = "normal", 0.0
        self._kept: dict[str, dict[str, Kept]] = {}

    def add_routes(self, app: web.Application, journal: Journal, faults: FaultQueue) -> None:
        door = S3Door(VENDOR, journal, faults, lambda status: error_of(str(status)))
        door.mode = lambda: self.mode
        one, all_of_it = "/s3/{bucket}/{key:.+}", "/s3/{bucket}{slash:/?}"
        app.add_routes(
            [
                web.put(one, self._open(door, "PUT", self.put)),
                # The method is part of the signature, so HEAD is no kind of GET.
                web.get(one, self._open(door, "GET", self.get), allow_head=False),
                web.head(one, self._open(door, "HEAD", self.head)),
                web.delete(one, self._open(door, "DELETE", self.delete)),
                web.get(all_of_it, self._open(door, "GET", self.listing), allow_head=False),
                web.route("*", "/s3/{rest:.*}", self._open(door, "", self.unknown)),
                web.get("/_s3", self.conduct),
                web.post("/_s3", self.order),
            ]
        )

    def _open(self, door: Door, method: str, simulate: Simulate) -> Handler:
        return door.open(partial(self._guarded, method, simulate))

    async def _guarded(self, method: str, simulate: Simulate, call: Call) -> Reply:
        await asyncio.sleep(self.slow_seconds)
        try:
            if wrong := MODES[self.mode] or (method and fault_in(call, method, self._secret)):
                raise S3RefusedError(wrong)
            if method and not BUCKET.fullmatch(call.path["bucket"]):
                raise S3RefusedError("InvalidBucketName")
            return await simulate(call)
        except S3RefusedError as refusal:
            return error_of(str(refusal))

    def _bucket(self, call: Call) -> dict[str, Kept]:
        return self._kept.setdefault(call.path["bucket"], {})

    def _one(self, call: Call) -> Kept:
        found = self._bucket(call).get(call.path["key"])
        if found is None:
            raise S3RefusedError("NoSuchKey")
        return found

    async def put(self, call: Call) -> Reply:
        """A bucket is there with its first object. None of them is public."""
        if len(call.path["key"].encode()) > LONGEST_KEY:
            raise S3RefusedError("KeyTooLongError")
        if call.headers.get("x-amz-acl", "private") != "private":
            raise S3RefusedError("AccessControlListNotSupported")
        if "aws-chunked" in call.headers.get("content-encoding", ""):
            raise S3RefusedError("NotImplemented")
        media_type = call.headers.get("content-type", "binary/octet-stream")
        kept = Kept(call.raw, media_type, datetime.now(UTC))
        self._bucket(call)[call.path["key"]] = kept
        return Reply(body=b"", headers={"ETag": kept.tag})

    async def get(self, call: Call) -> Reply:
        kept, asked = self._one(call), RANGE.fullmatch(call.headers.get("range", ""))
        if asked is None:
            return Reply(body=kept.content, headers=kept.headers)
        total = len(kept.content)
        start, end = int(asked[1]), min(int(asked[2] or total), total - 1)
        if start > end:
            raise S3RefusedError("InvalidRange")
        headers = {**kept.headers, "Content-Range": f"bytes {start}-{end}/{total}"}
        return Reply(status=206, body=kept.content[start : end + 1], headers=headers)

    async def head(self, call: Call) -> Reply:
        kept = self._one(call)
        return Reply(body=kept.content, headers=kept.headers)

    async def delete(self, call: Call) -> Reply:
        """What is not there is deleted."""
        self._bucket(call).pop(call.path["key"], None)
        return Reply(status=204, body=b"")

    async def listing(self, call: Call) -> Reply:
        """ListObjectsV2, which is the only list there is."""
        asked = dict(call.query)
        most = asked.get("max-keys", str(MOST_KEYS))
        if asked.get("list-type") != "2" or not most.isdigit():
            raise S3RefusedError("InvalidArgument")
        after = asked.get("continuation-token") or asked.get("start-after", "")
        prefix, kept = asked.get("prefix", ""), self._bucket(call)
        names = sorted(name for name in kept if name.startswith(prefix) and name > after)
        shown = names[: min(int(most), MOST_KEYS)]
        is_more = len(names) > len(shown)
        token = f"<NextContinuationToken>{escape(shown[-1])}</NextContinuationToken>"
        rows = "".join(listed(name, kept[name]) for name in shown)
        return xml(
            f"<ListBucketResult><Name>{call.path['bucket']}</Name><Prefix>{escape(prefix)}</Prefix>"
            f"<KeyCount>{len(shown)}</KeyCount><MaxKeys>{most}</MaxKeys>"
            f"<IsTruncated>{str(is_more).lower()}</IsTruncated>{token if is_more and shown else ''}"
            f"{rows}</ListBucketResult>"
        )

    async def unknown(self, call: Call) -> Reply:
        raise S3RefusedError("MethodNotAllowed")

    async def conduct(self, request: web.Request) -> web.Response:
        keys = {bucket: sorted(kept) for bucket, kept in self._kept.items()}
        found = {"mode": self.mode, "slow_seconds": self.slow_seconds, "objects": keys}
        return web.json_response(found)

    async def order(self, request: web.Request) -> web.Response:
        wanted: Any = await request.json()
        known = {"mode": self.mode, "slow_seconds": self.slow_seconds}
        if not isinstance(wanted, dict) or wanted.keys() - known.keys():
            return web.json_response({"error": "mode and slow_seconds are known"}, status=400)
        found = {**known, **wanted}
        if found["mode"] not in MODES or type(found["slow_seconds"]) not in (int, float):
            return web.json_response({"error": f"mode is one of {', '.join(MODES)}"}, status=400)
        self.mode, self.slow_seconds = found["mode"], float(found["slow_seconds"])
        return await self.conduct(request)


def listed(name: str, kept: Kept) -> str:
    return (
        f"<Contents><Key>{escape(name)}</Key><LastModified>{kept.at.isoformat()}</LastModified>"
        f"<ETag>{escape(kept.tag)}</ETag><Size>{len(kept.content)}</Size></Contents>"
    )


def error_of(code: str) -> Reply:
    """By its code, or by a bare status."""
    by_status = {str(status): code for code, (status, _) in reversed(ERRORS.items())}
    name = by_status.get(code, code)
    status, words = ERRORS.get(name, (int(code) if code.isdigit() else 500, "Error"))
    body = f"<Error><Code>{escape(name)}</Code><Message>{escape(words)}</Message></Error>"
    return xml(body, status=status)


def xml(body: str, *, status: int = 200) -> Reply:
    whole = f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'
    return Reply(status, whole.encode(), {"Content-Type": "application/xml"})
