"""Who looks after a case, and who may see it."""

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.accounts.rules import safe_path
from casework.cases.forms import AccessForm
from casework.cases.models import Relation
from casework.cases.queries import get_case_for, may_see, people_of
from casework.cases.queues import PAGE
from casework.cases.services import assign_case, change_access
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import NotFound, Refused
from casework.core.flashes import say


@requires(Permission.WORK_CASES)
def assign(reference: str) -> Response:
    """Give the case to somebody, or back to nobody."""
    user = current_user()
    found = get_case_for(user, reference)
    to = _chosen(request.form.get("handler_id", ""))
    with transaction():
        assign_case(found, to=to, actor=user, now=clock.now())
    say(f"{to.name} looks after it now." if to else "Nobody looks after it now.")
    return redirect(url_for("cases.case", reference=reference))


@requires(Permission.WORK_CASES)
def assign_many() -> Response:
    """Give the selected cases to somebody; those that may not be given are named with the reason."""
    user, to = current_user(), _chosen(request.form.get("handler_id", ""))
    given, refused = 0, []
    for reference in request.form.getlist("case")[:PAGE]:
        try:
            found = get_case_for(user, reference)
            with transaction():
                assign_case(found, to=to, actor=user, now=clock.now())
            given += 1
        except (Refused, NotFound) as refusal:
            # One that cannot be opened (any more) does not hide that those before it were given.
            refused.append(f"{reference[:40]}: {refusal.message}")
    for sentence in refused:
        say(sentence, "warn")
    who = to.name if to else "nobody"
    say(
        f"{given} cases given to {who}." if given else "No case was selected or given.",
        "done" if given else "info",
    )
    back = safe_path(request.form.get("back")) or ""
    return redirect(back if back.startswith("/cases/") else url_for("cases.queue"))


@requires(Permission.RESTRICT_CASES)
def access(reference: str) -> str | Response | tuple[str, int]:
    """Restrict the case, and name the staff whom it is about."""
    user = current_user()
    found = get_case_for(user, reference)
    people = people_of(found.id)
    form = AccessForm(
        data={
            "restricted": "yes" if found.is_restricted else "",
            "granted": sorted(people[Relation.GRANTED]),
            "named": sorted(people[Relation.NAMED]),
        }
    )
    # Whoever the case is about stays so when they have left: they may come back, and saving must not forget them.
    chosen = {*people[Relation.NAMED], *people[Relation.GRANTED]}
    staff = select(User).where(or_(User.is_active, User.id.in_(chosen))).order_by(User.name)
    form.offer([(person.id, person.name) for person in db.session.scalars(staff)])
    if request.method == "GET" or not form.validate():
        page = render_template("cases/access.html", case=found, form=form)
        return page if request.method == "GET" else (page, 422)
    try:
        with transaction():
            change_access(
                found,
                restricted=form.restricted.data == "yes",
                named=form.named.data or [],
                granted=form.granted.data or [],
                actor=user,
                now=clock.now(),
            )
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        return render_template("cases/access.html", case=found, form=form), 422
    say("Saved who may see this case.")
    return redirect(url_for("cases.case" if may_see(user, found.id) else "cases.queue", reference=reference))


def _chosen(key: str) -> User | None:
    """Who was chosen; None for nobody."""
    if not key.isascii() or not key.isdigit() or len(key) > 12:
        raise Refused("Choose who looks after the case.")
    to = db.session.get(User, int(key)) if int(key) else None
    if int(key) and to is None:
        raise Refused("That person is no longer there. Choose somebody else.")
    return to


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/assign", "assign_many", assign_many, methods=["POST"])
    blueprint.add_url_rule("/<reference>/handler", "assign", assign, methods=["POST"])
    blueprint.add_url_rule("/<reference>/access", "access", access, methods=["GET", "POST"])
