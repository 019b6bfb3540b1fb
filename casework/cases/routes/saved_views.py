"""Lists kept under a name: saving, changing, deleting with undo, beginning with one."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.cases.forms.queue import SaveViewForm
from casework.cases.models import SavedView, Scope
from casework.cases.queues import COLUMNS
from casework.cases.routes.chips import chips_of
from casework.cases.routes.listing import Listing, address_of, listing_from, still_good
from casework.cases.services.saved_views import (
    begin_with,
    change_view,
    chosen_by,
    delete_view,
    may_change,
    restore_view,
    save_view,
    saved_view_for,
)
from casework.core import clock
from casework.core.db import transaction
from casework.core.errors import Refused
from casework.core.flashes import say


@requires(Permission.WORK_CASES)
def save() -> str | Response | tuple[str, int]:
    """Keep the list that is open under a name."""
    user = current_user()
    listing = listing_from(request.args.to_dict(), user, columns=chosen_by(user).columns)
    form = _form(user)
    if request.method == "GET":
        return _page(form, listing)
    if not form.validate():
        return _page(form, listing), 422
    try:
        with transaction():
            # The columns stay as they are now, whatever the person chooses for other lists later.
            view = save_view(
                name=form.name.data,
                scope=Scope(form.scope.data),
                parts={**listing.parts, "cols": ",".join(listing.columns)},
                actor=user,
                now=clock.now(),
                once_key=f"view:{user.id}:{form.once.data}",
            )
            if form.first.data:
                begin_with(user, view)
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        return _page(form, listing), 422
    say(f"Saved as “{view.name}”. You find it under “My views”.")
    return redirect(address_of(view))


@requires(Permission.WORK_CASES)
def edit(number: int) -> str | Response | tuple[str, int]:
    """Rename a saved view, share it, or let it hold the list as it is now."""
    user = current_user()
    view = saved_view_for(user, number)
    parts = request.args.to_dict() or still_good(view.parts)
    chosen = chosen_by(user)
    listing = listing_from(parts, user, columns=chosen.columns)
    form = _form(user, name=view.name, scope=view.scope.value, first=chosen.first_view_id == view.id)
    if not may_change(user, view):
        raise Refused("This view is somebody else's. Save it under a name of your own.")
    if request.method == "GET":
        return _page(form, listing, view)
    if not form.validate():
        return _page(form, listing, view), 422
    try:
        with transaction():
            held = {**listing.parts, "cols": ",".join(listing.columns)}
            change_view(
                view,
                name=form.name.data,
                scope=Scope(form.scope.data),
                parts=held,
                actor=user,
                now=clock.now(),
            )
            if form.first.data:
                begin_with(user, view)
            elif chosen.first_view_id == view.id:
                begin_with(user, None)
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        return _page(form, listing, view), 422
    say(f"Saved “{view.name}”.")
    return redirect(address_of(view))


@requires(Permission.WORK_CASES)
def delete(number: int) -> Response:
    """Delete a saved view; the message that follows takes it back."""
    user = current_user()
    view = saved_view_for(user, number)
    with transaction():
        delete_view(view, actor=user, now=clock.now())
        if chosen_by(user).first_view_id == view.id:
            begin_with(user, None)
    say(f"Deleted the view “{view.name}”.", undo=url_for("cases.restore_view", number=view.id))
    return redirect(url_for("cases.queue"))


@requires(Permission.WORK_CASES)
def restore(number: int) -> Response:
    """Bring a deleted view back."""
    user = current_user()
    view = saved_view_for(user, number, deleted=True)
    with transaction():
        restore_view(view, actor=user, now=clock.now())
    say(f"“{view.name}” is back.")
    return redirect(address_of(view))


def _form(user: User, **present: object) -> SaveViewForm:
    form = SaveViewForm(data=present) if present else SaveViewForm()
    form.offer(may_share=user.may(Permission.ASSIGN_CASES))
    return form


def _page(form: SaveViewForm, listing: Listing, view: SavedView | None = None) -> str:
    return render_template(
        "cases/queue_view.html",
        form=form,
        saved=view,
        listing=listing,
        chips=chips_of(listing.filters, listing.href),
        columns=[COLUMNS[name].label for name in listing.columns],
        order=listing.order.sort.label,
        back=listing.href(),
    )


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    both, send = ["GET", "POST"], ["POST"]
    blueprint.add_url_rule("/views", "save_view", save, methods=both)
    blueprint.add_url_rule("/views/<int:number>", "edit_view", edit, methods=both)
    blueprint.add_url_rule("/views/<int:number>/delete", "delete_view", delete, methods=send)
    blueprint.add_url_rule("/views/<int:number>/restore", "restore_view", restore, methods=send)
