"""Finding a case again when the link is lost."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.accounts.access import public
from casework.core import clock
from casework.core.db import transaction
from casework.portal.forms import TrackForm
from casework.portal.queries import is_tried_too_often
from casework.portal.routes.visitor import address
from casework.portal.services import note_try, send_link_again


@public
def track() -> str | Response | tuple[str, int]:
    """Ask for the reference and something that only the customer knows; the answer is the same whether they match."""
    form, now = TrackForm(), clock.now()
    if request.method == "GET":
        return render_template("portal/track.html", form=form)
    if not form.validate():
        return render_template("portal/track.html", form=form), 422
    if is_tried_too_often("track", address(), now):
        form.add_problems([_("You asked very often in a short time. Wait 15 minutes, then try again.")])
        return render_template("portal/track.html", form=form), 429
    with transaction():
        note_try("track", address(), now)
        send_link_again(form.reference.data, form.contact.data, now=now)
    return redirect(url_for("portal.track_sent"))


@public
def track_sent() -> str:
    """What happens now, if what was typed belongs together."""
    return render_template("portal/track_sent.html")


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/track", "track", track, methods=["GET", "POST"])
    blueprint.add_url_rule("/track/sent", "track_sent", track_sent)
