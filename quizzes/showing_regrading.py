"""What the pages of regrading print: markers, dry runs and what was replaced, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import floor
from typing import Any
from uuid import UUID

from lms.core.text import _
from quizzes.grading.grade import STATEMENT
from quizzes.grading.result import VisitGrade
from quizzes.queries.marker_targets import Target
from quizzes.queries.regrade_notes import RegradeNote
from quizzes.queries.regrading import MarkerRow, RegradeDone, RegradePage
from quizzes.regrading import AttemptChange, Basis, Direction, Found, Standing, score_of_case
from quizzes.wording import harm_label, outcome_label

STANDARD_DECISIONS = ("spotting", "action", "escalation", "plan")


@dataclass(frozen=True, slots=True)
class MarkerView:
    """A marker in words."""

    id: int
    visit: int
    target: str
    effect: str
    reason: str
    by: str
    created_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class StandingView:
    """An outcome in words: score, whether it is passed, and the confirmed safety errors."""

    score: str
    passed: str
    safety: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """An attempt of a dry run in words."""

    attempt_uuid: UUID
    learner: str
    attempt: str
    case_before: str
    case_after: str
    before: StandingView
    after: StandingView
    direction: str
    loses_pass: bool
    gains_pass: bool
    kept_visits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DryRunView:
    """A dry run in words: the attempts it concerns, the worst first, and how many there are of each kind.

    `other_marks` counts those whose score stays though marks within the case change.
    """

    basis: str
    changes: tuple[ChangeView, ...]
    raised: int
    lowered: int
    unchanged: int
    other_marks: int
    losing_pass: tuple[str, ...]

    @property
    def can_apply(self) -> bool:
        """Return whether there is anything to apply."""
        return bool(self.raised or self.lowered or self.other_marks)


@dataclass(frozen=True, slots=True)
class NoteView:
    """What a regrading did to an attempt, in words; `before` and `after` are None where no score changed."""

    at: datetime
    by: str
    reason: str
    before: StandingView | None
    after: StandingView | None
    visits: tuple[tuple[str, str, str, tuple[tuple[str, str, str], ...]], ...]
    """For each visit its name, its score before and after, and each decision with both its credits."""


def target_label(target: str, texts: Mapping[str, str]) -> str:
    """Return the words for what a marker names; `texts` holds statements and the questions of tasks."""
    standard = {
        "spotting": _("Flags, all together"),
        "action": _("Decision"),
        "escalation": _("Referral"),
        "plan": _("Plan"),
    }
    if target in standard:
        return standard[target]
    text = texts.get(target) or target.removeprefix(STATEMENT)
    return _("Line: %(text)s", text=text) if target.startswith(STATEMENT) else text


def effect_label(effect: str) -> str:
    """Return the words for how a marked item counts."""
    return {"disregard": _("Disregarded"), "always_correct": _("Always correct")}[effect]


def target_choices(targets: Iterable[Target]) -> dict[str, list[tuple[str, str]]]:
    """Return the choices of the form: under each visit what can be marked there."""
    choices: dict[str, list[tuple[str, str]]] = {}
    for one in targets:
        group = _("Visit %(number)s: lines of the record") if one.is_statement else _("Visit %(number)s")
        label = target_label(one.name, {one.name: one.text})
        choices.setdefault(group % {"number": one.visit}, []).append((target_value(one), label))
    return choices


def target_value(target: Target) -> str:
    """Return what the form sends for a target: its visit and its name."""
    return f"{target.visit}:{target.name}"


def marker_rows(page: RegradePage) -> tuple[MarkerView, ...]:
    """Return the markers of a case in words: those in force first, then the newest."""
    texts = {(one.visit, one.name): one.text for one in page.targets}
    rows = [
        MarkerView(
            id=one.id,
            visit=one.visit,
            target=target_label(one.target, {one.target: texts.get((one.visit, one.target), "")}),
            effect=effect_label(one.effect),
            reason=one.reason,
            by=one.by,
            created_at=one.created_at,
            withdrawn_at=one.withdrawn_at,
        )
        for one in _newest_first(page.markers)
    ]
    return tuple(sorted(rows, key=lambda one: one.withdrawn_at is not None))


def _newest_first(markers: tuple[MarkerRow, ...]) -> Iterator[MarkerRow]:
    return reversed(markers)


def score_text(score: float | None) -> str:
    """Return a score to one decimal, rounded down so that it never seems to reach a mark it missed."""
    if score is None:
        return _("No score")
    return _("%(score)s of 100", score=f"{floor(score * 10 + 1e-6) / 10:g}")


def standing_view(standing: Standing) -> StandingView:
    """Return an outcome in words."""
    return StandingView(
        score=score_text(standing.score),
        passed=outcome_label(standing.passed, standing.safety_failed),
        safety="; ".join(harm_label(harm) for harm in standing.confirmed)
        or (_("Safety error") if standing.safety_failed else _("None confirmed")),
    )


def dry_run_view(found: Found, names: Mapping[int, str], titles: Mapping[str, str]) -> DryRunView:
    """Return a dry run in words; attempts that stay exactly as they are are counted and not listed."""
    listed = [one for one in found.changes if one.visits or one.kept_visits]
    order = {Direction.LOWERED: 1, Direction.RAISED: 2, Direction.UNCHANGED: 3}
    views = {one.attempt_id: _change(one, names, titles) for one in listed}
    listed.sort(
        key=lambda one: (
            not one.loses_pass,
            order[one.direction],
            views[one.attempt_id].learner.casefold(),
            one.attempt_id,
        )
    )
    counts = found.counts
    return DryRunView(
        basis=found.basis.value,
        changes=tuple(views[one.attempt_id] for one in listed),
        raised=counts[Direction.RAISED],
        lowered=counts[Direction.LOWERED],
        unchanged=counts[Direction.UNCHANGED],
        other_marks=sum(bool(one.visits) for one in found.going(Direction.UNCHANGED)),
        losing_pass=_once(views[one.attempt_id].learner for one in listed if one.loses_pass),
    )


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _change(change: AttemptChange, names: Mapping[int, str], titles: Mapping[str, str]) -> ChangeView:
    return ChangeView(
        attempt_uuid=change.attempt_uuid,
        learner=names.get(change.learner_id, _("Somebody who has left")),
        attempt=_(
            "%(quiz)s, attempt %(number)s",
            quiz=titles.get(change.quiz_key, change.quiz_key),
            number=change.number,
        ),
        case_before=score_text(change.case_before),
        case_after=score_text(change.case_after),
        before=standing_view(change.before),
        after=standing_view(change.after),
        direction=change.direction.value,
        loses_pass=change.loses_pass,
        gains_pass=change.gains_pass,
        kept_visits=change.kept_visits,
    )


def names_losing_pass(done: RegradeDone) -> tuple[str, ...]:
    """Return who passed before a regrading and no longer does."""
    return _once(one.learner for one in done.attempts if one.before.passed and not one.after.passed)


def basis_label(basis: str) -> str:
    """Return the words for what grades were recomputed by."""
    return {
        Basis.GRADED.value: _("The markers, on the revisions that graded the attempts"),
        Basis.NEWEST.value: _("The newest revisions of case and protocol, with the markers"),
    }[basis]


def note_views(notes: Iterable[RegradeNote]) -> tuple[NoteView, ...]:
    """Return what regradings did to an attempt in words, newest first."""
    return tuple(_note(note) for note in notes)


def _note(note: RegradeNote) -> NoteView:
    before, after = note.outcome or (None, None)
    return NoteView(
        at=note.regrade.created_at,
        by=note.regrade.by,
        reason=note.regrade.reason,
        before=None if before is None else standing_view(before),
        after=None if after is None else standing_view(after),
        visits=tuple(_visit(*visit) for visit in note.visits),
    )


def _visit(
    position: int, visit: int, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[str, str, str, tuple[tuple[str, str, str], ...]]:
    name = _("Case %(position)s, visit %(visit)s", position=position, visit=visit)
    old, new = VisitGrade.from_json(before), VisitGrade.from_json(after)
    was, became = (score_text(score_of_case((grade,))) for grade in (old, new))
    return name, was, became, tuple(_decisions(old, new))


def _decisions(old: VisitGrade, new: VisitGrade) -> Iterator[tuple[str, str, str]]:
    """Yield each decision of either grade with its credit before and after; the tasks' go by their keys."""
    names = dict.fromkeys(one.name for grade in (old, new) for one in grade.decisions)
    for name in names:
        yield target_label(name, {}), _credit(old, name), _credit(new, name)


def _credit(grade: VisitGrade, name: str) -> str:
    decision = grade.decision(name)
    if decision is None:
        return _("Does not count")
    return _("%(percent)s %%", percent=floor(decision.credit * 100 + 1e-6))
