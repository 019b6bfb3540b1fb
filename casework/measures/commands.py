"""`flask measures …`: bring figures up to date, show them, and say what they mean."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from casework.core import clock
from casework.core.cli import sentences
from casework.core.errors import Invalid
from casework.measures.definitions import COHORTS, DEFINITIONS, DIMENSIONS, check_dimension, definition_of
from casework.measures.export import COLUMNS, UNITS, as_data, guarded, line_of
from casework.measures.queries.figures import Asked, figures
from casework.measures.rules import PERIOD_KINDS, month_of
from casework.measures.services import refresh
from casework.measures.when import present

measures = AppGroup("measures", help="Figures about performance.")


def register(app: Flask) -> None:
    """Let this application be asked `flask measures …`."""
    app.cli.add_command(measures)


@measures.command("refresh")
@click.option(
    "--all", "everything", is_flag=True, help="Count every case again, not only those that changed."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def refresh_command(everything: bool, as_json: bool) -> None:
    """Count again what changed since the last time."""
    with sentences():
        done = refresh(clock.now(), everything=everything)
    data = {"cases": done.cases, "periods": done.periods, "seconds": done.seconds}
    words = f"{done.cases:,} cases counted, {done.periods:,} figures written, in {done.seconds:.1f} seconds."
    click.echo(json.dumps(data) if as_json else words)


@measures.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def list_command(as_json: bool) -> None:
    """Every measure with its definition."""
    if as_json:
        click.echo(json.dumps([definition.as_data() for definition in DEFINITIONS.values()], indent=1))
        return
    for definition in DEFINITIONS.values():
        click.echo(f"{definition.name}: {definition.title} ({definition.unit}). {definition.counts}")


@measures.command("show")
@click.argument("name")
@click.option("--by", default="", help=f"Group by: {', '.join(DIMENSIONS)}.")
@click.option("--period", "period_kind", default="all", type=click.Choice(PERIOD_KINDS))
@click.option(
    "--cohort", default=None, type=click.Choice(COHORTS), help="Which date places a case in a period."
)
@click.option(
    "--from", "first", default=None, type=click.DateTime(["%Y-%m-%d"]), help="From the month of this day."
)
@click.option(
    "--to", "last", default=None, type=click.DateTime(["%Y-%m-%d"]), help="To the month of this day."
)
@click.option("--unit", default="days", type=click.Choice(sorted(UNITS)), help="In what times are given.")
@click.option(
    "--format", "shape", default="", type=click.Choice(["", "json", "csv"]), help="Otherwise a table."
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def show_command(
    name: str,
    by: str,
    *,
    period_kind: str,
    cohort: str | None,
    first: datetime | None,
    last: datetime | None,
    unit: str,
    shape: str,
    as_json: bool,
) -> None:
    """The figures of the measure NAME."""
    with sentences():
        when = present(clock.now())
        asked = Asked(
            definition=definition_of(name),
            now=when.now,
            this_month=when.month,
            by=check_dimension(by),
            period_kind=period_kind,
            cohort=cohort or "",
            months=_months(first, last),
        )
        rows = [as_data(row, unit) for row in figures(asked)]
    _print(rows, "json" if as_json else shape)


def _months(first: datetime | None, last: datetime | None) -> tuple[str, str] | None:
    if first is None and last is None:
        return None
    months = month_of(first.date()) if first else "0001-01", month_of(last.date()) if last else "9999-12"
    if months[0] > months[1]:
        raise Invalid("--from lies after --to. Give the earlier day first.")
    return months


def _print(rows: list[dict[str, Any]], shape: str) -> None:
    if shape == "json":
        click.echo(json.dumps(rows))
    elif shape == "csv":
        sys.stdout.write(line_of(COLUMNS))
        for row in rows:
            sys.stdout.write(line_of([row[name] for name in COLUMNS]))
    elif rows:
        click.echo(_table([COLUMNS, *([_cell(row[name]) for name in COLUMNS] for row in rows)]))
    else:
        click.echo("No figures yet. Run: flask measures refresh", err=True)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6f}" if isinstance(value, float) else str(guarded(value))


def _table(lines: list[Sequence[str]]) -> str:
    """Columns side by side, the first two to the left and figures to the right."""
    widths = [max(len(line[place]) for line in lines) for place in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place < 2 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
