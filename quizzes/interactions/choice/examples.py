"""Examples of choosing one answer and of choosing all that apply."""

from __future__ import annotations

from quizzes.interactions.contract import Example, ExampleAnswer

_COMMON = {"row": "add_ons", "about": ["EX-BALM"], "why": "The balm is left out."}

EXAMPLES = (
    Example(
        "one right answer",
        task={
            **_COMMON,
            "prompt": "What do you tell her?",
            "options": [
                {"key": "wait", "text": "We leave the balm out.", "correct": True, "why": "It would harm."},
                {"key": "stop", "text": "Stop your tablets.", "harm": "stops_medicine", "why": "Never."},
                {
                    "key": "more",
                    "text": "We use twice as much.",
                    "component": "balm",
                    "why": "It would harm.",
                },
            ],
        },
        answers=(
            ExampleAnswer({"example": "wait"}, "correct", 1.0),
            ExampleAnswer({"example": "stop"}, "wrong", 0.0),
            ExampleAnswer({}, "wrong", 0.0),
            ExampleAnswer({"example": ["wait", "stop"]}, "invalid", field="example"),
            ExampleAnswer({"example": "elsewhere"}, "invalid", field="example"),
        ),
    ),
    Example(
        "all that apply, with no more than two picks",
        task={
            **_COMMON,
            "prompt": "Which may be used?",
            "select": "many",
            "scoring": "ps1m",
            "most": 2,
            "options": [
                {"key": "lamp", "text": "The lamp", "correct": True, "component": "lamp", "why": "Harmless."},
                {"key": "towel", "text": "A towel", "correct": True, "why": "Harmless."},
                {"key": "balm", "text": "The balm", "component": "balm", "why": "It would harm."},
            ],
        },
        answers=(
            ExampleAnswer({"example": ["lamp", "towel"]}, "correct", 1.0),
            ExampleAnswer({"example": ["lamp"]}, "partly", 0.5),
            ExampleAnswer({"example": ["lamp", "balm"]}, "wrong", 0.0),
            ExampleAnswer({"example": ["balm"]}, "wrong", 0.0),
            ExampleAnswer({"example": ["lamp", "towel", "balm"]}, "invalid", field="example"),
        ),
    ),
)
