"""Choosing one answer, or all that apply; an option may be dangerous, by what it says or by the record.

An option that names a component is a forbidden product whenever a present finding of a safety-critical kind
makes that component a hazard: the record decides, not the author.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from lms.core.text import _
from quizzes.cases.model import Visit
from quizzes.interactions.choice.examples import EXAMPLES
from quizzes.interactions.contract import Complaint, Example, Interaction, Posed, Task
from quizzes.interactions.marks import DecisionGrade, Marks, SafetyError
from quizzes.interactions.parts import key_problems, text_problems
from quizzes.interactions.picking import hint, method_problems, one_problems, read_picks, shown_picks
from quizzes.interactions.reading import Given
from quizzes.interactions.scoring import METHODS, Method
from quizzes.protocols.model import FindingKind, Harm, Protocol
from quizzes.protocols.record import Finding, Status

FEWEST_OPTIONS = 2
PRESENT = frozenset({Status.PRESENT, Status.HEALING})


@dataclass(frozen=True, slots=True)
class Option:
    """One answer on offer. `component` is what it uses; `harm` says that choosing it is dangerous."""

    key: str
    text: str
    why: str
    correct: bool = False
    component: str | None = None
    harm: Harm | None = None


@dataclass(frozen=True, slots=True)
class ChoiceBody:
    """The options in page order; `most` limits how many may be picked."""

    options: tuple[Option, ...]
    select: Literal["one", "many"] = "one"
    scoring: str = "true_false"
    most: int | None = None
    _keyed: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_keyed", frozenset(one.key for one in self.options if one.correct))

    @property
    def keyed(self) -> frozenset[str]:
        """The keys of the right options."""
        return self._keyed


@dataclass(frozen=True, slots=True)
class _Held:
    """What answers are held against: the method, how many options, the right ones and the dangerous ones."""

    method: Method
    count: int
    accepted: list[str]
    dangerous: list[Option]


@dataclass(frozen=True, slots=True)
class OptionView:
    """One answer on offer, and whether it is chosen."""

    key: str
    id: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """The question as the page shows it."""

    name: str
    prompt: str
    hint: str
    many: bool
    most: int | None
    options: tuple[OptionView, ...]


class Choice(Interaction[ChoiceBody, frozenset[str]]):
    """Radio buttons or check boxes; the answer is the set of chosen options."""

    kind = "choice"
    body_shape = ChoiceBody
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES

    def problems(self, task: Task, visit: Visit, protocol: Protocol | None) -> Iterator[Complaint]:
        """Yield what is wrong with the options, and where their key contradicts the record."""
        body: ChoiceBody = task.body
        if protocol is None:
            yield from _shape_problems(body)
        else:
            yield from _protocol_problems(body, visit, protocol)

    def fields(self, task: Task, _visit: Visit) -> tuple[str, ...]:
        """Return the one field, which may be given many times."""
        return (task.key,)

    def read(self, task: Task, _visit: Visit, given: Given) -> frozenset[str]:
        """Return the chosen options; too many of them are refused."""
        body: ChoiceBody = task.body
        most = 1 if body.select == "one" else body.most
        return read_picks(given, task.key, {one.key for one in body.options}, most)

    def to_json(self, task: Task, answer: frozenset[str]) -> dict[str, Any]:
        """Return the chosen options in a fixed order."""
        return {task.key: sorted(answer)} if answer else {}

    def missing(
        self, task: Task, _visit: Visit, answer: frozenset[str], _answers: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Return the field while nothing is chosen."""
        return () if answer else (task.key,)

    def grade(self, task: Task, posed: Posed, answer: frozenset[str], _answers: Mapping[str, Any]) -> Marks:
        """Grade the choice by its method, and name each danger in it; a dangerous pick earns nothing."""
        held = posed.memory.get(task.key)
        if held is None:
            held = posed.memory[task.key] = _held(task.body, posed)
        chosen = [one for one in held.dangerous if one.key in answer]
        harms = tuple(_harms(task, posed, chosen)) if chosen else ()
        credit = 0.0 if harms else held.method(answer, task.body.keyed, held.count)
        decision = DecisionGrade(task.key, sorted(answer), held.accepted, credit, task.row, task.key)
        return Marks((decision,), (), harms)

    def possible_harms(self, task: Task, posed: Posed) -> frozenset[Harm]:
        """Return the harms of the dangerous options."""
        dangerous = _held(task.body, posed).dangerous
        return frozenset(harm for one in dangerous if (harm := _harm(one, posed)) is not None)

    def perfect(self, task: Task, _posed: Posed) -> dict[str, Any]:
        """Return the right options."""
        return {task.key: sorted(task.body.keyed)}

    def show(self, task: Task, _visit: Visit, _protocol: Protocol, given: Given) -> ChoiceView:
        """Return the options with what was chosen."""
        body: ChoiceBody = task.body
        chosen = shown_picks(given, task.key)
        return ChoiceView(
            name=task.key,
            prompt=task.prompt,
            hint=_hint(body),
            many=body.select == "many",
            most=body.most,
            options=tuple(
                OptionView(
                    one.key, task.key if not place else f"{task.key}-{one.key}", one.text, one.key in chosen
                )
                for place, one in enumerate(body.options)
            ),
        )

    def words(self, task: Task, _protocol: Protocol, _name: str, value: object) -> str:
        """Return the texts of chosen or accepted options."""
        body: ChoiceBody = task.body
        keys = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []
        texts = [one.text for one in body.options if one.key in keys]
        if not texts and body.select == "one":
            return _("Not answered")
        return "; ".join(texts) or _("None of these")

    def notes(self, task: Task) -> tuple[tuple[str, str], ...]:
        """Return every option with why it is right or wrong, the right ones first."""
        options = sorted(task.body.options, key=lambda one: not one.correct)
        return tuple((one.text, one.why) for one in options)

    def text(self, task: Task, _visit: Visit, _protocol: Protocol) -> str:
        """Return the question with its options, one a line."""
        body: ChoiceBody = task.body
        return "\n".join((task.prompt, _hint(body), *(f"- {one.text}" for one in body.options)))


def _hint(body: ChoiceBody) -> str:
    return hint(body.most, one=body.select == "one")


def _held(body: ChoiceBody, posed: Posed) -> _Held:
    dangerous = [] if posed.case.contested else [one for one in body.options if _harm(one, posed) is not None]
    method = METHODS["all_or_nothing" if body.select == "one" else body.scoring]
    return _Held(method, len(body.options), sorted(body.keyed), dangerous)


def _harm(option: Option, posed: Posed) -> Harm | None:
    """Return the harm of choosing an option, where the protocol has a rule for it."""
    hazard = _hazard(option, posed.visit, posed.protocol)
    harm: Harm | None = "forbidden_product" if hazard is not None else option.harm
    return harm if harm in posed.protocol.safety_rules else None


def _harms(task: Task, posed: Posed, chosen: Iterable[Option]) -> Iterator[SafetyError]:
    for option in chosen:
        hazard, harm = _hazard(option, posed.visit, posed.protocol), _harm(option, posed)
        if harm is None:
            continue
        right = "; ".join(one.text for one in task.body.options if one.correct)
        yield SafetyError(
            rule=posed.protocol.safety_rules[harm].id,
            finding=None if hazard is None else hazard.finding,
            finding_key=None if hazard is None else hazard.key,
            text=option.why,
            given=option.text,
            required=right or _("None of these"),
            harm=harm,
            decision=task.key,
        )


def _hazard(option: Option, visit: Visit, protocol: Protocol) -> Finding | None:
    """Return the finding that forbids what an option uses; rules that vary by place never forbid."""
    if option.component is None:
        return None
    for finding in visit.findings:
        kind = protocol.findings.get(finding.finding)
        if finding.hazard == option.component and finding.status in PRESENT and _counts(kind):
            return finding
    return None


def _counts(kind: FindingKind | None) -> bool:
    return kind is not None and kind.safety_critical and not kind.varies_by_region


def _shape_problems(body: ChoiceBody) -> Iterator[Complaint]:
    if len(body.options) < FEWEST_OPTIONS:
        yield "options", "A choice needs two options at least. Add one."
    yield from key_problems("options", [one.key for one in body.options])
    yield from text_problems("options", "text", [one.text for one in body.options])
    yield from text_problems("options", "why", [one.why for one in body.options], unique=False)
    for index, one in enumerate(body.options):
        if one.correct and one.harm is not None:
            yield f"options[{index}].harm", "A right option does no harm. Remove one of the two."
    if body.select == "one":
        yield from one_problems(body.scoring, body.most, len(body.keyed))
        return
    yield from method_problems(body.scoring, body.most, len(body.keyed), len(body.options))
    if not body.keyed:
        # Were nothing the right answer, only that question could be left empty, and so would tell its key.
        yield "options", "No option is correct. Add one that says so, such as: None of these."


def _protocol_problems(body: ChoiceBody, visit: Visit, protocol: Protocol) -> Iterator[Complaint]:
    for index, one in enumerate(body.options):
        here = f"options[{index}]"
        if one.harm is not None and one.harm not in protocol.safety_rules:
            yield f"{here}.harm", f"The protocol has no safety rule for “{one.harm}”. Add it to safety_rules."
        if one.component is not None and one.component not in protocol.components:
            known = ", ".join(protocol.components)
            yield f"{here}.component", f"The protocol has no component “{one.component}”. Known: {known}."
        hazard = _hazard(one, visit, protocol)
        if hazard is not None and one.correct:
            yield (
                f"{here}.correct",
                (
                    f"The key contradicts the protocol: the finding “{hazard.key}” ({hazard.finding}) makes "
                    f"“{one.component}” dangerous for this patient. Mark another option."
                ),
            )


INTERACTION = Choice()
