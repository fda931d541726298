"""The folder of one test run, shared by its workers: what is made once stands there behind a lock."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from jinja2 import FileSystemBytecodeCache

from tests.support.postgresql import Cluster, stop_cluster

VARIABLE = "LMS_TEST_RUN_FOLDER"
CLUSTER = "postgresql.json"


def open_run() -> Path:
    """Create the folder of a run; its workers, which inherit the environment, find it there."""
    folder = Path(tempfile.mkdtemp(prefix="papilla-tests-"))
    os.environ[VARIABLE] = str(folder)
    return folder


def close_run(folder: Path) -> None:
    """End what the run started, by its process id, and remove the folder."""
    note = folder / CLUSTER
    if note.exists():
        stop_cluster(Cluster.from_json(note.read_text(encoding="utf-8")))
    shutil.rmtree(folder, ignore_errors=True)
    os.environ.pop(VARIABLE, None)


def run_folder() -> Path:
    """Return the folder of this run."""
    return Path(os.environ[VARIABLE])


def template_cache() -> FileSystemBytecodeCache:
    """Return where the run keeps compiled templates, so that each is compiled once and not once per app."""
    folder = run_folder() / "templates"
    folder.mkdir(exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


@contextlib.contextmanager
def only_one(name: str) -> Iterator[Path]:
    """Let one process at a time into the block; yields the run's folder."""
    folder = run_folder()
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
