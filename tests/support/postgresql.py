"""A PostgreSQL cluster for one test run, made from the installed server programs.

It lives in a temporary folder, listens on loopback only, trusts every connection from there, and gives
up durability for speed: it must never hold anything worth keeping.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg

START_LIMIT_SECONDS = 60
STOP_LIMIT_SECONDS = 20
SERVER_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
    "autovacuum": "off",
}


class PostgreSQLMissing(Exception):
    """No server programs are installed, and LMS_TEST_POSTGRES_URL names no server."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server: its folder, the process id of its postmaster, and its address."""

    folder: str
    process_id: int
    port: int

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of the maintenance database."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def to_json(self) -> str:
        """Return the cluster as JSON, for the other processes of the same run."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Cluster:
        """Return the cluster that `to_json` described."""
        return cls(**json.loads(text))


def programs() -> Path:
    """Return the folder of the newest installed server programs; raises PostgreSQLMissing."""
    versioned = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if versioned:
        return max(versioned, key=lambda path: int(path.parent.name))
    found = shutil.which("initdb")
    if found is None:
        message = "the PostgreSQL server programs are not installed and LMS_TEST_POSTGRES_URL is not set"
        raise PostgreSQLMissing(message)
    return Path(found).resolve().parent


def _identity() -> dict[str, Any]:
    """Return the arguments that start a process as an unprivileged user: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    account = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start_cluster() -> Cluster:
    """Make a cluster and start it, on another port when one is taken; returns once it answers."""
    folder = Path(tempfile.mkdtemp(prefix="papilla-postgresql-"))
    identity = _identity()
    if identity:
        os.chown(folder, identity["user"], identity["group"])
    subprocess.run(
        [programs() / "initdb", "--pgdata", folder / "data", "--username=postgres", "--auth=trust",
         "--encoding=UTF8", "--locale=C", "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, cwd=folder, **identity,
    )  # fmt: skip
    for _attempt in range(5):
        cluster = _start(folder, identity)
        if cluster is not None:
            return cluster
    log = (folder / "log").read_text(encoding="utf-8", errors="replace")
    shutil.rmtree(folder, ignore_errors=True)
    message = f"PostgreSQL did not start: {log[-2000:]}"
    raise RuntimeError(message)


def _start(folder: Path, identity: dict[str, Any]) -> Cluster | None:
    port = _free_port()
    settings = {**SERVER_SETTINGS, "port": str(port), "unix_socket_directories": str(folder)}
    with (folder / "log").open("ab") as log:
        server = subprocess.Popen(
            [programs() / "postgres", "-D", folder / "data",
             *(f"--{name.replace('_', '-')}={value}" for name, value in settings.items())],
            stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=folder, start_new_session=True, **identity,
        )  # fmt: skip
    cluster = Cluster(str(folder), server.pid, port)
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            server.returncode = 0  # it outlives this object on purpose; stop_cluster ends it by its id
            return cluster
    return None


def stop_cluster(cluster: Cluster) -> None:
    """Stop the server (an immediate shutdown: nothing in it is kept) and remove its folder."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(cluster.process_id, signal.SIGQUIT)
    deadline = time.monotonic() + STOP_LIMIT_SECONDS
    while (Path(cluster.folder) / "data" / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    shutil.rmtree(cluster.folder, ignore_errors=True)
