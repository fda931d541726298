"""What of a case can be marked: the decisions and statements of every form in which a learner may meet it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from quizzes.cases.model import Case, Visit
from quizzes.cases.variants import drawing_of, realised
from quizzes.grading.answers import salvage_answer
from quizzes.grading.grade import STATEMENT, grade_visit
from quizzes.protocols.model import Protocol


@dataclass(frozen=True, slots=True)
class Target:
    """Something that a marker may name: a decision by its name, or a statement as `statement:<id>`.

    `text` is the statement, or the question of a further task; empty for the standard decisions.
    """

    visit: int
    name: str
    text: str

    @property
    def is_statement(self) -> bool:
        """Return whether it is a line of the record and no decision."""
        return self.name.startswith(STATEMENT)


def targets_of(editions: Iterable[tuple[Protocol, Case]]) -> tuple[Target, ...]:
    """Return every target of a case in the given editions, by visit, decisions before statements.

    The first edition gives the words; later ones add what the first no longer has.
    """
    found: dict[tuple[int, str], Target] = {}
    for protocol, written in editions:
        for case in _forms(written):
            for index, visit in enumerate(case.visits):
                for target in (*_decisions(protocol, case, index), *_statements(visit)):
                    found.setdefault((target.visit, target.name), target)
    return tuple(sorted(found.values(), key=lambda one: (one.visit, one.is_statement)))


def _forms(written: Case) -> Iterator[Case]:
    """Yield a case as written with every line that may be added, then each other half of a minimal pair."""
    plain = drawing_of(written, None, contrasts=False)
    whole = replace(plain, extras=tuple(line.id for line in written.variants.extras.statements))
    yield realised(written, whole)
    for contrast in written.contrasts:
        yield realised(written, replace(whole, contrast=contrast.key))


def _decisions(protocol: Protocol, case: Case, index: int) -> Iterator[Target]:
    visit = case.visits[index]
    prompts = {task.key: task.prompt for task in visit.tasks}
    for decision in grade_visit(protocol, case, index, salvage_answer(visit, {})).decisions:
        yield Target(visit.number, decision.name, prompts.get(decision.name, ""))


def _statements(visit: Visit) -> Iterator[Target]:
    for statement in visit.statements:
        if statement.counts_as is not None:
            yield Target(visit.number, STATEMENT + statement.id, statement.text)
