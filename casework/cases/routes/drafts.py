"""Drafts of the log form: kept while one types, gone on with from any computer, discarded and put back."""

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.cases.services.drafts import MOST_CHARACTERS, discard_draft, get_draft, keep_draft, take_back
from casework.core import clock
from casework.core.db import transaction
from casework.core.errors import Invalid
from casework.core.flashes import say
from casework.core.forms import ONCE_LENGTH, tidy

# The words themselves, and what a form wraps around them.
MOST_BYTES = 4 * MOST_CHARACTERS + 65_536


@requires(Permission.WORK_CASES)
def keep() -> tuple[str, int]:
    """Keep what is in the form, asked for by the page while somebody types; nothing is answered but that it is kept."""
    if (request.content_length or 0) > MOST_BYTES:
        return _("This is too long to be kept as a draft. Save the case, then add the rest to it."), 413
    user_id = current_user().id
    fields = [(name, value) for name, value in request.form.items(multi=True)]
    once, replaces = (tidy(request.form.get(name))[:ONCE_LENGTH] for name in ("once", "replaces"))
    try:
        with transaction():
            keep_draft(user_id, once, fields, now=clock.now(), replaces=replaces)
    except Invalid as problem:
        return problem.message, 413
    return "", 204


@requires(Permission.WORK_CASES)
def discard(draft_id: int) -> Response:
    """Take a draft off the list; the next page offers to put it back."""
    with transaction():
        draft = get_draft(current_user().id, draft_id)
        discard_draft(draft, now=clock.now())
    say(
        _("The draft is discarded."),
        clear_draft=f"log-case-{draft_id}",
        undo=url_for("cases.take_back_draft", draft_id=draft_id),
    )
    return redirect(url_for("cases.log"))


@requires(Permission.WORK_CASES)
def take_back_draft(draft_id: int) -> Response:
    """Go on with a draft that was discarded a moment ago."""
    with transaction():
        take_back(get_draft(current_user().id, draft_id))
    return redirect(url_for("cases.log", draft=draft_id))


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these have."""
    blueprint.add_url_rule("/drafts", "keep_draft", keep, methods=["POST"])
    blueprint.add_url_rule("/drafts/<int:draft_id>/discard", "discard_draft", discard, methods=["POST"])
    blueprint.add_url_rule(
        "/drafts/<int:draft_id>/back", "take_back_draft", take_back_draft, methods=["POST"]
    )
