"""A bounded memory of what was made of things that never change. Pure."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Place = TypeVar("Place", bound=Hashable)
Thing = TypeVar("Thing")


class Recent(Generic[Place, Thing]):
    """The most recently used things by what they were made of; the least recently used leave first.

    Safe for threads. Two that miss at the same moment both make the thing, which does no harm.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._held: OrderedDict[Place, Thing] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, place: Place) -> Thing | None:
        """Return the thing, or None if it is not held."""
        with self._lock:
            if place not in self._held:
                return None
            self._held.move_to_end(place)
            return self._held[place]

    def keep(self, place: Place, thing: Thing) -> None:
        """Hold a thing."""
        with self._lock:
            self._held[place] = thing
            self._held.move_to_end(place)
            while len(self._held) > self._capacity:
                self._held.popitem(last=False)

    def get_or_make(self, place: Place, make: Callable[[], Thing]) -> Thing:
        """Return the thing, made now if it is not held."""
        thing = self.get(place)
        if thing is None:
            thing = make()
            self.keep(place, thing)
        return thing
