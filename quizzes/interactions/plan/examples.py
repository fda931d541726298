"""Examples of planning: two zones in the shallow band, and the settings of the course."""

from __future__ import annotations

from quizzes.interactions.contract import Example, ExampleAnswer

_RIGHT = {
    "depth_from_mm__front": "0.5",
    "depth_to_mm__front": "0,9",
    "depth_from_mm__back": "0.5",
    "depth_to_mm__back": "0.6",
    "interval_weeks": "3",
    "sessions": "4",
    "maintenance_months": "6",
}

EXAMPLES = (
    Example(
        "a first session on two zones",
        answers=(
            ExampleAnswer(_RIGHT, "correct", 1.0),
            ExampleAnswer({**_RIGHT, "depth_to_mm__back": "1.2"}, "partly", 0.8),
            ExampleAnswer({**_RIGHT, "depth_from_mm__back": "0.7"}, "partly", 0.8),
            ExampleAnswer({}, "wrong", 0.0),
            ExampleAnswer({**_RIGHT, "sessions": "4.5"}, "invalid", field="sessions"),
            ExampleAnswer({**_RIGHT, "interval_weeks": "often"}, "invalid", field="interval_weeks"),
            ExampleAnswer({**_RIGHT, "depth_to_mm__front": "-1"}, "invalid", field="depth_to_mm__front"),
        ),
    ),
)
