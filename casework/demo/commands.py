"""`demo load` and `demo boston`: something to try Casework with."""

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from casework.core import clock
from casework.core.cli import sentences
from casework.core.errors import Invalid
from casework.demo import loading
from casework.demo.agency import sign_ins_as_text

BOSTON_FILE = "boston-311-2011.zip"
demo = AppGroup("demo", help="Something to try Casework with; never in production.")
IF_EMPTY = click.option(
    "--if-empty", is_flag=True, help="Where there are cases already, leave them and say so."
)


@demo.command("load")
@click.option("--cases", default=600, show_default=True, type=click.IntRange(min=0), help="How many cases.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same agency.")
@IF_EMPTY
def load(cases: int, seed: int, if_empty: bool) -> None:
    """Make a believable agency with cases over three years, and print who may sign in."""
    with sentences():
        if if_empty and _is_left_alone():
            return
        loaded = loading.load_generated(cases=cases, seed=seed, now=clock.now())
    click.echo(f"The demo agency is loaded with {loaded.cases:,} cases over three years.\n")
    click.echo(sign_ins_as_text())


@demo.command("boston")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--sample-data",
    envvar="CASEWORK_SAMPLE_DATA",
    type=click.Path(path_type=Path),
    help=f"The folder in which {BOSTON_FILE} lies, when no FILE is named.",
)
@IF_EMPTY
def boston(file: Path | None, sample_data: Path | None, if_empty: bool) -> None:
    """Import the file of the City of Boston, add the people of the demo, and print who may sign in."""
    with sentences():
        if if_empty and _is_left_alone():
            return
        found = file or (sample_data / BOSTON_FILE if sample_data else None)
        if found is None:
            raise Invalid("Name the file: flask demo boston FILE, or its folder in CASEWORK_SAMPLE_DATA.")
        loaded = loading.load_boston(found, now=clock.now())
    click.echo(f"The sample of the City of Boston is loaded with {loaded.cases:,} cases.\n")
    click.echo(sign_ins_as_text())


def _is_left_alone() -> bool:
    if not loading.is_there():
        return False
    click.echo("There are cases already; they are left as they are.")
    return True


def register(app: Flask) -> None:
    """Add the commands to the application."""
    app.cli.add_command(demo)
