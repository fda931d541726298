"""Examples of concordance with a panel that is divided: every vote earns its share."""

from __future__ import annotations

from quizzes.interactions.contract import Example, ExampleAnswer

EXAMPLES = (
    Example(
        "a divided panel",
        task={
            "prompt": "How does this change your mind?",
            "row": "scope",
            "about": ["EX-RASH"],
            "why": "Reasonable people part here.",
            "thinking": "Going ahead today",
            "learning": "She scratches her forehead.",
            "votes": {"much_less": 3, "less": 6, "same": 2, "more": 1},
        },
        answers=(
            ExampleAnswer({"example": "less"}, "correct", 1.0),
            ExampleAnswer({"example": "much_less"}, "partly", 0.5),
            ExampleAnswer({"example": "more"}, "partly", 1 / 6),
            ExampleAnswer({"example": "much_more"}, "wrong", 0.0),
            ExampleAnswer({}, "wrong", 0.0),
            ExampleAnswer({"example": "perhaps"}, "invalid", field="example"),
            ExampleAnswer({"example": ["less", "same"]}, "invalid", field="example"),
        ),
    ),
)
