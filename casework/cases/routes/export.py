"""A list as a file."""

import tempfile
from pathlib import Path

from flask import Blueprint, request, send_file, stream_with_context
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.cases.export import About, cells_of, csv_lines, heads_of, workbook
from casework.cases.queries.openings import note_exported, restricted_among
from casework.cases.routes.chips import chips_of
from casework.cases.routes.listing import Listing, listing_from
from casework.cases.services.saved_views import chosen_by
from casework.catalogue.queries import the_agency
from casework.core import clock
from casework.core.config import current_settings
from casework.core.errors import NotFound

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires(Permission.WORK_CASES)
def export(name: str) -> Response:
    """Every case of the list that is open, in its order: as many as there are, and no others than on the screen."""
    if name not in ("csv", "xlsx"):
        raise NotFound("A list can be exported as csv or xlsx. Choose one of them.")
    user, now = current_user(), clock.now()
    listing = listing_from(request.args.to_dict(), user, columns=chosen_by(user).columns)
    about = _about(listing, user)
    note_exported(
        restricted_among(user, listing.ids(user, now=now)), f"Exported it in a list, as {name.upper()}"
    )
    heads = heads_of(listing.columns)
    rows = cells_of(listing.cases(user, now=now), listing.columns)
    file_name = f"cases-{listing.view.name}-{now.date().isoformat()}.{name}"
    if name == "csv":
        answer = Response(stream_with_context(csv_lines(about, heads, rows)), mimetype="text/csv")
        answer.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
        return answer
    folder = tempfile.TemporaryDirectory(prefix="export-", dir=_room())
    file = Path(folder.name) / file_name
    workbook(file, about, heads, rows)
    answer = send_file(file, mimetype=XLSX, as_attachment=True, download_name=file_name, max_age=0)
    answer.call_on_close(folder.cleanup)
    return answer


def _about(listing: Listing, user: User) -> About:
    agency = the_agency()
    chips = chips_of(listing.filters, lambda **_changes: "")
    order = listing.order.sort.label + (", backwards" if listing.order.backwards else "")
    return About(
        title=str(listing.view.label),
        filters=[(chip.name, chip.value) for chip in chips],
        order=order,
        zone=agency.time_zone,
        made_at=clock.now(),
        made_by=user.name,
    )


def _room() -> Path:
    """Where files are made before they are sent: on the disk that was given to Casework."""
    room = current_settings().data_dir / "exports"
    room.mkdir(parents=True, exist_ok=True, mode=0o700)
    return room


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/export/<name>", "export", export)
