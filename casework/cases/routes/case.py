"""The page of one case, and moving it."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.cases.choices import choices_for, present_value
from casework.cases.forms import AssignForm
from casework.cases.models import Case
from casework.cases.move_form import given_in, move_form
from casework.cases.panels import panels_of
from casework.cases.queries import earlier_cases, get_case_for, staff_who_may_handle
from casework.cases.reach import reachable
from casework.cases.services import make_move, offers_for
from casework.cases.services.access import note_opened
from casework.cases.services.clocks import LIVE, explain_clocks
from casework.cases.timeline import timeline_of
from casework.cases.views import clock_words, process_line, rows_of, state_of
from casework.catalogue.queries import process_of
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import NotFound, Refused
from casework.core.flashes import say
from casework.workflow.definition import Move

SHOW = ("", "customer", "internal")


@requires(Permission.WORK_CASES)
def case(reference: str) -> str:
    """What it is, where it is, when it is due and why, and what may be done now."""
    user, now = current_user(), clock.now()
    found = get_case_for(user, reference)
    show = request.args.get("show", "")
    staff = list(db.session.scalars(staff_who_may_handle(found)))
    assign = AssignForm(data={"handler_id": found.handler_id or 0})
    assign.offer([(person.id, person.name) for person in staff])
    explained = explain_clocks(found, now=now)
    live = [each for each in explained if each.clock.state in LIVE] or explained[:1]
    page = render_template(
        "cases/case.html",
        case=found,
        state=state_of(found),
        line=process_line(found),
        clocks=[(each, clock_words(each, now)) for each in live],
        offers=offers_for(found, actor=user, now=now, reachable=reachable(found)),
        timeline=timeline_of(found, show=show if show in SHOW else ""),
        show=show,
        related=rows_of(_related(found), now=now),
        assign=assign,
        panels=panels_of(found, user, now),
        may_restrict=user.may(Permission.RESTRICT_CASES),
    )
    if found.is_restricted:
        user_id, case_id = user.id, found.id
        # What was read ends here, so that it can be written down although the page was only asked for.
        db.session.rollback()
        with transaction():
            note_opened(case_id, actor_id=user_id, now=now)
    return page


@requires(Permission.WORK_CASES)
def move(reference: str, name: str) -> str | Response | tuple[str, int]:
    """The form of one move, and making it."""
    user, now = current_user(), clock.now()
    found = get_case_for(user, reference)
    chosen = _move_of(found, name)
    form = move_form(chosen, choices_for(found), present_value(found))
    if request.method == "GET":
        return _move_page(found, chosen, form)
    if not form.validate():
        return _move_page(found, chosen, form), 422
    try:
        with transaction():
            make_move(found, name, given_in(form, chosen), actor=user, now=now, reachable=reachable(found))
    except Refused as refusal:
        db.session.expire_all()
        form.add_problems(refusal.reasons)
        return _move_page(get_case_for(user, reference), chosen, form), 422
    say(f"{chosen.label}: done.", clear_draft=f"move-{reference}-{name}")
    return redirect(url_for("cases.case", reference=reference))


def _move_of(found: Case, name: str) -> Move:
    process = process_of(found.process_version)
    chosen = process.move(name, found.state) or next((m for m in process.moves if m.name == name), None)
    if chosen is None:
        raise NotFound("There is no such step in the process of this case. Go back to the case.")
    return chosen


def _move_page(found: Case, chosen: Move, form: object) -> str:
    return render_template("cases/move.html", case=found, move=chosen, form=form, reachable=reachable(found))


def _related(found: Case) -> list[Case]:
    if found.customer_id is None:
        return []
    return list(db.session.scalars(earlier_cases(current_user(), found.customer_id, besides=found.id)))


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/<reference>", "case", case)
    blueprint.add_url_rule("/<reference>/moves/<name>", "move", move, methods=["GET", "POST"])
