"""Background work: Huey wakes the worker, the outbox table is the truth.

A web process that commits with post in the outbox puts a hint into Huey's queue; the worker then drains
the table. A lost hint delays a message by a minute at most, because every minute the worker drains the
table anyway and does the chores (closing overdue attempts, signing status lists anew).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lms.core.outbox import drain_outbox
from lms.core.runtime import Runtime
from lms.core.settings import Settings

if TYPE_CHECKING:
    from huey import Huey

log = logging.getLogger("lms.worker")


def open_queue(settings: Settings) -> Huey:
    """Return the queue of hints, an SQLite file in the instance folder.

    Huey is imported when first needed: it takes 11 MB, and a server process that sends no mail needs none.
    """
    from huey import SqliteHuey

    folder = Path(settings.instance_path)
    folder.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("papilla", filename=str(folder / "queue.sqlite3"), results=False, fsync=False)


class Bell:
    """Wakes the worker; made before the runtime, which it later belongs to."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ring: Callable[[], object] | None = None

    def ring(self) -> None:
        """Hint that the outbox has post; never fails the deed that has already been committed."""
        try:
            if self._ring is None:
                queue = open_queue(self._settings)
                self._ring = queue.task(name="drain")(_nothing)
            self._ring()
        except Exception as error:  # noqa: BLE001 - the row is safe and the next minute finds it
            log.warning("no hint sent", extra={"error": type(error).__name__})


def _nothing() -> None:
    """Stand for the worker's task in processes that only send hints."""


def run_chores(runtime: Runtime) -> int:
    """Drain the outbox, do each chore in a unit of work of its own, and return the messages handled."""
    for chore in runtime.chores:
        try:
            with runtime.work() as work:
                chore(work)
        except Exception as error:  # noqa: BLE001 - one failing chore must not stop the others
            log.warning("chore failed", extra={"chore": chore.__name__, "error": type(error).__name__})
    return drain_outbox(runtime.work, runtime.deliveries)


def run_worker(runtime: Runtime) -> None:
    """Work until told to stop (SIGINT or SIGTERM)."""
    from huey import crontab

    queue = open_queue(runtime.settings)
    queue.task(name="drain")(lambda: drain_outbox(runtime.work, runtime.deliveries))
    queue.periodic_task(crontab(minute="*"), name="chores")(lambda: run_chores(runtime))
    run_chores(runtime)
    consumer = queue.create_consumer(
        workers=1, periodic=True, initial_delay=0.1, max_delay=1.0, check_worker_health=True
    )
    log.info("worker started")
    consumer.run()
