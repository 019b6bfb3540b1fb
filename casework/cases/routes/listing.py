"""The list that an address asks for: read strictly once, for the page, the export and bulk changes alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import Select

from casework.accounts.models import User
from casework.cases.models import SavedView
from casework.cases.queues import (
    COLUMNS,
    USUAL,
    VIEWS,
    Filters,
    Page,
    View,
    columns_from,
    filters_from,
    ordered,
    parts_of,
    queue,
    sort_from,
    with_cases,
)
from casework.cases.queues.columns import in_order
from casework.cases.queues.filters import READ
from casework.cases.queues.sorts import Order
from casework.cases.services.saved_views import Chosen
from casework.cases.views import soon_after
from casework.core.errors import Invalid

PARTS = frozenset({"view", "sort", "cols", "after", "saved", *READ})


@dataclass(frozen=True)
class Listing:
    """A list as asked for. `parts` are those of its address that are kept: without page, without saved view."""

    view: View
    filters: Filters
    order: Order
    columns: tuple[str, ...]
    parts: Mapping[str, str]
    after: str = ""
    saved_id: int | None = None

    def page(self, user: User, *, now: datetime) -> Page:
        """The page of cases that is asked for."""
        return queue(
            self.view,
            user,
            self.filters,
            now=now,
            soon=soon_after(now),
            after=self.after,
            sort=self.order.text,
            columns=self.columns,
        )

    def ids(self, user: User, *, now: datetime) -> Select[Any]:
        """The ids of all of its cases, in order."""
        return ordered(self.view, user, self.filters, now=now, soon=soon_after(now), order=self.order)

    def cases(self, user: User, *, now: datetime) -> Select[Any]:
        """All of its cases, in order, as rows that begin with the case."""
        return with_cases(self.ids(user, now=now), self.order, self.columns)

    def href(self, endpoint: str = "cases.queue", **changes: str | int | None) -> str:
        """Its address with some parts changed; None takes a part off."""
        saved = {"saved": str(self.saved_id)} if self.saved_id else {}
        parts = {**saved, **self.parts, **changes}
        kept: dict[str, Any] = {key: value for key, value in parts.items() if value}
        return url_for(endpoint, **kept)


def listing_from(parts: Mapping[str, str], user: User, *, columns: tuple[str, ...] = ()) -> Listing:
    """The list that these parts of an address ask for; `columns` are the person's own choice.

    Raises Invalid, naming what cannot be used.
    """
    unknown = next((name for name in parts if name not in PARTS), None)
    if unknown is not None:
        raise Invalid(f"The filter “{unknown[:40]}” is not one of this list. Take it off.")
    name = parts.get("view") or first_view(user)
    if name not in VIEWS:
        raise Invalid("There is no such list. Choose one of the lists at the top of the page.")
    view = VIEWS[name]
    filters = filters_from(parts)
    order = sort_from(parts.get("sort", ""), view.usual_sort, closed=view.closed)
    own = columns_from(parts.get("cols", "")) if parts.get("cols") else ()
    kept = {"view": name, **parts_of(filters)}
    if order.text != view.usual_sort:
        kept["sort"] = order.text
    if own:
        kept["cols"] = ",".join(own)
    saved = parts.get("saved", "")
    return Listing(
        view=view,
        filters=filters,
        order=order,
        columns=own or (in_order(columns) if columns else USUAL),
        parts=kept,
        after=parts.get("after", ""),
        saved_id=int(saved) if saved.isascii() and saved.isdigit() and len(saved) < 10 else None,
    )


def address_of(view: SavedView) -> str:
    """The address of a saved view, with what no longer makes sense left out."""
    parts: dict[str, Any] = dict(still_good(view.parts))
    return url_for("cases.queue", saved=view.id, **parts)


def still_good(parts: Mapping[str, Any]) -> dict[str, str]:
    """Those parts of a kept address that can still be read. A service that is gone is no mistake: it shows so."""
    words = {key: str(value) for key, value in parts.items() if isinstance(value, str) and key in PARTS}
    name = words.get("view", "open")
    view = VIEWS.get(name, VIEWS["open"])
    good = {"view": view.name}
    for key, value in words.items():
        if key in READ and _reads(lambda key=key, value=value: filters_from({key: value})):  # type: ignore[misc]
            good[key] = value
    sort = words.get("sort", "")
    if sort and _reads(lambda: sort_from(sort, view.usual_sort, closed=view.closed)):
        good["sort"] = sort
    columns = [name for name in words.get("cols", "").split(",") if name in COLUMNS]
    if columns:
        good["cols"] = ",".join(in_order(columns))
    return good


def _reads(act: Callable[[], object]) -> bool:
    try:
        act()
    except Invalid:
        return False
    return True


def first_view(user: User) -> str:
    """The list with which this person's day begins."""
    return "mine" if user.role.value == "frontline" else "team" if user.team_id else "open"


@dataclass(frozen=True)
class MyView:
    """A saved view as the navigation shows it."""

    label: str
    href: str
    current: bool
    icon: str = ""
    count: int | None = None


def my_views(chosen: Chosen, current: int | None) -> list[MyView]:
    """The person's saved views, for the navigation at the side."""
    return [MyView(view.name, address_of(view), view.id == current) for view in chosen.views]
