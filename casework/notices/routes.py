"""Pages of one's own notices, and of choosing what to be told of."""

from datetime import datetime

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import Invalid
from casework.core.flashes import say
from casework.notices import queries, services
from casework.notices.forms import ChoicesForm, data_of
from casework.notices.rules import ICONS, sentence

blueprint = Blueprint("notices", __name__)


@blueprint.get("/notices")
@requires(Permission.WORK_CASES)
def notices() -> str:
    """What I was told of, the newest first; with ?unread=1 what I have not read."""
    user, unread = current_user(), request.args.get("unread") == "1"
    page = queries.notices_of(user, unread=unread, after=request.args.get("after", ""))
    counted = queries.unread_now(user)
    if counted != user.unread:
        # Some case was hidden from this person, or shown again, since they were told of it.
        user_id = user.id
        db.session.rollback()
        with transaction():
            services.put_count_right(user_id)
        page = queries.notices_of(user, unread=unread, after=request.args.get("after", ""))
    return render_template(
        "notices/notices.html",
        told=[
            (one, sentence(one.notice.what, one.notice.count), ICONS[one.notice.what]) for one in page.told
        ],
        next=page.next,
        unread=unread,
        unread_n=counted,
        upto=clock.now().isoformat(),
    )


@blueprint.get("/notices/<int:notice_id>")
@requires(Permission.WORK_CASES)
def open_notice(notice_id: int) -> Response:
    """To the case that a notice is about; the notice is read then."""
    user = current_user()
    notice, reference = queries.get_notice_for(user, min(notice_id, 2**31 - 1))
    if notice.read_at is None:
        user_id = user.id
        db.session.rollback()
        with transaction():
            services.mark_read(user_id, notice_id, now=clock.now())
    return redirect(url_for("cases.case", reference=reference))


@blueprint.post("/notices/<int:notice_id>/read")
@requires(Permission.WORK_CASES)
def read(notice_id: int) -> Response:
    """I have read a notice, without opening its case."""
    with transaction():
        notice, _reference = queries.get_notice_for(current_user(), min(notice_id, 2**31 - 1))
        services.mark_read(current_user().id, notice.id, now=clock.now())
    return redirect(url_for("notices.notices", unread=request.args.get("unread")))


@blueprint.post("/notices/read")
@requires(Permission.WORK_CASES)
def read_all() -> Response:
    """I have read everything that the page showed, and what was there before it."""
    with transaction():
        services.mark_all_read(current_user().id, upto=_upto(), now=clock.now())
    say("Everything is marked as read.")
    return redirect(url_for("notices.notices"))


@blueprint.route("/account/notices", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def choices() -> str | Response | tuple[str, int]:
    """Choose what to be told of, in the app and by mail."""
    user_id = current_user().id
    form = ChoicesForm(data=data_of(queries.choices_of([user_id])[user_id]))
    if not form.is_submitted():
        return render_template("notices/choices.html", form=form)
    if not form.validate():
        return render_template("notices/choices.html", form=form), 422
    with transaction():
        services.choose(user_id, form.chosen())
    say("Your choice is kept.")
    return redirect(url_for("notices.choices"))


def register(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(blueprint)


def _upto() -> datetime:
    try:
        upto = datetime.fromisoformat(request.form.get("upto", "")[:40])
    except ValueError:
        upto = None
    if upto is None or upto.tzinfo is None:
        raise Invalid("It is not known what you have seen. Go back to your notices and try again.")
    return upto
