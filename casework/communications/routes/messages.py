"""The outbox, the mails in the folder, and messages that need a person."""

from collections.abc import Callable
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import Team, User
from casework.accounts.roles import Permission
from casework.cases.models import Case
from casework.cases.queries.openings import note_opening
from casework.cases.queues import NOBODY, Filters, filters_from, parts_of
from casework.cases.views import due_in_list
from casework.communications.forms import PostedForm, SettleForm
from casework.communications.models import Communication, Delivery
from casework.communications.queries import (
    NEEDING,
    PAGE,
    get_message_for,
    message_ids_seen_by,
    messages_needing,
)
from casework.communications.routes.back import back_to
from casework.communications.services import Settled, tick_off, ways_to_settle
from casework.core import clock
from casework.core.config import current_settings
from casework.core.db import db, transaction
from casework.core.errors import CaseworkError, Invalid, Refused
from casework.core.flashes import say

SHOWN_MAILS = 100
LETTERS = "letters"
LISTS = {
    "all": _l("All"),
    LETTERS: _l("Letters to post"),
    "calls": _l("Calls to make"),
    "trouble": _l("Not delivered"),
}


@requires(Permission.WORK_CASES)
def messages() -> str:
    """Messages that need a person: by hand, undeliverable, or of which nobody knows whether they went out."""
    what = request.args.get("what") or "all"
    if what not in NEEDING:
        raise Invalid(_("There is no such list. Choose one of the lists at the top of the page."))
    return _list_page(what, PostedForm(formdata=None))


@requires(Permission.WORK_CASES)
def letters() -> str:
    """The letters of a page of the list, each on a sheet of its own."""
    filters = filters_from(request.args)
    page = messages_needing(current_user(), filters, what=LETTERS, after=_after())
    for one in page.messages:
        if one.case is not None:
            note_opening(one.case)
    return render_template(
        "communications/letters.html", messages=page.messages, back=_address(filters)(what=LETTERS)
    )


@requires(Permission.WORK_CASES)
def posted() -> str | Response | tuple[str, int]:
    """Tick off letters that were posted, each by itself: one that cannot be does not hold up the others."""
    form, user, now = PostedForm(), current_user(), clock.now()
    if not form.validate():
        return _list_page(LETTERS, form), 422
    if not form.message.data:
        form.add_problems([_("No letter was selected. Tick those that were posted.")])
        return _list_page(LETTERS, form), 422
    done, refused = 0, []
    for message_id in dict.fromkeys(form.message.data[:PAGE]):
        try:
            with transaction():
                message, _ignored = get_message_for(user, message_id)
                tick_off(message, actor=user, now=now, on=form.on.data)
            done += 1
        except CaseworkError as refusal:
            refused.append(refusal.message)
    if refused:
        form.add_problems(list(dict.fromkeys(refused)))
    if done:
        say(ngettext("%(num)d letter is ticked off.", "%(num)d letters are ticked off.", done))
    return (
        (_list_page(LETTERS, form), 422)
        if refused
        else redirect(_address(filters_from(request.args))(what=LETTERS))
    )


def _list_page(what: str, form: PostedForm) -> str:
    user, now, filters = current_user(), clock.now(), filters_from(request.args)
    page, address = messages_needing(user, filters, what=what, after=_after()), _address(filters)
    kept: dict[str, Any] = parts_of(filters)
    return render_template(
        "communications/messages.html",
        what=what,
        lists=[
            {"label": label, "href": address(what=name), "current": name == what}
            for name, label in LISTS.items()
        ],
        messages=[(one, due_in_list(one.case, now) if one.case else None) for one in page.messages],
        whose=_whose(filters),
        all_href=url_for("communications.messages", what=what),
        mine_href=url_for("communications.messages", what=what, handler=user.id),
        first_href=address(what=what) if _after() else "",
        next_href=address(what=what, after=page.next) if page.next else "",
        letters=what == LETTERS,
        letters_href=url_for("communications.letters", **kept, after=_after() or None),
        posted_href=url_for("communications.posted", **kept, after=_after() or None),
        form=form,
    )


def _address(filters: Filters) -> Callable[..., str]:
    """The list for these filters."""
    kept: dict[str, Any] = parts_of(filters)
    return partial(url_for, "communications.messages", **kept)


def _after() -> int:
    text = request.args.get("after", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid(_("The address of this page is not complete. Go back to the first page of the list."))
    return int(text or 0)


def _whose(filters: Filters) -> str:
    """Whose messages are listed, when not everybody's."""
    names = []
    if filters.handler_id is not None:
        person = db.session.get(User, filters.handler_id) if filters.handler_id != NOBODY else None
        names.append(person.name if person else _("Nobody yet"))
    if filters.team_id is not None and (team := db.session.get(Team, filters.team_id)):
        names.append(team.name)
    return ", ".join(names)


@requires(Permission.WORK_CASES)
def settle(message_id: int) -> str | Response | tuple[str, int]:
    """Say what became of one message."""
    user = current_user()
    message, case = get_message_for(user, message_id)
    form = SettleForm()
    form.what.choices = _ways(message)
    if not form.is_submitted():
        if len(form.what.choices) == 1:
            form.what.data = form.what.choices[0][0]
        return _settle_page(message, case, form)
    if not form.validate():
        return _settle_page(message, case, form), 422
    try:
        with transaction():
            how = Settled(form.what.data)
            tick_off(message, actor=user, now=clock.now(), how=how, on=form.on.data)
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        message, case = get_message_for(user, message_id)
        return _settle_page(message, case, form), 422
    if how is Settled.LETTER:
        return redirect(url_for("communications.letter", message_id=message_id))
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
    return render_template(
        "communications/settle.html", message=message, case=case, to=case.addressee, form=form
    )


def _ways(message: Communication) -> list[tuple[str, str]]:
    by_hand = _("It was posted") if message.channel == "letter" else _("It was done")
    words = {
        Settled.DONE: by_hand
        if message.delivery is Delivery.BY_HAND
        else _("It did go out: the customer has it"),
        Settled.AGAIN: _("Send it by e-mail again"),
        Settled.LETTER: _("Send it by letter instead"),
        Settled.TOLD: _("I told them: by phone, or face to face"),
    }
    return [(way.value, words[way]) for way in ways_to_settle(message)]


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
    blueprint.add_url_rule("/messages/letters", "letters", letters)
    blueprint.add_url_rule("/messages/posted", "posted", posted, methods=["POST"])
    blueprint.add_url_rule("/messages/<int:message_id>", "settle", settle, methods=["GET", "POST"])
    blueprint.add_url_rule("/mail", "mail", mail)
