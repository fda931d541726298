"""The page on which a learner says where they work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import flask
from flask import request
from werkzeug.wrappers import Response

from lms.academies.access import Member, authorise
from lms.core.assets import static_url
from lms.core.errors import InvalidInput
from lms.core.forms import EmptyForm
from lms.core.web import render, runtime, safe_next
from quizzes.regions.queries import ProtocolRegions, regions_page
from quizzes.regions.rules import state_of
from quizzes.regions.service import choose_region
from quizzes.regions.showing import RegionView, StrictestView, region_view, regional_view

CHOOSE = "regions.choose"
FIELD = "region-"
"""How the field of a protocol's regions begins; its key follows."""
_STATIC = Path(__file__).parent / "static" / "lms"
_YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class RegionGroup:
    """The regions of one protocol to choose from; `chosen` is the key of the one marked.

    `notice` holds tone, title and text where none counts, with the strictest rule; else both are None.
    """

    field: str
    title: str
    regions: tuple[RegionView, ...]
    chosen: str
    notice: tuple[str, str, str] | None
    strictest: StrictestView | None


@dataclass(frozen=True, slots=True)
class RegionsPage:
    """The page, and the address that saving leads back to; empty for the page itself."""

    groups: tuple[RegionGroup, ...]
    back: str


def blueprint() -> flask.Blueprint:
    """Return a new blueprint with the page."""
    pages = flask.Blueprint(
        "regions",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/static/regions",
    )
    pages.get_send_file_max_age = lambda _name: _YEAR_SECONDS  # type: ignore[method-assign, assignment]
    pages.add_url_rule("/regions", "regions", regions)
    pages.add_url_rule("/regions", "save", save, methods=["POST"])
    return pages


def regions() -> str:
    """Show the regions of every protocol, and which of them are chosen."""
    return _page(authorise(CHOOSE), EmptyForm(), request.args.get("next"), saved="saved" in request.args)


def save() -> Response | tuple[str, int]:
    """Store what was chosen, and go back to where the learner came from."""
    member, form, back = authorise(CHOOSE), EmptyForm(), request.form.get("next")
    if not form.validate_on_submit():
        return _page(member, form, back), 422
    try:
        _store(member)
    except InvalidInput as error:
        form.form_errors.append(str(error))
        return _page(member, form, back), 422
    default = flask.url_for("lms.regions.regions", saved="yes")
    return flask.redirect(safe_next(back, default=default), 303)


def _store(member: Member) -> None:
    """Store a choice for each protocol that the form names."""
    with runtime().work() as work:
        for protocol_key, region_key in _chosen():
            choose_region(
                work,
                academy_id=member.academy_id,
                learner_id=member.learner_id,
                protocol_key=protocol_key,
                region_key=region_key or None,
            )


def _chosen() -> Iterator[tuple[str, str]]:
    for name, value in request.form.items():
        if name.startswith(FIELD):
            yield name.removeprefix(FIELD), value


def _page(member: Member, form: EmptyForm, back: str | None, *, saved: bool = False) -> str:
    with runtime().reading() as reading:
        found = regions_page(reading, academy_id=member.academy_id, learner_id=member.learner_id)
        today = reading.now.date()
        groups = tuple(
            _group(
                one, tuple(region_view(each, one.protocol, state_of(each, today)) for each in one.profiles)
            )
            for one in found
        )
    page = RegionsPage(groups, safe_next(back, default=""))
    sheet = static_url("lms.regions.static", _STATIC, "regions.css")
    return render("lms/regions/regions.html", page=page, form=form, saved=saved, stylesheet=sheet)


def _group(found: ProtocolRegions, shown: tuple[RegionView, ...]) -> RegionGroup:
    regional = regional_view(found.choice, found.protocol)
    counts = regional is None or regional.region is not None
    return RegionGroup(
        field=FIELD + found.protocol.key,
        title=found.protocol.title,
        regions=shown,
        chosen="" if found.choice.chosen is None else found.choice.chosen.key,
        notice=None if counts or regional is None else regional.banner,
        strictest=None if counts or regional is None else regional.strictest,
    )
