"""Examples of numbers: a setting of the protocol, a depth, a range, and a value with a tolerance."""

from __future__ import annotations

from typing import Any

from quizzes.interactions.contract import Example, ExampleAnswer


def _task(prompt: str, unit: str, **accepts: Any) -> dict[str, Any]:
    common = {"row": "protocol", "about": ["EX-INT"], "why": "The protocol says so."}
    return {**common, "prompt": prompt, "unit": unit, "accepts": accepts}


EXAMPLES = (
    Example(
        "a setting of the protocol",
        task=_task("How many weeks lie between?", "weeks", parameter="interval_weeks"),
        answers=(
            ExampleAnswer({"example": "3"}, "correct", 1.0),
            ExampleAnswer({"example": 4}, "correct", 1.0),
            ExampleAnswer({"example": "5"}, "wrong", 0.0),
            ExampleAnswer({}, "wrong", 0.0),
            ExampleAnswer({"example": "soon"}, "invalid", field="example"),
            ExampleAnswer({"example": "-2"}, "invalid", field="example"),
        ),
    ),
    Example(
        "the depth of a zone",
        task=_task("How deep at the front?", "mm", parameter="depth_mm", zone="front"),
        answers=(
            ExampleAnswer({"example": "0,7"}, "correct", 1.0),
            ExampleAnswer({"example": "1.5"}, "wrong", 0.0),
        ),
    ),
    Example(
        "a value with a tolerance",
        task=_task("After how many days?", "days", value=10, tolerance=1),
        answers=(
            ExampleAnswer({"example": "11"}, "correct", 1.0),
            ExampleAnswer({"example": "12"}, "wrong", 0.0),
        ),
    ),
    Example(
        "a range",
        task=_task("How many passes?", "passes", minimum=2, maximum=3),
        answers=(
            ExampleAnswer({"example": "2"}, "correct", 1.0),
            ExampleAnswer({"example": "1"}, "wrong", 0.0),
        ),
    ),
)
