"""Questions as they are kept, and the seed that draws them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from courses.review.cards.model import Option, Question
from quizzes.protocols.sources import Source, SourceKind


def seed_of(row: Any) -> str:
    """Return what draws the question of a card's turn: the same until it is answered, then another."""
    return f"{row.academy_id}/{row.learner_id}/{row.course_key}/{row.card_key}/{row.turn}"


def question_to_json(question: Question) -> dict[str, Any]:
    """Return a question as JSON values; `question_from_json` reads it back without loss."""
    return {
        "prompt": question.prompt,
        "given": list(question.given),
        "options": [{"key": option.key, "text": option.text} for option in question.options],
        "right": question.right,
        "why": list(question.why),
        "sources": [
            {"kind": one.kind.value, "key": one.key, "text": one.text, "url": one.url}
            for one in question.sources
        ],
        "confirms": list(question.confirms),
    }


def question_from_json(raw: Mapping[str, Any]) -> Question:
    """Return the question that `question_to_json` wrote."""
    return Question(
        prompt=raw["prompt"],
        given=tuple(raw["given"]),
        options=tuple(Option(**option) for option in raw["options"]),
        right=raw["right"],
        why=tuple(raw["why"]),
        sources=tuple(Source(**{**one, "kind": SourceKind(one["kind"])}) for one in raw["sources"]),
        confirms=tuple(raw["confirms"]),
    )
