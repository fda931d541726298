"""Examples of deciding: the first visit of the example case asks for caution and no referral."""

from __future__ import annotations

from quizzes.interactions.contract import Example, ExampleAnswer

EXAMPLES = (
    Example(
        "caution, and nobody else needed",
        answers=(
            ExampleAnswer({"action": "proceed_with_caution", "escalation": "none"}, "correct", 1.0),
            ExampleAnswer({"action": "medical_clearance", "escalation": "none"}, "partly", 0.75),
            ExampleAnswer(
                {"action": "proceed_with_caution", "escalation": "routine_referral"}, "partly", 0.75
            ),
            ExampleAnswer({"action": "proceed", "escalation": "emergency"}, "wrong", 0.0),
            ExampleAnswer({}, "wrong", 0.0),
            ExampleAnswer({"action": "perhaps"}, "invalid", field="action"),
            ExampleAnswer({"action": ["proceed", "postpone"]}, "invalid", field="action"),
            ExampleAnswer({"escalation": "soon"}, "invalid", field="escalation"),
        ),
    ),
)
