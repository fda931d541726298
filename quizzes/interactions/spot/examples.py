"""Examples of flagging, on the first visit of the example case: one signal, two of noise, one uncounted."""

from __future__ import annotations

from quizzes.interactions.contract import Example, ExampleAnswer

EXAMPLES = (
    Example(
        "one signal among three counted lines",
        answers=(
            ExampleAnswer({"flag": ["a1"]}, "correct", 1.0),
            ExampleAnswer({"flag": ["a1", "a4"]}, "correct", 1.0),
            ExampleAnswer({"flag": "a1"}, "correct", 1.0),
            ExampleAnswer({}, "partly", 2 / 3),
            ExampleAnswer({"flag": ["a1", "a2"]}, "partly", 2 / 3),
            ExampleAnswer({"flag": ["a2", "a3"]}, "wrong", 0.0),
            ExampleAnswer({"flag": ["elsewhere"]}, "invalid", field="flag"),
            ExampleAnswer({"flag": 3}, "invalid", field="flag"),
        ),
    ),
)
