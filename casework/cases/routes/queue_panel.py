"""Narrowing a list and choosing its columns."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, redirect, render_template, request
from sqlalchemy import Select, select
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import Team
from casework.accounts.roles import Permission
from casework.accounts.rules import safe_path
from casework.cases.forms.queue import FilterForm
from casework.cases.queries import staff_who_handle
from casework.cases.queues import COLUMNS, USUAL
from casework.cases.queues.columns import ALWAYS, columns_from
from casework.cases.queues.filters import READ
from casework.cases.routes.listing import address_of, listing_from, still_good
from casework.cases.services.saved_views import change_view, choose_columns, chosen_by, may_change
from casework.cases.services.tags import suggested_tags
from casework.catalogue.queries import active_categories, active_services
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.flashes import say


@requires(Permission.WORK_CASES)
def filter_list() -> str:
    """What may narrow the list, and its columns: a part of the page, or a page of its own without script."""
    user = current_user()
    chosen = chosen_by(user)
    listing = listing_from(request.args.to_dict(), user, columns=chosen.columns)
    form = FilterForm(formdata=request.args)
    form.offer(
        people=_named(staff_who_handle(user.team_id)),
        teams=_named(select(Team).order_by(Team.name)),
        services=_named(active_services()),
        categories=[(str(each.id), each.path) for each in db.session.scalars(active_categories())],
    )
    kept = {key: value for key, value in listing.parts.items() if key not in READ}
    in_page = "HX-Request" in request.headers
    return render_template(
        "cases/_filter_panel.html" if in_page else "cases/queue_filter.html",
        form=form,
        kept=kept,
        columns=[column for name, column in COLUMNS.items() if name not in ALWAYS],
        shown=listing.columns,
        tags=suggested_tags(user),
        back=listing.href(),
        saved=listing.saved_id,
        heading=listing.view.label,
        in_page=in_page,
    )


@requires(Permission.WORK_CASES)
def choose() -> Response:
    """Keep which columns are shown: in the saved view that is open when it is the person's own, else for all lists."""
    user = current_user()
    back = safe_path(request.form.get("back")) or "/cases/"
    usual = "usual" in request.form
    columns = USUAL if usual else columns_from(",".join(request.form.getlist("column")))
    with transaction():
        asked = request.form.get("saved")
        saved = next((view for view in chosen_by(user).views if str(view.id) == asked), None)
        if saved is not None and may_change(user, saved):
            parts = {**still_good(saved.parts), "cols": ",".join(columns)}
            change_view(saved, name=saved.name, scope=saved.scope, parts=parts, actor=user, now=clock.now())
            back = address_of(saved)
        else:
            choose_columns(user, () if usual else columns)
            back = _without_columns(back)
    say("Your lists have the usual columns again." if usual else "Kept which columns your lists have.")
    return redirect(back if back.startswith("/cases/") else "/cases/")


def _without_columns(address: str) -> str:
    """The address without columns of its own, which would hide what was chosen."""
    path, _, query = address.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query[:2000]) if name != "cols"]
    return f"{path}?{urlencode(kept)}" if kept else path


def _named(wanted: Select[Any]) -> list[tuple[str, str]]:
    return [(str(each.id), each.name) for each in db.session.scalars(wanted)]


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/filter", "filter_list", filter_list)
    blueprint.add_url_rule("/columns", "choose_columns", choose, methods=["POST"])
