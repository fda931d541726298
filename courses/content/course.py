"""Courses: modules of lessons with prerequisites, a practice set, an assessment and what passing earns."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.content.credit import CreditScheme, scheme_faults
from lms.core.errors import ContentError, InvalidInput, Problem
from lms.core.identifiers import require_key
from lms.publishing.documents import Marked, read_yaml, structure

MAX_MODULES = 60
MAX_LESSONS_PER_MODULE = 60

Siblings = Mapping[tuple[str, str], object]
"""The other documents of the same folder, by kind and key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A part of a course: lessons in order, open once the modules it requires are finished."""

    key: str
    title: str
    minutes: int
    """Learning time that the author plans for the module."""
    lessons: tuple[str, ...]
    requires: tuple[str, ...] = ()
    quizzes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What the certificate of a course says: title, validity, learning time in hours, credit in words."""

    title: str
    validity_months: int
    hours: float
    credit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseFields:
    """The fields of `course.yaml`, as written."""

    key: str
    title: str
    summary: str
    protocol: str
    minutes: int
    audience: str
    entry_requirement: str
    scope_statement: str
    modules: tuple[Module, ...]
    assessment: str
    certificate: Award
    practice: str | None = None
    credits: str | tuple[str, ...] = ()
    credit_schemes: tuple[CreditScheme, ...] = ()
    """How active minutes become credit for continuing education."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course(CourseFields):
    """A course that is consistent in itself; `marked` keeps the line of every field for later checks."""

    marked: Marked = dataclasses.field(repr=False, compare=False)

    @property
    def lesson_keys(self) -> tuple[str, ...]:
        """Return the keys of all lessons in the order of the course."""
        return tuple(key for module in self.modules for key in module.lessons)

    @property
    def quiz_keys(self) -> tuple[str, ...]:
        """Return the keys of all quizzes of the course, each once: modules', practice set, assessment."""
        keys = [key for module in self.modules for key in module.quizzes]
        keys += [self.practice] if self.practice else []
        return tuple(dict.fromkeys([*keys, self.assessment]))

    @property
    def credit_lines(self) -> tuple[str, ...]:
        """Return what the course names as its sources, one line each."""
        return (self.credits,) if isinstance(self.credits, str) else self.credits


def parse_course(source: bytes, file: str) -> Course:
    """Return the course that a YAML file describes.

    Raises `ContentError` with all problems: fields missing, unknown or of the wrong shape; keys that are
    none or stand twice; a prerequisite that does not exist; prerequisites in a circle, which is named.
    """
    marked = read_yaml(source, file=file)
    fields = structure(marked, CourseFields)
    problems = [marked.problem(path, message) for path, message in _faults(fields)]
    if problems:
        raise ContentError(problems)
    values: dict[str, Any] = {f.name: getattr(fields, f.name) for f in dataclasses.fields(CourseFields)}
    return Course(**values, marked=marked)


def check_course(document: object, siblings: Siblings, file: str) -> Iterator[Problem]:
    """Yield a problem for each protocol, lesson or quiz that the course names and its folder lacks."""
    assert isinstance(document, Course)  # noqa: S101 - the registry hands every check its own kind
    named: list[tuple[str, str, str]] = [("protocol", "protocol", document.protocol)]
    for index, module in enumerate(document.modules):
        named += [("lesson", f"modules[{index}].lessons[{n}]", key) for n, key in enumerate(module.lessons)]
        named += [("quiz", f"modules[{index}].quizzes[{n}]", key) for n, key in enumerate(module.quizzes)]
    named += [("quiz", "practice", document.practice)] if document.practice else []
    named.append(("quiz", "assessment", document.assessment))
    for kind, path, key in named:
        if (kind, key) not in siblings:
            message = f"There is no {kind} “{key}” in this folder. Add it, or correct the key."
            yield Problem(file, document.marked.line(path), path, message)


def find_cycle(requires: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return keys that require each other in a circle, the first again at the end, or nothing.

    Prerequisites that are not themselves keys of the mapping are passed over.
    """
    finished: set[str] = set()

    def search(key: str, path: tuple[str, ...]) -> tuple[str, ...]:
        if key in path:
            return (*path[path.index(key) :], key)
        if key in finished or key not in requires:
            return ()
        for needed in requires[key]:
            cycle = search(needed, (*path, key))
            if cycle:
                return cycle
        finished.add(key)
        return ()

    return next((cycle for cycle in (search(key, ()) for key in requires) if cycle), ())


def _faults(course: CourseFields) -> Iterator[tuple[str, str]]:
    """Yield field path and message of what is wrong within the course itself."""
    yield from key_faults([("key", course.key)])
    yield from _empty_texts(course)
    if not 1 <= len(course.modules) <= MAX_MODULES:
        yield "modules", f"A course has 1 to {MAX_MODULES} modules, this one {len(course.modules)}."
    for index, module in enumerate(course.modules):
        yield from _module_faults(f"modules[{index}]", module, {m.key for m in course.modules})
    modules = [(f"modules[{i}].key", m.key) for i, m in enumerate(course.modules)]
    lessons = [
        (f"modules[{i}].lessons[{n}]", key)
        for i, module in enumerate(course.modules)
        for n, key in enumerate(module.lessons)
    ]
    yield from repeated(modules)
    yield from repeated(lessons)
    cycle = find_cycle({module.key: module.requires for module in course.modules})
    if cycle:
        first = next(i for i, module in enumerate(course.modules) if module.key == cycle[0])
        circle = " → ".join(cycle)
        yield f"modules[{first}].requires", f"The modules require each other in a circle: {circle}. Break it."
    schemes = [(f"credit_schemes[{i}].key", one.key) for i, one in enumerate(course.credit_schemes)]
    yield from key_faults(schemes)
    yield from repeated(schemes)
    yield from scheme_faults(course.credit_schemes)
    award = course.certificate
    for path, number in (
        ("minutes", course.minutes),
        ("certificate.validity_months", award.validity_months),
        ("certificate.hours", award.hours),
    ):
        if number <= 0:
            yield path, f"Give a number above 0, not {number}."


def _module_faults(path: str, module: Module, modules: set[str]) -> Iterator[tuple[str, str]]:
    yield from key_faults([(f"{path}.key", module.key)])
    if not module.title.strip():
        yield f"{path}.title", "Give the module a title."
    if module.minutes <= 0:
        yield f"{path}.minutes", f"Give a number above 0, not {module.minutes}."
    if not 1 <= len(module.lessons) <= MAX_LESSONS_PER_MODULE:
        yield f"{path}.lessons", f"A module has 1 to {MAX_LESSONS_PER_MODULE} lessons."
    for number, key in enumerate(module.requires):
        if key not in modules:
            yield f"{path}.requires[{number}]", f"There is no module “{key}” in this course."
    yield from repeated([(f"{path}.requires[{n}]", key) for n, key in enumerate(module.requires)])
    yield from repeated([(f"{path}.quizzes[{n}]", key) for n, key in enumerate(module.quizzes)])


def _empty_texts(course: CourseFields) -> Iterator[tuple[str, str]]:
    for name in ("title", "summary", "audience", "entry_requirement", "scope_statement"):
        if not getattr(course, name).strip():
            yield name, "Write something here: it is shown to people."
    if not course.certificate.title.strip():
        yield "certificate.title", "Give the certificate a title."


def key_faults(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield path and message for each (path, key) whose key is none."""
    for path, key in pairs:
        try:
            require_key(key)
        except InvalidInput as error:
            yield path, str(error)


def repeated(pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield path and message for each (path, word) whose word already stands in an earlier pair."""
    counts = Counter(word for _, word in pairs)
    seen: set[str] = set()
    for path, word in pairs:
        if counts[word] > 1 and word in seen:
            yield path, f"“{word}” is listed more than once. Keep one."
        seen.add(word)
