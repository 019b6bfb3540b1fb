"""What every command does: an error meant for a person is a sentence on stderr and a non-zero exit."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from casework.core.errors import CaseworkError


@contextmanager
def sentences() -> Iterator[None]:
    """Turn an error that is meant for a person into its sentence on stderr and exit code 1."""
    try:
        yield
    except CaseworkError as error:
        click.echo(error.message, err=True)
        sys.exit(1)
