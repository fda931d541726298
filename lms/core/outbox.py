"""The outbox: what leaves the process is first a row, written with the deed that caused it.

Delivery is at least once. A row is claimed for a while, delivered outside any transaction, then
marked; what fails is tried again with growing pauses, ten times at most. The payload of a delivered
row is emptied, because reset links and addresses have no business staying there.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, JsonValue, UtcDateTime
from lms.core.identifiers import new_uuid

if TYPE_CHECKING:
    from lms.core.work import Work

MAXIMUM_TRIES = 10
CLAIM_FOR = timedelta(minutes=5)
log = logging.getLogger("lms.outbox")

Delivery = Callable[[Mapping[str, Any]], None]
"""Delivers one payload; must be idempotent, since a crash after it means a second call."""


class OutboxMessage(Base):
    """One message on its way out."""

    __tablename__ = "lms_outbox"
    __table_args__ = (sa.Index(None, "delivered_at", "failed_at", "available_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(sa.Uuid, unique=True, default=new_uuid)
    kind: Mapped[str] = mapped_column(sa.String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    available_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(sa.String(200), default="")


OUTBOX = OutboxMessage.metadata.tables[OutboxMessage.__tablename__]
INSERT = sa.insert(OUTBOX)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message claimed for delivery."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    tries: int


def add_to_outbox(connection: sa.Connection, *, kind: str, payload: Mapping[str, Any], now: datetime) -> None:
    """Write one message; it becomes deliverable with the commit of the transaction around it."""
    connection.execute(
        INSERT,
        {
            "uuid": new_uuid(),
            "kind": kind,
            "payload": dict(payload),
            "created_at": now,
            "available_at": now,
            "tries": 0,
            "last_error": "",
        },
    )


def claim_messages(work: Work, *, limit: int = 20) -> tuple[Claimed, ...]:
    """Claim due messages for five minutes and return them; nobody else gets them meanwhile."""
    due = (
        sa.select(OUTBOX.c.id, OUTBOX.c.kind, OUTBOX.c.payload, OUTBOX.c.tries)
        .where(
            OUTBOX.c.delivered_at.is_(None), OUTBOX.c.failed_at.is_(None), OUTBOX.c.available_at <= work.now
        )
        .order_by(OUTBOX.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = tuple(
        Claimed(row.id, row.kind, row.payload, row.tries + 1) for row in work.connection.execute(due)
    )
    for message in claimed:
        work.connection.execute(
            sa.update(OUTBOX)
            .where(OUTBOX.c.id == message.id)
            .values(tries=message.tries, available_at=work.now + CLAIM_FOR)
        )
    return claimed


def settle_message(work: Work, message: Claimed, error: Exception | None) -> None:
    """Mark a message as delivered, due again later, or failed for good."""
    if error is None:
        values: dict[str, Any] = {"delivered_at": work.now, "payload": {}, "last_error": ""}
    elif message.tries >= MAXIMUM_TRIES:
        values = {"failed_at": work.now, "last_error": type(error).__name__}
    else:
        pause = timedelta(seconds=min(3600, 5 * 2**message.tries))
        values = {"available_at": work.now + pause, "last_error": type(error).__name__}
    work.connection.execute(sa.update(OUTBOX).where(OUTBOX.c.id == message.id).values(**values))


def drain_outbox(open_work: Callable[[], Work], deliveries: Mapping[str, Delivery]) -> int:
    """Deliver what is due and return how many messages were handled.

    One failing message never holds up the others; the log names its kind and the error's type, never
    its payload.
    """
    handled = 0
    while True:
        with open_work() as work:
            claimed = claim_messages(work)
        if not claimed:
            return handled
        for message in claimed:
            error: Exception | None = None
            try:
                deliveries[message.kind](message.payload)
            except Exception as caught:  # noqa: BLE001 - whatever a delivery raises, the row must be settled
                error = caught
                log.warning("delivery failed", extra={"kind": message.kind, "error": type(caught).__name__})
            with open_work() as work:
                settle_message(work, message, error)
            handled += 1
