"""What may be decided for a visit, and how urgently somebody else must see the patient."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """A decision for today, from the least to the most strict.

    `strictness` is the rank, 0 (proceed) to 4 (do not treat). `treats`: the patient is treated today, with
    or without a modification. `waits`: treatment is put off until an event. Plain attributes, because
    `decide` reads them for every finding.
    """

    strictness: int
    treats: bool
    waits: bool

    PROCEED = "proceed"
    PROCEED_WITH_CAUTION = "proceed_with_caution"
    MEDICAL_CLEARANCE = "medical_clearance"
    POSTPONE = "postpone"
    DO_NOT_TREAT = "do_not_treat"

    def __init__(self, word: str) -> None:
        self.strictness = len(type(self).__members__)
        self.treats = word.startswith("proceed")
        self.waits = word in {"medical_clearance", "postpone"}


class Escalation(StrEnum):
    """Who else must see the patient, and how soon, from the least to the most urgent.

    `urgency` is the rank, 0 (none) to 3 (emergency).
    """

    urgency: int

    NONE = "none"
    ROUTINE_REFERRAL = "routine_referral"
    URGENT_SAME_DAY = "urgent_same_day"
    EMERGENCY = "emergency"

    def __init__(self, _word: str) -> None:
        self.urgency = len(type(self).__members__)
