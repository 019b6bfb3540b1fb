"""The tags of a case: a small panel on its page, and suggestions for whoever writes one."""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.cases.models import Case
from casework.cases.panels import Panel, add_panel
from casework.cases.queries import get_case_for
from casework.cases.services.tags import suggested_tags, tag_case, tags_in, tidy_tag, untag_case
from casework.core import clock
from casework.core.db import transaction
from casework.core.errors import Refused
from casework.core.flashes import say


@requires(Permission.WORK_CASES)
def change(reference: str) -> Response:
    """Put tags on a case, or take one off."""
    user, now = current_user(), clock.now()
    found = get_case_for(user, reference)
    gone = request.form.get("remove", "")
    with transaction():
        if gone:
            tag = tidy_tag(gone)
            changed = untag_case(found, [tag], actor=user, now=now)
            said = f"Took off the tag “{tag}”." if changed else f"The tag “{tag}” was off already."
        else:
            tags = tags_in(request.form.get("tags", "")[:1000])
            if not tags:
                raise Refused("Write a tag first.")
            changed = tag_case(found, tags, actor=user, now=now)
            said = "Tagged." if changed else "The case has this tag already."
    say(said)
    return redirect(url_for("cases.case", reference=reference))


@requires(Permission.WORK_CASES)
def suggestions() -> str:
    """The tags used most, for the list under a field."""
    return render_template("cases/_tag_options.html", tags=suggested_tags(current_user()))


def panel_facts(case: Case, _user: User, _now: datetime) -> dict[str, Any]:
    """The tags stand in the case itself; suggestions are asked for when somebody begins to write."""
    return {"tags": case.tags}


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have, and show the panel."""
    add_panel(Panel(place="side", order=60, template="cases/_tags.html", facts=panel_facts))
    blueprint.add_url_rule("/tags", "tag_suggestions", suggestions)
    blueprint.add_url_rule("/<reference>/tags", "tag", change, methods=["POST"])
