"""What a run was made on: without it no figure means anything."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from scripts.benchmarks.product import Product
from scripts.embedded_places import ROOT

LIBRARIES = ("django", "djangorestframework", "gunicorn", "psycopg", "celery", "cryptography")


def describe(product: Product) -> dict[str, str]:
    """Names and values, ready to print. Ask before the first load: the load average is in it."""
    with product.connect() as connection:
        row = connection.execute("SHOW server_version").fetchone()
    return {
        "date": datetime.now(tz=UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _commit(),
        "cores": str(os.cpu_count()),
        "processor": _processor(),
        "kernel": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "PostgreSQL": str(row[0]) if row else "unknown",
        **{name: version(name) for name in LIBRARIES},
        "load average before": f"{os.getloadavg()[0]:.2f}",
    }


def _processor() -> str:
    place = Path("/proc/cpuinfo")
    lines = place.read_text().splitlines() if place.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def _commit() -> str:
    def git(*arguments: str) -> str:
        command = ("git", "-C", str(ROOT), *arguments)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    changed = " with changes" if git("status", "--porcelain", "--untracked-files=no") else ""
    return (git("rev-parse", "--short", "HEAD") or "unknown") + changed
