"""Examples of places on a drawing: one to be found, and several to be found."""

from __future__ import annotations

from quizzes.interactions.contract import Example, ExampleAnswer

_COMMON = {"row": "spotting", "about": ["EX-RASH"], "why": "That is where the rash is."}
_FRONT = {"key": "front", "text": "Front", "x": 54, "y": 28, "why": "The rash is there."}
_TOP = {"key": "top", "text": "Top", "x": 54, "y": 60, "why": "Clear skin."}
_BACK = {"key": "back", "text": "Back", "x": 54, "y": 100, "radius": 12, "why": "Clear skin."}

EXAMPLES = (
    Example(
        "one place",
        task={
            **_COMMON,
            "prompt": "Where is the rash?",
            "select": "one",
            "places": [{**_FRONT, "correct": True}, _TOP, _BACK],
        },
        answers=(
            ExampleAnswer({"example": "front"}, "correct", 1.0),
            ExampleAnswer({"example": ["back"]}, "wrong", 0.0),
            ExampleAnswer({}, "wrong", 0.0),
            ExampleAnswer({"example": ["front", "top"]}, "invalid", field="example"),
            ExampleAnswer({"example": "side"}, "invalid", field="example"),
        ),
    ),
    Example(
        "all places, on a drawing of the author's own",
        task={
            **_COMMON,
            "prompt": "Which places are spared?",
            "select": "many",
            "scoring": "plus_minus",
            "drawing": {"about": "A box.", "width": 108, "height": 132, "lines": ["M4 4h100v124h-100z"]},
            "places": [_FRONT, {**_TOP, "correct": True}, {**_BACK, "correct": True}],
        },
        answers=(
            ExampleAnswer({"example": ["top", "back"]}, "correct", 1.0),
            ExampleAnswer({"example": ["top"]}, "partly", 0.5),
            ExampleAnswer({"example": ["top", "front"]}, "wrong", 0.0),
        ),
    ),
)
