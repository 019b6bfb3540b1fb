"""Adding a point to a case, and deciding one."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.cases.forms import DecideForm, EditIssueForm, IssueForm
from casework.cases.models import Case, Issue
from casework.cases.queries import get_case_for
from casework.cases.queries.seen import changed_since, issue_mark, seen_of
from casework.cases.saving import as_it_is_now, saving
from casework.cases.services import NewIssue, add_issue, decide_issue, edit_issue
from casework.cases.services.issues import decided_mark, is_correction
from casework.cases.views import state_of
from casework.catalogue.money import major_units
from casework.catalogue.queries import active_categories, active_causes, active_services, the_agency
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import Conflict, Invalid, NotFound, Refused
from casework.core.flashes import say


@requires(Permission.WORK_CASES)
def decide(reference: str, number: int) -> str | Response | tuple[str, int]:
    """Finding, cause and remedy of one issue."""
    user = current_user()
    found = get_case_for(user, reference)
    issue = _issue(found, number)
    form = _decide_form(issue)
    if request.method == "GET":
        return _decide_page(found, issue, form)
    if not form.validate():
        return _decide_page(found, issue, form), 422
    try:
        with saving(found, user):
            decision = form.decision(the_agency().currency)
            decide_issue(found, number, decision, actor=user, now=clock.now())
    except (Refused, Invalid) as refusal:
        form.add_problems(refusal.reasons if isinstance(refusal, Refused) else [])
        found = as_it_is_now(user, reference)
        return _decide_page(found, _issue(found, number), form), 422
    except Conflict as conflict:
        found = as_it_is_now(user, reference)
        issue = _issue(found, number)
        saved = issue.finding.label if issue.finding else _("nothing")
        form.add_problems([conflict.message, _("They saved: %(what)s.", what=saved)])
        form.seen.data = decided_mark(issue)
        return _decide_page(found, issue, form, is_conflict=True), 409
    say(_("Issue %(n)s is decided.", n=number), clear_draft=f"issue-{reference}-{number}")
    return redirect(url_for("cases.case", reference=reference, _anchor="issues"))


@requires(Permission.WORK_CASES)
def edit(reference: str, number: int) -> str | Response | tuple[str, int]:
    """Say better what an issue is about."""
    user = current_user()
    found = get_case_for(user, reference)
    issue = _issue(found, number)
    form = _edit_form(found, issue)
    if request.method == "GET":
        return _edit_page(found, issue, form)
    if not form.validate():
        return _edit_page(found, issue, form), 422
    try:
        with saving(found, user):
            edit_issue(found, number, form.edit(), actor=user, now=clock.now())
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        found = as_it_is_now(user, reference)
        return _edit_page(found, _issue(found, number), form), 422
    except Conflict as conflict:
        found = as_it_is_now(user, reference)
        issue = _issue(found, number)
        form.add_problems([conflict.message])
        changes = changed_since(found, form.seen.data)
        form.show_again(seen_of(found, issue_mark(issue)))
        return _edit_page(found, issue, form, changes), 409
    say(_("Issue %(n)s is changed.", n=number), clear_draft=f"edit-issue-{reference}-{number}")
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
            key = f"issue:{found.id}:{form.once.data}:{form.summary.data}"
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
            "amount": _amount(issue),
            "seen": decided_mark(issue),
        }
    )
    form.offer([(c.id, c.path) for c in db.session.scalars(active_causes())])
    return form


def _amount(issue: Issue) -> str:
    return "" if issue.remedy_amount is None else str(major_units(issue.remedy_amount, the_agency().currency))


def _decide_page(found: Case, issue: Issue, form: DecideForm, *, is_conflict: bool = False) -> str:
    return render_template(
        "cases/decide.html",
        case=found,
        issue=issue,
        form=form,
        corrects=is_correction(found, issue),
        currency=the_agency().currency,
        is_conflict=is_conflict,
    )


def _edit_form(found: Case, issue: Issue) -> EditIssueForm:
    about = {
        "summary": issue.summary,
        "category_id": issue.category_id or 0,
        "service_id": issue.service_id or 0,
    }
    form = EditIssueForm(data=about)
    # What the issue has now stays possible, although it may no longer be chosen for a new one.
    categories = {c.id: c.path for c in (issue.category,) if c is not None}
    categories |= {c.id: c.path for c in db.session.scalars(active_categories())}
    services = {s.id: s.name for s in (issue.service,) if s is not None}
    services |= {s.id: s.name for s in db.session.scalars(active_services())}
    form.offer(categories=list(categories.items()), services=list(services.items()))
    form.show(seen_of(found, issue_mark(issue)))
    return form


def _edit_page(found: Case, issue: Issue, form: EditIssueForm, changes: object = None) -> str:
    return render_template(
        "cases/edit_issue.html", case=found, issue=issue, form=form, changes=changes, state=state_of(found)
    )


def _new_page(found: Case, form: IssueForm) -> str:
    return render_template("cases/new_issue.html", case=found, form=form)


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/<reference>/issues/<int:number>", "decide", decide, methods=["GET", "POST"])
    blueprint.add_url_rule(
        "/<reference>/issues/<int:number>/about", "edit_issue", edit, methods=["GET", "POST"]
    )
    blueprint.add_url_rule("/<reference>/issues/new", "new_issue", new_issue, methods=["GET", "POST"])
