"""The kinds of document that the quizzes slice hands to publishing."""

from __future__ import annotations

from lms.publishing.kinds import DocumentKind
from quizzes.cases.parse import check_case, parse_case
from quizzes.protocols.parse import check_protocol, parse_protocol
from quizzes.quiz_document import check_quiz, parse_quiz


def document_kinds() -> tuple[DocumentKind, ...]:
    """Return the kinds protocol, case and quiz."""
    return (
        DocumentKind(name="protocol", folder="", suffix=".yaml", parse=parse_protocol, check=check_protocol),
        DocumentKind(name="case", folder="cases", suffix=".yaml", parse=parse_case, check=check_case),
        DocumentKind(name="quiz", folder="quizzes", suffix=".yaml", parse=parse_quiz, check=check_quiz),
    )
