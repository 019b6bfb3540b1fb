"""What is promised in a case: promising, changing, ticking off, and the list of what is owed."""

from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.cases.action_views import action_rows
from casework.cases.choices import owner_choices
from casework.cases.forms import ActionForm, EndForm
from casework.cases.models import Case, CaseAction
from casework.cases.panels import Panel, add_panel
from casework.cases.queries import get_case_for
from casework.cases.queries.actions import actions_of, get_action, open_actions
from casework.cases.queries.links import shown_in
from casework.cases.queries.seen import action_mark, changed_since, seen_of
from casework.cases.reach import cannot_be_told
from casework.cases.saving import as_it_is_now, saving
from casework.cases.services import change_action, end_action, promise_action
from casework.cases.views import state_of
from casework.core import clock
from casework.core.db import db
from casework.core.errors import Conflict, Invalid, Refused
from casework.core.flashes import say

WHOSE = ("mine", "team", "nobody")


@requires(Permission.WORK_CASES)
def actions() -> str:
    """What is owed, by this person or their team, the longest overdue first."""
    user, now = current_user(), clock.now()
    whose = request.args.get("whose") or "mine"
    may_give = user.may(Permission.ASSIGN_CASES)
    if whose not in WHOSE or (whose == "nobody" and not may_give):
        raise Invalid(_("There is no such list. Choose one of the lists at the top of the page."))
    page = open_actions(user, whose=whose, after=request.args.get("after", ""))
    return render_template(
        "cases/actions.html",
        whose=whose,
        may_give=may_give,
        rows=action_rows(page.actions, now),
        first_href=url_for("cases.actions", whose=whose) if request.args.get("after") else "",
        next_href=url_for("cases.actions", whose=whose, after=page.next) if page.next else "",
    )


@requires(Permission.WORK_CASES)
def new_action(reference: str) -> str | Response | tuple[str, int]:
    """Promise something."""
    user = current_user()
    found = get_case_for(user, reference)
    form = ActionForm(data={"owner_id": found.handler_id or user.id, "is_promised": True})
    form.offer(owner_choices(found))
    if request.method == "GET":
        return _page(found, form)
    if not form.validate():
        return _page(found, form), 422
    try:
        with saving(found, user):
            key = f"action:{found.id}:{form.once.data}:{form.what.data}"
            promise_action(found, form.promised(), actor=user, now=clock.now(), once_key=key)
    except (Refused, Conflict) as refusal:
        form.add_problems([refusal.message])
        return _page(as_it_is_now(user, reference), form), 422 if isinstance(refusal, Refused) else 409
    return _kept(
        found, _("It is written down, and stays on the list until it is done."), f"action-{reference}"
    )


@requires(Permission.WORK_CASES)
def action(reference: str, promise_id: int) -> str | Response | tuple[str, int]:
    """Change what, who or when."""
    user = current_user()
    found = get_case_for(user, reference)
    one = get_action(found, promise_id)
    form = ActionForm(obj=one)
    form.offer(_with_owner(found, one))
    form.show(seen_of(found, action_mark(one)))
    if request.method == "GET":
        return _page(found, form, one)
    if not form.validate():
        return _page(found, form, one), 422
    try:
        with saving(found, user):
            change_action(found, one, form.promised(), actor=user, now=clock.now(), seen=form.seen.data)
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        found = as_it_is_now(user, reference)
        return _page(found, form, get_action(found, promise_id)), 422
    except Conflict as conflict:
        found = as_it_is_now(user, reference)
        one = get_action(found, promise_id)
        changes = _told_of(form, found, one, conflict)
        return _page(found, form, one, changes), 409
    return _kept(found, _("The promise is changed."), f"action-{reference}-{promise_id}")


@requires(Permission.WORK_CASES)
def end(reference: str, promise_id: int) -> str | Response | tuple[str, int]:
    """Tick it off as done, or say why it will not be."""
    user = current_user()
    found = get_case_for(user, reference)
    one = get_action(found, promise_id)
    done = request.args.get("how", "done") != "cancelled"
    form = EndForm(data={"words": _words(one, done=done)})
    form.show(seen_of(found, action_mark(one)))
    if request.method == "GET":
        return _end_page(found, one, form, done=done)
    if not form.validate():
        return _end_page(found, one, form, done=done), 422
    try:
        with saving(found, user):
            end_action(found, one, form.ending(done=done), actor=user, now=clock.now())
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        found = as_it_is_now(user, reference)
        return _end_page(found, get_action(found, promise_id), form, done=done), 422
    except Conflict as conflict:
        found = as_it_is_now(user, reference)
        one = get_action(found, promise_id)
        changes = _told_of(form, found, one, conflict)
        return _end_page(found, one, form, done=done, changes=changes), 409
    words = _("Done.") if done else _("It is written down that it will not be done.")
    told = _("The customer is told.") if one.told_id else _("Nobody is written to.")
    return _kept(found, f"{words} {told}", f"end-action-{reference}-{promise_id}")


def _told_of(form: ActionForm | EndForm, found: Case, one: CaseAction, conflict: Conflict) -> object:
    changes = changed_since(found, form.seen.data)
    form.add_problems([conflict.message])
    form.show_again(seen_of(found, action_mark(one)))
    return changes


def _with_owner(found: Case, one: CaseAction) -> list[tuple[object, str]]:
    """Whoever has it now stays among the choices, so that a form shown does not take it from them."""
    choices = list(owner_choices(found))
    if one.owner is not None and one.owner_id not in {key for key, _ in choices}:
        choices.append((one.owner_id, one.owner.name))
    return choices


def _words(one: CaseAction, *, done: bool) -> str:
    if not one.is_promised:
        return ""
    ending = "It is done." if done else "We are sorry: we will not do this after all. This is why: "
    return f"We promised: {one.what}\n\n{ending}"


def _kept(found: Case, words: str, draft: str) -> Response:
    say(words, clear_draft=draft)
    return redirect(url_for("cases.case", reference=found.reference, _anchor="promised"))


def _page(found: Case, form: ActionForm, one: CaseAction | None = None, changes: object = None) -> str:
    return render_template(
        "cases/action.html", case=found, form=form, action=one, changes=changes, state=state_of(found)
    )


def _end_page(found: Case, one: CaseAction, form: EndForm, *, done: bool, changes: object = None) -> str:
    return render_template(
        "cases/end_action.html",
        case=found,
        action=one,
        form=form,
        done=done,
        why_not=cannot_be_told(found),
        changes=changes,
        state=state_of(found),
    )


def _panel(case: Case, _user: User, now: datetime) -> dict[str, object] | None:
    cases = [case, *shown_in(case)]
    still_open = sum(one.open_actions for one in cases)
    if not still_open:
        return None
    rows = action_rows(db.session.scalars(actions_of(cases)), now)
    return {"rows": rows, "open": still_open, "references": {one.id: one.reference for one in cases}}


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have, and show what was promised on the page of the case."""
    blueprint.add_url_rule("/actions", "actions", actions)
    blueprint.add_url_rule("/<reference>/actions/new", "new_action", new_action, methods=["GET", "POST"])
    blueprint.add_url_rule("/<reference>/actions/<int:promise_id>", "action", action, methods=["GET", "POST"])
    blueprint.add_url_rule(
        "/<reference>/actions/<int:promise_id>/end", "end_action", end, methods=["GET", "POST"]
    )
    add_panel(Panel(place="side", order=20, template="cases/_actions.html", facts=_panel))
