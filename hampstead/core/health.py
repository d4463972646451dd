"""/health for people and monitors, /health/live and /health/ready for the orchestrator.

Never calls a vendor: vendor state comes from real traffic.
"""

import time
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.utils import Error as DatabaseFault
from django.http import HttpRequest, JsonResponse
from redis import Redis
from redis.exceptions import RedisError as RedisClientError

from hampstead.core.clock import now
from hampstead.core.models import VendorHealth
from hampstead.core.watch import STUCK_SECONDS, queue_ages


def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """The process can do its job: the database answers."""
    database = _database()
    is_up = database["state"] == "up"
    return JsonResponse({"status": "ok" if is_up else "down"}, status=200 if is_up else 503)


def health(request: HttpRequest) -> JsonResponse:
    """Overall status, version, and one entry for each dependency."""
    database = _database()
    report: dict[str, Any] = {"version": settings.VERSION, "database": database}
    report["redis"] = _redis()
    if database["state"] == "up":
        report["vendors"] = _vendors()
        report["queues"] = _queues()
    return JsonResponse(
        {"status": _overall(report), **report}, status=200 if database["state"] == "up" else 503
    )


def _overall(report: dict[str, Any]) -> str:
    if report["database"]["state"] != "up":
        return "down"
    parts = [report["redis"], *report["vendors"].values(), *report["queues"].values()]
    return "ok" if all(part["state"] in ("up", "unused") for part in parts) else "degraded"


def _entry(started: float, code: str = "") -> dict[str, Any]:
    latency_ms = round((time.monotonic() - started) * 1000, 1)
    return {"state": "down" if code else "up", "latency_ms": latency_ms, "code": code or None}


def _database() -> dict[str, Any]:
    started = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseFault:
        connection.close()
        return _entry(started, "E001")
    return _entry(started)


def _redis() -> dict[str, Any]:
    started = time.monotonic()
    client = Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=settings.REDIS_TIMEOUT_SECONDS,
        socket_connect_timeout=settings.REDIS_TIMEOUT_SECONDS,
    )
    try:
        client.ping()
    except (RedisClientError, OSError):
        return _entry(started, "E002")
    finally:
        client.close()
    return _entry(started)


def _vendors() -> dict[str, Any]:
    rows = {row.vendor: row for row in VendorHealth.objects.all()}
    return {vendor: _vendor(vendor, rows.get(vendor)) for vendor in settings.VENDORS}


def _vendor(vendor: str, row: VendorHealth | None) -> dict[str, Any]:
    mode = settings.VENDORS[vendor]["mode"]
    if row is None:
        return {"state": "unused", "mode": mode, "code": None, "last_success_age_seconds": None}
    is_up = row.state == VendorHealth.State.CLOSED and row.failures == 0
    age = round((now() - row.last_success_at).total_seconds()) if row.last_success_at else None
    return {
        "state": "up" if is_up else "degraded",
        "mode": mode,
        "code": None if is_up else row.last_error_code or "E012",
        "last_success_age_seconds": age,
    }


def _queues() -> dict[str, Any]:
    ages = queue_ages()
    queues = {
        "inbox": (ages.inbox_count, ages.inbox_seconds),
        "lanes": (ages.lane_count, ages.lane_seconds),
        "outbox": (ages.outbox_count, ages.outbox_seconds),
    }
    return {
        name: {
            "state": "up" if seconds <= STUCK_SECONDS else "stuck",
            "waiting": count,
            "oldest_seconds": round(seconds, 1),
        }
        for name, (count, seconds) in queues.items()
    }
