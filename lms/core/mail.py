"""Mail: rendered from one template per message and sent by the worker, or written to files.

A template `lms/<slice>/mail/<name>.txt` begins with a line `Subject: …`, then a blank line, then the
text. Without `LMS_SMTP_URL` each message becomes a file under `mail/` in the instance folder: enough
to try Papilla out, and visible to nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jinja2

from lms.core.errors import ConfigurationError, InvalidInput
from lms.core.identifiers import new_uuid
from lms.core.settings import Settings
from lms.core.text import _, ngettext, reader_of, show_date, show_datetime, speaking_to

MAIL = "mail"
"""The kind of outbox messages that are mail: payload `to`, `template`, `context`, `locale`, `time_zone`."""

SMTP_TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Mail:
    """One message: whom to, what about, and its plain text."""

    to: str
    subject: str
    text: str


def mail_payload(
    *, to: str, template: str, context: Mapping[str, Any], locale: str, time_zone: str
) -> dict[str, Any]:
    """Return the outbox payload of a mail; the context holds JSON values only."""
    return {
        "to": to,
        "template": template,
        "context": dict(context),
        "locale": locale,
        "time_zone": time_zone,
    }


class Mailer:
    """Renders mail and hands it to the mail server, or to a file."""

    def __init__(self, settings: Settings, template_folders: tuple[str, ...]) -> None:
        self._settings = settings
        self._templates = jinja2.Environment(  # noqa: S701 - plain text mail: escaping would garble names
            loader=jinja2.FileSystemLoader(template_folders),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            keep_trailing_newline=True,
        )
        self._templates.globals.update(_=_, ngettext=ngettext)
        self._templates.filters.update(date=show_date, datetime=show_datetime)

    def render(self, payload: Mapping[str, Any]) -> Mail:
        """Return the message of an outbox payload, in the language of the person it goes to."""
        with speaking_to(reader_of(payload["locale"], payload["time_zone"])):
            text = self._templates.get_template(payload["template"]).render(
                academy_name=self._settings.academy_name, **payload["context"]
            )
        head, _blank, body = text.partition("\n\n")
        return Mail(to=payload["to"], subject=head.removeprefix("Subject:").strip(), text=body.strip() + "\n")

    def deliver(self, payload: Mapping[str, Any]) -> None:
        """Render and send one message; raises what the mail server answers, so that it is tried again."""
        message = self._message(self.render(payload))
        if self._settings.smtp_url:
            self._send(message)
        else:
            self._write(message)

    def _message(self, mail: Mail) -> EmailMessage:
        if any(character in mail.to + mail.subject for character in "\r\n"):
            raise InvalidInput("An address or subject of mail must stand on one line.")
        message = EmailMessage()
        message["To"] = mail.to
        message["From"] = self._settings.mail_from or self._settings.contact_email or "papilla@localhost"
        message["Subject"] = mail.subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain="papilla.localhost")
        message.set_content(mail.text)
        return message

    def _write(self, message: EmailMessage) -> None:
        folder = Path(self._settings.instance_path) / "mail"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{new_uuid()}.eml"
        path.touch(mode=0o600)
        path.write_bytes(bytes(message))

    def _send(self, message: EmailMessage) -> None:
        parts = urlsplit(self._settings.smtp_url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ConfigurationError(
                "LMS_SMTP_URL must look like smtp://user:password@host:587 or smtps://host."
            )
        import smtplib
        import ssl

        context = ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                parts.hostname, parts.port or 465, timeout=SMTP_TIMEOUT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(parts.hostname, parts.port or 25, timeout=SMTP_TIMEOUT_SECONDS)
        with server:
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=context)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)
