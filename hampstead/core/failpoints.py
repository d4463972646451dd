"""Named places where tests make a process die or raise, at the worst moment.

`FAILPOINTS="name=kill,other=raise*2"`: kill sends this process SIGKILL; raise raises
FailpointError. "*n" limits how often a raise fires; a kill fires once per FAILPOINT_DIR, so that
the restarted process survives. Without the variable every call is one dictionary look-up.
Production has none.
"""

import os
import signal
from collections.abc import Mapping
from pathlib import Path


class FailpointError(Exception):
    """Raised where a test asked for it."""


def _parse(spec: str) -> dict[str, tuple[str, int]]:
    parsed = {}
    for item in filter(None, spec.split(",")):
        name, _, action = item.partition("=")
        kind, _, times = action.partition("*")
        parsed[name.strip()] = (kind.strip(), int(times or 1))
    return parsed


def _armed_by(environment: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    """Like the settings, an unnamed environment counts as production."""
    if environment.get("ENVIRONMENT", "production") == "production":
        return {}
    return _parse(environment.get("FAILPOINTS", ""))


_armed = _armed_by(os.environ)


def failpoint(name: str) -> None:
    if name not in _armed:
        return
    kind, times = _armed[name]
    if not _claim(name, times):
        return
    if kind == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise FailpointError(name)


def _claim(name: str, times: int) -> bool:
    """Count firings across processes by creating one marker file for each."""
    directory = Path(os.environ["FAILPOINT_DIR"])
    for number in range(times):
        try:
            (directory / f"{name}.{number}").touch(exist_ok=False)
        except FileExistsError:
            continue
        return True
    return False
