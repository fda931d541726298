"""The self-test of a case: every drawing is derived, and graded as three imaginary learners would answer it.

What they earn shows whether a case can be passed for the wrong reason, or not passed for the right one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from lms.core.errors import ContentError
from lms.publishing.documents import Marked, item_path
from quizzes.cases.contrast_checks import decides_alike
from quizzes.cases.model import Case
from quizzes.cases.slots import texts
from quizzes.cases.variant_checks import written_path
from quizzes.cases.variants import Drawing, arranged, drawing_of, realised
from quizzes.protocols.decide import decide
from quizzes.protocols.decision import Decision
from quizzes.protocols.model import Protocol
from quizzes.protocols.record import Region
from quizzes.selftest_learners import Drawn, Fault, learner_faults, statement_path, visit_path

_AS_WRITTEN = "as written"
_LINE = re.compile(r"visits\[(\d+)\]\.statements\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One way in which a case contradicts itself, with the seeds that show it; None is the case as written.

    `rule` is the protocol's rule that the key rests on, `statement` the line of the record that reveals it;
    both are empty where none is concerned. A `visit` of 0 is the whole case.
    """

    file: str
    line: int
    case: str
    visit: int
    message: str
    rule: str = ""
    statement: str = ""
    seeds: tuple[str | None, ...] = ()

    def __str__(self) -> str:
        """Return the contradiction as one line that starts with file and line."""
        first, more = self.seeds[0] if self.seeds else None, len(self.seeds) - 1
        seed = _AS_WRITTEN if first is None else f"seed {first}"
        where = [self.case, f"{seed} and {more} more" if more > 0 else seed]
        where += [f"visit {self.visit}"] if self.visit else []
        named = [f"rule {self.rule}"] if self.rule else []
        named += [f"statement {self.statement}"] if self.statement else []
        said = f" ({', '.join(named)})" if named else ""
        return f"{self.file}:{self.line}: {', '.join(where)}: {self.message}{said}"


@dataclass(frozen=True, slots=True)
class CaseReport:
    """What the self-test of one case found.

    `different` counts the drawings that differ, `keys` the keys that do. `milliseconds` is the mean time of
    drawing a variant and deriving all its visits. `spread` counts how often each choice of a slot came up.
    """

    case: str
    visits: int
    drawings: int
    different: int
    keys: int
    milliseconds: float
    spread: Mapping[str, Mapping[str, int]]
    contradictions: tuple[Contradiction, ...]


@dataclass(slots=True)
class _Tally:
    """What is counted while the seeds are drawn."""

    found: dict[Fault, list[str | None]] = field(default_factory=dict)
    spread: dict[str, Counter[str]] = field(default_factory=dict)
    drawings: set[tuple[Any, ...]] = field(default_factory=set)
    keys: list[tuple[Decision, ...]] = field(default_factory=list)
    written: tuple[Decision, ...] = ()
    seconds: float = 0.0


def self_test(
    protocol: Protocol, case: Case, *, file: str, count: int, region: Region | None = None
) -> CaseReport:
    """Return what the case as written and `count` drawings of it show; the seeds are 1, 2, 3 and so on.

    Contrasts are drawn too. The limits of a region are graded where one is given. Never raises on a case that
    was read: what has no key is a contradiction.
    """
    tally = _Tally()
    seeds: list[str | None] = [None, *(str(number) for number in range(1, count + 1))]
    for seed in seeds:
        for found in _test_seed(protocol, case, seed, tally, region):
            tally.found.setdefault(found, []).append(seed)
    marked = Marked(file, None, case.lines)
    return CaseReport(
        case=case.source_id,
        visits=len(case.visits),
        drawings=count,
        different=len(tally.drawings),
        keys=len(tally.keys),
        milliseconds=1000 * tally.seconds / len(seeds),
        spread={slot: dict(sorted(counts.items())) for slot, counts in sorted(tally.spread.items())},
        contradictions=tuple(
            Contradiction(
                file=file,
                line=marked.line(found.path),
                case=case.source_id,
                visit=found.visit,
                message=found.message,
                rule=found.rule,
                statement=found.statement,
                seeds=tuple(shown),
            )
            for found, shown in tally.found.items()
        ),
    )


def _test_seed(
    protocol: Protocol, case: Case, seed: str | None, tally: _Tally, region: Region | None
) -> Iterator[Fault]:
    start = perf_counter()
    drawing = drawing_of(case, seed, contrasts=True)
    drawn = realised(case, drawing)
    keys: list[Decision] = []
    for visit in drawn.visits:
        try:
            keys.append(decide(protocol, visit.record, region))
        except ContentError as error:
            message = f"No key can be derived: {error.problems[0].field}: {error.problems[0].message}"
            yield Fault(visit_path(case, drawing.contrast, visit.number), visit.number, message)
    tally.seconds += perf_counter() - start
    _count(tally, case, drawing)
    if len(keys) < len(drawn.visits):
        return
    if seed is None:
        tally.written = tuple(keys)
    if not any(_alike(keys, others) for others in tally.keys):
        tally.keys.append(tuple(keys))
    one = Drawn(drawing, drawn, tuple(keys))
    yield from _unfilled(case, one)
    if tally.written:
        yield from _pair_problems(case, one, tally.written)
    yield from learner_faults(protocol, case, one, region)


def _count(tally: _Tally, case: Case, drawing: Drawing) -> None:
    words = tuple(sorted(drawing.words.items()))
    tally.drawings.add((drawing.patient, words, drawing.extras, drawing.contrast))
    if drawing.seed is None:
        return
    variants = case.variants
    if variants.patients:
        name = variants.patients[drawing.patient - 1].name if drawing.patient else case.patient.name
        tally.spread.setdefault("patient", Counter())[f"{drawing.patient} {name or case.patient.name}"] += 1
    for word, choices in variants.words.items():
        if len(choices) > 1:
            tally.spread.setdefault(f"word {word}", Counter())[drawing.words[word]] += 1
    for extra in drawing.extras:
        tally.spread.setdefault("extra", Counter())[extra] += 1
    if case.contrasts:
        tally.spread.setdefault("contrast", Counter())[drawing.contrast or _AS_WRITTEN] += 1


def _alike(keys: Sequence[Decision], others: Sequence[Decision]) -> bool:
    return all(decides_alike(one, other) for one, other in zip(keys, others, strict=True))


# --- the drawing itself -----------------------------------------------------------------------------


def _unfilled(case: Case, drawn: Drawn) -> Iterator[Fault]:
    """Yield texts whose slots stayed open; a brace that was written as one is none."""
    if all("{" not in text for _, text in texts(drawn.case)):
        return
    open_texts = (text for _, text in texts(arranged(case, drawn.drawing)))
    for (path, text), written in zip(texts(drawn.case), open_texts, strict=True):
        if text.count("{") > written.count("{{"):
            place = _place(case, drawn, path)
            yield Fault(place, 0, f"A slot stays open: “{text}”. Define its word in variants.words.")


def _place(case: Case, drawn: Drawn, path: str) -> str:
    """Return where the document has a text of the drawing: further lines shift the places of the others."""
    line = _LINE.match(path)
    if line is None:
        return written_path(case, path)
    visit = drawn.case.visits[int(line[1])]
    start = statement_path(case, drawn.drawing.contrast, visit.number, visit.statements[int(line[2])].id)
    return start + path[line.end() :]


def _pair_problems(case: Case, drawn: Drawn, written: Sequence[Decision]) -> Iterator[Fault]:
    """Yield a drawing that changes the key without a contrast, and a contrast that does not."""
    alike = _alike(drawn.keys, written)
    contrast = drawn.drawing.contrast
    if contrast is None and not alike:
        yield Fault("variants", 0, "The key changes, and only a contrast may change it.")
    if contrast is not None and alike:
        at = next(index for index, one in enumerate(case.contrasts) if one.key == contrast)
        message = f"Both halves of the pair “{contrast}” have the same key. Change what decides."
        yield Fault(item_path("contrasts", at), 0, message)
