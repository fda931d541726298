"""Examples of finding errors: two wrong rows among four, scored row by row and by the rows found."""

from __future__ import annotations

from quizzes.interactions.contract import Example, ExampleAnswer

_TASK = {
    "prompt": "A colleague filled in this chart. Which rows are wrong?",
    "row": "protocol",
    "about": ["EX-DEP", "EX-INT"],
    "why": "Depth and spacing go beyond what is allowed.",
    "rows": [
        {"key": "depth", "item": "Depth", "entry": "2 mm", "wrong": True, "why": "Too deep."},
        {"key": "weeks", "item": "Next session", "entry": "In one week", "wrong": True, "why": "Too soon."},
        {"key": "lamp", "item": "Lamp", "entry": "Used", "why": "As planned."},
        {"key": "skin", "item": "Skin", "entry": "Clear", "why": "As seen."},
    ],
}

EXAMPLES = (
    Example(
        "row by row",
        task=_TASK,
        answers=(
            ExampleAnswer({"example": ["depth", "weeks"]}, "correct", 1.0),
            ExampleAnswer({"example": "depth"}, "partly", 0.75),
            ExampleAnswer({}, "partly", 0.5),
            ExampleAnswer({"example": ["lamp", "skin"]}, "wrong", 0.0),
            ExampleAnswer({"example": ["elsewhere"]}, "invalid", field="example"),
            ExampleAnswer({"example": {"depth": True}}, "invalid", field="example"),
        ),
    ),
    Example(
        "what was found less what was not",
        task={**_TASK, "scoring": "plus_minus"},
        answers=(
            ExampleAnswer({"example": ["depth", "weeks"]}, "correct", 1.0),
            ExampleAnswer({"example": ["depth"]}, "partly", 0.5),
            ExampleAnswer({"example": ["depth", "lamp"]}, "wrong", 0.0),
            ExampleAnswer({}, "wrong", 0.0),
        ),
    ),
    Example(
        "no more than two picks",
        task={**_TASK, "scoring": "ps1m", "most": 2},
        answers=(ExampleAnswer({"example": ["depth", "weeks", "lamp"]}, "invalid", field="example"),),
    ),
)
