"""`opportunities find` and `opportunities list`."""

import json
import time
from dataclasses import asdict
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from casework.core import clock
from casework.core.cli import sentences
from casework.core.db import db
from casework.improvement.models import Opportunity
from casework.improvement.queries import standing
from casework.improvement.services import find_opportunities

opportunities = AppGroup("opportunities", help="What is worth improving, with its evidence.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")


@opportunities.command("find")
@AS_JSON
def find(as_json: bool) -> None:
    """Run the finders over the cases as they are now."""
    began = time.perf_counter()
    with sentences():
        found = find_opportunities(clock.now())
        standing_n = len(db.session.scalars(standing()).all())
    result = {**asdict(found), "standing": standing_n, "seconds": round(time.perf_counter() - began, 3)}
    if as_json:
        click.echo(json.dumps(result))
        return
    click.echo(
        f"{found.new} new, {found.updated} updated, {found.returned} back with more evidence, "
        f"{found.gone} no longer found; {standing_n} stand."
    )


@opportunities.command("list")
@AS_JSON
def list_command(as_json: bool) -> None:
    """List what stands, the one that would help most first, with its evidence and arithmetic."""
    with sentences():
        found = [_as_data(one) for one in db.session.scalars(standing())]
    if as_json:
        click.echo(json.dumps(found))
        return
    if not found:
        click.echo("No opportunity stands. Run: flask opportunities find")
    for one in found:
        click.echo(_in_words(one))


def _as_data(one: Opportunity) -> dict[str, Any]:
    return {
        "id": one.id,
        "finder": one.finder,
        "key": one.key,
        "title": one.title,
        "state": one.state.value,
        "rank": one.rank,
        "strength": one.strength,
        "evidence_n": one.evidence_n,
        "customers_per_month": one.customers_per_month,
        "mean_severity": one.mean_severity,
        "period": one.period,
        "subject": one.subject,
        "arithmetic": one.arithmetic,
        "found_at": one.found_at.isoformat(),
        "updated_at": one.updated_at.isoformat(),
    }


def _in_words(one: dict[str, Any]) -> str:
    head = f"{one['id']}. {one['title']} ({one['state']}, rank {one['rank']:g}, {one['evidence_n']} cases)"
    lines = [f"   {step['label']}: {step['value']} ({step['how']})" for step in one["arithmetic"]]
    return "\n".join([head, *lines])


def register(app: Flask) -> None:
    """Add the commands to the application."""
    app.cli.add_command(opportunities)
