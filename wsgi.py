"""The stand-alone app: `granian --interface wsgi wsgi:app`, or any other WSGI server."""

from __future__ import annotations

from lms.standalone import serving_app

app = serving_app()
