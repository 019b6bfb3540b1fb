"""The outbox, the mails in the folder, and messages that need a person."""

from email import message_from_bytes, policy
from pathlib import Path

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.cases.models import Case
from casework.communications.forms import SettleForm
from casework.communications.models import Communication, Delivery
from casework.communications.queries import get_message_for, message_ids_seen_by, messages_needing
from casework.communications.routes.back import back_to
from casework.communications.services import tick_off
from casework.core import clock
from casework.core.config import current_settings
from casework.core.db import db, transaction
from casework.core.errors import Refused
from casework.core.flashes import say

SHOWN_MAILS = 100


@requires(Permission.WORK_CASES)
def messages() -> str:
    """Messages that need a person: by hand, undeliverable, or of which nobody knows whether they went out."""
    found = db.session.scalars(messages_needing(current_user())).unique().all()
    return render_template("communications/messages.html", messages=found)


@requires(Permission.WORK_CASES)
def settle(message_id: int) -> str | Response | tuple[str, int]:
    """Say what became of one message."""
    user = current_user()
    message, case = get_message_for(user, message_id)
    form = SettleForm()
    form.what.choices = _ways(message)
    if not form.is_submitted():
        return _settle_page(message, case, form)
    if not form.validate():
        return _settle_page(message, case, form), 422
    try:
        with transaction():
            again = form.what.data == "again"
            tick_off(message, actor=user, now=clock.now(), again=again, on=form.on.data)
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        message, case = get_message_for(user, message_id)
        return _settle_page(message, case, form), 422
    say("Settled.")
    return back_to(case)


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


def _settle_page(message: Communication, case: Case, form: SettleForm) -> str:
    return render_template("communications/settle.html", message=message, case=case, form=form)


def _ways(message: Communication) -> list[tuple[str, str]]:
    by_hand = "It was posted" if message.channel == "letter" else "It was done"
    done = by_hand if message.delivery is Delivery.BY_HAND else "It did go out: the customer has it"
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


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/messages", "messages", messages)
    blueprint.add_url_rule("/messages/<int:message_id>", "settle", settle, methods=["GET", "POST"])
    blueprint.add_url_rule("/mail", "mail", mail)
