"""Conditions: attribute by attribute, the values that must hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lms.publishing.documents import key_path, suggestion
from quizzes.protocols.document import Condition, Word
from quizzes.protocols.model import Test


def holds(test: Test, stated: Mapping[str, Word]) -> bool:
    """Return whether every attribute of the condition has one of the values it asks for."""
    for name, wanted in test:  # noqa: SIM110 - a generator costs more than the loop, and this is the hot path
        if stated[name] not in wanted:
            return False
    return True


def compile_condition(condition: Condition) -> Test:
    """Return a condition in the form that `holds` tests quickly."""
    return tuple((name, frozenset(_values(wanted))) for name, wanted in condition.items())


def condition_problems(
    condition: Condition, vocabulary: Mapping[str, tuple[Word, ...]], path: str
) -> Iterator[tuple[str, str]]:
    """Yield path and message for every attribute or value that the vocabulary does not have."""
    for name, wanted in condition.items():
        here = key_path(path, name)
        if name not in vocabulary:
            allowed = ", ".join(vocabulary) or "none"
            near = suggestion(name, vocabulary)
            yield here, f"There is no attribute “{name}” to ask for here.{near} Allowed: {allowed}."
            continue
        for value in _values(wanted):
            if value not in vocabulary[name]:
                words = ", ".join(str(word) for word in vocabulary[name])
                yield here, f"“{value}” is not a value of “{name}”. Use {words}."


def _values(wanted: Word | tuple[Word, ...]) -> tuple[Word, ...]:
    return wanted if isinstance(wanted, tuple) else (wanted,)
