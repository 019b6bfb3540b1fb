"""The search box, and the cases that look like the one that is being written."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import Team
from casework.accounts.roles import Permission
from casework.cases.models import Kind
from casework.cases.rules import SEVERITIES
from casework.catalogue.queries import active_services, the_agency
from casework.core import clock
from casework.core.db import db
from casework.core.errors import Invalid, Refused
from casework.core.forms import YEARS
from casework.search.queries.alike import cases_alike
from casework.search.queries.found import Filters, Found, case_named, found
from casework.search.queries.matching import be_quick
from casework.search.rules import LONGEST, PLACES, Asked, asked, contact_part, reference_in, strong_words
from casework.search.views import alike_rows, chips_of, hits_of, notes_of, place_names

blueprint = Blueprint("search", __name__, url_prefix="/search")
# Nobody waits longer for a list; whoever types or chooses more gets it sooner.
MOST_MILLISECONDS = 4_000
ALIKE_MILLISECONDS = 1_500
FILTERS = ("kind", "state", "team", "service", "severity", "from", "to", "place")
_CANCELLED = "57014"
T = TypeVar("T")


@requires(Permission.WORK_CASES)
def search() -> str | Response:
    """A reference opens its case; anything else lists the cases that say it."""
    user, typed = current_user(), request.args.get("q", "").replace("\x00", " ").strip()
    filters = _filters()
    if typed and not any(request.args.get(name) for name in FILTERS):
        reference = case_named(user, reference_in(typed)[:LONGEST])
        if reference:
            return redirect(url_for("cases.case", reference=reference))
    looked_for, contact = asked(typed), contact_part(typed)
    page, notes = Found([], 0, True, ""), notes_of(looked_for, typed, contact)
    if looked_for.wanted:
        try:
            page = _in_time(lambda: _found(looked_for, filters, contact))
        except Refused as refusal:
            notes = refusal.reasons
    return _page(page, looked_for, typed, notes)


def _found(looked_for: Asked, filters: Filters, contact: str) -> Found:
    be_quick(MOST_MILLISECONDS)
    return found(
        current_user(), looked_for, filters, contact=contact, after=request.args.get("after", "")[:200]
    )


def _page(page: Found, looked_for: Asked, typed: str, notes: list[str]) -> str:
    user, now = current_user(), clock.now()
    teams = {row.id: row.name for row in db.session.execute(select(Team.id, Team.name).order_by(Team.name))}
    services = {service.id: service.name for service in db.session.scalars(active_services())}
    given = {name: request.args.get(name, "") for name in FILTERS}
    return render_template(
        "search/search.html",
        typed=typed[:LONGEST],
        hits=hits_of(page.cases, looked_for, user, now=now),
        page=page,
        notes=notes,
        given=given,
        choices=_choices(teams, services),
        chips=chips_of(given, teams=teams, services=services, here=_here),
        next_href=_here(after=page.next) if page.next else "",
        first_href=_here(after=None) if request.args.get("after") else "",
        bare_href=url_for("search.search", q=typed[:LONGEST]),
    )


def _choices(teams: dict[int, str], services: dict[int, str]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The filters of the form: name, label, and what may be chosen."""
    return [
        ("kind", _("Kind"), [(kind.value, kind.label) for kind in Kind]),
        ("state", _("State"), [("open", _("Open")), ("closed", _("Closed"))]),
        ("team", _("Team"), [(str(key), name) for key, name in teams.items()]),
        ("service", _("Service"), [(str(key), name) for key, name in services.items()]),
        ("severity", _("Severity"), [(str(n), words) for n, (words, _note) in SEVERITIES.items()]),
        ("place", _("Words stand in"), [(str(key), name) for key, name in place_names().items()]),
    ]


@requires(Permission.WORK_CASES)
def alike() -> str:
    """Cases like the one in the form, asked for while somebody types: a part of a page."""
    given = {name: request.args.get(name, "") for name in ("summary", "narrative", "besides")}
    summaries = [
        text for name in request.args if name.endswith("summary") for text in request.args.getlist(name)
    ]
    words = strong_words(*summaries, given["narrative"])
    key = request.args.get("customer_id", "")
    customer_id = int(key) if key.isascii() and key.isdigit() and len(key) < 10 else None
    if not words and customer_id is None:
        return render_template("search/_alike.html", rows=[])
    try:
        rows = _in_time(lambda: _alike(words, customer_id, given["besides"].replace("\x00", "")[:LONGEST]))
    except Refused:
        rows = []
    return render_template("search/_alike.html", rows=alike_rows(rows, now=clock.now()))


def _alike(words: list[str], customer_id: int | None, besides: str) -> Any:
    be_quick(ALIKE_MILLISECONDS)
    return cases_alike(current_user(), words, customer_id=customer_id, besides=besides)


def _in_time(act: Callable[[], T]) -> T:
    """What `act` gives. Raises Refused with what to do when the database gave it up for taking too long."""
    try:
        return act()
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") != _CANCELLED:
            raise
        db.session.rollback()
        raise Refused(
            _(
                "This search took too long and was stopped. Add a rarer word, or narrow it by a date or a team."
            )
        ) from error


def _filters() -> Filters:
    state = _one_of("state", ("open", "closed"))
    return Filters(
        kind=_one_of("kind", tuple(kind.value for kind in Kind)),
        is_open=state == "open" if state else None,
        team_id=_number("team"),
        service_id=_number("service"),
        severity=_number("severity"),
        from_at=_midnight("from", 0),
        before_at=_midnight("to", 1),
        place=next((place for place in PLACES if place == _one_of("place", PLACES)), None),
    )


def _one_of(name: str, allowed: tuple[str, ...]) -> str | None:
    text = request.args.get(name, "")
    if text and text not in allowed:
        raise _unusable(name)
    return text or None


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 10):
        raise _unusable(name)
    return int(text) if text else None


def _midnight(name: str, days_on: int) -> datetime | None:
    """The beginning of the day in the address, so many days on, on the agency's wall."""
    text = request.args.get(name, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise _unusable(name) from error
    if day.year not in YEARS:
        raise _unusable(name)
    return datetime.combine(day + timedelta(days=days_on), time.min, tzinfo=ZoneInfo(the_agency().time_zone))


def _unusable(name: str) -> Invalid:
    return Invalid(f"The filter “{name}” is not usable. Take it off, or choose it again.")


def _here(**changes: str | None) -> str:
    """This page's address with some of its parts changed; None takes a part off."""
    known = {name: request.args.get(name, "") for name in ("q", *FILTERS)}
    parts: dict[str, Any] = {**known, "q": known["q"][: LONGEST * 2], **changes}
    return url_for("search.search", **{key: value for key, value in parts.items() if value})


def register(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(blueprint)


blueprint.add_url_rule("", "search", search)
blueprint.add_url_rule("/alike", "alike", alike)
