"""Checking answers before they go out, and the rules that say which are checked."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.cases.answer_preview import preview_of
from casework.cases.forms.approvals import CheckedStaffForm, ReleaseForm, ReturnForm, RuleForm
from casework.cases.models import Approval, Case
from casework.cases.panels import Panel, add_panel
from casework.cases.queries import get_case_for, may_see, staff_who_handle
from casework.cases.queries.approvals import (
    approval_rules,
    approvals_back_with,
    approvals_of,
    approvals_waiting_for,
    open_approval,
)
from casework.cases.queries.links import merged_into
from casework.cases.services.along import promise_of
from casework.cases.services.approval_rules import add_rule, remove_rule, rule_words, set_checked
from casework.cases.services.approvals import what_changed
from casework.cases.services.releasing import (
    ask_again,
    release_answer,
    return_answer,
    why_not_check,
    withdraw_answer,
)
from casework.cases.timeline import timeline_of
from casework.catalogue.queries import active_services, process_of
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import Refused
from casework.core.flashes import say

Page = str | Response | tuple[str, int]
MOST_LISTED = 100


@requires(Permission.WORK_CASES)
def approval(reference: str) -> str:
    """An answer that waits, as it will be sent, beside what it rests on."""
    return _page(get_case_for(current_user(), reference), ReturnForm())


@requires(Permission.APPROVE_ANSWERS)
def release(reference: str) -> Page:
    """Let the answer go out."""
    found, form = get_case_for(current_user(), reference), ReleaseForm()
    return _decide(
        found,
        lambda user, now: release_answer(found, actor=user, now=now, seen=form.seen.data or "none"),
        "Released. The answer is on its way.",
    )


@requires(Permission.APPROVE_ANSWERS)
def return_it(reference: str) -> Page:
    """Give the answer back with a comment."""
    found, form = get_case_for(current_user(), reference), ReturnForm()
    if not form.validate():
        return _page(found, form), 422
    return _decide(
        found,
        lambda user, now: return_answer(
            found, form.comment.data, actor=user, now=now, seen=form.seen.data or "none"
        ),
        "Returned. Whoever wrote it has your comment.",
        form,
    )


@requires(Permission.WORK_CASES)
def withdraw(reference: str) -> Page:
    """Take back what one wrote; it is in the form again."""
    found = get_case_for(current_user(), reference)
    waiting = open_approval(found.id)
    done = _decide(
        found,
        lambda user, now: withdraw_answer(found, actor=user, now=now),
        "Taken back. Change it and send it again, or leave it.",
    )
    if waiting is not None and isinstance(done, Response):
        return redirect(url_for("cases.move", reference=reference, name=waiting.move))
    return done


@requires(Permission.WORK_CASES)
def again(reference: str) -> Page:
    """Say that the answer still fits."""
    found = get_case_for(current_user(), reference)
    return _decide(
        found, lambda user, now: ask_again(found, actor=user, now=now), "It waits to be checked again."
    )


@requires(Permission.APPROVE_ANSWERS)
def approvals() -> str:
    """The answers that wait for this person, and those of their own that came back."""
    user = current_user()
    return render_template(
        "cases/approvals.html",
        waiting=list(db.session.scalars(approvals_waiting_for(user).limit(MOST_LISTED))),
        back=list(db.session.scalars(approvals_back_with(user).limit(MOST_LISTED))),
    )


@requires(Permission.ADMINISTER)
def approval_rules_page() -> Page:
    """Which answers are checked, and whose."""
    form = _rule_form()
    if request.method == "GET":
        return _rules_page(form)
    if not form.validate():
        return _rules_page(form), 422
    try:
        with transaction():
            add_rule(form.rule(), actor=current_user(), now=clock.now())
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        return _rules_page(form), 422
    say("The rule is added. It holds for answers that are sent from now on.")
    return redirect(url_for("cases.approval_rules"))


@requires(Permission.ADMINISTER)
def remove_approval_rule() -> Response:
    """Take one rule away."""
    key = request.form.get("rule_id", "")
    if not (key.isascii() and key.isdigit() and len(key) < 10):
        raise Refused("Choose the rule to take away.")
    with transaction():
        remove_rule(int(key), actor=current_user(), now=clock.now())
    say("The rule is gone. Answers that wait already still have to be released.")
    return redirect(url_for("cases.approval_rules"))


@requires(Permission.ADMINISTER)
def checked_staff() -> Page:
    """Say whose answers are checked."""
    staff = list(db.session.scalars(staff_who_handle(None)))
    form = _staff_form(staff)
    if not form.validate():
        return _rules_page(_rule_form(), form), 422
    chosen, now = set(form.people.data or []), clock.now()
    with transaction():
        for person in staff:
            set_checked(person, person.id in chosen, actor=current_user(), now=now)
    say("Saved whose answers are checked.")
    return redirect(url_for("cases.approval_rules"))


def _decide(
    found: Case, act: Callable[[User, datetime], object], done: str, form: ReturnForm | None = None
) -> Page:
    """Do it, or show the page again with what stands in the way."""
    user, reference = current_user(), found.reference
    try:
        with transaction():
            act(user, clock.now())
    except Refused as refusal:
        db.session.expire_all()
        form = form or ReturnForm(formdata=None)
        form.add_problems(refusal.reasons)
        return _page(get_case_for(user, reference), form), 409
    say(done)
    return redirect(url_for("cases.case", reference=reference))


def _page(found: Case, form: ReturnForm) -> str:
    user = current_user()
    rounds = list(db.session.scalars(approvals_of(found.id).limit(20)))
    waiting = next((one for one in rounds if one.state.is_open), None)
    if waiting is not None:
        form.seen.data = waiting.mark
    return render_template(
        "cases/approval.html",
        case=found,
        approval=waiting,
        move=_label(found, waiting) if waiting else "",
        preview=preview_of(found, waiting.says, waiting.words, now=clock.now()) if waiting else None,
        merged=[one.reference for one in merged_into(found) if may_see(user, one.id)] if waiting else [],
        changed=what_changed(waiting, found) if waiting else [],
        promise=promise_of(waiting) if waiting else None,
        why_not=why_not_check(waiting, found, user) if waiting else [],
        is_author=waiting is not None and waiting.asked_by_id == user.id,
        rounds=[one for one in rounds if not one.state.is_open],
        talk=[one for one in timeline_of(found, show="customer") if one.look in ("in", "out")][:10]
        if waiting
        else [],
        form=form,
    )


def _label(found: Case, waiting: Approval) -> str:
    process = process_of(found.process_version)
    move = process.move(waiting.move, found.state) or next(
        (one for one in process.moves if one.name == waiting.move), None
    )
    return move.label if move else waiting.move


def _rule_form() -> RuleForm:
    form = RuleForm()
    form.offer([(service.id, service.name) for service in db.session.scalars(active_services())])
    return form


def _staff_form(staff: list[User]) -> CheckedStaffForm:
    form = CheckedStaffForm(data={"people": [person.id for person in staff if person.answers_checked]})
    form.offer([(person.id, f"{person.name}, {person.role.label.lower()}") for person in staff])
    return form


def _rules_page(form: RuleForm, staff_form: CheckedStaffForm | None = None) -> str:
    staff = list(db.session.scalars(staff_who_handle(None)))
    return render_template(
        "cases/approval_rules.html",
        rules=[(rule, rule_words(rule)) for rule in db.session.scalars(approval_rules())],
        form=form,
        staff_form=staff_form or _staff_form(staff),
    )


def _panel(case: Case, user: User, _now: datetime) -> dict[str, Any] | None:
    """Under the heading of a case whose answer waits."""
    waiting = open_approval(case.id) if case.awaiting_approval else None
    if waiting is None:
        return None
    return {"approval": waiting, "is_author": waiting.asked_by_id == user.id, "label": _label(case, waiting)}


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have, and show what waits on the case page."""
    add_panel(Panel(place="top", order=10, template="cases/_approval.html", facts=_panel))
    for path, name, view, methods in (
        ("/approvals", "approvals", approvals, ["GET"]),
        ("/approvals/rules", "approval_rules", approval_rules_page, ["GET", "POST"]),
        ("/approvals/rules/remove", "remove_approval_rule", remove_approval_rule, ["POST"]),
        ("/approvals/staff", "checked_staff", checked_staff, ["POST"]),
        ("/<reference>/approval", "approval", approval, ["GET"]),
        ("/<reference>/approval/release", "release", release, ["POST"]),
        ("/<reference>/approval/return", "return_answer", return_it, ["POST"]),
        ("/<reference>/approval/withdraw", "withdraw_answer", withdraw, ["POST"]),
        ("/<reference>/approval/again", "ask_again", again, ["POST"]),
    ):
        blueprint.add_url_rule(path, name, view, methods=methods)
