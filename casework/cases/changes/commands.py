"""`clocks preview`: what another calendar would move; nothing is changed."""

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask import Flask
from sqlalchemy import select

from casework.calendars import load_calendar, moment_text
from casework.cases.changes.differences import calendar_differences
from casework.cases.changes.drafts import local_day, years_of
from casework.cases.changes.lots import Found, what_would_move
from casework.cases.changes.plans import CalendarPlan
from casework.cases.changes.queries import imported_dates
from casework.cases.clock_commands import JSON, clocks
from casework.cases.models.changes import Effect, Turn
from casework.catalogue.models import WorkingCalendar
from casework.catalogue.queries import calendar_of, the_agency
from casework.core import clock
from casework.core.cli import sentences
from casework.core.db import db
from casework.core.errors import NotFound


@clocks.command("preview")
@click.option("--calendar", "name", required=True, help="The name of a calendar that cases count by.")
@click.option(
    "--with",
    "path",
    required=True,
    type=click.Path(path_type=Path),
    help="The calendar as it would be, in TOML.",
)
@JSON
def preview(name: str, path: Path, as_json: bool) -> None:
    """Which open cases another calendar would move, and by how much. Nothing is changed."""
    with sentences():
        began, now = time.monotonic(), clock.now()
        row = _calendar(name)
        after = load_calendar(path)
        zone = ZoneInfo(the_agency().time_zone)
        said = calendar_differences(calendar_of(row), after, years_of(local_day(now, zone.key)))
        found = what_would_move(CalendarPlan(row.id, row.number + 1, after), now)
        imported = imported_dates()
        seconds = round(time.monotonic() - began, 1)
    if as_json:
        click.echo(
            json.dumps(_document(found, said, zone, seconds) | {"imported": imported}, ensure_ascii=False)
        )
        return
    for sentence in said or ["It says the same as the calendar in force"]:
        click.echo(f"{sentence}.")
    click.echo(_sentence(found, seconds))
    if imported:
        click.echo(f"Dates that came with imported records and stay: {imported}.")
    for reference, each in found.furthest:
        click.echo(
            f"{reference}, {each.name}: {_moment(zone, each.before_at)} -> {_moment(zone, each.after_at)}"
        )


def _calendar(name: str) -> WorkingCalendar:
    found = db.session.scalars(select(WorkingCalendar).where(WorkingCalendar.name == name)).first()
    if found is None:
        known = ", ".join(db.session.scalars(select(WorkingCalendar.name).order_by(WorkingCalendar.name)))
        raise NotFound(f"There is no calendar called “{name}”. Known are: {known or 'none yet'}.")
    return found


def _sentence(found: Found, seconds: float) -> str:
    later, earlier = (found.effects.get(each, 0) for each in (Effect.LATER, Effect.EARLIER))
    late, timely = (found.turns.get(each, 0) for each in (Turn.LATE, Turn.TIMELY))
    return (
        f"{found.moved} of {found.cases} open cases would move: {later} clocks later, {earlier} earlier; "
        f"{late} would become late, {timely} timely. {found.clocks} clocks looked at in {seconds} s."
    )


def _document(found: Found, said: list[str], zone: ZoneInfo, seconds: float) -> dict[str, Any]:
    return {
        "differences": said,
        "cases": found.cases,
        "clocks": found.clocks,
        "moved": found.moved,
        "effects": {each.value: n for each, n in sorted(found.effects.items())},
        "turns": {each.value: n for each, n in sorted(found.turns.items())},
        "furthest": [
            {
                "case": reference,
                "standard": each.name,
                "before": each.before_at.astimezone(zone).isoformat() if each.before_at else None,
                "after": each.after_at.astimezone(zone).isoformat() if each.after_at else None,
            }
            for reference, each in found.furthest
        ],
        "seconds": seconds,
    }


def _moment(zone: ZoneInfo, at: datetime | None) -> str:
    return moment_text(zone, at) if at else "none"


def register(app: Flask) -> None:
    """Add the commands about clocks to the application, this one among them."""
    app.cli.add_command(clocks)
