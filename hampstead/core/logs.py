"""Log lines as `time LEVEL logger event key=value …`: readable by people, grep and Loki.

Write `logger.info("inbox stored", extra=fields(source=..., inbox=...))`: no message text at
INFO, and whatever slips through is redacted.
"""

import logging
import re
from datetime import UTC, datetime
from typing import Any

from hampstead.core import requestid
from hampstead.core.redact import redact_text

# Line breaks of every kind, and what moves the cursor of a terminal.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def fields(**values: Any) -> dict[str, Any]:
    """The key=value part of a log line, for `extra=`."""
    return {"fields": values}


class KeyValueFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds")
        message, values = record.getMessage(), getattr(record, "fields", {})
        # The redactor is costly; INFO lines are built from safe fields only.
        if record.levelno >= logging.WARNING:
            message = redact_text(message)
            values = {key: _redacted(value) for key, value in values.items()}
        values = {"request_id": requestid.current(), **values}
        pairs = " ".join(f"{key}={_quote(str(value))}" for key, value in values.items())
        line = f"{at} {record.levelname} {record.name} {_one_line(message)} {pairs}"
        if record.exc_info:
            line += " trace=" + _quote(redact_text(self.formatException(record.exc_info)))
        return line


def _redacted(value: Any) -> Any:
    return redact_text(value) if isinstance(value, str) else value


def _one_line(value: str) -> str:
    return _CONTROL.sub(lambda mark: mark.group().encode("unicode_escape").decode(), value)


def _quote(value: str) -> str:
    value = _one_line(value)
    if any(mark in value for mark in ' "='):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return value or '""'
