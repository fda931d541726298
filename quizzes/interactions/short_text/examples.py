"""Examples of short texts: what is written waits for a person, and nothing written earns nothing."""

from __future__ import annotations

from quizzes.interactions.contract import Example, ExampleAnswer

EXAMPLES = (
    Example(
        "a referral in two sentences",
        task={
            "prompt": "Write to the prescriber.",
            "row": "scope",
            "about": ["EX-BALM"],
            "why": "The letter says what was seen and what is asked.",
            "longest": 200,
            "model": "She had a rash after the balm. May we use it?",
            "rubric": [
                {"key": "seen", "text": "Says what was seen", "points": 1},
                {"key": "asked", "text": "Says what is asked", "points": 2},
            ],
        },
        answers=(
            ExampleAnswer({"example": "A rash after the balm. May we go on?"}, "correct"),
            ExampleAnswer({}, "wrong", 0.0),
            ExampleAnswer({"example": "   "}, "wrong", 0.0),
            ExampleAnswer({"example": "x" * 201}, "invalid", field="example"),
            ExampleAnswer({"example": ["one", "two"]}, "invalid", field="example"),
            ExampleAnswer({"example": 3}, "invalid", field="example"),
        ),
    ),
)
