"""Saving what a form says: one transaction, and what a rule refused shown at the top of the form."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from casework.core.db import db, transaction
from casework.core.errors import Conflict, Refused
from casework.core.forms import HouseForm


def saved(form: HouseForm, act: Callable[[], object]) -> bool:
    """Whether the act was done; when a rule refused it, nothing was, and the form says why."""
    try:
        with transaction():
            act()
    except (Refused, Conflict) as error:
        db.session.expire_all()
        form.add_problems(error.reasons if isinstance(error, Refused) else [error.message])
        return False
    return True


def say(words: str, clear_draft: str) -> None:
    """Say what was done, and let the browser forget the draft that is saved now."""
    message: Any = {"text": words, "clear_draft": clear_draft}
    flash(message, "done")


def to_opportunity(opportunity_id: int) -> Response:
    """Back to the opportunity's page."""
    return redirect(url_for("improvement.opportunity", opportunity_id=opportunity_id))
