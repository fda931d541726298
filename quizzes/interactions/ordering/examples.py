"""Examples of putting items in order, by pairs and all or nothing."""

from __future__ import annotations

from quizzes.interactions.contract import Example, ExampleAnswer

_TASK = {
    "prompt": "What comes first?",
    "row": "aftercare",
    "about": ["EX-INT"],
    "why": "One thing after the other.",
    "items": [
        {"key": "look", "text": "Look"},
        {"key": "ask", "text": "Ask"},
        {"key": "act", "text": "Act"},
    ],
}
_RIGHT = {"example__look": "1", "example__ask": "2", "example__act": "3"}

EXAMPLES = (
    Example(
        "by pairs",
        task=_TASK,
        answers=(
            ExampleAnswer(_RIGHT, "correct", 1.0),
            ExampleAnswer({"example__look": 1, "example__ask": 3, "example__act": 2}, "partly", 2 / 3),
            ExampleAnswer({"example__look": 1, "example__ask": 2}, "partly", 1 / 3),
            ExampleAnswer({"example__look": 3, "example__ask": 2, "example__act": 1}, "wrong", 0.0),
            ExampleAnswer({}, "wrong", 0.0),
            ExampleAnswer({**_RIGHT, "example__act": "4"}, "invalid", field="example__act"),
            ExampleAnswer({"example__look": "1", "example__ask": "1"}, "invalid"),
            ExampleAnswer({"example__look": "first"}, "invalid", field="example__look"),
        ),
    ),
    Example(
        "all or nothing",
        task={**_TASK, "scoring": "all_or_nothing"},
        answers=(
            ExampleAnswer(_RIGHT, "correct", 1.0),
            ExampleAnswer({"example__look": 1, "example__ask": 3, "example__act": 2}, "wrong", 0.0),
        ),
    ),
)
