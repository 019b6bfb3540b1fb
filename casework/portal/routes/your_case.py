"""The private page of a case, and what its customer can do there."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from casework.accounts.access import public
from casework.cases.links import private_link
from casework.cases.models import Case
from casework.core import clock
from casework.core.config import current_settings
from casework.core.db import db, transaction
from casework.core.errors import NotFound, Refused
from casework.core.flashes import say
from casework.portal.forms import MessageForm, OfferForm, ReviewForm
from casework.portal.queries import get_case_by_link, is_tried_too_often
from casework.portal.routes.visitor import address
from casework.portal.services import Answer, answer_offer, ask_for_review, note_try, write_message
from casework.portal.views import view_of

Page = str | Response | tuple[str, int]


@public
def your_case(reference: str, token: str) -> Page:
    """Where it stands; right after sending also the reference and the link to keep."""
    case = _open(reference, token)
    settings = current_settings()
    link = private_link(case, site_url=settings.site_url, secret_key=settings.secret_key)
    return _case_page(case, token, OfferForm(), new_link=link if request.args.get("new") else "")


@public
def answer(reference: str, token: str) -> Page:
    """Take the answer to what is proposed."""
    case, form = _open(reference, token), OfferForm()
    if not form.validate():
        return _case_page(case, token, form), 422
    try:
        with transaction():
            answer_offer(case, Answer(form.answer.data), form.more.data, now=clock.now(), once=form.once.data)
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        return _message_page(_open(reference, token), token, _carried(form)), 409
    return _done(reference, token, _("Thank you. We have your answer."))


@public
def message(reference: str, token: str) -> Page:
    """Write to the agency."""
    case, form = _open(reference, token), MessageForm()
    if request.method == "GET":
        return _message_page(case, token, form)
    if not form.validate():
        return _message_page(case, token, form), 422
    now = clock.now()
    if is_tried_too_often("message", address(), now):
        form.add_problems(
            [_("You sent very many messages within an hour. Try again in an hour, or phone us.")]
        )
        return _message_page(case, token, form), 429
    with transaction():
        note_try("message", address(), now)
        write_message(case, form.message.data, now=now, once=form.once.data)
    return _done(reference, token, _("We have your message."), draft="message")


@public
def review(reference: str, token: str) -> Page:
    """Ask that somebody else looks at the decision again."""
    case, form = _open(reference, token), ReviewForm()
    if request.method == "GET":
        return _review_page(case, token, form)
    if not form.validate():
        return _review_page(case, token, form), 422
    try:
        with transaction():
            ask_for_review(case, form.reason.data, now=clock.now(), once=form.once.data)
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        return _review_page(_open(reference, token), token, form), 409
    return _done(
        reference,
        token,
        _("Somebody else here looks at it again. We tell you what they find."),
        draft="review",
    )


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    base = "/your-case/<reference>/<token>"
    blueprint.add_url_rule(base, "your_case", your_case)
    blueprint.add_url_rule(base, "answer", answer, methods=["POST"])
    blueprint.add_url_rule(f"{base}/message", "message", message, methods=["GET", "POST"])
    blueprint.add_url_rule(f"{base}/review", "review", review, methods=["GET", "POST"])


def _open(reference: str, token: str) -> Case:
    """The case, through the one door. Wrong links are counted, and too many of them close the door for a while."""
    now = clock.now()
    if is_tried_too_often("link", address(), now):
        raise TooManyRequests
    try:
        return get_case_by_link(reference, token, current_settings().secret_key)
    except NotFound:
        # What was read ends here, so that the try can be written although the page was only asked for.
        db.session.rollback()
        with transaction():
            note_try("link", address(), now)
        raise


def _case_page(case: Case, token: str, form: OfferForm, *, new_link: str = "") -> str:
    view = view_of(case, clock.now())
    return render_template(
        "portal/your_case.html", view=view, form=form, token=token, new_link=new_link, heading=view.heading
    )


def _message_page(case: Case, token: str, form: MessageForm) -> str:
    return render_template("portal/message.html", form=form, **_addresses(case, token))


def _review_page(case: Case, token: str, form: ReviewForm) -> str:
    until = view_of(case, clock.now()).review_until
    return render_template("portal/review.html", form=form, until=until, **_addresses(case, token))


def _carried(form: OfferForm) -> MessageForm:
    """What was typed with an answer that came too late, ready to be sent as a message."""
    chosen = Answer(form.answer.data).words
    carried = MessageForm(formdata=None, data={"message": f"{chosen} {form.more.data}".strip()})
    carried.add_problems(form.form_errors)
    return carried


def _addresses(case: Case, token: str) -> dict[str, Any]:
    back = url_for("portal.your_case", reference=case.reference, token=token)
    return {"reference": case.reference, "token": token, "back_href": back}


def _done(reference: str, token: str, words: str, *, draft: str = "") -> Response:
    say(words, clear_draft=f"{draft}-{reference}" if draft else "")
    return redirect(url_for("portal.your_case", reference=reference, token=token))
