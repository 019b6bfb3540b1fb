"""Handing one mail to the outside: over SMTP, or into a folder where the program can show it.

Handing over to a folder is idempotent: the file carries the message's own id, so a second try finds it there.
SMTP is not, which is why `communications` notes the moment before the hand-over (docs/adr/0003).
"""

import os
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formataddr, make_msgid
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit


class MailRefused(Exception):
    """The mail server answered that it will never take this message; trying again is no use."""


class MailDelayed(Exception):
    """The message was surely not taken: no connection, or an answer that asks to try later."""


class MailUncertain(Exception):
    """The connection broke during the hand-over, so nobody here can know whether the message was taken."""


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail: `message_id` is kept the same however often it is tried."""

    message_id: str
    sender: str
    sender_name: str
    to: str
    subject: str
    text: str

    def as_message(self) -> EmailMessage:
        """The mail as it is sent. Raises MailRefused when it cannot be written, which no other try would change."""
        try:
            message = self._message()
            message.as_bytes()
        except Exception as error:
            # The standard library answers an address that is none with whatever breaks first inside it. Were
            # that let through, the message would be claimed, given back and claimed again for ever.
            raise MailRefused("Its address or its words cannot be written as a mail.") from error
        return message

    def _message(self) -> EmailMessage:
        message = EmailMessage()
        message["Message-ID"] = self.message_id
        message["From"] = formataddr((self.sender_name, self.sender))
        message["To"] = self.to
        message["Subject"] = " ".join(self.subject.split())
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self.text)
        return message


class Mailer(Protocol):
    """Hands mails over. `repeatable` says that handing the same mail over twice delivers it once."""

    repeatable: bool

    def connected(self) -> AbstractContextManager[Callable[[Mail], None]]:
        """A connection, given as the function that hands one mail over. Raises MailDelayed when there is none."""
        ...


class FolderMailer:
    """Writes each mail as an .eml file; the name is made of the message id."""

    repeatable = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def connected(self) -> Iterator[Callable[[Mail], None]]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise MailDelayed(_words(error)) from error
        yield self._write

    def _write(self, mail: Mail) -> None:
        name = "".join(c if c.isalnum() or c in "-." else "_" for c in mail.message_id.strip("<>"))
        target = self.folder / f"{name}.eml"
        if target.exists():
            return
        draft = target.with_suffix(f".{os.getpid()}.part")
        written = mail.as_message().as_bytes()
        try:
            draft.write_bytes(written)
            draft.replace(target)
        except OSError as error:
            raise MailDelayed(_words(error)) from error


class SmtpMailer:
    """Hands each mail to the server of SMTP_URL: smtp://user:password@host:port (STARTTLS when offered) or smtps://."""

    repeatable = False

    def __init__(self, url: str, seconds: float = 20) -> None:
        self.parts = urlsplit(url)
        self.seconds = seconds

    @contextmanager
    def connected(self) -> Iterator[Callable[[Mail], None]]:
        try:
            server = self._connection()
        except (OSError, smtplib.SMTPException) as error:
            raise MailDelayed(_words(error)) from error
        try:
            yield lambda mail: _hand_over(server, mail)
        finally:
            server.close()

    def _connection(self) -> smtplib.SMTP:
        host, port = self.parts.hostname or "localhost", self.parts.port
        if self.parts.scheme == "smtps":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=self.seconds, context=context)
        else:
            server = smtplib.SMTP(host, port or 25, timeout=self.seconds)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
        if self.parts.username:
            server.login(unquote(self.parts.username), unquote(self.parts.password or ""))
        return server


def _hand_over(server: smtplib.SMTP, mail: Mail) -> None:
    message = mail.as_message()
    try:
        server.send_message(message)
    except smtplib.SMTPNotSupportedError as error:
        # Noticed before anything was handed over: the server does not take such an address.
        raise MailRefused(_words(error)) from error
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        # An answer in words: the server says itself that it did not take the message.
        raise (MailRefused if _is_for_ever(error) else MailDelayed)(_words(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailUncertain(_words(error)) from error


def new_message_id(host: str) -> str:
    """A message id of our own for a message that is about to be written."""
    return make_msgid(domain=host or "casework.invalid")


def _is_for_ever(error: smtplib.SMTPException) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        return f"{code} {_text(reply)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error) or type(error).__name__


def _text(reply: bytes | str) -> str:
    return reply.decode(errors="replace") if isinstance(reply, bytes) else reply
