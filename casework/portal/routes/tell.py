"""Telling the agency something: one question a page, then check and send."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.accounts.access import public
from casework.cases.links import link_token
from casework.cases.models import Case
from casework.core import clock
from casework.core.config import current_settings
from casework.core.db import db, transaction
from casework.core.errors import Refused
from casework.core.flashes import say
from casework.portal.forms import STEP_FORMS, SendForm, StepForm
from casework.portal.models import PortalDraft
from casework.portal.queries import is_tried_too_often, services_to_choose
from casework.portal.routes.visitor import address, draft_token, my_draft, with_draft
from casework.portal.rules import CHECK, Answers, first_unanswered, is_too_quick, step_before, steps_for
from casework.portal.services import begin_draft, keep_answers, send_draft
from casework.portal.views import rows_to_check

Page = str | Response | tuple[str, int]

TEMPLATES = {
    "kind": "portal/kind.html",
    "story": "portal/story.html",
    "service": "portal/service.html",
    "wish": "portal/wish.html",
    "reach": "portal/reach.html",
    "name": "portal/name.html",
}


@public
def question(step: str) -> Page:
    """One question: asked, and its answer kept."""
    if step not in STEP_FORMS:
        abort(404)
    now = clock.now()
    draft = my_draft(now)
    if request.method == "POST":
        return _take(step, draft, now)
    # What was sent is no longer here to be changed: whoever asks for a question begins anew.
    answers = draft.answers if draft else {}
    asked = [*steps_for(answers), CHECK]
    next_step = first_unanswered(answers)
    if step not in asked or asked.index(step) > asked.index(next_step):
        return _ask_first(next_step, draft)
    return _question_page(step, _form(step, answers, fill=True), answers)


@public
def check() -> Page:
    """Everything answered, to be looked at once more."""
    draft = my_draft(clock.now())
    if draft is not None and draft.case_id is not None:
        return redirect(_case_page(db.session.get_one(Case, draft.case_id)))
    answers = draft.answers if draft else {}
    if first_unanswered(answers) != CHECK:
        return _ask_first(first_unanswered(answers), draft)
    return _check_page(SendForm(), answers)


@public
def send() -> Page:
    """Make a case of the answers. A second press leads to the same case."""
    now, form = clock.now(), SendForm()
    draft = my_draft(now)
    if draft is None:
        return _ask_first("kind", None)
    if draft.case_id is not None:
        return redirect(_case_page(db.session.get_one(Case, draft.case_id), new=1))
    if first_unanswered(draft.answers) != CHECK:
        return _ask_first(first_unanswered(draft.answers), draft)
    if not form.validate():
        return _check_page(form, draft.answers), 422
    if is_too_quick(draft.began_at, now):
        words = _(
            "That was very quick, so we were not sure that a person sent it. Look at it once more, then send."
        )
        return _check_page(form, draft.answers, [words]), 422
    if is_tried_too_often("case", address(), now):
        return _check_page(form, draft.answers, [_too_many()]), 429
    return _send(form, draft, now)


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/tell-us/check", "check", check)
    blueprint.add_url_rule("/tell-us/check", "send", send, methods=["POST"])
    blueprint.add_url_rule("/tell-us/<step>", "question", question, methods=["GET", "POST"])


def _take(step: str, draft: PortalDraft | None, now: datetime) -> Page:
    """Keep the answer. Without a draft, or with one that was sent, a new one begins, so that nothing typed is lost."""
    old = draft if draft is not None and draft.case_id is None else None
    answers = old.answers if old else {}
    form = _form(step, answers)
    if not form.validate():
        return _question_page(step, form, answers), 422
    token = draft_token()
    if old is None and is_tried_too_often("draft", address(), now):
        return _question_page(step, form, answers, [_too_many()]), 429
    with transaction():
        if old is None:
            old, token = begin_draft(now, address())
        keep_answers(old, step, form.answers(), now)
        going_to = first_unanswered(old.answers)
    return with_draft(redirect(_address_of(going_to)), token)


def _send(form: SendForm, draft: PortalDraft, now: datetime) -> Page:
    answers = draft.answers
    try:
        with transaction():
            case = send_draft(draft, address=address(), now=now)
    except Refused as refusal:
        return _check_page(form, answers, refusal.reasons), 422
    return redirect(_case_page(case, new=1))


def _form(step: str, answers: Answers, *, fill: bool = False) -> StepForm:
    form = STEP_FORMS[step](data=answers.get(step)) if fill else STEP_FORMS[step]()
    form.set_up(kind=answers.get("kind", {}).get("kind", ""), services=services_to_choose)
    return form


def _question_page(step: str, form: StepForm, answers: Answers, also: Sequence[str] = ()) -> str:
    before, asked = step_before(step, answers), steps_for(answers)
    return render_template(
        TEMPLATES[step],
        form=form,
        heading=form.question,
        step=step,
        number=asked.index(step) + 1 if step in asked else len(asked),
        count=len(asked),
        also=list(also),
        is_kept=bool(answers),
        back_href=_address_of(before) if before else url_for("portal.start"),
    )


def _check_page(form: SendForm, answers: Answers, also: Sequence[str] = ()) -> str:
    return render_template(
        "portal/check.html",
        form=form,
        rows=rows_to_check(answers),
        also=list(also),
        back_href=_address_of(step_before(CHECK, answers)),
    )


def _ask_first(step: str, draft: PortalDraft | None) -> Response:
    """To the question that comes first, with a word to those whose answers are no longer kept."""
    if draft is None and draft_token():
        say(_("We keep answers for seven days, and yours are no longer here. Please start again."), "warn")
    return redirect(_address_of(step))


def _address_of(step: str) -> str:
    return url_for("portal.check") if step == CHECK else url_for("portal.question", step=step)


def _case_page(case: Case, **more: Any) -> str:
    token = link_token(case, current_settings().secret_key)
    return url_for("portal.your_case", reference=case.reference, token=token, **more)


def _too_many() -> str:
    return str(
        _(
            "We got very many messages from your network within an hour, so we could not take this one yet. "
            "Your answers are kept: try again in an hour, or phone us."
        )
    )
