"""The queues."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.cases.queries import staff_who_handle
from casework.cases.queues import COLUMNS, PAGE, SORTS, VIEWS, Filters
from casework.cases.queues.sorts import Order
from casework.cases.routes.chips import chips_of
from casework.cases.routes.listing import Listing, address_of, listing_from, my_views
from casework.cases.services.saved_views import chosen_by, may_change
from casework.cases.views import rows_of
from casework.core import clock
from casework.core.db import db
from casework.core.errors import NotFound


@requires(Permission.WORK_CASES)
def queue_page() -> str | Response:
    """One queue: worst first when open, newest first when closed, or as its address says."""
    user, now = current_user(), clock.now()
    chosen, parts = chosen_by(user), request.args.to_dict()
    views = {view.id: view for view in chosen.views}
    asked = parts.get("saved", "") if set(parts) == {"saved"} else chosen.first_view_id if not parts else None
    if asked and (number := _number(asked)) in views:
        return redirect(address_of(views[number]))
    if set(parts) == {"saved"}:
        raise NotFound("There is no such view any more. Choose another one under “My views”.")
    listing = listing_from(parts, user, columns=chosen.columns)
    page = listing.page(user, now=now)
    saved = views.get(listing.saved_id or 0)
    return render_template(
        "cases/queue.html",
        heading=saved.name if saved else listing.view.label,
        view=listing.view,
        views=_tabs(listing),
        rows=rows_of(page.cases, now=now, columns=listing.columns),
        columns=[COLUMNS[name] for name in listing.columns],
        sort=_heads(listing),
        orders=_orders(listing),
        order_label=listing.order.sort.label,
        next_href=listing.href(after=page.next) if page.next else "",
        first_href=listing.href() if listing.after else "",
        chips=chips_of(listing.filters, listing.href),
        is_narrowed=listing.filters != Filters(),
        bare_href=url_for("cases.queue", view=listing.view.name),
        filter_href=listing.href("cases.filter_list"),
        save_href=listing.href("cases.save_view"),
        export_hrefs=[(name.upper(), listing.href("cases.export", name=name)) for name in ("csv", "xlsx")],
        parts=listing.href().partition("?")[2],
        saved=saved,
        saved_is_mine=saved is not None and may_change(user, saved),
        is_first=saved is not None and saved.id == chosen.first_view_id,
        my_views=my_views(chosen, listing.saved_id),
        size=PAGE,
        staff=_staff(user),
        me=user.id,
    )


def _staff(user: User) -> list[tuple[int, str]]:
    """Who may be given the selected cases: anybody, or for those who may not assign, only themselves.

    Names alone: made into people and a form, a large agency would pay for them more than for the cases.
    """
    if not user.may(Permission.ASSIGN_CASES):
        return [(user.id, user.name)]
    names = staff_who_handle(user.team_id).with_only_columns(User.id, User.name)
    return [(row[0], row[1]) for row in db.session.execute(names)]


def _tabs(listing: Listing) -> list[dict[str, object]]:
    """The lists that everybody has; what narrows one stays when another is chosen."""
    parts: dict[str, Any] = {k: v for k, v in listing.parts.items() if k not in ("view", "sort")}
    return [
        {
            "label": view.label,
            "href": url_for("cases.queue", view=view.name, **parts),
            "current": view is listing.view and not listing.saved_id,
        }
        for view in VIEWS.values()
    ]


def _heads(listing: Listing) -> dict[str, tuple[str, str]]:
    """The heads that sort: the address that sorts by them, and how they are sorted now."""
    closed = listing.view.closed
    heads = {}
    for column in (COLUMNS[name] for name in listing.columns):
        sort = SORTS.get(column.sort)
        if sort is None or not (sort.for_closed if closed else sort.for_open):
            continue
        now = listing.order.sort is sort
        other = Order(sort, backwards=now and not listing.order.backwards)
        heads[column.name] = (_sorted_by(listing, other), _direction(listing.order) if now else "")
    return heads


def _orders(listing: Listing) -> list[tuple[str, str, str]]:
    """Every order of this list: its words, the address that sorts so, and how it is sorted now."""
    closed = listing.view.closed
    found = []
    for sort in SORTS.values():
        if sort.for_closed if closed else sort.for_open:
            now = listing.order.sort is sort
            usual = listing.view.usual_sort.startswith("-") if sort.name in listing.view.usual_sort else False
            backwards = not listing.order.backwards if now else usual
            found.append(
                (
                    sort.label,
                    _sorted_by(listing, Order(sort, backwards)),
                    _direction(listing.order) if now else "",
                )
            )
    return found


def _sorted_by(listing: Listing, order: Order) -> str:
    return listing.href(sort=None if order.text == listing.view.usual_sort else order.text)


def _direction(order: Order) -> str:
    return "descending" if order.columns[0][1] else "ascending"


def _number(asked: str | int) -> int:
    text = str(asked)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/", "queue", queue_page)
