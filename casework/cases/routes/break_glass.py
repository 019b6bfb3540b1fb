"""Breaking the glass: the form, who did it, and what the page of the case says of it."""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.cases.forms.glass import GlassForm
from casework.cases.models import Case
from casework.cases.panels import Panel, add_panel
from casework.cases.queries.glass import broken_in, glass_broken
from casework.cases.services.glass import LONGEST_REFERENCE, break_glass
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import Invalid, Refused

MOST_ID = 2**31


@requires(Permission.RESTRICT_CASES)
def break_the_glass() -> str | Response | tuple[str, int]:
    """Ask for a restricted case with a reason.

    The answer does not depend on what there is: it says "if", names what was typed, and leads to where the case
    would be. Whether it is there is seen only by opening it.
    """
    user, form = current_user(), GlassForm()
    if request.method == "GET":
        return _page(user, form, tried=request.args.get("tried", "")[:LONGEST_REFERENCE])
    if not form.validate():
        return _page(user, form), 422
    typed = form.reference.data
    try:
        with transaction():
            break_glass(typed, form.reason.data, actor=user, now=clock.now())
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        return _page(user, form), 422
    return redirect(url_for("cases.break_glass", tried=typed))


@requires(Permission.REVIEW_ACCESS)
def who_broke_it() -> str:
    """Who broke the glass of the cases that this manager may see, and who tried without opening anything."""
    before = request.args.get("before", "")
    if before and not (before.isascii() and before.isdigit() and int(before) < MOST_ID):
        raise Invalid(_("The address of this page is not complete. Go back to the first page of the list."))
    found, next_id = glass_broken(current_user(), before_id=int(before) if before else None)
    older = url_for("cases.glass_broken", before=next_id) if next_id else ""
    return render_template("cases/glass_broken.html", found=found, older_href=older)


def _page(user: User, form: GlassForm, tried: str = "") -> str:
    may_review = user.may(Permission.REVIEW_ACCESS)
    return render_template("cases/break_glass.html", form=form, tried=tried.strip(), may_review=may_review)


def _panel(case: Case, _user: User, now: datetime) -> dict[str, Any] | None:
    """At the top of a restricted case: who came in by breaking the glass, and why."""
    if not case.is_restricted:
        return None
    found = list(db.session.scalars(broken_in(case.id)))
    return {"broken": found, "now": now} if found else None


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have, and let the page of a case say who broke its glass."""
    add_panel(Panel(place="top", order=1, template="cases/_glass.html", facts=_panel))
    blueprint.add_url_rule("/break-glass", "break_glass", break_the_glass, methods=["GET", "POST"])
    blueprint.add_url_rule("/break-glass/who", "glass_broken", who_broke_it)
