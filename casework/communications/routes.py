"""Pages for notes, for what customers said, for the outbox, and for messages that need a person."""

from email import message_from_bytes, policy
from pathlib import Path

from flask import Blueprint, Flask, redirect, render_template, url_for
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.cases.models import Case
from casework.cases.queries import get_case_for
from casework.communications.forms import HeardForm, NoteForm, SettleForm
from casework.communications.models import Communication, Delivery
from casework.communications.queries import get_message_for, message_ids_seen_by, messages_needing
from casework.communications.services import hear_from_customer, tick_off, write_note
from casework.core import clock
from casework.core.config import current_settings
from casework.core.db import db, transaction
from casework.core.flashes import say

blueprint = Blueprint("communications", __name__)
SHOWN_MAILS = 100


@blueprint.route("/cases/<reference>/notes/new", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def note(reference: str) -> str | Response | tuple[str, int]:
    """Write an internal note."""
    found = get_case_for(current_user(), reference)
    form = NoteForm()
    if not form.is_submitted():
        return render_template("communications/note.html", case=found, form=form)
    if not form.validate():
        return render_template("communications/note.html", case=found, form=form), 422
    with transaction():
        write_note(
            found, form.body.data, author=current_user(), now=clock.now(), intent=f"note:{form.once.data}"
        )
    say("The note is kept.", clear_draft=f"note-{reference}")
    return _back_to(found)


@blueprint.route("/cases/<reference>/heard", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def heard(reference: str) -> str | Response | tuple[str, int]:
    """Keep what the customer said."""
    found = get_case_for(current_user(), reference)
    form = HeardForm()
    if not form.is_submitted():
        return render_template("communications/heard.html", case=found, form=form)
    if not form.validate():
        return render_template("communications/heard.html", case=found, form=form), 422
    with transaction():
        hear_from_customer(
            found,
            form.body.data,
            channel=form.channel.data,
            now=clock.now(),
            intent=f"heard:{form.once.data}",
        )
    say("What the customer said is kept.", clear_draft=f"heard-{reference}")
    return _back_to(found)


@blueprint.get("/messages")
@requires(Permission.WORK_CASES)
def messages() -> str:
    """Messages that need a person: by hand, undeliverable, or of which nobody knows whether they went out."""
    found = db.session.scalars(messages_needing(current_user())).unique().all()
    return render_template("communications/messages.html", messages=found)


@blueprint.route("/messages/<int:message_id>", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def settle(message_id: int) -> str | Response | tuple[str, int]:
    """Say what became of one message."""
    message, case = get_message_for(current_user(), message_id)
    form = SettleForm()
    form.what.choices = _ways(message)
    if not form.is_submitted():
        return render_template("communications/settle.html", message=message, case=case, form=form)
    if not form.validate():
        return render_template("communications/settle.html", message=message, case=case, form=form), 422
    with transaction():
        tick_off(message, actor=current_user(), now=clock.now(), again=form.what.data == "again")
    say("Settled.")
    return _back_to(case)


@blueprint.get("/mail")
@requires(Permission.TELL_CUSTOMERS)
def mail() -> str:
    """The mails written to the folder when no mail server is set, newest first, of cases that this person may see."""
    folder = current_settings().data_dir / "mail"
    files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)[:SHOWN_MAILS]
    mails = [_mail(path) for path in files]
    # A mail holds the private link to its case, so it opens that case to whoever reads it.
    seen = message_ids_seen_by(current_user(), [one["message_id"] for one in mails])
    return render_template(
        "communications/mail.html", mails=[one for one in mails if one["message_id"] in seen]
    )


def register(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(blueprint)


def _back_to(case: Case) -> Response:
    return redirect(url_for("cases.case", reference=case.reference, _anchor="timeline"))


def _ways(message: Communication) -> list[tuple[str, str]]:
    done = "It was done" if message.delivery is Delivery.BY_HAND else "It did go out: the customer has it"
    ways = [] if message.delivery is Delivery.FAILED else [("done", done)]
    return [*ways, ("again", "Send it by e-mail again")] if message.to_address else ways


def _mail(path: Path) -> dict[str, str]:
    read = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = read.get_body(("plain",))
    return {
        "message_id": str(read["Message-ID"]).strip(),
        "to": str(read["To"]),
        "subject": str(read["Subject"]),
        "text": body.get_content() if body is not None else "",
    }
