"""Parsing the same bytes once per process: a parsed document never changes, so all may share it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from lms.publishing.documents import digest_of, read_yaml
from lms.publishing.kinds import Keyed

REMEMBERED = 1024
"""Documents: two editions of a large academy's courses."""


@lru_cache(maxsize=REMEMBERED)
def parse_document(parse: Callable[[bytes, str], Keyed], source: bytes, file: str) -> Keyed:
    """Return what a parser makes of a file's bytes. Raises what the parser raises, each time anew."""
    return parse(source, file)


@lru_cache(maxsize=REMEMBERED)
def meaning_digest(source: bytes, file: str) -> str:
    """Return the digest of a YAML file's values, which comments and layout do not change."""
    return digest_of(read_yaml(source, file=file))
