"""Small authored documents for tests of the courses slice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from quizzes.protocols.document import WindowDocument
from quizzes.protocols.quantities import Quantity
from quizzes.protocols.sources import Publication, Source, SourceKind

CONVENTION = (Source(SourceKind.COURSE_CONVENTION, "", "Course convention"),)

COURSE = """\
key: small-course
title: A small course
summary: What it is about.
protocol: small-protocol
minutes: 30
audience: Everyone.
entry_requirement: None.
scope_statement: Only for tests.
modules:
  - key: first
    title: First module
    minutes: 10
    lessons: [one, two]
  - key: second
    title: Second module
    minutes: 20
    requires: [first]
    lessons: [three]
practice: practice-set
assessment: final
certificate:
  title: A small award
  validity_months: 24
  hours: 0.5
  credit: None claimed.
credits: Source, named.
"""

LESSON = """\
---
key: one
title: The first lesson
minutes: 10
objectives: [Tell one thing from another]
key_points: [There is one point]
figures: [drawing]
sources: [FACT-1]
checks:
  - question: Which one?
    options:
      - {text: This one, correct: true, why: Because it is.}
      - {text: That one, correct: false, why: Because it is not.}
---

## A heading

Something is so. [[FACT-1]]

![[drawing]]

Somebody found it. [[someone2020]] [[FACT-1]]
"""

GLOSSARY = """\
key: small-words
terms:
  - key: thing
    term: thing
    definition: Something of {{ PAUSE.range }}.
    also: [object]
    sources: [FACT-1]
  - key: other-thing
    term: other <thing>
    definition: 'Something & nothing <else>.'
"""

FIGURE = """\
<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 480" role="img">
  <title>A line &amp; a dot</title>
  <desc>A line from left to right, with a dot at its end.</desc>
  <defs><marker id="dot" viewBox="0 0 4 4"><circle class="fig-accent" cx="2" cy="2" r="2"/></marker></defs>
  <path class="fig-line" d="M0 240 H700" marker-end="url(#dot)"/>
  <text class="fig-text" x="10" y="20">1 &lt; 2</text>
</svg>
"""


@dataclass(frozen=True)
class SmallFact:
    """A fact as lessons cite it."""

    text: str
    sources: tuple[Source, ...]
    varies_by_region: bool = False
    quantity: Quantity | None = None
    quantities: Mapping[str, Quantity] = field(default_factory=dict)
    window: WindowDocument | None = None


@dataclass(frozen=True)
class SmallProtocol:
    """As much of a protocol as lessons need."""

    facts: Mapping[str, SmallFact] = field(
        default_factory=lambda: {
            "FACT-1": SmallFact(
                "A fact in words", (Source(SourceKind.ARTICLE, "S01", "Article, section S01: Title"),)
            ),
            "FACT-2": SmallFact(
                "A rule of the course",
                (Source(SourceKind.COURSE_CONVENTION, "", "Course convention"),),
                varies_by_region=True,
            ),
            "SPACE": SmallFact("So many weeks", CONVENTION, quantity=Quantity(2, 4, "weeks")),
            "PAUSE": SmallFact(
                "A pause, and what a study did",
                CONVENTION,
                window=WindowDocument("hours", 0, 24),
                quantities={"study": Quantity(12, 12, "weeks"), "range": Quantity(0.5, 1.5, "mm")},
            ),
            "LATER": SmallFact("From then on", CONVENTION, window=WindowDocument("hours", 24)),
        }
    )
    literature: Mapping[str, Publication] = field(
        default_factory=lambda: {
            "someone2020": Publication(citation="Someone A. Journal 2020", seen="abstract", doi="10.1000/1")
        }
    )
