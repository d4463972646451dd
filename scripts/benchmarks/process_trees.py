"""CPU time and memory of a process and its descendants, read from /proc (Linux)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
# Places in /proc/<pid>/stat after the name in brackets, which may hold anything.
PARENT, TIMES, RESIDENT = 1, slice(11, 15), 21


@dataclass(frozen=True)
class Usage:
    """What a tree has used: CPU since its start, memory now (shared pages count each time)."""

    cpu_seconds: float = 0.0
    resident_bytes: int = 0


def usage(root: int) -> Usage:
    """The whole tree; children that ended count through the parent that reaped them."""
    stats = _all_stats()
    members = _members(root, {pid: int(fields[PARENT]) for pid, fields in stats.items()})
    ticks = sum(int(value) for pid in members for value in stats[pid][TIMES])
    pages = sum(int(stats[pid][RESIDENT]) for pid in members)
    return Usage(ticks / TICKS, pages * PAGE)


def _all_stats() -> dict[int, list[str]]:
    found = {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                text = (place / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue  # ended since we looked
            found[int(place.name)] = text.rpartition(")")[2].split()
    return found


def _members(root: int, parents: dict[int, int]) -> set[int]:
    members = {root} & parents.keys()
    while new := {pid for pid, parent in parents.items() if parent in members} - members:
        members |= new
    return members
