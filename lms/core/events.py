"""Typed events inside the process: a lower slice announces, an upper one acts in the same transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from lms.core.work import Work

Event = TypeVar("Event")


class Events:
    """The subscriptions of one application: event type to handlers, called in the order of subscription."""

    def __init__(self) -> None:
        self._handlers: defaultdict[type[Any], list[Callable[[Work, Any], None]]] = defaultdict(list)

    def subscribe(self, event_type: type[Event], handler: Callable[[Work, Event], None]) -> None:
        """Call `handler(work, event)` whenever an event of exactly this type is published."""
        self._handlers[event_type].append(handler)

    def publish(self, work: Work, event: object) -> None:
        """Call every handler of the event's type now; what one raises undoes the whole unit of work."""
        for handler in self._handlers[type(event)]:
            handler(work, event)
