"""The Flask extension: mounts Papilla in any Flask app.

    from lms import LMS
    LMS(app, url_prefix="/training")

Everything is kept in `app.extensions`; the host's error pages, Jinja globals, session settings and login
stay as they are.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask

from lms.core.clock import Clock, utc_now
from lms.core.errors import ConfigurationError
from lms.core.runtime import Runtime
from lms.core.settings import Settings, read_settings

__all__ = ["LMS"]


class LMS:
    """Papilla as an extension; holds options only, so that one object may serve several apps.

    `identify` returns the host's signed-in person as a `lms.academies.access.Principal`, or None; give it
    when the host signs people in itself. `clock` replaces the clock in tests.
    """

    def __init__(
        self,
        app: flask.Flask | None = None,
        *,
        url_prefix: str = "",
        identify: Callable[[], Any] | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._identify = identify
        self._clock = clock
        if app is not None:
            self.init_app(app, url_prefix=url_prefix)

    def init_app(self, app: flask.Flask, *, url_prefix: str = "", owns_site: bool = False) -> Runtime:
        """Mount Papilla in an app below `url_prefix` and return its runtime.

        With `owns_site` Papilla also answers addresses that are no page, as the stand-alone app wants.
        Raises `ConfigurationError` when a name is taken or a setting is wrong.
        """
        if "lms" in app.extensions:
            raise ConfigurationError(
                "Papilla is mounted in this app already. Call LMS.init_app once per app."
            )
        _require_our_packages()
        settings = read_settings(app.config, instance_path=app.instance_path)
        runtime = build_runtime(settings, self._clock)
        app.extensions["lms"] = runtime
        self._install_login(app, settings)
        app.register_blueprint(
            _blueprint(owns_unknown=owns_site or bool(url_prefix)), url_prefix=url_prefix or None
        )
        _install_commands(app)
        return runtime

    def _install_login(self, app: flask.Flask, settings: Settings) -> None:
        from lms.academies import access
        from lms.accounts import login, views
        from lms.accounts.passwords import Passwords
        from lms.clinical_review.showing import clinical_review
        from lms.core.templating import CLINICAL_REVIEW, WHO_IS_ASKING

        app.extensions[views.PASSWORDS] = Passwords(slots=settings.hashing_slots)
        app.extensions[WHO_IS_ASKING] = access.current_member
        app.extensions[CLINICAL_REVIEW] = clinical_review
        if self._identify is not None:
            app.extensions[access.IDENTIFY] = self._identify
        elif hasattr(app, "login_manager"):
            raise ConfigurationError(
                "This app has its own login manager. Pass identify=… to LMS, a function that returns the "
                "signed-in person as a Principal, or None."
            )
        else:
            login.install(app)


def build_runtime(settings: Settings, clock: Clock) -> Runtime:
    """Return the runtime of an installation; opens no connection and needs no app."""
    from lms import slices
    from lms.certificates.keys import Keyring
    from lms.core.database import WriteLock, open_engine
    from lms.core.events import Events
    from lms.core.group_commit import GroupCommit
    from lms.core.mail import MAIL, Mailer
    from lms.core.rate_limits import RateLimits
    from lms.core.work import Workshop
    from lms.core.worker import Bell
    from lms.publishing.library import Library

    engine = open_engine(settings)
    lock = WriteLock(settings.sqlite_path, timeout_seconds=settings.busy_timeout_seconds)
    events = Events()
    interactions = slices.interactions_of(settings)
    kinds = slices.document_kinds(interactions)
    mailer = Mailer(settings, slices.template_folders())
    workshop = Workshop(
        engine=engine,
        lock=lock,
        clock=clock,
        events=events,
        documents=Library(kinds),
        settings=settings,
        keyring=Keyring(Path(settings.instance_path) / "keys"),
        wake_worker=Bell(settings).ring,
    )
    slices.subscribe(events)
    return Runtime(
        settings=settings,
        workshop=workshop,
        group_commit=GroupCommit(engine, lock, clock, timeout_seconds=settings.busy_timeout_seconds),
        limits=RateLimits(),
        mailer=mailer,
        deliveries={MAIL: mailer.deliver},
        kinds=kinds,
        interactions=interactions,
        template_roots=slices.template_roots(interactions),
        chores=slices.CHORES,
        home_panels=list(slices.HOME_PANELS),
        import_notes=slices.IMPORT_NOTES,
        lesson_parts=slices.LESSON_PARTS,
        lesson_watchers=slices.LESSON_WATCHERS,
    )


class SiteBlueprint(flask.Blueprint):
    """The parent of all pages; its static files carry a digest in their address and never go stale."""

    def get_send_file_max_age(self, _filename: str | None) -> int | None:
        """Return a year in seconds."""
        return 365 * 24 * 60 * 60


def _blueprint(*, owns_unknown: bool) -> flask.Blueprint:
    from lms import slices
    from lms.academies import access
    from lms.core import site, web

    core = Path(web.__file__).parent
    parent = SiteBlueprint(
        "lms",
        "lms.core.web",
        template_folder=str(core / "templates"),
        static_folder=str(core / "static"),
        static_url_path="/static",
    )
    web.install(parent)
    access.install(parent)
    site.add_site_pages(parent, owns_unknown=owns_unknown)
    for build in slices.BLUEPRINTS:
        parent.register_blueprint(build())
    return parent


def _install_commands(app: flask.Flask) -> None:
    from lms.cli import command_group

    app.cli.add_command(command_group())


def _require_our_packages() -> None:
    """Refuse to start when a host's own `courses` or `quizzes` package would shadow ours."""
    ours = Path(__file__).parents[1]
    for name in ("courses", "quizzes"):
        found = importlib.import_module(name).__file__
        if found is None or Path(found).parents[1] != ours:
            raise ConfigurationError(
                f"The import name “{name}” belongs to {found}, not to Papilla. Rename that package or "
                "put Papilla's folder before it on the import path."
            )
