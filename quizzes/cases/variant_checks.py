"""Whether what a case leaves to a drawing holds: its words, patients, further lines and contrasts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from lms.core.errors import InvalidInput
from lms.core.identifiers import require_key
from lms.publishing.documents import item_path, key_path, suggestion
from quizzes.cases.contrast_checks import contrast_problems
from quizzes.cases.model import Case, PatientVariant, Role, Statement, Visit
from quizzes.cases.slots import WORD, slots, texts, word_for
from quizzes.protocols.model import Protocol

Complaint = tuple[str, str]
VisitChecks = Callable[[Protocol, Visit], Iterator[Complaint]]
"""What a visit must hold beside its protocol; paths are relative to the visit."""

OLDEST_YEARS = 120
"""The age beyond which a patient is a slip of the keyboard."""

_EXTRAS = "variants.extras.statements"
_TASK = re.compile(r"visits\[(\d+)\]\.tasks\[(\d+)\](?:\.body)?")


def variant_problems(protocol: Protocol, case: Case, visit_checks: VisitChecks) -> Iterator[Complaint]:
    """Yield field path and message of everything wrong in what a case lets a seed change.

    `visit_checks` are those every written visit passes; each contrast passes them with its changes made,
    so that its key can be computed and its statements agree with it.
    """
    yield from _word_problems(case)
    for index, variant in enumerate(case.variants.patients):
        here = item_path("variants.patients", index)
        for path, message in _patient_problems(case, variant):
            yield f"{here}.{path}" if path else here, message
    yield from _extra_problems(protocol, case)
    yield from _repeated_ids(case)
    keys = Counter(contrast.key for contrast in case.contrasts)
    for index, contrast in enumerate(case.contrasts):
        here = item_path("contrasts", index)
        try:
            require_key(contrast.key)
        except InvalidInput as error:
            yield f"{here}.key", str(error)
        if keys[contrast.key] > 1:
            yield f"{here}.key", f"“{contrast.key}” names more than one contrast. Give each its own key."
        for path, message in contrast_problems(protocol, case, contrast, visit_checks):
            yield f"{here}.{path}" if path else here, message


# --- words ------------------------------------------------------------------------------------------


def _word_problems(case: Case) -> Iterator[Complaint]:
    written = case.variants.words
    used: set[str] = set()
    for path, name in case_slots(case):
        if name is None:
            yield path, "This brace opens no word. Write {{ for a brace."
        elif word_for(name, {word: word for word in written}) is None:
            message = f"There is no word “{name}”. Add it to variants.words, or write {{{{ for a brace."
            yield path, message + suggestion(name, written)
        else:
            used.add(name if name in written else name[:1].lower() + name[1:])
    for name, choices in written.items():
        here = key_path("variants.words", name)
        if not WORD.fullmatch(name):
            yield here, f"“{name}” cannot name a word. Use letters, digits and _, and start with a letter."
        elif name not in used:
            yield here, f"No text uses {{{name}}}. Use it, or remove the word."
        if not choices:
            yield here, "This list is empty. Give one text at least; without a seed the first is used."
        for index, choice in enumerate(choices):
            for message in _choice_problems(choice, choices[:index]):
                yield item_path(here, index), message


def _choice_problems(choice: str, before: tuple[str, ...] = ()) -> Iterator[str]:
    if not choice.strip():
        yield "This is empty. Write what stands for the word."
    if "{" in choice:
        yield "A word cannot hold a brace or another word. Write the text itself."
    if choice in before:
        yield f"“{choice}” is listed already. Keep one."


def case_slots(case: Case) -> Iterator[tuple[str, str | None]]:
    """Yield field path and name of every slot of a case, of its further lines, patients and contrasts.

    A name of None is a brace that opens no slot.
    """
    for start, part in (
        ("", case),
        (_EXTRAS, case.variants.extras.statements),
        ("variants.patients", case.variants.patients),
        ("contrasts", case.contrasts),
    ):
        for path, text in texts(part, start):
            for name in slots(text):
                yield written_path(case, path), name


def written_path(case: Case, path: str) -> str:
    """Return the path of a field as the document has it: the standard tasks are not written there."""

    def place(found: re.Match[str]) -> str:
        visit, task = int(found[1]), int(found[2])
        standard = len(case.visits[visit].asks)
        return f"visits[{visit}].tasks[{task - standard}]"

    return _TASK.sub(place, path, count=1)


# --- patients and further lines ---------------------------------------------------------------------


def _patient_problems(case: Case, variant: PatientVariant) -> Iterator[Complaint]:
    words = case.variants.words
    names = ("name", "age", "sex", "heritage", "fitzpatrick", "hair_type", "goal")
    given = {name: getattr(variant, name) for name in names if getattr(variant, name) is not None}
    if all(value == getattr(case.patient, name) for name, value in given.items()) and not variant.words:
        yield "", "This patient differs in nothing from the one written. Change a field, or remove it."
    if variant.age is not None and not 0 < variant.age <= OLDEST_YEARS:
        yield "age", f"An age lies between 1 and {OLDEST_YEARS} years."
    for name, value in given.items():
        if isinstance(value, str) and not value.strip():
            yield name, "This is empty. Write it, or leave the field out."
    for name, choice in variant.words.items():
        here = key_path("words", name)
        if name not in words:
            message = (
                f"There is no default for “{name}”. Add it to variants.words, for the patient as written."
            )
            yield here, message + suggestion(name, words)
        for message in _choice_problems(choice):
            yield here, message


def _extra_problems(protocol: Protocol, case: Case) -> Iterator[Complaint]:
    extras = case.variants.extras
    count = len(extras.statements)
    if not 0 <= extras.draw <= count:
        message = f"There are {count} further statements, and {extras.draw} of them cannot be drawn."
        yield "variants.extras.draw", message
    elif count and not extras.draw:
        yield "variants.extras.draw", "None of the further statements is ever drawn. Say how many are."
    for index, statement in enumerate(extras.statements):
        here = item_path(_EXTRAS, index)
        if statement.supports:
            message = "A further statement supports no finding: it may be missing. Remove this."
            yield f"{here}.supports", message
        if statement.role is not Role.DISTRACTOR and statement.role is not Role.CANDIDATE:
            message = f"A further statement is a distractor or a candidate, and never {statement.role}."
            yield f"{here}.role", message
        for place, fact in enumerate(statement.about):
            if fact not in protocol.facts:
                near = suggestion(fact, protocol.facts)
                yield item_path(f"{here}.about", place), f"The protocol has no fact “{fact}”.{near}"


def _repeated_ids(case: Case) -> Iterator[Complaint]:
    """Yield each statement whose id another visit, a further line or the same change has already."""
    visit_of = {line.id: visit.number for visit in case.visits for line in visit.statements}
    extra_ids: set[str] = set()
    for index, line in enumerate(case.variants.extras.statements):
        if line.id in visit_of or line.id in extra_ids:
            yield f"{item_path(_EXTRAS, index)}.id", _taken(line)
        extra_ids.add(line.id)
    for at, contrast in enumerate(case.contrasts):
        seen: dict[str, int] = {}
        for where, change in enumerate(contrast.visits):
            here = f"{item_path('contrasts', at)}.{item_path('visits', where)}.statements"
            for index, line in enumerate(change.statements):
                elsewhere = visit_of.get(line.id, change.number) != change.number
                if elsewhere or line.id in extra_ids or line.id in seen:
                    yield f"{item_path(here, index)}.id", _taken(line)
                seen[line.id] = change.number


def _taken(line: Statement) -> str:
    return f"The id “{line.id}” belongs to another statement already. Give each its own."
