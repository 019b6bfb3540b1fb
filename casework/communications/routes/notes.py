"""Internal notes, and the names that may be written in them."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.cases.queries import get_case_for
from casework.cases.queries.staff import staff_like
from casework.cases.services.presence import forget_presence
from casework.communications.forms import NoteForm
from casework.communications.routes.back import back_to
from casework.communications.services import write_note
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import Refused
from casework.core.flashes import say

LONGEST_NAME = 60


@requires(Permission.WORK_CASES)
def note(reference: str) -> str | Response | tuple[str, int]:
    """Write an internal note."""
    user = current_user()
    found = get_case_for(user, reference)
    form = NoteForm()
    if not form.is_submitted():
        return render_template("communications/note.html", case=found, form=form)
    if not form.validate():
        return render_template("communications/note.html", case=found, form=form), 422
    try:
        with transaction():
            intent = f"note:{form.once.data}"
            write_note(found, form.body.data, author=user, now=clock.now(), intent=intent)
            forget_presence(found.id, user.id)
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        found = get_case_for(user, reference)
        return render_template("communications/note.html", case=found, form=form), 422
    say("The note is kept.", clear_draft=f"note-{reference}")
    return back_to(found)


@requires(Permission.WORK_CASES)
def names(reference: str) -> str:
    """Who may be named in a note of this case, by what was typed of the name: a part of the page."""
    found = get_case_for(current_user(), reference)
    typed = request.args.get("q", "").strip()[:LONGEST_NAME]
    people = list(db.session.scalars(staff_like(found, typed))) if typed else []
    return render_template("communications/_names.html", people=people)


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/cases/<reference>/notes/new", "note", note, methods=["GET", "POST"])
    blueprint.add_url_rule("/cases/<reference>/notes/names", "names", names)
