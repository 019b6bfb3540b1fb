"""Cases that belong together: linking, merging, splitting, and undoing each."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.cases.forms.links import LinkForm, MergeForm, SplitForm
from casework.cases.models import Case
from casework.cases.panels import Panel, add_panel
from casework.cases.queries import get_case_for
from casework.cases.queries.links import Linked, links_of
from casework.cases.services.links import LinkAs, link_cases, unlink_cases
from casework.cases.services.merging import merge_cases, undo_merge
from casework.cases.services.splitting import can_undo_split, split_case, undo_split
from casework.cases.views import rows_of
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import NotFound, Refused
from casework.core.flashes import say
from casework.core.forms import HouseForm

Page = str | Response | tuple[str, int]


@requires(Permission.WORK_CASES)
def link(reference: str) -> Page:
    """Say that another case belongs to this one."""
    found, form = get_case_for(current_user(), reference), LinkForm()

    def act(user: User, now: datetime) -> object:
        kind = LinkAs(form.kind.data)
        return link_cases(found, form.reference.data, kind, note=form.note.data, actor=user, now=now)

    return _save(found, form, act, "cases/link.html", _("The two cases are linked."))


@requires(Permission.WORK_CASES)
def unlink(reference: str) -> Response:
    """Take a link off."""
    found, key = get_case_for(current_user(), reference), request.form.get("link_id", "")
    if not (key.isascii() and key.isdigit() and len(key) < 10):
        raise Refused("Choose the link to take off.")
    with transaction():
        unlink_cases(found, int(key), actor=current_user(), now=clock.now())
    say(_("The link is taken off."))
    return _back(reference)


@requires(Permission.WORK_CASES)
def merge(reference: str) -> Page:
    """Handle this case together with another one."""
    found, form = get_case_for(current_user(), reference), MergeForm()

    def act(user: User, now: datetime) -> object:
        return merge_cases(found, form.reference.data, form.reason.data, actor=user, now=now)

    return _save(found, form, act, "cases/merge.html", _("Merged. The other case answers for both."))


@requires(Permission.WORK_CASES)
def unmerge(reference: str) -> Response:
    """Let a merged case stand by itself again."""
    found = get_case_for(current_user(), reference)
    with transaction():
        undo_merge(found, actor=current_user(), now=clock.now())
    say(_("Undone. The case stands by itself again, with the clocks it had."))
    return _back(reference)


@requires(Permission.WORK_CASES)
def split(reference: str) -> Page:
    """Give some issues a case of their own."""
    found, form = get_case_for(current_user(), reference), SplitForm()
    form.offer(found)
    if request.method == "GET":
        return _page("cases/split.html", found, form)
    if not form.validate():
        return _page("cases/split.html", found, form), 422
    key = f"split:{found.id}:{form.once.data}"
    user, numbers = current_user(), form.issues.data or []
    try:
        with transaction():
            new = split_case(
                found, numbers, form.chosen(), actor=user, now=clock.now(), once_key=key
            ).reference
    except Refused as refusal:
        return _refused("cases/split.html", reference, form, refusal)
    say(_("%(n)s is the new case. Acknowledge it, so that the customer has its reference.", n=new))
    return _back(new)


@requires(Permission.WORK_CASES)
def unsplit(reference: str) -> Response:
    """Take what was split off back."""
    found = get_case_for(current_user(), reference)
    with transaction():
        first = undo_split(found, actor=current_user(), now=clock.now()).reference
    say(_("Taken back. Everything is in %(n)s again.", n=first))
    return _back(first)


def _save(
    found: Case, form: HouseForm, act: Callable[[User, datetime], object], template: str, done: str
) -> Page:
    """Show the form, or do it; what a rule refuses is said in the form."""
    reference = found.reference
    if request.method == "GET":
        return _page(template, found, form)
    if not form.validate():
        return _page(template, found, form), 422
    try:
        with transaction():
            act(current_user(), clock.now())
    except (Refused, NotFound) as refusal:
        return _refused(template, reference, form, refusal)
    say(done)
    return _back(reference)


def _refused(template: str, reference: str, form: HouseForm, refusal: Refused | NotFound) -> Page:
    db.session.expire_all()
    form.add_problems(refusal.reasons if isinstance(refusal, Refused) else [refusal.message])
    return _page(template, get_case_for(current_user(), reference), form), 422


def _page(template: str, found: Case, form: HouseForm) -> str:
    return render_template(template, case=found, form=form)


def _back(reference: str) -> Response:
    return redirect(url_for("cases.case", reference=reference))


def _panel(case: Case, user: User, now: datetime) -> dict[str, Any] | None:
    """Beside a case: those that belong to it and that this person may see, and how to add one."""
    linked = links_of(user, case) if case.link_count else []
    if not linked and not case.is_open:
        return None
    rows = dict(
        zip([one.case.id for one in linked], rows_of([one.case for one in linked], now=now), strict=True)
    )
    can_undo = any("split" in one.link.kept for one in linked) and can_undo_split(case)
    return {"linked": [(one, rows[one.case.id]) for one in linked], "can_undo_split": can_undo}


def _merged_panel(case: Case, user: User, _now: datetime) -> dict[str, Any] | None:
    """Under the heading of a case that another one stands for, or that stands for others."""
    if case.duplicate_of_id is None or not case.link_count:
        return None
    linked = links_of(user, case)
    into = next((one for one in linked if one.is_merge and one.link.case_id == case.id), None)
    return {"into": _shown(into), "emptied": into is not None and "emptied" in into.link.kept}


def _shown(one: Linked | None) -> str:
    return one.case.reference if one is not None else ""


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have, and show what belongs together on the case page."""
    add_panel(Panel(place="top", order=5, template="cases/_links_merged.html", facts=_merged_panel))
    add_panel(Panel(place="side", order=50, template="cases/_links.html", facts=_panel))
    for path, name, view, methods in (
        ("/<reference>/link", "link", link, ["GET", "POST"]),
        ("/<reference>/link/remove", "unlink", unlink, ["POST"]),
        ("/<reference>/merge", "merge", merge, ["GET", "POST"]),
        ("/<reference>/merge/undo", "undo_merge", unmerge, ["POST"]),
        ("/<reference>/split", "split", split, ["GET", "POST"]),
        ("/<reference>/split/undo", "undo_split", unsplit, ["POST"]),
    ):
        blueprint.add_url_rule(path, name, view, methods=methods)
