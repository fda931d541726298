"""Examples of schedules: by the spacing of the protocol, and by a written one."""

from __future__ import annotations

from quizzes.interactions.contract import Example, ExampleAnswer

_TASK = {
    "prompt": "When do the next two sessions take place?",
    "row": "protocol",
    "about": ["EX-INT"],
    "why": "Two to four weeks lie between sessions.",
    "starts": "2027-03-01",
    "dates": ["Second session", "Third session"],
}
_RIGHT = {"example__1": "2027-03-22", "example__2": "2027-04-12"}

EXAMPLES = (
    Example(
        "the spacing of the protocol",
        task={**_TASK, "accepts": {"parameter": "interval_weeks"}},
        answers=(
            ExampleAnswer(_RIGHT, "correct", 1.0),
            ExampleAnswer({"example__1": "2027-03-15", "example__2": "2027-04-12"}, "correct", 1.0),
            ExampleAnswer({**_RIGHT, "example__2": "2027-04-20"}, "partly", 0.5),
            ExampleAnswer({"example__1": "2027-03-22"}, "partly", 0.5),
            ExampleAnswer({"example__2": "2027-03-29"}, "wrong", 0.0),
            ExampleAnswer({"example__1": "2027-02-08", "example__2": "2027-02-09"}, "wrong", 0.0),
            ExampleAnswer({}, "wrong", 0.0),
            ExampleAnswer({**_RIGHT, "example__1": "22/03/2027"}, "invalid", field="example__1"),
            ExampleAnswer({**_RIGHT, "example__2": "2027-02-30"}, "invalid", field="example__2"),
            ExampleAnswer({"example__1": "1027-03-22"}, "invalid", field="example__1"),
            ExampleAnswer({"example__1": 20270322}, "invalid", field="example__1"),
        ),
    ),
    Example(
        "a written spacing",
        task={**_TASK, "accepts": {"minimum_days": 2, "maximum_days": 3}},
        answers=(
            ExampleAnswer({"example__1": "2027-03-03", "example__2": "2027-03-06"}, "correct", 1.0),
            ExampleAnswer({"example__1": "2027-03-02", "example__2": "2027-03-06"}, "wrong", 0.0),
        ),
    ),
)
