"""What the instructor's pages print: cases, keys with their trace, and logged answers, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lms.core.text import _
from quizzes.cases.model import Statement, Visit
from quizzes.interactions.spot.interaction import in_sections
from quizzes.protocols.decision import Decision
from quizzes.protocols.model import Protocol
from quizzes.protocols.sources import Source
from quizzes.queries.instructor import AnswerDetail, CaseDetail, CaseRow
from quizzes.showing import visit_title
from quizzes.showing_answers import answer_in_words
from quizzes.showing_keys import KeyView, key_view, statement_sources
from quizzes.wording import (
    action_label,
    difficulty_label,
    escalation_label,
    role_label,
)


@dataclass(frozen=True, slots=True)
class CaseListRow:
    """A case in the list."""

    key: str
    source_id: str
    title: str
    difficulty: str
    action: str
    escalation: str
    finding_count: int
    is_contested: bool
    quiz_titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A line of the record with its role and reason. `counts_as` is `signal`, `noise` or None."""

    id: str
    text: str
    role: str
    counts_as: str | None
    why: str
    supports: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit with its record and the trace of its key."""

    number: int
    label: str
    plan_prompt: str
    sections: tuple[tuple[str, tuple[StatementRow, ...]], ...]
    key: KeyView


@dataclass(frozen=True, slots=True)
class LogRow:
    """One saved answer, in words."""

    sequence: int
    saved_at: datetime
    parts: tuple[tuple[str, str], ...]


def case_rows(rows: Iterable[CaseRow]) -> tuple[CaseListRow, ...]:
    """Return the list of cases in words."""
    return tuple(
        CaseListRow(
            key=row.case.key,
            source_id=row.case.source_id,
            title=row.case.title,
            difficulty=difficulty_label(row.case.difficulty),
            action=action_label(row.key.action),
            escalation=escalation_label(row.key.escalation),
            finding_count=row.finding_count,
            is_contested=row.case.contested,
            quiz_titles=tuple(quiz.title for quiz in row.quizzes),
        )
        for row in rows
    )


def case_visits(detail: CaseDetail) -> tuple[VisitView, ...]:
    """Return the visits of a case, each with its lines and the trace of its key."""
    return tuple(
        VisitView(
            number=visit.number,
            label=visit_title(visit.number, visit.when),
            plan_prompt=visit.plan_prompt,
            sections=_sections(visit, key, detail.protocol),
            key=key_view(key, visit, detail.protocol),
        )
        for visit, key in detail.visits
    )


def _sections(
    visit: Visit, key: Decision, protocol: Protocol
) -> tuple[tuple[str, tuple[StatementRow, ...]], ...]:
    return tuple(
        (title, tuple(_statement(one, visit, key, protocol) for one in statements))
        for title, statements in in_sections(visit)
    )


def _statement(statement: Statement, visit: Visit, key: Decision, protocol: Protocol) -> StatementRow:
    kinds = {finding.key: finding.finding for finding in visit.findings}
    return StatementRow(
        id=statement.id,
        text=statement.text,
        role=role_label(statement.role),
        counts_as=statement.counts_as,
        why=statement.why,
        supports=tuple(
            protocol.finding(kinds[one]).label if one in kinds else _label(protocol, one)
            for one in statement.supports
        ),
        sources=statement_sources(statement, key, protocol),
    )


def _label(protocol: Protocol, subject: str) -> str:
    """Return the words for a sign, or for the response to treatment."""
    return protocol.signs[subject].label if subject in protocol.signs else _("Response to treatment")


def logged_answers(detail: AnswerDetail) -> tuple[LogRow, ...]:
    """Return the log of answers in words, newest first."""
    return tuple(
        LogRow(
            entry.sequence,
            entry.saved_at,
            tuple(answer_in_words(detail.page.visit, detail.page.protocol, entry.answer)),
        )
        for entry in reversed(detail.log)
    )
