"""Log lines as `time LEVEL logger event key=value …`: readable by people, grep and Loki.

Write `logger.info("inbox stored", extra=fields(source=..., inbox=...))`: no message text at
INFO, and whatever slips through is redacted.
"""

import logging
from datetime import UTC, datetime
from typing import Any

from hampstead.core import requestid
from hampstead.core.redact import redact_text


def fields(**values: Any) -> dict[str, Any]:
    """The key=value part of a log line, for `extra=`."""
    return {"fields": values}


class KeyValueFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds")
        values = {"request_id": requestid.current(), **getattr(record, "fields", {})}
        pairs = " ".join(f"{key}={_quote(str(value))}" for key, value in values.items())
        # The redactor is costly; INFO lines are built from safe fields only.
        message = record.getMessage()
        if record.levelno >= logging.WARNING:
            message = redact_text(message)
        line = f"{at} {record.levelname} {record.name} {_one_line(message)} {pairs}"
        if record.exc_info:
            line += " trace=" + _quote(redact_text(self.formatException(record.exc_info)))
        return line


def _one_line(value: str) -> str:
    return value.replace("\r", "\\r").replace("\n", "\\n")


def _quote(value: str) -> str:
    value = _one_line(value)
    if any(mark in value for mark in ' "='):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return value or '""'
