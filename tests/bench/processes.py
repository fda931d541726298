"""What servers under measurement cost, read from /proc."""

from __future__ import annotations

import os
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
CPU_TIME_FIELDS = slice(11, 13)
"""User and system time, counted from the field after the process name (proc(5), fields 14 and 15)."""


def family(process_id: int) -> tuple[int, ...]:
    """Return the ids of a process and all its descendants."""
    found = [process_id]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            found.extend(int(word) for word in children.read_text().split())
    return tuple(found)


def cpu_seconds(process_id: int) -> float:
    """Return the CPU time, user and system, that a process and its descendants have used so far."""
    return sum(_ticks(one) for one in family(process_id)) / TICKS_PER_SECOND


def _ticks(process_id: int) -> int:
    after_name = Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(word) for word in after_name[CPU_TIME_FIELDS])


def worker_memory_mb(process_id: int) -> float:
    """Return the resident memory of the largest descendant, in MB of 10**6 bytes."""
    workers = family(process_id)[1:] or (process_id,)
    return round(max(_resident_bytes(one) for one in workers) / 1e6, 1)


def _resident_bytes(process_id: int) -> int:
    for line in Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines():
        if line.startswith("Rss:"):
            return int(line.split()[1]) * 1024
    return 0


def load_average() -> float:
    """Return how many processes wanted to run during the last minute."""
    return os.getloadavg()[0]
