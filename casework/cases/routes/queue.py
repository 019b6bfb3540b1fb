"""The queues, and finding a case."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.cases.forms import AssignForm
from casework.cases.models import Kind
from casework.cases.queries import cases_found, get_case_for, staff_who_handle
from casework.cases.queues import PAGE, VIEWS, Filters, queue
from casework.cases.routes.chips import chips_of
from casework.cases.views import rows_of, soon_after
from casework.core import clock
from casework.core.db import db
from casework.core.errors import Invalid, NotFound


@requires(Permission.WORK_CASES)
def queue_page() -> str:
    """One queue: worst first when open, newest first when closed."""
    user, now = current_user(), clock.now()
    name = request.args.get("view") or _first_view(user)
    if name not in VIEWS:
        raise Invalid("There is no such list. Choose one of the lists at the top of the page.")
    view, filters = VIEWS[name], _filters()
    after = request.args.get("after", "")
    page = queue(view, user, filters, now=now, soon=soon_after(now), after=after)
    return render_template(
        "cases/queue.html",
        view=view,
        views=_tabs(name),
        rows=rows_of(page.cases, now=now),
        next_href=_here(after=page.next) if page.next else "",
        first_href=_here(after=None) if after else "",
        chips=chips_of(filters, _here),
        size=PAGE,
        assign=_assign_form(user),
    )


@requires(Permission.WORK_CASES)
def search() -> str | Response:
    """A reference opens its case; anything else lists the cases of the customers it matches."""
    user, typed = current_user(), request.args.get("q", "").strip()[:200]
    if typed:
        try:
            case = get_case_for(user, typed)
        except NotFound:
            pass
        else:
            return redirect(url_for("cases.case", reference=case.reference))
    found = list(db.session.scalars(cases_found(user, typed)).unique()) if typed else []
    return render_template("cases/search.html", typed=typed, rows=rows_of(found, now=clock.now()))


def _assign_form(user: User) -> AssignForm:
    """Who may be given the selected cases: anybody, or for those who may not assign, only themselves."""
    form = AssignForm()
    staff = [user]
    if user.may(Permission.ASSIGN_CASES):
        staff = list(db.session.scalars(staff_who_handle(user.team_id)))
    form.offer([(person.id, person.name) for person in staff])
    form.handler_id.data = user.id
    return form


def _first_view(user: User) -> str:
    return "mine" if user.role.value == "frontline" else "team" if user.team_id else "open"


def _filters() -> Filters:
    return Filters(
        team_id=_number("team"),
        handler_id=_number("handler"),
        service_id=_number("service"),
        category_id=_number("category"),
        severity=_number("severity"),
        kind=_one_of("kind", [kind.value for kind in Kind]),
    )


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise Invalid(f"The filter “{name}” is not usable. Take it off, or choose it again.")
    return int(text)


def _one_of(name: str, allowed: list[str]) -> str | None:
    text = request.args.get(name, "")
    if text and text not in allowed:
        raise Invalid(f"The filter “{name}” is not usable. Take it off, or choose it again.")
    return text or None


def _tabs(current: str) -> list[dict[str, object]]:
    return [
        {"label": view.label, "href": url_for("cases.queue", view=view.name), "current": view.name == current}
        for view in VIEWS.values()
    ]


def _here(**changes: str | None) -> str:
    """This page's address with some of its parts changed; None takes a part off."""
    parts = {**request.args.to_dict(), **changes}
    if "after" not in changes:
        parts.pop("after", None)
    kept: dict[str, Any] = {key: value for key, value in parts.items() if value}
    return url_for("cases.queue", **kept)


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/", "queue", queue_page)
    blueprint.add_url_rule("/search", "search", search)
