"""Static texts go out compressed: style sheets and scripts shrink to a fifth.

Pages are left to the reverse proxy, or to nobody: a page that repeats what somebody typed beside a secret can
betray the secret by its compressed length (the BREACH attack); files that are the same for everybody cannot.
"""

from __future__ import annotations

import gzip
from http import HTTPStatus

from flask import current_app, request
from werkzeug.wrappers import Response

COMPRESSED = "lms.compressed_files"
"""Where compressed files are kept, in `app.extensions`: there are about thirty, each a few KB."""
TEXTS = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})
SMALLEST_BYTES = 500


def compress_static(response: Response) -> None:
    """Replace the body of a static text by its compressed form, for browsers that take it."""
    if not (request.endpoint or "").endswith("static") or response.mimetype not in TEXTS:
        return
    response.vary.add("Accept-Encoding")
    is_whole = response.status_code == HTTPStatus.OK and "Content-Encoding" not in response.headers
    if not is_whole or request.accept_encodings.quality("gzip") <= 0 or "Range" in request.headers:
        return
    kept: dict[tuple[str, str | None], bytes] = current_app.extensions.setdefault(COMPRESSED, {})
    place = (request.path, response.headers.get("ETag"))
    body = kept.get(place)
    if body is None:
        response.direct_passthrough = False
        plain = response.get_data()
        body = kept[place] = gzip.compress(plain, 9, mtime=0) if len(plain) >= SMALLEST_BYTES else b""
    if not body:
        return
    response.close()
    response.direct_passthrough = False
    response.set_data(body)
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("ETag", None)
