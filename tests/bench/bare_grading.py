"""Grading a visit by hand, in one function on plain dataclasses: what the engine's grading is held against.

It knows the standard tasks and choices, takes the key as given, and returns the same facts as the engine's
grade.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from quizzes.cases.model import Case
from quizzes.grading.answers import VisitAnswer
from quizzes.grading.grade import pose
from quizzes.interactions.field_names import setting_field
from quizzes.protocols.model import Protocol


@dataclass(slots=True)
class BareStatement:
    """A line of the record: what it counts as, and whether safety hangs on it."""

    id: str
    counts_as: str | None
    critical: bool


@dataclass(slots=True)
class BareReason:
    """A rule that the answer may undercut."""

    rule: str
    finding: str | None
    text: str
    strictness: int


@dataclass(slots=True)
class BareChoice:
    """A choice: the right options, and the options that do harm with what they say."""

    key: str
    keyed: frozenset[str]
    count: int
    one: bool
    harmful: dict[str, tuple[str, str | None, str]]


@dataclass(slots=True)
class BareCase:
    """A visit with its key, everything as plain values."""

    key: str
    statements: list[BareStatement]
    strictness: int
    urgency: int
    reasons: list[BareReason]
    ranges: dict[str, tuple[float, float]] | None
    cap: float
    choices: list[BareChoice]


@dataclass(slots=True)
class BareAnswer:
    """An answer as plain values."""

    flags: frozenset[str]
    strictness: int
    urgency: int
    settings: dict[str, tuple[float, float]]
    picked: dict[str, frozenset[str]]


@dataclass(slots=True)
class BareLine:
    """What became of a line."""

    id: str
    outcome: str
    flagged: bool
    safety: bool


@dataclass(slots=True)
class BareDecision:
    """A graded decision or part of one."""

    name: str
    given: Any
    accepted: Any
    credit: float


@dataclass(slots=True)
class BareGrade:
    """The grade of a visit."""

    key: str
    score: float
    decisions: list[BareDecision]
    parts: list[BareDecision]
    lines: list[BareLine]
    errors: list[tuple[str, str | None, str]]
    counts: dict[str, int]


def bare_case(protocol: Protocol, case: Case) -> BareCase:
    """Return the first visit of a case with its key as plain values."""
    posed = pose(protocol, case, 0)
    critical = {reason.finding_key for reason in posed.key.reasons if reason.safety_critical}
    ranges = posed.key.ranges
    return BareCase(
        key=case.key,
        statements=[
            BareStatement(one.id, one.counts_as, not critical.isdisjoint(one.supports))
            for one in posed.visit.statements
        ],
        strictness=posed.key.action.strictness,
        urgency=posed.key.escalation.urgency,
        reasons=[
            BareReason(one.rule, one.finding, one.why, one.action.strictness)
            for one in posed.key.reasons
            if one.safety_critical
        ],
        ranges=None
        if ranges is None
        else {
            **{zone: (each.minimum, each.maximum) for zone, each in ranges.depth_mm.items() if each},
            **{setting_field(name): (each.minimum, each.maximum) for name, each in ranges.settings.items()},
        },
        cap=1.5,
        choices=[
            BareChoice(
                task.key,
                task.body.keyed,
                len(task.body.options),
                task.body.select == "one",
                {one.key: (one.harm, None, one.why) for one in task.body.options if one.harm is not None},
            )
            for task in posed.visit.tasks
            if task.kind == "choice"
        ],
    )


def bare_answer(answer: VisitAnswer) -> BareAnswer:
    """Return an answer as plain values."""
    decided, plan = answer.tasks["decide"], answer.tasks["plan"]
    settings = dict(plan.depth_mm)
    settings |= {name: (value, value) for name, value in plan.numbers.items()}
    picked = {key: given for key, given in answer.tasks.items() if key not in {"spot", "decide", "plan"}}
    return BareAnswer(answer.flags, decided.action.strictness, decided.escalation.urgency, settings, picked)


def grade_bare(case: BareCase, answer: BareAnswer) -> BareGrade:
    """Return the grade of an answer."""
    counts = {"found": 0, "missed": 0, "not_needed": 0, "clear": 0, "worth_noting": 0}
    lines, right, counted, wanted = [], 0, 0, []
    for one in case.statements:
        flagged = one.id in answer.flags
        if one.counts_as is None:
            outcome = "worth_noting"
        elif one.counts_as == "signal":
            outcome = "found" if flagged else "missed"
            wanted.append(one.id)
            counted += 1
            right += flagged
        else:
            outcome = "not_needed" if flagged else "clear"
            counted += 1
            right += not flagged
        counts[outcome] += 1
        lines.append(BareLine(one.id, outcome, flagged, one.counts_as == "signal" and one.critical))
    decisions = [
        BareDecision("spotting", sorted(answer.flags), wanted, right / counted if counted else 1.0),
        BareDecision(
            "action", answer.strictness, case.strictness, 1.0 * (answer.strictness == case.strictness)
        ),
        BareDecision("escalation", answer.urgency, case.urgency, float(answer.urgency == case.urgency)),
    ]
    errors = [(one.rule, one.finding, one.text) for one in case.reasons if answer.strictness < one.strictness]
    treats, parts = answer.strictness < 2, []
    if treats:
        errors += [
            ("DEP", zone, f"{ends[1]:g}")
            for zone, ends in answer.settings.items()
            if ends[1] > case.cap and zone not in {"interval_weeks", "sessions", "maintenance_months"}
        ]
    if case.ranges is not None:
        earns = treats and answer.strictness >= case.strictness
        for name, (minimum, maximum) in case.ranges.items():
            given = answer.settings.get(name)
            good = earns and given is not None and minimum <= given[0] <= given[1] <= maximum
            parts.append(BareDecision(name, given, {"minimum": minimum, "maximum": maximum}, float(good)))
        decisions.append(BareDecision("plan", None, None, sum(one.credit for one in parts) / len(parts)))
    for choice in case.choices:
        picked = answer.picked[choice.key]
        wrong = len(picked ^ choice.keyed)
        harms = [choice.harmful[one] for one in picked if one in choice.harmful]
        credit = 0.0 if harms else float(not wrong) if choice.one else 1 - wrong / choice.count
        decisions.append(BareDecision(choice.key, sorted(picked), sorted(choice.keyed), credit))
        errors += harms
    score = 100 * sum(one.credit for one in decisions) / len(decisions)
    return BareGrade(case.key, min(100.0, max(0.0, score)), decisions, parts, lines, errors, counts)
