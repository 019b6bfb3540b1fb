"""`flask users`: staff from the command line, where the first administrator comes from."""

import sys

import click
from flask import Flask
from flask.cli import AppGroup

from casework.accounts import queries, services
from casework.accounts.models import Team
from casework.accounts.roles import Role
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import CaseworkError, Invalid

users = AppGroup("users", help="Staff who may sign in.")


def register(app: Flask) -> None:
    """Let this application be asked `flask users …`."""
    app.cli.add_command(users)


@users.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", "role_name", required=True, help=", ".join(role.value for role in Role))
@click.option("--team", "team_name", default="", help="The name of a team that is there.")
def add(email: str, name: str, role_name: str, team_name: str) -> None:
    """Add a member of staff. Asks for a password, or makes one and prints it once."""
    try:
        role = _role(role_name)
        with transaction():
            team = _team(team_name)
        typed = _ask_for_password()
        password = typed or services.generate_password()
        with transaction():
            by = services.By(None, clock.now())
            person = services.add_person(
                email=email, name=name, role=role, team=team, password=password, by=by
            )
            words = f"{person.name} ({person.email}) may sign in as {role.label.lower()}."
    except CaseworkError as error:
        raise click.ClickException(error.message) from error
    click.echo(words)
    if not typed:
        click.echo(f"Password, shown this once: {password}")


def _ask_for_password() -> str:
    if not sys.stdin.isatty():
        return ""
    prompt = "Password (leave empty to have one made)"
    typed: str = click.prompt(prompt, default="", show_default=False, hide_input=True, err=True)
    if typed and typed != click.prompt("The same once more", hide_input=True, err=True):
        raise Invalid("The two passwords are not the same. Run the command again.")
    return typed


def _role(name: str) -> Role:
    wanted = name.strip().lower().replace("-", "").replace("_", "")
    for role in Role:
        if role.value == wanted:
            return role
    raise Invalid(f"There is no role {name!r}. The roles are {', '.join(role.value for role in Role)}.")


def _team(name: str) -> Team | None:
    if not name:
        return None
    team = queries.team_named(name)
    if team is None:
        names = [known.name for known in db.session.scalars(queries.teams())]
        known_words = (
            f"The teams are {', '.join(names)}." if names else "No team was added yet; leave --team out."
        )
        raise Invalid(f"There is no team {name!r}. {known_words}")
    return team
