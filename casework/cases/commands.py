"""Commands about cases: `cases import`, `clocks …`, `process …`."""

import csv
import json
import time
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask import Flask
from flask.cli import AppGroup

from casework.cases.intake_files import Reading, Record, RowProblem, load_mapping, open_reading
from casework.cases.services.imports import ImportLookups, Taken, import_chunk
from casework.cases.suggestions.learning import learn_categories
from casework.catalogue.queries import the_agency
from casework.catalogue.services import NewAgency, is_set_up, set_up_agency
from casework.core import clock
from casework.core.cli import sentences
from casework.core.config import current_settings
from casework.core.db import db, transaction

CHUNK = 2000
cases = AppGroup("cases", help="Take cases in.")


@cases.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--mapping", required=True, type=click.Path(path_type=Path), help="A TOML file: which column is what."
)
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def import_command(file: Path, mapping: Path, dry_run: bool, as_json: bool) -> None:
    """Import FILE: CSV, XLSX or Parquet, also in .zip, .gz or .xz. Running it again changes nothing."""
    began, now = time.perf_counter(), clock.now()
    with sentences():
        rules = load_mapping(mapping)
        reading = open_reading(file, rules, now=now)
        for note in reading.notes:
            click.echo(note, err=True)
        zone = _prepare(rules.zone, now, dry_run=dry_run)
        result = run_import(reading, file.stem, zone=zone, dry_run=dry_run, now=now)
    result["seconds"] = round(time.perf_counter() - began, 3)
    click.echo(json.dumps(result) if as_json else _in_words(result, dry_run))


@cases.command("learn-categories")
def learn_command() -> None:
    """Learn from past cases which words speak for which category. The worker does it every night."""
    learned = learn_categories(clock.now())
    click.echo(
        f"{learned.words:,} words of {learned.issues:,} issues learned, for {learned.labels['category']} categories. "
        f"Of {learned.held_out:,} cases held out, {learned.first:.0%} had their category suggested first "
        f"and {learned.among_three:.0%} among three."
    )


def run_import(
    reading: Reading, stem: str, *, zone: ZoneInfo, dry_run: bool, now: datetime
) -> dict[str, Any]:
    """Import all rows of a reading in chunks, each its own transaction; rejected rows go to a file of their own."""
    lookups, total, rejected, read = ImportLookups(now), Taken(), 0, 0
    folder = current_settings().data_dir / "imports"
    path = folder / f"{stem}-rejected-{now:%Y%m%dT%H%M%S}.csv"
    rows = iter(reading.records())
    while chunk := list(islice(rows, CHUNK)):
        read += len(chunk)
        problems = [row for row in chunk if isinstance(row, RowProblem)]
        if problems and not dry_run:
            _keep_rejected(path, reading.header, problems, first=rejected == 0)
        rejected += len(problems)
        records = [row for row in chunk if isinstance(row, Record)]
        with transaction():
            taken = import_chunk(records, lookups, actor_id=None, now=now, zone=zone, dry_run=dry_run)
        db.session.expunge_all()
        total.created += taken.created
        total.updated += taken.updated
        total.unchanged += taken.unchanged
    return {
        "read": read,
        "created": total.created,
        "updated": total.updated,
        "unchanged": total.unchanged,
        "rejected": rejected,
        "rejected_file": str(path) if rejected and not dry_run else None,
    }


def _prepare(zone: ZoneInfo, now: datetime, *, dry_run: bool) -> ZoneInfo:
    """The agency's zone; an installation without an agency gets one that lives in the zone of the file."""
    with transaction():
        if not is_set_up():
            if dry_run:
                return zone
            new = NewAgency(name="Imported agency", time_zone=zone.key, calendar="office-hours")
            set_up_agency(new, now=now)
        return ZoneInfo(the_agency().time_zone)


def _keep_rejected(path: Path, header: list[str], problems: list[RowProblem], *, first: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        if first:
            writer.writerow(["line", "why", *header])
        for problem in problems:
            values = [str(problem.values.get(name, "")) for name in header]
            writer.writerow([problem.line, problem.sentence, *values])


def _in_words(result: dict[str, Any], dry_run: bool) -> str:
    would = "would be " if dry_run else ""
    text = (
        f"{result['read']:,} rows read: {result['created']:,} {would}added, {result['updated']:,} {would}changed, "
        f"{result['unchanged']:,} as they were, {result['rejected']:,} rejected, in {result['seconds']:.1f} s."
    )
    return text + (
        f"\nThe rejected rows, each with the reason: {result['rejected_file']}"
        if result["rejected_file"]
        else ""
    )


def register(app: Flask) -> None:
    """Add the commands to the application."""
    app.cli.add_command(cases)
