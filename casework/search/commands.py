"""`flask search …`: the documents by which cases are found."""

import click
from flask import Flask
from flask.cli import AppGroup

from casework.core.cli import sentences
from casework.search import services

search = AppGroup("search", help="The words by which cases are found.")


@search.command("rebuild")
@click.option(
    "--missing", is_flag=True, help="Only the cases that have no words yet; to go on where it was stopped."
)
def rebuild(missing: bool) -> None:
    """Write the words of every case anew. Nothing is lost while it runs, and running it again is harmless."""
    index = services.index_missing if missing else services.index_everything
    with sentences():
        done = index(lambda so_far: click.echo(f"{so_far:,} cases", err=True))
    click.echo(f"The words of {done:,} cases are written.")


def register(app: Flask) -> None:
    """Let this application be asked `flask search …`."""
    app.cli.add_command(search)
