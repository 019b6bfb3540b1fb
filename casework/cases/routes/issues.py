"""Adding a point to a case, and deciding one."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.cases.forms import DecideForm, IssueForm
from casework.cases.models import Case, Issue
from casework.cases.queries import get_case_for
from casework.cases.services import NewIssue, add_issue, decide_issue
from casework.cases.services.issues import decided_mark
from casework.catalogue.queries import active_categories, active_causes
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.flashes import say


@requires(Permission.WORK_CASES)
def decide(reference: str, number: int) -> str | Response | tuple[str, int]:
    """Finding, cause and remedy of one issue."""
    found = get_case_for(current_user(), reference)
    issue = _issue(found, number)
    form = _decide_form(issue)
    if request.method == "GET":
        return _decide_page(found, issue, form)
    if not form.validate():
        return _decide_page(found, issue, form), 422
    try:
        with transaction():
            decide_issue(found, number, form.decision(), actor=current_user(), now=clock.now())
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        return _decide_page(found, issue, form), 422
    except Conflict as conflict:
        db.session.refresh(issue)
        form.add_problems(
            [conflict.message, f"They saved: {issue.finding.label if issue.finding else 'nothing'}."]
        )
        form.seen.data = decided_mark(issue)
        return _decide_page(found, issue, form), 409
    say(f"Issue {number} is decided.", clear_draft=f"issue-{reference}-{number}")
    return redirect(url_for("cases.case", reference=reference, _anchor="issues"))


@requires(Permission.WORK_CASES)
def new_issue(reference: str) -> str | Response | tuple[str, int]:
    """One more point."""
    found = get_case_for(current_user(), reference)
    form = IssueForm()
    form.offer([(c.id, c.path) for c in db.session.scalars(active_categories())])
    if request.method == "GET":
        return _new_page(found, form)
    if not form.validate():
        return _new_page(found, form), 422
    new = NewIssue(summary=form.summary.data, category_id=form.category_id.data or None)
    try:
        with transaction():
            key = f"issue:{found.id}:{form.once.data}"
            add_issue(found, new, actor=current_user(), now=clock.now(), once_key=key)
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        return _new_page(found, form), 422
    return redirect(url_for("cases.case", reference=reference, _anchor="issues"))


def _issue(found: Case, number: int) -> Issue:
    issue = next((one for one in found.issues if one.number == number), None)
    if issue is None:
        raise NotFound(
            f"There is no issue {number} in this case. Go back to the case to see the issues it has."
        )
    return issue


def _decide_form(issue: Issue) -> DecideForm:
    form = DecideForm(
        data={
            "finding": issue.finding,
            "cause_id": issue.cause_id or 0,
            "remedy": issue.remedy or "",
            "remedy_note": issue.remedy_note,
            "seen": decided_mark(issue),
        }
    )
    form.offer([(c.id, c.path) for c in db.session.scalars(active_causes())])
    return form


def _decide_page(found: Case, issue: Issue, form: DecideForm) -> str:
    return render_template("cases/decide.html", case=found, issue=issue, form=form)


def _new_page(found: Case, form: IssueForm) -> str:
    return render_template("cases/new_issue.html", case=found, form=form)


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/<reference>/issues/<int:number>", "decide", decide, methods=["GET", "POST"])
    blueprint.add_url_rule("/<reference>/issues/new", "new_issue", new_issue, methods=["GET", "POST"])
