"""gunicorn for pages, webhooks and the API: threads, because the views are synchronous."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

_var = Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parent.parent / "var")
_metrics = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(_var.resolve() / "metrics")))

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or os.cpu_count() or 1)
threads = 8  # more threads only made the slowest answers slower
keepalive = 75  # above a proxy's idle time, or it may send into a connection being closed
graceful_timeout = 10
# Its default place is one socket in the home directory, shared by all clones.
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = os.environ.get("GUNICORN_LOG_LEVEL", "warning")
# Threads share a small pool; a connection per request costs four times the database's work.
raw_env = [f"DB_POOL={os.environ.get('DB_POOL', '1')}"]


def on_starting(server: Any) -> None:
    """Begin with no figures: files of an earlier run would be added to ours."""
    shutil.rmtree(_metrics, ignore_errors=True)
    _metrics.mkdir(parents=True)
    # Static files are found in their apps in development; the empty place silences a warning.
    (_metrics.parent / "static").mkdir(exist_ok=True)


def child_exit(server: Any, worker: Any) -> None:
    """Take a dead worker's gauges out of the sum."""
    # Imported late: prometheus_client reads the directory when it is imported.
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
