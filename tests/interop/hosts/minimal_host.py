"""A clinic's own Flask app with Papilla mounted below /training.

It had all of this before: its own sign-in with Flask-Login, its own tables and version table, CSRF
protection on every form, its own `_`, error page and session settings. Try it:

    flask --app tests/interop/hosts/minimal_host.py lms setup
    flask --app tests/interop/hosts/minimal_host.py run
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flask
import flask_login
import sqlalchemy as sa
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from lms import LMS
from lms.academies.access import Principal


class ClinicBase(DeclarativeBase):
    """The clinic's own tables; Papilla's are not among them."""


class StaffMember(ClinicBase):
    """Somebody who works at the clinic."""

    __tablename__ = "staff_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    trains_others: Mapped[bool] = mapped_column(default=False)


class AlembicVersion(ClinicBase):
    """The clinic's own migration state, under Alembic's usual name."""

    __tablename__ = "alembic_version"

    version_num: Mapped[str] = mapped_column(primary_key=True)


class StaffUser(flask_login.UserMixin):  # type: ignore[misc]
    """The signed-in member of staff as the clinic's sign-in knows them."""

    def __init__(self, row: StaffMember) -> None:
        self.id = row.id
        self.name = row.name
        self.email = row.email
        self.trains_others = row.trains_others


def current_staff() -> Principal | None:
    """Tell Papilla who is signed in at the clinic."""
    user = flask_login.current_user
    if not user.is_authenticated:
        return None
    roles = frozenset({"instructor"}) if user.trains_others else frozenset[str]()
    return Principal(subject=str(user.id), name=user.name, email=user.email, roles=roles)


def create_host(config: Mapping[str, Any] | None = None, **papilla: Any) -> flask.Flask:
    """Return the clinic's app with Papilla mounted in it."""
    app = create_clinic(config)
    LMS(app, url_prefix="/training", identify=current_staff, **papilla)
    return app


def create_clinic(config: Mapping[str, Any] | None = None) -> flask.Flask:
    """Return the clinic's app as it was before Papilla."""
    config = dict(config or {})
    app = flask.Flask("clinic", instance_path=config.pop("INSTANCE_PATH", None))
    app.secret_key = "the clinic's own key"
    app.config.from_mapping(config, SESSION_COOKIE_NAME="clinic", WTF_CSRF_TIME_LIMIT=600)
    CSRFProtect(app)
    memory = sa.create_engine(
        "sqlite://", poolclass=sa.pool.StaticPool, connect_args={"check_same_thread": False}
    )
    _install_sign_in(app, memory)
    app.jinja_env.globals["_"] = lambda message: f"clinic says {message}"
    app.register_error_handler(404, lambda _error: ("The clinic has no such page.", 404))
    app.add_url_rule("/", "home", lambda: flask.render_template_string("{{ _('hello') }}"))
    app.add_url_rule("/rota", "rota", flask_login.login_required(lambda: "the rota"))
    return app


def _install_sign_in(app: flask.Flask, engine: sa.Engine) -> None:
    ClinicBase.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(StaffMember(id=1, name="Test Nurse", email="nurse@clinic.example"))
        session.add(
            StaffMember(id=2, name="Test Trainer", email="trainer@clinic.example", trains_others=True)
        )
        session.commit()
    manager = flask_login.LoginManager(app)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(staff_id: str) -> StaffUser | None:
        with Session(engine) as session:
            row = session.get(StaffMember, int(staff_id))
            return StaffUser(row) if row else None

    @app.get("/enter/<int:staff_id>")
    def enter(staff_id: int) -> str:
        user = load(str(staff_id))
        flask_login.login_user(user)
        return "welcome"


def create_app() -> flask.Flask:
    """Return the app for `flask --app`."""
    return create_host()
