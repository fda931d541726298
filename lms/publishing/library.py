"""The library: parsed documents, kept per process, because a revision never changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping

from lms.core.errors import ConfigurationError
from lms.publishing.kinds import DocumentKind
from lms.publishing.parsing import parse_document

_Place = tuple[str, str, str]


class Library:
    """The most recently used parsed documents, by kind, key and SHA-256 of their bytes; safe for threads.

    Bounded by `capacity` documents and by `capacity_bytes` of their sources; the least recently used
    leave first. The key belongs to the place because some kinds take it from the file's name.
    """

    def __init__(
        self,
        kinds: Mapping[str, DocumentKind],
        *,
        capacity: int = 2048,
        capacity_bytes: int = 16 * 1024 * 1024,
    ) -> None:
        self.kinds = kinds
        self._capacity = capacity
        self._capacity_bytes = capacity_bytes
        self._held: OrderedDict[_Place, tuple[object, int]] = OrderedDict()
        self._held_bytes = 0
        self._lock = threading.Lock()

    def kind(self, name: str) -> DocumentKind:
        """Return a kind by name. Raises `ConfigurationError` when this application does not know it."""
        try:
            return self.kinds[name]
        except KeyError:
            raise ConfigurationError(
                f"This installation knows no documents of kind “{name}”. Add the slice that does."
            ) from None

    def held(self, *, kind: str, key: str, source_digest: str) -> object | None:
        """Return the parsed document if it is held, else None."""
        place = (kind, key, source_digest)
        with self._lock:
            entry = self._held.get(place)
            if entry is None:
                return None
            self._held.move_to_end(place)
            return entry[0]

    def parsed(self, *, kind: str, key: str, source_digest: str, source: bytes) -> object:
        """Return the parsed document, parsing it unless it is held. Raises `ContentError` if it cannot be."""
        document = self.held(kind=kind, key=key, source_digest=source_digest)
        if document is not None:
            return document
        chosen = self.kind(kind)
        # outside the lock: parsing takes long
        document = parse_document(chosen.parse, source, chosen.file_of(key))
        self._keep((kind, key, source_digest), document, len(source))
        return document

    def _keep(self, place: _Place, document: object, size_bytes: int) -> None:
        with self._lock:
            if place in self._held:
                return
            self._held[place] = (document, size_bytes)
            self._held_bytes += size_bytes
            while len(self._held) > self._capacity or self._held_bytes > self._capacity_bytes:
                _, (_, freed_bytes) = self._held.popitem(last=False)
                self._held_bytes -= freed_bytes
