"""Examples of matching: an option that two stems share, and one that no stem needs."""

from __future__ import annotations

from quizzes.interactions.contract import Example, ExampleAnswer

_TASK = {
    "prompt": "What does each of them ask for?",
    "row": "spotting",
    "about": ["EX-RASH", "EX-BALM"],
    "why": "Each finding asks for its own care.",
    "options": [
        {"key": "wait", "text": "Wait until it has gone"},
        {"key": "omit", "text": "Leave one thing out"},
        {"key": "nothing", "text": "Nothing"},
    ],
    "stems": [
        {"key": "rash", "text": "A rash", "answer": "wait", "why": "It goes."},
        {"key": "balm", "text": "An allergy to the balm", "answer": "omit", "why": "It stays."},
        {"key": "burn", "text": "A burn", "answer": "wait", "why": "It goes."},
    ],
}
_RIGHT = {"example__rash": "wait", "example__balm": "omit", "example__burn": "wait"}

EXAMPLES = (
    Example(
        "each stem counts",
        task=_TASK,
        answers=(
            ExampleAnswer(_RIGHT, "correct", 1.0),
            ExampleAnswer({**_RIGHT, "example__balm": "nothing"}, "partly", 2 / 3),
            ExampleAnswer({"example__burn": "wait"}, "partly", 1 / 3),
            ExampleAnswer(dict.fromkeys(_RIGHT, "nothing"), "wrong", 0.0),
            ExampleAnswer({}, "wrong", 0.0),
            ExampleAnswer({**_RIGHT, "example__balm": "elsewhere"}, "invalid", field="example__balm"),
            ExampleAnswer({"example__rash": ["wait", "omit"]}, "invalid", field="example__rash"),
            ExampleAnswer({"example__rash": 1}, "invalid", field="example__rash"),
        ),
    ),
    Example(
        "all or nothing",
        task={**_TASK, "scoring": "all_or_nothing"},
        answers=(
            ExampleAnswer(_RIGHT, "correct", 1.0),
            ExampleAnswer({**_RIGHT, "example__balm": "nothing"}, "wrong", 0.0),
        ),
    ),
)
