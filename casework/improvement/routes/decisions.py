"""Accepting, dismissing and merging."""

from flask import Blueprint, flash, render_template
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.core import clock
from casework.core.db import db
from casework.improvement.forms import AcceptForm, DismissForm, MergeForm
from casework.improvement.queries import get_opportunity, people_who_may_own, standing
from casework.improvement.routes.saving import saved, say, to_opportunity
from casework.improvement.services import accept as accept_opportunity
from casework.improvement.services import dismiss as dismiss_opportunity
from casework.improvement.services import merge as merge_opportunity

Page = str | Response | tuple[str, int]


@requires(Permission.DECIDE_IMPROVEMENT)
def accept(opportunity_id: int) -> Page:
    """Take an opportunity on, and give it an owner."""
    user, found = current_user(), get_opportunity(opportunity_id)
    form = AcceptForm(data={"owner_id": found.owner_id or user.id})
    form.offer(people_who_may_own())
    if form.validate_on_submit() and saved(
        form,
        lambda: accept_opportunity(
            found, owner_id=form.owner_id.data, reason=form.reason.data, actor=user, now=clock.now()
        ),
    ):
        flash("Accepted. Add the first action next.", "done")
        return to_opportunity(opportunity_id)
    page = render_template("improvement/accept.html", opportunity=found, form=form)
    return (page, 422) if form.is_submitted() else page


@requires(Permission.DECIDE_IMPROVEMENT)
def dismiss(opportunity_id: int) -> Page:
    """Set an opportunity aside."""
    user, found = current_user(), get_opportunity(opportunity_id)
    form = DismissForm()
    if form.validate_on_submit() and saved(
        form, lambda: dismiss_opportunity(found, reason=form.reason.data, actor=user, now=clock.now())
    ):
        say("Dismissed.", f"dismiss-{opportunity_id}")
        return to_opportunity(opportunity_id)
    page = render_template("improvement/dismiss.html", opportunity=found, form=form)
    return (page, 422) if form.is_submitted() else page


@requires(Permission.DECIDE_IMPROVEMENT)
def merge(opportunity_id: int) -> Page:
    """Let another opportunity stand for this one."""
    user, found = current_user(), get_opportunity(opportunity_id)
    form = MergeForm()
    others = [one for one in db.session.scalars(standing()) if one.id != found.id]
    form.offer([(one.id, f"{one.id}: {one.title}") for one in others])
    if form.validate_on_submit() and saved(
        form,
        lambda: merge_opportunity(
            found,
            into=get_opportunity(form.into_id.data),
            reason=form.reason.data,
            actor=user,
            now=clock.now(),
        ),
    ):
        flash("Merged. Its cases are evidence of this opportunity now.", "done")
        return to_opportunity(form.into_id.data)
    page = render_template("improvement/merge.html", opportunity=found, form=form)
    return (page, 422) if form.is_submitted() else page


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    for name, view in (("accept", accept), ("dismiss", dismiss), ("merge", merge)):
        blueprint.add_url_rule(f"/<int:opportunity_id>/{name}", name, view, methods=["GET", "POST"])
