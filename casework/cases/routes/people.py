"""Who looks after a case, and who may see it."""

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import or_, select
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.accounts.rules import safe_path
from casework.accounts.sign_in import no_sign_of_life
from casework.cases.choices import choices_for
from casework.cases.forms import AccessForm, HandOverForm
from casework.cases.models import Case, Relation
from casework.cases.queries import get_case_for, may_see, people_of
from casework.cases.queries.glass import broken_in
from casework.cases.queries.openings import openings_of
from casework.cases.queries.seen import (
    CHANGED_FIRST,
    access_mark,
    changed_since,
    check_seen,
    handler_mark,
    seen_of,
)
from casework.cases.queues import PAGE
from casework.cases.saving import as_it_is_now, saving
from casework.cases.services import assign_case, change_access
from casework.cases.services.presence import note_presence, others_here
from casework.cases.views import state_of
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.flashes import say
from casework.core.once import made_before, remember

GLASS_SHOWN = 20
SAID = 5


@requires(Permission.WORK_CASES)
def hand_over(reference: str) -> str | Response | tuple[str, int]:
    """Give the case to somebody with words for them: one step, so that they never get it without."""
    user = current_user()
    found = get_case_for(user, reference)
    form = HandOverForm(data={"handler_id": found.handler_id or 0})
    form.offer([(int(str(key)), name) for key, name in choices_for(found)("user")])
    form.show(seen_of(found, handler_mark(found)))
    if request.method == "GET":
        return _hand_over_page(found, form)
    if not form.validate():
        return _hand_over_page(found, form), 422
    try:
        to = _chosen(request.form.get("handler_id", ""))
        with saving(found, user):
            now, to_whom = clock.now(), request.form.get("handler_id", "")
            # Sent twice, its words would stand in the case twice.
            key = f"hand-over:{found.id}:{form.once.data}:{to_whom}:{form.note.data[:200]}"
            if made_before(key) is None:
                assign_case(found, to=to, actor=user, now=now, note=form.note.data, seen=form.seen.data)
                remember(key, found.id, now)
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        return _hand_over_page(as_it_is_now(user, reference), form), 422
    except Conflict as conflict:
        found = as_it_is_now(user, reference)
        form.add_problems([conflict.message])
        changes = changed_since(found, form.seen.data)
        form.show_again(seen_of(found, handler_mark(found)))
        return _hand_over_page(found, form, changes), 409
    who = to.name if to else "Nobody"
    say(f"{who} looks after it now.", clear_draft=f"hand-over-{reference}")
    return redirect(url_for("cases.case", reference=reference))


@requires(Permission.WORK_CASES)
def presence(reference: str) -> str:
    """Say that one is here, and see who else is: a part of the page, asked for again and again."""
    user, now = current_user(), clock.now()
    found = get_case_for(user, reference)
    no_sign_of_life()
    with transaction():
        note_presence(found.id, user.id, request.form.get("doing", "")[:20], now=now)
        others = others_here(found.id, besides=user.id, now=now)
    return render_template("cases/_others.html", others=others)


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
        except StaleDataError:
            refused.append(f"{reference[:40]}: {CHANGED_FIRST}")
    # What a page says next travels in a cookie, which holds only so much: beyond that nothing would be said.
    for sentence in refused[:SAID]:
        say(sentence, "warn")
    if len(refused) > SAID:
        say(f"{len(refused) - SAID} more could not be given either.", "warn")
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
    form = _access_form(found)
    if request.method == "GET" or not form.validate():
        page = _access_page(found, form)
        return page if request.method == "GET" else (page, 422)
    try:
        with saving(found, user):
            check_seen(form.seen.data, access_mark(found, people_of(found.id)))
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
        return _access_page(as_it_is_now(user, reference), form), 422
    except Conflict as conflict:
        found = as_it_is_now(user, reference)
        form.add_problems([conflict.message])
        changes = changed_since(found, form.seen.data)
        form.show_again(seen_of(found, access_mark(found, people_of(found.id))))
        return _access_page(found, form, changes), 409
    say("Saved who may see this case.")
    if not may_see(user, found.id):
        return redirect(url_for("cases.queue"))
    return redirect(url_for("cases.case", reference=reference))


def _access_form(found: Case) -> AccessForm:
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
    form.show(seen_of(found, access_mark(found, people)))
    return form


def _access_page(found: Case, form: AccessForm, changes: object = None) -> str:
    shut = found.is_restricted
    return render_template(
        "cases/access.html",
        case=found,
        form=form,
        changes=changes,
        state=state_of(found),
        openings=list(db.session.scalars(openings_of(found.id))) if shut else None,
        broken=list(db.session.scalars(broken_in(found.id, GLASS_SHOWN))) if shut else [],
    )


def _hand_over_page(found: Case, form: HandOverForm, changes: object = None) -> str:
    return render_template(
        "cases/hand_over.html", case=found, form=form, changes=changes, state=state_of(found)
    )


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
    blueprint.add_url_rule("/<reference>/hand-over", "hand_over", hand_over, methods=["GET", "POST"])
    blueprint.add_url_rule("/<reference>/presence", "presence", presence, methods=["POST"])
    blueprint.add_url_rule("/<reference>/handler", "assign", assign, methods=["POST"])
    blueprint.add_url_rule("/<reference>/access", "access", access, methods=["GET", "POST"])
