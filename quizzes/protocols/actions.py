"""What may be decided for a visit, and how urgently somebody else must see the patient."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """A decision for today, from the least to the most strict."""

    PROCEED = "proceed"
    PROCEED_WITH_CAUTION = "proceed_with_caution"
    MEDICAL_CLEARANCE = "medical_clearance"
    POSTPONE = "postpone"
    DO_NOT_TREAT = "do_not_treat"

    @property
    def strictness(self) -> int:
        """The rank of the action, 0 (proceed) to 4 (do not treat)."""
        return _STRICTNESS[self]

    @property
    def treats(self) -> bool:
        """Whether the patient is treated today, with or without a modification."""
        return self is Action.PROCEED or self is Action.PROCEED_WITH_CAUTION


class Escalation(StrEnum):
    """Who else must see the patient, and how soon, from the least to the most urgent."""

    NONE = "none"
    ROUTINE_REFERRAL = "routine_referral"
    URGENT_SAME_DAY = "urgent_same_day"
    EMERGENCY = "emergency"

    @property
    def urgency(self) -> int:
        """The rank of the escalation, 0 (none) to 3 (emergency)."""
        return _URGENCY[self]


_STRICTNESS = {action: rank for rank, action in enumerate(Action)}
_URGENCY = {escalation: rank for rank, escalation in enumerate(Escalation)}
