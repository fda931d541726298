"""Spotting as signal detection: how well stops are told from noise, and which way somebody leans.

H is the share of signals flagged, F that of noise. d' = z(H) - z(F) tells how well both are kept apart;
c = -(z(H) + z(F)) / 2 which way somebody leans: below 0 cautious, above 0 reluctant to stop.
The log-linear rule adds a half to hits and false alarms and one to each total, so that rates of 0 and 1
have a finite z. Sources: Stanislaw and Todorov 1999; Hautus 1995 for the rule.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

Lean = Literal["cautious", "balanced", "reluctant"]

FEWEST_SIGNALS = 15
FEWEST_NOISE = 40
"""How much must have been seen before a lean is told: three perfect catches prove little."""
Z_95 = 1.959964
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Detection:
    """What somebody flagged: hits and misses among signals, false alarms and correct rejections of noise."""

    hits: int
    misses: int
    false_alarms: int
    correct_rejections: int

    @property
    def signals(self) -> int:
        """How many lines should have been flagged."""
        return self.hits + self.misses

    @property
    def noise(self) -> int:
        """How many lines need not be flagged."""
        return self.false_alarms + self.correct_rejections


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """d' and criterion, and the natural logarithm of the likelihood ratio at the criterion."""

    d_prime: float
    criterion: float

    @property
    def ln_beta(self) -> float:
        """ln(beta), which is d' times c."""
        return self.d_prime * self.criterion


def log_linear(seen: Detection) -> Sensitivity:
    """Return d' and criterion by the log-linear rule, which is defined for any counts."""
    hit_rate = (seen.hits + 0.5) / (seen.signals + 1)
    false_alarm_rate = (seen.false_alarms + 0.5) / (seen.noise + 1)
    return _sensitivity(hit_rate, false_alarm_rate)


def raw(seen: Detection) -> Sensitivity | None:
    """Return d' and criterion of the plain rates, or None where a rate is 0, 1 or unknown."""
    if not (0 < seen.hits < seen.signals and 0 < seen.false_alarms < seen.noise):
        return None
    return _sensitivity(seen.hits / seen.signals, seen.false_alarms / seen.noise)


def _sensitivity(hit_rate: float, false_alarm_rate: float) -> Sensitivity:
    hit, alarm = _NORMAL.inv_cdf(hit_rate), _NORMAL.inv_cdf(false_alarm_rate)
    return Sensitivity(hit - alarm, -(hit + alarm) / 2)


def criterion_interval(seen: Detection) -> tuple[float, float]:
    """Return the 95 % interval of the criterion, by the delta method on the log-linear rates."""
    criterion = log_linear(seen).criterion
    variance = _variance(seen.hits, seen.signals) + _variance(seen.false_alarms, seen.noise)
    half_width = Z_95 * math.sqrt(variance) / 2
    return criterion - half_width, criterion + half_width


def _variance(count: int, total: int) -> float:
    """Return the variance of the z of a log-linear rate."""
    rate = (count + 0.5) / (total + 1)
    density = _NORMAL.pdf(_NORMAL.inv_cdf(rate))
    return rate * (1 - rate) / ((total + 1) * density**2)


def lean(seen: Detection) -> Lean | None:
    """Return which way somebody leans, or None before enough was seen; balanced if 0 may be the truth."""
    if seen.signals < FEWEST_SIGNALS or seen.noise < FEWEST_NOISE:
        return None
    low, high = criterion_interval(seen)
    if high < 0:
        return "cautious"
    return "reluctant" if low > 0 else "balanced"
