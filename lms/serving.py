"""Serving on one machine: granian for the pages and a worker beside it, ended together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import FrameType

SERVED = "lms.standalone:serving_app"
"""The app that is served: found in a checkout and in an installed wheel alike."""
BLOCKING_THREADS = 8
"""Threads of a server process: as many answers can wait for one group commit."""


def serve(*, port: int, workers: int) -> int:
    """Serve until interrupted and return the exit status; the worker ends with the server."""
    executable = [sys.executable, "-m"]
    worker = subprocess.Popen([*executable, "flask", "--app", SERVED, "lms", "worker"])  # noqa: S603 - our own command
    options = granian_options(port=port, workers=workers)
    server = subprocess.Popen(  # noqa: S603
        [*executable, "granian", *options, "--factory", SERVED], env=server_environment()
    )

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for process in (server, worker):
            if process.poll() is None:
                process.send_signal(signal.SIGINT)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    status = server.wait()
    if worker.poll() is None:
        worker.send_signal(signal.SIGINT)
    try:
        worker.wait(timeout=10)
    except subprocess.TimeoutExpired:
        worker.kill()
    return 0 if status in {0, -signal.SIGINT, -signal.SIGTERM} else status


def server_environment() -> dict[str, str]:
    """Return the environment of the server, with a thrifty allocator.

    Python runs one thread at a time, so one memory arena does; one for each thread costs 30 MB. Memory
    freed after the start stays with the process unless the threshold for giving it back is fixed.
    """
    return {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "131072", **os.environ}


def granian_options(*, port: int, workers: int) -> list[str]:
    """Return granian's options: WSGI on loopback, HTTP/1, as many threads as wait for a group commit."""
    return [
        "--interface", "wsgi",
        "--host", "127.0.0.1",
        "--port", str(port),
        "--workers", str(workers),
        "--blocking-threads", str(BLOCKING_THREADS),
        "--backlog", "1024",
        "--http", "1",
        "--no-ws",
        "--workers-kill-timeout", "5",  # a worker told to stop while it starts would never hear it
        "--log-level", os.environ.get("LMS_SERVER_LOG_LEVEL", "error"),
    ]  # fmt: skip
