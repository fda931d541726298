"""The words for what cases and attempts hold, in the reader's language. Clinical text itself is content."""

from __future__ import annotations

from typing import Any

from lms.core.text import _, ngettext
from quizzes.interactions.field_names import DEPTH, DEPTH_FROM, DEPTH_TO, setting_of
from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.model import Protocol
from quizzes.rules import AttemptState, Mode
from quizzes.wording_units import quantity_label

SECTIONS = ("history", "medicines", "allergies", "exam", "lifestyle", "goals")
"""The sections of a record in the order they are read."""


def action_label(action: str) -> str:
    """Return the words for a decision."""
    return {
        Action.PROCEED.value: _("Proceed"),
        Action.PROCEED_WITH_CAUTION.value: _("Proceed with caution"),
        Action.MEDICAL_CLEARANCE.value: _("Medical clearance first"),
        Action.POSTPONE.value: _("Postpone"),
        Action.DO_NOT_TREAT.value: _("Do not treat"),
    }[action]


def escalation_label(escalation: str) -> str:
    """Return the words for a referral."""
    return {
        Escalation.NONE.value: _("No referral"),
        Escalation.ROUTINE_REFERRAL.value: _("Routine referral"),
        Escalation.URGENT_SAME_DAY.value: _("Urgent, same day"),
        Escalation.EMERGENCY.value: _("Emergency"),
    }[escalation]


def certainty_label(certainty: int) -> str:
    """Return the words for a level of certainty, 1 to 3."""
    return {1: _("Unsure"), 2: _("Fairly sure"), 3: _("Certain")}[certainty]


def section_label(section: str) -> str:
    """Return the heading of a section of the record."""
    return {
        "history": _("History"),
        "medicines": _("Medicines"),
        "allergies": _("Allergies"),
        "exam": _("Examination"),
        "lifestyle": _("Lifestyle"),
        "goals": _("Goals"),
    }[section]


def role_label(role: str) -> str:
    """Return the words for what a statement does for the decision."""
    return {
        "decisive": _("Decisive"),
        "supporting": _("Supporting"),
        "candidate": _("Speaks for treatment"),
        "distractor": _("Distractor"),
        "modifier": _("Worth noting"),
    }[role]


def difficulty_label(difficulty: str) -> str:
    """Return the words for how hard a case is."""
    return {"easy": _("Easy"), "medium": _("Medium"), "hard": _("Hard")}[difficulty]


def sex_label(sex: str) -> str:
    """Return the word for a patient's sex."""
    return {"female": _("female"), "male": _("male")}[sex]


def mode_label(mode: Mode) -> str:
    """Return the word for the kind of quiz."""
    return _("Exam") if mode is Mode.EXAM else _("Practice")


def state_label(state: AttemptState) -> str:
    """Return the words for where an attempt stands."""
    return {
        AttemptState.OPEN: _("Open"),
        AttemptState.SUBMITTED: _("Submitted"),
        AttemptState.CLOSED_BY_DEADLINE: _("Closed when the time was over"),
    }[state]


def outcome_label(passed: bool | None, safety_failed: bool | None) -> str:  # noqa: FBT001 - three-valued facts
    """Return the words for the outcome of an attempt; a safety error is named before the score."""
    if passed is None:
        return _("Not marked yet")
    if passed:
        return _("Passed")
    return _("Not yet: safety error") if safety_failed else _("Not yet")


def decision_label(name: str, protocol: Protocol) -> str:
    """Return the words for a graded decision or a field of an answer."""
    for prefix, text in (
        (DEPTH, _("Depth, %(zone)s")),
        (DEPTH_FROM, _("Depth from, %(zone)s")),
        (DEPTH_TO, _("Depth to, %(zone)s")),
    ):
        if name.startswith(prefix):
            zone = zone_labels(protocol).get(name.removeprefix(prefix), name.removeprefix(prefix))
            return text.replace("%(zone)s", zone)
    written = _setting_label(name, protocol)
    if written:
        return written
    return {
        "spotting": _("Flags"),
        "flag": _("Flags"),
        "action": _("Decision"),
        "escalation": _("Referral"),
        "interval_weeks": _("Weeks between sessions"),
        "sessions": _("Sessions"),
        "maintenance_months": _("Upkeep every (months)"),
        "certainty": _("Certainty"),
        "plan": _("Plan"),
    }[name]


def setting_heading(name: str, protocol: Protocol) -> str:
    """Return the words above the field of a setting, whose unit stands beside it."""
    return (
        _setting_label(name, protocol)
        or {
            "interval_weeks": _("Weeks between"),
            "sessions": _("Sessions"),
            "maintenance_months": _("Upkeep every"),
        }[name]
    )


def _setting_label(name: str, protocol: Protocol) -> str:
    setting = protocol.parameters.settings.get(setting_of(name))
    return "" if setting is None else setting.label


def harm_label(harm: str) -> str:
    """Return the words for a dangerous decision."""
    return {
        "less_strict": _("Less careful than required"),
        "too_deep": _("Deeper than the limit"),
        "beyond_limit": _("More than the limit"),
        "forbidden_product": _("A product this patient must not have"),
        "stops_medicine": _("Advice to stop a medicine"),
        "ignored_sign": _("A sign that needs help was left alone"),
    }[harm]


def lean_label(lean: str | None) -> str:
    """Return the sentence for which way flagging leans; nothing before enough was seen."""
    return {
        None: "",
        "cautious": _("You lean cautious: you flag more than you need to."),
        "balanced": _("You lean neither way."),
        "reluctant": _("You lean towards going ahead: look longer before you leave a line unflagged."),
    }[lean]


def row_label(row: str) -> str:
    """Return the words for a row of an exam's blueprint."""
    return {
        "spotting": _("Spotting and deciding"),
        "protocol": _("Protocol choice"),
        "add_ons": _("Add-ons and minoxidil"),
        "aftercare": _("Aftercare and complications"),
        "scope": _("Scope, consent and evidence"),
    }[row]


def zone_labels(protocol: Protocol) -> dict[str, str]:
    """Return the names of the zones that a protocol treats."""
    depth = protocol.parameters.depth_mm
    return {} if depth is None else dict(depth.zones)


def range_label(minimum: float, maximum: float) -> str:
    """Return a range of numbers in words, such as “2 to 4”."""
    if minimum == maximum:
        return f"{minimum:g}"
    return _("%(minimum)s to %(maximum)s", minimum=f"{minimum:g}", maximum=f"{maximum:g}")


def value_label(name: str, value: Any, protocol: Protocol) -> str:
    """Return a given or accepted value of a graded decision in words and with its unit."""
    if value is None:
        return _("Not set")
    if name == "action":
        return action_label(value)
    if name == "escalation":
        return escalation_label(value)
    if isinstance(value, dict):
        shown = range_label(value["minimum"], value["maximum"])
    elif isinstance(value, list | tuple):
        shown = _ends_label(value)
    else:
        shown = f"{value:g}"
    return with_unit(name, shown, protocol)


def _ends_label(ends: Any) -> str:
    start, end = ends
    if start is None:
        return _("up to %(maximum)s", maximum=f"{end:g}")
    return _("from %(minimum)s", minimum=f"{start:g}") if end is None else range_label(start, end)


def with_unit(name: str, shown: str, protocol: Protocol) -> str:
    """Return a number with the unit of the setting it belongs to."""
    if name.startswith(DEPTH):
        return _("%(depth)s mm", depth=shown)
    setting = protocol.parameters.settings.get(setting_of(name))
    return shown if setting is None else quantity_label(shown, setting.unit)


def cases_label(number: int) -> str:
    """Return a number of cases in words."""
    return ngettext("%(number)s case", "%(number)s cases", number)
