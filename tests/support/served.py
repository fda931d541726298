"""A real server in a process of its own, started as an installation starts it, on a database of its own."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lms.serving import granian_options, server_environment

PROJECT = Path(__file__).resolve().parents[2]
START_LIMIT_SECONDS = 60
STOP_LIMIT_SECONDS = 2
"""A worker that is told to stop while it is still starting does not hear it, and is killed."""


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: its name in messages, its port and its process."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def url(self) -> str:
        """The address of its root, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """End it and its workers at once, as a power cut would (SIGKILL)."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def free_port() -> int:
    """Return a port of loopback that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(
    name: str,
    environment: Mapping[str, str],
    log: Path,
    *,
    target: str = "wsgi:app",
    workers: int = 1,
    port: int | None = None,
    health: str = "/healthz",
) -> Iterator[Served]:
    """Serve a WSGI application (`module:name`, or `module:factory()`) with granian until the block ends.

    A port is named to start again where an earlier server was; otherwise a free one is taken. It is
    up once `health` answers.
    """
    port = port or free_port()
    options = granian_options(port=port, workers=workers)
    options += ["--factory", target.removesuffix("()")] if target.endswith("()") else [target]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "granian", *options],
            cwd=PROJECT,
            env={**server_environment(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        server = Served(name, port, process, log)
        try:
            _wait_until_served(server, health)
            yield server
        finally:
            _end(process)


def _wait_until_served(server: Served, health: str) -> None:
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        try:
            connection.request("GET", health)
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.05)
    message = f"{server.name} did not start:\n{server.log.read_text(errors='replace')[-3000:]}"
    raise RuntimeError(message)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=STOP_LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
