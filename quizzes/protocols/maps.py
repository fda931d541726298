"""The map of a protocol: a line drawing on which the zones of a record are marked."""

from __future__ import annotations

from lms.publishing.documents import key_path, suggestion
from quizzes.protocols.compilation import Compilation
from quizzes.protocols.document import DepthDocument, MapDocument
from quizzes.protocols.drawing import NO_PATH, PATH, drawing_problems


def zone_map(state: Compilation, document: MapDocument | None) -> MapDocument | None:
    """Return the map as written; what is wrong with it is noted on the compilation."""
    if document is None:
        return None
    depth = state.document.parameters.get("depth_mm")
    zones = depth.zones if isinstance(depth, DepthDocument) else {}
    state.complain_all(
        (f"map.drawing.{path}", message) for path, message in drawing_problems(document.drawing)
    )
    for zone, line in document.zones.items():
        path = key_path("map.zones", zone)
        if zone not in zones:
            state.complain(path, f"The protocol has no zone “{zone}”.{suggestion(zone, zones)}")
        if not PATH.fullmatch(line):
            state.complain(path, NO_PATH)
    return document
