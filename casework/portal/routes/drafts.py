"""Saving answers for later, coming back to them, and throwing them away."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from casework.accounts.access import public
from casework.core import clock
from casework.core.config import current_settings
from casework.core.db import db, transaction
from casework.core.errors import NotFound
from casework.core.flashes import say
from casework.portal.models import PortalDraft
from casework.portal.queries import draft_with, is_tried_too_often
from casework.portal.routes.visitor import address, draft_token, my_draft, with_draft, without_draft
from casework.portal.rules import CHECK, first_unanswered
from casework.portal.services import forget_draft, note_try, take_over

NOT_KEPT = (
    "There are no answers behind this link. We keep them for seven days, and not after they were sent. "
    "You can start again."
)


@public
def saved() -> str | Response:
    """The link by which somebody comes back to what they began."""
    draft = my_draft(clock.now())
    if draft is None or draft.case_id is not None:
        return redirect(url_for("portal.start"))
    link = current_settings().site_url + url_for("portal.come_back", token=draft_token())
    return render_template("portal/saved.html", link=link, until=draft.expires_at, back_href=_going_to(draft))


@public
def come_back(token: str) -> str:
    """Offer to go on. Only the button does it, because programs that look into mails follow links."""
    _draft(token)
    return render_template("portal/come_back.html", token=token)


@public
def go_on(token: str) -> Response:
    """Give this browser the draft and lead to the next question."""
    draft = _draft(token)
    with transaction():
        mine = take_over(draft)
    return with_draft(redirect(_going_to(draft)), mine)


@public
def forget() -> Response:
    """Throw the answers away."""
    draft = my_draft(clock.now())
    if draft is not None:
        with transaction():
            forget_draft(draft)
    say(_("Your answers are deleted."), clear_draft="tell-us-story")
    return without_draft(redirect(url_for("portal.start")))


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/tell-us/saved", "saved", saved)
    blueprint.add_url_rule("/tell-us/forget", "forget", forget, methods=["POST"])
    blueprint.add_url_rule("/tell-us/back/<token>", "come_back", come_back)
    blueprint.add_url_rule("/tell-us/back/<token>", "go_on", go_on, methods=["POST"])


def _draft(token: str) -> PortalDraft:
    """The draft behind a link that is not sent yet. Wrong links are counted like those of cases."""
    now = clock.now()
    if is_tried_too_often("link", address(), now):
        raise TooManyRequests
    draft = draft_with(token, now)
    if draft is not None and draft.case_id is None:
        return draft
    db.session.rollback()
    with transaction():
        note_try("link", address(), now)
    raise NotFound(NOT_KEPT)


def _going_to(draft: PortalDraft) -> str:
    step = first_unanswered(draft.answers)
    return url_for("portal.check") if step == CHECK else url_for("portal.question", step=step)
