"""gunicorn for /ws/ only: one ASGI process for the staff's live pages."""

from __future__ import annotations

import os

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('LIVE_PORT') or '8001'}"
worker_class = "uvicorn_worker.UvicornWorker"
workers = 1
graceful_timeout = 5  # open sockets would otherwise hold up a stop for half a minute
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = os.environ.get("GUNICORN_LOG_LEVEL", "warning")
