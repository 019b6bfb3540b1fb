"""`flask doctor`: everything that must run, each ok or with a sentence on what to do."""

import json
import os
import shutil
import smtplib
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta

import click
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app

from casework.communications.queries import oldest_waiting
from casework.core import clock
from casework.core.config import Settings
from casework.core.db import db
from casework.core.mailer import SmtpMailer
from casework.web.health import broker_problem, database_problem, silence_of

ENOUGH_DISK_BYTES = 500 * 1024 * 1024
LONGEST_WAIT = timedelta(minutes=10)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: whether it is in order, and what to do or know."""

    name: str
    ok: bool
    sentence: str


def check_database() -> Check:
    """The database answers."""
    return _check("database", database_problem(), "The database answers.")


def check_migrations() -> Check:
    """The database has the newest schema."""
    scripts = ScriptDirectory(current_app.extensions["migrate"].directory)
    heads = set(scripts.get_heads())
    current = set(MigrationContext.configure(db.session.connection()).get_current_heads())
    problem = None if current == heads else "The database has an older schema. Run: flask db upgrade"
    return _check("migrations", problem, "The database has the newest schema.")


def check_broker() -> Check:
    """The broker answers."""
    return _check("broker", broker_problem(_settings()), "The broker answers.")


def check_worker() -> Check:
    """The worker left a sign of life lately."""
    return _check("worker", silence_of("worker", clock.now()), "The worker works.")


def check_scheduler() -> Check:
    """The scheduler left a sign of life lately."""
    return _check("scheduler", silence_of("scheduler", clock.now()), "The scheduler asks for its tasks.")


def check_mail() -> Check:
    """Mail can be handed over: the server greets, or the folder can be written to."""
    settings = _settings()
    if settings.smtp_url:
        problem = _smtp_problem(settings)
        return _check("mail", problem, "The mail server answers.")
    folder = settings.data_dir / "mail"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    problem = (
        None if os.access(folder, os.W_OK) else f"The folder {folder} cannot be written to. Mend its owner."
    )
    return _check("mail", problem, f"Mail is written to {folder}; set SMTP_URL to send it.")


def check_disk() -> Check:
    """There is room for what comes."""
    free = shutil.disk_usage(_settings().data_dir).free
    words = f"{free // (1024 * 1024):,} MB are free."
    problem = None if free >= ENOUGH_DISK_BYTES else f"Only {words} Make room where CASEWORK_DATA is."
    return _check("disk", problem, words)


def check_outbox() -> Check:
    """No message waits for long."""
    oldest, now = oldest_waiting(), clock.now()
    waits = (now - oldest) if oldest is not None else timedelta()
    minutes = int(waits.total_seconds() // 60)
    problem = (
        f"The oldest message has waited {minutes:,} minutes. See whether the worker and the mail server answer."
        if waits > LONGEST_WAIT
        else None
    )
    return _check(
        "outbox", problem, "No message waits." if oldest is None else f"The oldest waits {minutes} min."
    )


checks: list[Callable[[], Check]] = [
    check_database,
    check_migrations,
    check_broker,
    check_worker,
    check_scheduler,
    check_mail,
    check_disk,
    check_outbox,
]


def examine() -> list[Check]:
    """Do every check; one that fails in itself is reported and does not stop the others."""
    found = []
    for act in checks:
        name = act.__name__.removeprefix("check_")
        try:
            found.append(act())
        except Exception as error:
            db.session.rollback()
            found.append(Check(name, False, f"This could not be looked at: {type(error).__name__}."))
    return found


def register(app: Flask) -> None:
    """Let this application be asked `flask doctor`."""
    app.cli.add_command(doctor)


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def doctor(as_json: bool) -> None:
    """Look at everything that must run and say what to do about what does not."""
    found = examine()
    ok = all(check.ok for check in found)
    if as_json:
        click.echo(json.dumps({"ok": ok, "checks": [asdict(check) for check in found]}, indent=2))
    else:
        for check in found:
            click.echo(f"{'ok ' if check.ok else 'NOT'}  {check.name:<12} {check.sentence}")
    if not ok:
        click.echo("Something does not run as it should; see above.", err=True)
        sys.exit(1)


def _check(name: str, problem: str | None, fine: str) -> Check:
    return Check(name, problem is None, problem or fine)


def _smtp_problem(settings: Settings) -> str | None:
    parts = SmtpMailer(settings.smtp_url).parts
    smtps = parts.scheme == "smtps"
    kind = smtplib.SMTP_SSL if smtps else smtplib.SMTP
    try:
        with kind(parts.hostname or "localhost", parts.port or (465 if smtps else 25), timeout=5) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        return f"The mail server does not answer ({type(error).__name__}). Look at SMTP_URL."
    return None


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
