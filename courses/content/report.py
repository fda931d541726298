"""What `content check` says of the lessons of a course: how long, how hard to read, and what each holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from courses.content.checks import CaseCheck
from courses.content.course import Course, Siblings
from courses.content.glossary import Term, glossary_among
from courses.content.lesson import Lesson
from courses.content.markdown import passages
from courses.content.reading_age import count_words, reading_age
from courses.content.render import NO_TERMS
from courses.content.sources import course_among, protocol_among
from courses.content.values import ValueBase, filled, resolved_or_none
from lms.core.errors import Problem
from lms.publishing.kinds import FolderReport

WORDS_PER_MINUTE = 100
MINUTES_FOR_FIGURE_AND_QUESTION = 2
MINUTES_PER_CASE = 6

OLDEST_READING_AGE = 16
"""Years; a lesson above it deserves a second look."""

WANTED = {
    "objectives": (2, 4),
    "key_points": (3, 5),
    "figures": (1, 60),
    "checks": (1, 4),
    "terms": (3, 6),
    "words of text": (400, 900),
}
"""How many of each a lesson should have, both ends included."""

_HEADINGS = ("lesson", "words", "minutes", "written", "age", "figures", "terms", "checks", "sources")


@dataclass(frozen=True, slots=True)
class LessonReport:
    """One lesson in numbers: `words` are all that count as learning time, `text_words` those of the text.

    `minutes` are by the rule, `minutes_written` those of the file; `reading_age` is in years.
    """

    lesson: Lesson
    words: int
    text_words: int
    reading_age: float
    minutes: int
    sources: int

    @property
    def row(self) -> tuple[str, ...]:
        """Return the cells of the lesson in the table."""
        lesson = self.lesson
        numbers = (self.words, self.minutes, lesson.minutes, round(self.reading_age))
        held = (len(lesson.figures), len(lesson.mentions.terms), len(lesson.checks), self.sources)
        return (lesson.key, *(str(number) for number in (*numbers, *held)))


def report_course(siblings: Siblings) -> FolderReport:
    """Return the table of a course's lessons, what is worth a look, and minutes that are too many."""
    course = course_among(siblings)
    protocol = protocol_among(siblings)
    if course is None or protocol is None:
        return FolderReport()
    glossary = glossary_among(siblings)
    terms = glossary.by_key if glossary is not None else NO_TERMS
    found = (siblings.get(("lesson", key)) for key in course.lesson_keys)
    reports = [report_lesson(one, protocol, terms) for one in found if isinstance(one, Lesson)]
    hints = [hint for report in reports for hint in _hints(report, has_glossary=glossary is not None)]
    return FolderReport(
        lines=tuple(_table([_HEADINGS, *(report.row for report in reports)])),
        hints=(*hints, *_sums(course, {report.lesson.key: report.lesson.minutes for report in reports})),
        problems=tuple(problem for report in reports for problem in _too_long(report)),
    )


def report_lesson(lesson: Lesson, base: ValueBase, terms: Mapping[str, Term] = NO_TERMS) -> LessonReport:
    """Return a lesson in numbers, by the words that learners see: values and terms in their places."""

    def value(reference: str) -> str:
        return resolved_or_none(reference, base) or ""

    def term(key: str, text: str) -> str:
        return text or (terms[key].term if key in terms else key)

    text = passages(lesson.text, term=term, value=value)
    around = filled((*lesson.objectives, *lesson.key_points, *lesson.check_prose), value)
    words = count_words((*text, *around))
    cited = {mention.name for mention in lesson.mentions.citations}
    return LessonReport(
        lesson=lesson,
        words=words,
        text_words=count_words(text),
        reading_age=reading_age((*text, *around)),
        minutes=minutes_by_rule(words, sum(isinstance(check, CaseCheck) for check in lesson.checks)),
        sources=len(cited | set(lesson.sources)),
    )


def minutes_by_rule(words: int, cases: int) -> int:
    """Return the learning time of a lesson in minutes: its words, its figure and question, its cases."""
    reading = (words + WORDS_PER_MINUTE * MINUTES_FOR_FIGURE_AND_QUESTION) // WORDS_PER_MINUTE
    return reading + MINUTES_PER_CASE * cases


def _too_long(report: LessonReport) -> Iterator[Problem]:
    lesson = report.lesson
    if lesson.minutes > report.minutes:
        message = (
            f"The lesson takes {report.minutes} minutes by the rule, and {lesson.minutes} are written: "
            f"{report.words} words at {WORDS_PER_MINUTE} a minute, {MINUTES_FOR_FIGURE_AND_QUESTION} for the "
            f"figure and the question, {MINUTES_PER_CASE} for each case. Write {max(report.minutes, 1)}."
        )
        yield lesson.marked.problem("minutes", message)


def _hints(report: LessonReport, *, has_glossary: bool) -> Iterator[Problem]:
    lesson = report.lesson
    if round(report.reading_age) > OLDEST_READING_AGE:
        message = (
            f"The reading age is {report.reading_age:.0f}; at most {OLDEST_READING_AGE} is wanted. Shorter "
            "sentences and everyday words lower it."
        )
        yield Problem(lesson.marked.file, lesson.text_line, "text", message)
    counts = {
        "objectives": len(lesson.objectives),
        "key_points": len(lesson.key_points),
        "figures": len(lesson.figures),
        "checks": len(lesson.checks),
        "terms": len(lesson.mentions.terms),
        "words of text": report.text_words,
    }
    for name, count in counts.items():
        least, most = WANTED[name]
        if (name != "terms" or has_glossary) and not least <= count <= most:
            path = name if name in {"objectives", "key_points", "figures", "checks"} else "text"
            line = lesson.marked.line(path) if path != "text" else lesson.text_line
            message = f"The number of {name.replace('_', ' ')} is {count}; {least} to {most} are wanted."
            yield Problem(lesson.marked.file, line, path, message)
    for mention in lesson.mentions.citations:
        if mention.name not in lesson.sources:
            message = f"“{mention.name}” is cited here and missing from “sources” at the top. Add it."
            yield Problem(lesson.marked.file, lesson.text_line + mention.line, "text", message)


def _sums(course: Course, minutes: Mapping[str, int]) -> Iterator[Problem]:
    """Yield where the course or a module promises another time than its lessons together take."""
    for index, module in enumerate(course.modules):
        total = sum(minutes.get(key, 0) for key in module.lessons)
        if total != module.minutes:
            message = f"The minutes of the module's lessons come to {total}, not {module.minutes}."
            yield course.marked.problem(f"modules[{index}].minutes", message)
    total = sum(minutes.values())
    if total != course.minutes:
        message = f"The minutes of the course's lessons come to {total}, not {course.minutes}."
        yield course.marked.problem("minutes", message)


def _table(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield the rows as lines, the first column to the left and numbers to the right."""
    cells = list(rows)
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    for first, *rest in cells:
        numbers = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        yield "  ".join((first.ljust(widths[0]), *numbers))
