"""Moving a case through its process."""

from dataclasses import asdict

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.cases.choices import choices_for, owner_choices, present_value
from casework.cases.extending import extending
from casework.cases.forms import ActionForm
from casework.cases.models import Approval, Case
from casework.cases.move_form import MoveForm, fill, given_in, move_form, tell
from casework.cases.queries import get_case_for
from casework.cases.queries.approvals import answer_back, approvers_of
from casework.cases.queries.seen import changed_since, move_mark, seen_of
from casework.cases.reach import reachable
from casework.cases.saving import as_it_is_now, saving
from casework.cases.services import make_move
from casework.cases.services.along import promise_of, promise_with_answer
from casework.cases.services.approval_rules import may_wait
from casework.cases.views import state_of
from casework.catalogue.queries import process_of
from casework.core import clock
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.flashes import say
from casework.workflow.definition import Move

# With these moves something is promised to the customer, so that it can be written down at once.
PROMISES = ("proposal", "decision")


@requires(Permission.WORK_CASES)
def move(reference: str, name: str) -> str | Response | tuple[str, int]:
    """The form of one move, and making it."""
    user = current_user()
    found = get_case_for(user, reference)
    chosen = _move_of(found, name)
    form = move_form(chosen, choices_for(found), present_value(found))
    form.show(seen_of(found, move_mark(found)))
    promise = _promise_form(found, chosen, user)
    if request.method == "GET" and chosen.name == "mark_duplicate":
        # Merging names the other case, so that its answer reaches this customer too.
        return redirect(url_for("cases.merge", reference=reference))
    if request.method == "GET":
        # What came back from whoever checked it is in the form again, with what they said.
        back = answer_back(found, name, user) if may_wait(chosen) else None
        promise = _promise_form(found, chosen, user, back)
        fill(form, chosen, back.given if back else {})
        return _page(found, chosen, form, promise, back)
    if not form.validate() or (promise is not None and promise.what.data and not promise.validate()):
        return _page(found, chosen, form, promise), 422
    try:
        with saving(found, user):
            _make(found, chosen, form, promise, user)
    except Refused as refusal:
        tell(form, chosen, refusal.reasons)
        return _page(as_it_is_now(user, reference), chosen, form, promise), 422
    except Conflict as conflict:
        return _meanwhile(as_it_is_now(user, reference), chosen, form, promise, conflict), 409
    waits = found.awaiting_approval and may_wait(chosen)
    done = _waits(found, user) if waits else _("done.")
    say(f"{chosen.label}: {done}", clear_draft=f"move-{reference}-{name}")
    return redirect(url_for("cases.case", reference=reference))


def _make(found: Case, chosen: Move, form: MoveForm, promise: ActionForm | None, user: User) -> None:
    """The move, and what is promised with it."""
    now = clock.now()
    make_move(
        found,
        chosen.name,
        given_in(form, chosen),
        actor=user,
        now=now,
        reachable=reachable(found),
        seen=form.seen.data,
    )
    if promise is not None and promise.what.data:
        key = f"promise:{found.id}:{form.once.data}"
        promise_with_answer(found, promise.promised(), actor=user, now=now, once_key=key)


def _waits(found: Case, user: User) -> str:
    """That an answer waits, and for whom."""
    who = _(" or ").join(person.name for person in approvers_of(found, user)) or _("a supervisor")
    return _("waits to be checked. It goes out when %(who)s has released it.", who=who)


def _promise_form(found: Case, chosen: Move, user: User, back: Approval | None = None) -> ActionForm | None:
    """The form of a promise beside the answer; with what was promised in an answer that came back."""
    if chosen.says not in PROMISES:
        return None
    before = promise_of(back) if back is not None else None
    data = asdict(before) if before else {"owner_id": found.handler_id or user.id, "is_promised": True}
    form = ActionForm(prefix="p-", meta={"csrf": False}, data=data)
    form.offer(owner_choices(found))
    return form


def _move_of(found: Case, name: str) -> Move:
    process = process_of(found.process_version)
    chosen = process.move(name, found.state) or next((m for m in process.moves if m.name == name), None)
    if chosen is None:
        raise NotFound("There is no such step in the process of this case. Go back to the case.")
    return chosen


def _meanwhile(
    found: Case, chosen: Move, form: MoveForm, promise: ActionForm | None, conflict: Conflict
) -> str:
    """The form with what was typed, beside what somebody else changed."""
    changes = changed_since(found, form.seen.data)
    form.add_problems([conflict.message])
    form.show_again(seen_of(found, move_mark(found)))
    return _page(found, chosen, form, promise, changes=changes)


def _page(
    found: Case,
    chosen: Move,
    form: MoveForm,
    promise: ActionForm | None,
    back: Approval | None = None,
    *,
    changes: object = None,
) -> str:
    return render_template(
        "cases/move.html",
        case=found,
        move=chosen,
        form=form,
        promise=promise,
        reachable=reachable(found),
        back=back,
        changes=changes,
        state=state_of(found),
        extends=extending(found, chosen, now=clock.now()),
    )


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/<reference>/moves/<name>", "move", move, methods=["GET", "POST"])
