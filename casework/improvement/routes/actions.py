"""Adding an action, moving it on, and marking it as done."""

from flask import Blueprint, flash, render_template
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.core import clock
from casework.core.db import transaction
from casework.core.errors import Invalid
from casework.improvement.forms import ActionForm, DoneForm, StepForm
from casework.improvement.models import Step
from casework.improvement.queries import get_action, get_opportunity, people_who_may_own
from casework.improvement.routes.saving import saved, say, to_opportunity
from casework.improvement.services import add_action, finish_action, move_step
from casework.improvement.views import today_here

Page = str | Response | tuple[str, int]


@requires(Permission.DECIDE_IMPROVEMENT)
def new_action(opportunity_id: int) -> Page:
    """Add an action to an opportunity."""
    user, found = current_user(), get_opportunity(opportunity_id)
    form = ActionForm(data={"owner_id": found.owner_id or user.id})
    form.offer(people_who_may_own())
    if form.validate_on_submit() and saved(
        form,
        lambda: add_action(
            found, form.new_action(), actor=user, now=clock.now(), once_key=f"action:{form.once.data}"
        ),
    ):
        say("The action is added.", f"action-{opportunity_id}")
        return to_opportunity(opportunity_id)
    page = render_template("improvement/new_action.html", opportunity=found, form=form)
    return (page, 422) if form.is_submitted() else page


@requires(Permission.DECIDE_IMPROVEMENT)
def done(action_id: int) -> Page:
    """Mark an action as done, with the day of the change."""
    user, action, now = current_user(), get_action(action_id), clock.now()
    form = DoneForm(data={"change_on": action.change_on or today_here(now)})
    if form.validate_on_submit() and saved(
        form, lambda: finish_action(action, change_on=form.change_on.data, actor=user, now=now)
    ):
        flash("Done. Everybody who raised it is listed: check the words, then tell them.", "done")
        return to_opportunity(action.opportunity_id)
    page = render_template("improvement/done.html", action=action, form=form)
    return (page, 422) if form.is_submitted() else page


@requires(Permission.DECIDE_IMPROVEMENT)
def step(action_id: int) -> Response:
    """Say at which step an action is."""
    user, action, form = current_user(), get_action(action_id), StepForm()
    if not form.validate():
        raise Invalid("There is no such step. Go back and choose plan, do, study or act.")
    with transaction():
        move_step(action, Step(form.step.data), actor=user, now=clock.now())
    return to_opportunity(action.opportunity_id)


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    both = ["GET", "POST"]
    blueprint.add_url_rule("/<int:opportunity_id>/actions/new", "new_action", new_action, methods=both)
    blueprint.add_url_rule("/actions/<int:action_id>/done", "done", done, methods=both)
    blueprint.add_url_rule("/actions/<int:action_id>/step", "step", step, methods=["POST"])
