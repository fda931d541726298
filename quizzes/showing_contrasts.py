"""What one changed fact would make of a visit: the other half of each minimal pair, after practice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from quizzes.cases.model import Case
from quizzes.cases.slots import fill
from quizzes.cases.variants import contrast_of, drawing_of, realise
from quizzes.grading.grade import pose
from quizzes.queries.case_pages import CasePage
from quizzes.rules import Mode
from quizzes.wording import action_label, escalation_label


@dataclass(frozen=True, slots=True)
class ContrastView:
    """One changed fact and what it would ask for. `is_undone`: the fact was there, and is taken away."""

    decisive: str
    is_undone: bool
    action: str
    escalation: str


def contrasts_of(page: CasePage) -> tuple[ContrastView, ...]:
    """Return what would change the key of a visit; nothing in an exam, whose bank stays unknown."""
    if page.attempt.mode is not Mode.PRACTICE:
        return ()
    return tuple(_contrasts(page))


def _contrasts(page: CasePage) -> Iterator[ContrastView]:
    document, seed, number = page.document, page.attempt.seed, page.visit_number
    drawing = drawing_of(document, seed, contrasts=True)
    drawn = drawing.contrast
    for contrast in document.contrasts:
        if number not in {change.number for change in contrast.visits} or drawn not in {None, contrast.key}:
            continue
        is_undone = drawn == contrast.key
        other = document if is_undone else contrast_of(document, contrast.key)
        fact = fill(contrast.decisive, drawing.words)
        yield _view(page, realise(other, seed, contrasts=False), fact, is_undone=is_undone)


def _view(page: CasePage, other: Case, decisive: str, *, is_undone: bool) -> ContrastView:
    key = pose(page.protocol, other, page.visit_number - 1, region=page.limits).key
    return ContrastView(
        decisive=decisive,
        is_undone=is_undone,
        action=action_label(key.action.value),
        escalation=escalation_label(key.escalation.value),
    )
