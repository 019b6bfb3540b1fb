"""The words, exactly who will be told, the approval, and what is said in public."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.core import clock
from casework.core.db import transaction
from casework.improvement.forms import PublishForm, WordsForm
from casework.improvement.models import ImprovementAction
from casework.improvement.queries import coverage, get_action, people_to_tell, to_tell_ids, ways_to_tell
from casework.improvement.routes.saving import saved, say, to_opportunity
from casework.improvement.rules import mark_of_people
from casework.improvement.services import approve_words, prepare_telling
from casework.improvement.services import publish as publish_change
from casework.improvement.services import withdraw as withdraw_change

Page = str | Response | tuple[str, int]


@requires(Permission.TELL_CUSTOMERS)
def tell(action_id: int) -> Page:
    """Write the words, see exactly who will be told and how, and approve."""
    user, action = current_user(), get_action(action_id)
    form = WordsForm(data={"words": action.words or action.public_did})
    if form.validate_on_submit() and saved(
        form,
        lambda: approve_words(action, form.words.data, seen=form.seen.data, actor=user, now=clock.now()),
    ):
        say("Approved. They are being told now.", f"tell-{action_id}")
        return to_opportunity(action.opportunity_id)
    page = _words_page(user, action, form)
    return (page, 422) if form.is_submitted() else page


@requires(Permission.TELL_CUSTOMERS)
def people(action_id: int) -> Response:
    """Look again at who is to be told: who is new, and who can be reached now."""
    action = get_action(action_id)
    with transaction():
        prepare_telling(action, clock.now())
    flash("The list is up to date.", "done")
    return redirect(url_for("improvement.tell", action_id=action_id))


@requires(Permission.TELL_CUSTOMERS)
def publish(action_id: int) -> Page:
    """Put the change on the public page."""
    user, action = current_user(), get_action(action_id)
    form = PublishForm(obj=action)
    if form.validate_on_submit() and saved(
        form, lambda: publish_change(action, form.words(), actor=user, now=clock.now())
    ):
        say("It is on the public page now.", f"publish-{action_id}")
        return to_opportunity(action.opportunity_id)
    page = render_template("improvement/publish.html", action=action, form=form)
    return (page, 422) if form.is_submitted() else page


@requires(Permission.TELL_CUSTOMERS)
def withdraw(action_id: int) -> Response:
    """Take the change off the public page."""
    user, action = current_user(), get_action(action_id)
    with transaction():
        withdraw_change(action, actor=user, now=clock.now())
    flash("It is no longer on the public page. Its words are kept.", "done")
    return to_opportunity(action.opportunity_id)


def _words_page(user: User, action: ImprovementAction, form: WordsForm) -> str:
    ids = to_tell_ids(action.id, user)
    # Always that of the list on this very page: whoever saw an older one looks again before approving.
    form.seen.data = mark_of_people(ids)
    listed = people_to_tell(user, action.id)
    return render_template(
        "improvement/tell.html",
        action=action,
        form=form,
        n=len(listed),
        people=listed,
        ways=ways_to_tell(action.id, user),
        coverage=coverage(action, user),
    )


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    both = ["GET", "POST"]
    blueprint.add_url_rule("/actions/<int:action_id>/tell", "tell", tell, methods=both)
    blueprint.add_url_rule("/actions/<int:action_id>/people", "people", people, methods=["POST"])
    blueprint.add_url_rule("/actions/<int:action_id>/publish", "publish", publish, methods=both)
    blueprint.add_url_rule("/actions/<int:action_id>/withdraw", "withdraw", withdraw, methods=["POST"])
