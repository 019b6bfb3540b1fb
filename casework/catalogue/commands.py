"""`process check`, `process diagram` and `agency set-up`."""

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from casework.catalogue.services import NewAgency, set_up_agency
from casework.core import clock
from casework.core.cli import sentences
from casework.core.config import current_settings
from casework.core.db import transaction
from casework.workflow.diagram import svg, text
from casework.workflow.parse import load_process

process = AppGroup("process", help="Processes as data.")
agency = AppGroup("agency", help="The agency that this installation serves.")
FILE = click.argument("file", type=click.Path(path_type=Path))


@process.command("check")
@FILE
def check(file: Path) -> None:
    """Say what is wrong with a process definition, or that nothing is."""
    with sentences():
        found = load_process(file)
    click.echo(f"“{found.title}” is in order: {len(found.states)} states, {len(found.moves)} moves.")


@process.command("diagram")
@FILE
@click.option("--text", "as_text", is_flag=True, help="States and moves as a table instead of a picture.")
def diagram(file: Path, as_text: bool) -> None:
    """Draw a process definition as SVG on stdout."""
    with sentences():
        found = load_process(file)
    click.echo(text(found) if as_text else svg(found))


@agency.command("set-up")
@click.option("--name", required=True, help="The agency's name.")
@click.option("--email", default="", help="The address that its mail comes from.")
@click.option("--phone", default="")
@click.option("--hours", default="", help="When the phone is answered, in words.")
@click.option("--time-zone", default="", help="Like America/Chicago; CASEWORK_TIME_ZONE when left out.")
@click.option(
    "--calendar", default="office-hours", help="office-hours, minnesota-office or around-the-clock."
)
def set_up(name: str, email: str, phone: str, hours: str, time_zone: str, calendar: str) -> None:
    """Set up the agency with its calendar, processes, standards and causes. Running it again changes nothing."""
    zone = time_zone or current_settings().time_zone
    with sentences(), transaction():
        new = NewAgency(name=name, email=email, phone=phone, hours=hours, time_zone=zone, calendar=calendar)
        made = set_up_agency(new, now=clock.now())
        words = f"{made.name} is set up, in the time zone {made.time_zone}."
    click.echo(words)


def register(app: Flask) -> None:
    """Add the commands to the application."""
    app.cli.add_command(process)
    app.cli.add_command(agency)
