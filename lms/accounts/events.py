"""What the accounts slice announces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LearnerJoined:
    """A person is new here, or comes from the host with further roles."""

    learner_id: int
    academy_name: str
    roles: frozenset[str]
