"""Which cases an attempt gets: the published bank of a quiz, what a learner has had of it, the form drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol as Shape

import sqlalchemy as sa

from lms.core.recent import Recent
from lms.core.work import Work
from lms.publishing.queries import Published, published_folder
from quizzes.blueprint import Blueprint, draw_form
from quizzes.case_traits import CaseTraits, traits_of
from quizzes.cases.model import Case
from quizzes.cases.variants import realise
from quizzes.models import Attempt, AttemptCase
from quizzes.protocols.model import Protocol
from quizzes.quiz_document import Quiz
from quizzes.rules import Purpose

CAPACITY = 2048
"""Traits kept per process, some 200 bytes each."""

_traits: Recent[tuple[str, str], CaseTraits] = Recent(CAPACITY)
"""By the digests of case and protocol, which decide them: applications share it safely."""


class Drawn(Shape):
    """What draws a form: how many cases, and what they must meet."""

    @property
    def cases(self) -> int:
        """Return how many cases the form has."""
        ...

    @property
    def blueprint(self) -> Blueprint:
        """Return what the form must contain."""
        ...


@dataclass(frozen=True, slots=True)
class PinnedPair:
    """The revisions of a case and of its protocol that an attempt is pinned to, with the case itself."""

    case: Case
    case_revision: Published
    protocol_revision: Published

    @property
    def traits(self) -> CaseTraits:
        """Return what a blueprint asks of the case."""
        place = (self.case_revision.digest, self.protocol_revision.digest)
        return _traits.get_or_make(place, lambda: traits_of(self._protocol, self.case))

    def traits_in_practice(self, seed: str) -> CaseTraits:
        """Return the traits of the case that practice draws from a seed: perhaps the other half of a pair."""
        return traits_of(self._protocol, realise(self.case, seed, contrasts=True))

    @property
    def _protocol(self) -> Protocol:
        protocol = self.protocol_revision.document
        if not isinstance(protocol, Protocol):
            raise TypeError(f"The document of protocol {self.protocol_revision.key} is not a Protocol.")
        return protocol


def bank_of(work: Work, quiz: Quiz, *, academy_id: int) -> Mapping[str, PinnedPair]:
    """Return the newest revision of every case of a quiz, by key, in one statement."""
    folder = published_folder(work, academy_id=academy_id, course_key=quiz.course)
    bank: dict[str, PinnedPair] = {}
    for key in quiz.cases:
        revision = folder["case", key]
        if not isinstance(revision.document, Case):
            raise TypeError(f"The document of case {key} is not a Case.")
        bank[key] = PinnedPair(revision.document, revision, folder["protocol", revision.document.protocol])
    return bank


def forms_seen(work: Work, *, academy_id: int, learner_id: int, quiz_key: str) -> tuple[frozenset[str], ...]:
    """Return the cases of each attempt of a learner at a quiz, the oldest attempt first.

    A case that was tried alone is no form: it neither spends the form drawn last nor counts as one.
    """
    rows = work.session.execute(
        sa.select(AttemptCase.attempt_id, AttemptCase.case_key)
        .join(Attempt, Attempt.id == AttemptCase.attempt_id)
        .where(
            Attempt.academy_id == academy_id,
            Attempt.learner_id == learner_id,
            Attempt.quiz_key == quiz_key,
            Attempt.purpose != Purpose.SINGLE,
        )
        .order_by(Attempt.id)
    )
    forms: dict[int, set[str]] = {}
    for attempt_id, case_key in rows:
        forms.setdefault(attempt_id, set()).add(case_key)
    return tuple(frozenset(form) for form in forms.values())


def drawn_form(
    bank: Mapping[str, PinnedPair], draw: Drawn | None, *, seed: str, seen: tuple[frozenset[str], ...]
) -> tuple[str, ...]:
    """Return the keys of a form's cases in their order; without a drawing the whole bank as it is written.

    Raises `FormImpossibleError`, a conflict, when the published cases no longer permit any.
    """
    if draw is None:
        return tuple(bank)
    traits = [pair.traits for pair in bank.values()]
    return draw_form(traits, draw.blueprint, size=draw.cases, seed=seed, seen=seen)
