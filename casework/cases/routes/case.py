"""The page of one case, and the parts of it that are asked for later."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.cases.models import Case, Relation
from casework.cases.panels import panels_of
from casework.cases.queries import earlier_cases, get_case_for, people_in
from casework.cases.queries.staff import names_at_clocks
from casework.cases.reach import reachable
from casework.cases.services import offers_for
from casework.cases.services.clocks import LIVE, due_sentence, explain_clocks
from casework.cases.services.watching import unwatch_case, watch_case
from casework.cases.timeline import SHOWS, Entry, TimelinePage, timeline_page
from casework.cases.views import clock_words, process_line, rows_of, state_of
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import Invalid
from casework.core.flashes import say


@requires(Permission.WORK_CASES)
def case(reference: str) -> str:
    """What it is, where it is, when it is due and why, and what may be done now."""
    user, now = current_user(), clock.now()
    found = get_case_for(user, reference)
    people = people_in(found)
    explained = explain_clocks(found, now=now, names=names_at_clocks(found))
    live = [each for each in explained if each.clock.state in LIVE] or explained[:1]
    timeline = _timeline(found)
    return render_template(
        "cases/case.html",
        case=found,
        state=state_of(found),
        line=process_line(found),
        clocks=[(each, clock_words(each, now)) for each in live],
        offers=offers_for(found, actor=user, now=now, reachable=reachable(found), people=people),
        timeline=timeline,
        handed_over=_handed_over(found, user, timeline),
        show=request.args.get("show", ""),
        watches=user.id in people[Relation.WATCHING],
        panels=panels_of(found, user, now),
        may_assign=user.may(Permission.ASSIGN_CASES) or found.handler_id in (None, user.id),
        may_restrict=user.may(Permission.RESTRICT_CASES),
    )


@requires(Permission.WORK_CASES)
def clocks(reference: str) -> str:
    """Every clock of the case with all of its working, to be read on the screen or printed."""
    user, now = current_user(), clock.now()
    found = get_case_for(user, reference)
    explained = explain_clocks(found, now=now, names=names_at_clocks(found))
    return render_template(
        "cases/clocks.html",
        case=found,
        clocks=[(each, clock_words(each, now)) for each in explained],
        sentence=due_sentence(found, now=now),
        now=now,
    )


@requires(Permission.WORK_CASES)
def earlier(reference: str) -> str:
    """The customer's other cases that this person may see: a part of the page, and a page without script."""
    user = current_user()
    found = get_case_for(user, reference)
    cases: list[Case] = []
    if found.customer_id is not None:
        cases = list(db.session.scalars(earlier_cases(user, found.customer_id, besides=found.id)))
    template = "cases/_earlier.html" if "HX-Request" in request.headers else "cases/earlier.html"
    return render_template(template, case=found, rows=rows_of(cases, now=clock.now()))


@requires(Permission.WORK_CASES)
def watch(reference: str) -> Response:
    """Be told what happens in the case, or no longer."""
    user = current_user()
    found = get_case_for(user, reference)
    with transaction():
        if request.form.get("stop"):
            unwatch_case(found.id, user.id)
            say("You no longer watch this case.", "info")
        else:
            watch_case(found.id, user.id)
            say("You watch this case now, and are told what happens in it.")
    return redirect(url_for("cases.case", reference=reference))


def _timeline(found: Case) -> TimelinePage:
    show = request.args.get("show", "")
    if show not in SHOWS:
        raise Invalid("The timeline cannot be narrowed to that. Choose one of the words above it.")
    return timeline_page(
        found, show=show, before=request.args.get("before", ""), at=request.args.get("at", "")
    )


def _handed_over(found: Case, user: User, timeline: TimelinePage) -> Entry | None:
    """The words with which this person got the case, until they have done something in it themselves."""
    if found.handler_id != user.id or not timeline.is_newest:
        return None
    for entry in timeline.entries:
        if entry.purpose == "handover":
            return entry
        if entry.who == user.short_name:
            return None
    return None


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/<reference>", "case", case)
    blueprint.add_url_rule("/<reference>/clocks", "clocks", clocks)
    blueprint.add_url_rule("/<reference>/earlier", "earlier", earlier)
    blueprint.add_url_rule("/<reference>/watch", "watch", watch, methods=["POST"])
