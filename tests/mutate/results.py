"""What became of the mutants: counts for each module and the list of survivors, read from mutmut's files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STATES = ("killed", "survived", "timeout", "not covered", "not run", "other")
"""How a mutant may end; `other` is a crash of the interpreter or an exit code that mutmut does not know."""

_STATE_OF_EXIT = {
    0: "survived",
    1: "killed",
    3: "killed",
    5: "not covered",
    33: "not covered",
    36: "timeout",
    24: "timeout",
    152: "timeout",
    255: "timeout",
    -24: "timeout",
    -9: "timeout",
}
"""State by the exit code of pytest, of mutmut, or of a signal: SIGXCPU and SIGKILL end what runs too long."""


@dataclass(frozen=True, slots=True)
class Module:
    """The mutants of one file, by name, with the state of each."""

    path: str
    states: Mapping[str, str]

    def counts(self) -> dict[str, int]:
        """Return how many mutants ended in each state, all states named."""
        counted = Counter(self.states.values())
        return {state: counted[state] for state in STATES}

    def survivors(self) -> tuple[str, ...]:
        """Return the names of the mutants that no test noticed or reached, in the order of the code."""
        return tuple(name for name, state in self.states.items() if state in {"survived", "not covered"})


def read_modules(folder: Path) -> tuple[Module, ...]:
    """Return the modules with mutants below mutmut's folder, by path."""
    found = []
    for meta in sorted(folder.rglob("*.py.meta")):
        path = meta.relative_to(folder).as_posix().removesuffix(".meta")
        codes = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
        if codes:
            found.append(Module(path, {name: state_of(code) for name, code in codes.items()}))
    return tuple(found)


def state_of(exit_code: int | None) -> str:
    """Return the state that an exit code stands for; None is a mutant that was not tried."""
    return "not run" if exit_code is None else _STATE_OF_EXIT.get(exit_code, "other")


def table(modules: tuple[Module, ...]) -> str:
    """Return the counts as lines of a table with a total; states that did not occur are left out."""
    total: Counter[str] = Counter()
    for module in modules:
        total.update(module.counts())
    shown = [state for state in STATES if total[state] or state in {"killed", "survived"}]
    rows = [(module.path, module.counts()) for module in modules] + [("total", dict(total))]
    width = max(len(path) for path, _counts in rows)
    lines = [" " * width + "".join(f"{state:>13}" for state in shown)]
    lines += [
        f"{path:{width}}" + "".join(f"{counts.get(state, 0):13}" for state in shown) for path, counts in rows
    ]
    return "\n".join(lines)
