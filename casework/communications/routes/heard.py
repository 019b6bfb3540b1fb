"""Writing down what a customer said, and calls with them."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.cases.models import Case
from casework.cases.queries import get_case_for
from casework.cases.services.presence import forget_presence
from casework.communications.forms import CallForm, HeardForm
from casework.communications.routes.back import back_to
from casework.communications.services import hear_from_customer, log_call
from casework.core import clock
from casework.core.db import transaction
from casework.core.errors import Refused
from casework.core.flashes import say


@requires(Permission.WORK_CASES)
def heard(reference: str) -> str | Response | tuple[str, int]:
    """Keep what the customer said."""
    user = current_user()
    found = get_case_for(user, reference)
    form = HeardForm()
    if not form.is_submitted():
        return render_template("communications/heard.html", case=found, form=form)
    if not form.validate():
        return render_template("communications/heard.html", case=found, form=form), 422
    with transaction():
        hear_from_customer(
            found,
            form.body.data,
            channel=form.channel.data,
            now=clock.now(),
            intent=f"heard:{form.once.data}",
            logged_by_id=user.id,
        )
        forget_presence(found.id, user.id)
    say("What the customer said is kept.", clear_draft=f"heard-{reference}")
    return back_to(found)


@requires(Permission.WORK_CASES)
def call(reference: str) -> str | Response | tuple[str, int]:
    """Write down a phone call: who called, what came of it, what was said."""
    user = current_user()
    found = get_case_for(user, reference)
    form = CallForm()
    if not form.is_submitted():
        return _call_page(found, form)
    if not form.validate():
        return _call_page(found, form), 422
    try:
        with transaction():
            intent = f"heard:{form.once.data}"
            log_call(found, form.call(), actor_id=user.id, now=clock.now(), intent=intent)
            forget_presence(found.id, user.id)
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        return _call_page(get_case_for(user, reference), form), 422
    say("The call is kept.", clear_draft=f"call-{reference}")
    return back_to(found)


def _call_page(found: Case, form: CallForm) -> str:
    return render_template("communications/call.html", case=found, form=form)


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/cases/<reference>/heard", "heard", heard, methods=["GET", "POST"])
    blueprint.add_url_rule("/cases/<reference>/calls/new", "call", call, methods=["GET", "POST"])
