"""`clocks explain`, `clocks due` and `clocks elapsed`."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select

from casework.calendars import (
    Calendar,
    batch_due,
    batch_elapsed,
    due,
    due_data,
    elapsed_open_seconds,
    load_calendar,
    parse_instant,
)
from casework.cases.models import Case
from casework.cases.queries.staff import names_at_clocks
from casework.cases.services.clocks import Explained, Happened, check_clocks, explain_clocks
from casework.catalogue.queries import the_agency
from casework.core import clock
from casework.core.cli import sentences
from casework.core.db import db
from casework.core.errors import Invalid, NotFound

clocks = AppGroup("clocks", help="When something is due, and why.")
CALENDAR = click.option(
    "--calendar", required=True, type=click.Path(path_type=Path), help="A calendar in TOML."
)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
BATCH = click.option("--batch", type=click.Path(path_type=Path), help="A file with one JSON question a line.")


@clocks.command("explain")
@click.argument("reference")
@JSON
def explain(reference: str, as_json: bool) -> None:
    """Each clock of a case: start, pauses, extensions, what was skipped and why, due, state."""
    with sentences():
        case = db.session.scalars(select(Case).where(Case.reference == reference)).first()
        if case is None:
            raise NotFound(f"There is no case {reference}. Check the reference.")
        found = explain_clocks(case, now=clock.now(), names=names_at_clocks(case))
        zone = ZoneInfo(the_agency().time_zone)
        if as_json:
            document = {"reference": reference, "clocks": [_data(each, zone) for each in found]}
            click.echo(json.dumps(document, ensure_ascii=False))
            return
        for each in found:
            _say(each)
        if not found:
            click.echo("No standard promises a date for this case.")


def _say(each: Explained) -> None:
    click.echo(f"{each.clock.name} ({each.clock.state})")
    if each.source:
        click.echo(f"  Standard: {each.source}")
    for label, text in each.lines:
        click.echo(f"  {label}: {text}")
        if label == "Not counted":
            # Every single day, also where the line above only counts them.
            for day, reason in each.days_left_out:
                click.echo(f"    Skipped: {day}, {reason}")


@clocks.command("check")
@click.option("--mend", is_flag=True, help="Keep what the replay gives where the two differ.")
@JSON
def check(mend: bool, as_json: bool) -> None:
    """Replay what happened to the clocks of every case: is what is kept the same? Exits with 1 when it is not."""
    with sentences():
        began = time.monotonic()
        found = check_clocks(mend=mend)
        seconds = round(time.monotonic() - began, 1)
        if as_json:
            document = {**asdict(found), "seconds": seconds, "mended": mend}
            click.echo(json.dumps(document, ensure_ascii=False))
        else:
            for sentence in found.sentences:
                click.echo(sentence)
            click.echo(
                f"{found.clocks} clocks of {found.cases} cases replayed in {seconds} s: "
                + (f"{found.different} cases differ." if found.different else "all as they are kept.")
            )
        if found.different and not mend:
            raise SystemExit(1)


@clocks.command("due")
@CALENDAR
@click.option("--start", help="When the clock starts, ISO 8601.")
@click.option("--limit", type=int, help="How many units.")
@click.option(
    "--unit", help="minute, hour, working_minute, working_hour, working_day, calendar_day, week or month."
)
@click.option(
    "--roll", is_flag=True, help="Move an end on a closed day to the close of the next working day."
)
@BATCH
@JSON
def due_command(
    calendar: Path,
    start: str | None,
    limit: int | None,
    unit: str | None,
    roll: bool,
    batch: Path | None,
    as_json: bool,
) -> None:
    """What a limit would give, without any case."""
    with sentences():
        hours = load_calendar(calendar)
        if batch is not None:
            _answer(batch, hours, batch_due)
            return
        if start is None or limit is None or unit is None:
            raise Invalid("Give --start, --limit and --unit, or --batch with a file of questions.")
        found = due(hours, start=parse_instant(hours.time_zone, start), limit=limit, unit=unit, roll=roll)
        if as_json:
            click.echo(json.dumps(due_data(hours, found), ensure_ascii=False))
            return
        for label, text in found.explanation.lines:
            click.echo(f"{label}: {text}")


@clocks.command("elapsed")
@CALENDAR
@click.option("--from", "start", help="ISO 8601.")
@click.option("--to", "end", help="ISO 8601.")
@BATCH
@JSON
def elapsed_command(
    calendar: Path, start: str | None, end: str | None, batch: Path | None, as_json: bool
) -> None:
    """Open time between two instants, in seconds."""
    with sentences():
        hours = load_calendar(calendar)
        if batch is not None:
            _answer(batch, hours, batch_elapsed)
            return
        if start is None or end is None:
            raise Invalid("Give --from and --to, or --batch with a file of questions.")
        zone = hours.time_zone
        seconds = elapsed_open_seconds(hours, parse_instant(zone, start), parse_instant(zone, end))
        click.echo(json.dumps({"open_seconds": seconds}) if as_json else f"{seconds} seconds of open time")


def _answer(
    batch: Path, hours: Calendar, ask: Callable[[Calendar, Iterable[str]], Iterator[dict[str, Any]]]
) -> None:
    try:
        with batch.open(encoding="utf-8") as lines:
            for answer in ask(hours, lines):
                click.echo(json.dumps(answer, ensure_ascii=False))
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"The file {batch} cannot be read: {error}.") from error


def _data(each: Explained, zone: ZoneInfo) -> dict[str, Any]:
    clock_, met_at = each.clock, each.clock.met_at
    return {
        "standard": clock_.name,
        "promise": clock_.promise,
        "stage": clock_.stage,
        "state": clock_.state,
        "started": clock_.started_at.astimezone(zone).isoformat(),
        "due": each.due_at.astimezone(zone).isoformat(),
        "met": met_at.astimezone(zone).isoformat() if met_at else None,
        "in_time": met_at <= clock_.due_at if met_at else None,
        "skipped": [{"date": on, "reason": reason} for on, reason in each.skipped],
        "standard_code": clock_.standard.code if clock_.standard else None,
        "standard_version": clock_.standard.number if clock_.standard else None,
        "source": clock_.standard.source if clock_.standard else None,
        "start_event": clock_.start_event,
        "pauses": [_happened(one, zone) for one in each.pauses],
        "extensions": [_happened(one, zone) for one in each.extensions],
        "changes": [_happened(one, zone) for one in each.changes],
        "warnings": [_happened(one, zone) for one in each.passed],
        "result": each.result,
        "explanation": [{"label": label, "text": text} for label, text in each.lines],
        "sentence": each.sentence,
    }


def _happened(one: Happened, zone: ZoneInfo) -> dict[str, Any]:
    until = one.until.astimezone(zone).isoformat() if one.until else None
    return {
        "at": one.at.astimezone(zone).isoformat(),
        "until": until,
        "reason": one.why,
        "by": one.by or None,
    }


def register(app: Flask) -> None:
    """Add the commands to the application."""
    app.cli.add_command(clocks)
