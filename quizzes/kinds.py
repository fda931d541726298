"""The kinds of document that the quizzes slice hands to publishing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from lms.publishing.kinds import DocumentKind
from quizzes.cases.parse import check_case, parse_case
from quizzes.interactions.contract import Interaction
from quizzes.interactions.registry import standard_registry
from quizzes.protocols.parse import check_protocol, parse_protocol
from quizzes.quiz_checks import check_quiz
from quizzes.quiz_document import parse_quiz
from quizzes.regions.document import check_region, parse_region


def document_kinds(
    interactions: Mapping[str, Interaction[Any, Any]] | None = None,
) -> tuple[DocumentKind, ...]:
    """Return the kinds protocol, case, quiz and region; cases ask every kind of task among `interactions`.

    None stands for the interactions that come with Papilla.
    """
    is_standard = interactions is None or interactions is standard_registry()
    parse_our_case = parse_case if is_standard else partial(parse_case, interactions=interactions)
    return (
        DocumentKind(name="protocol", folder="", suffix=".yaml", parse=parse_protocol, check=check_protocol),
        DocumentKind(name="case", folder="cases", suffix=".yaml", parse=parse_our_case, check=check_case),
        DocumentKind(name="quiz", folder="quizzes", suffix=".yaml", parse=parse_quiz, check=check_quiz),
        DocumentKind(name="region", folder="regions", suffix=".yaml", parse=parse_region, check=check_region),
    )
