"""Pages for signing in, for one's own account, and for the people and teams of the agency."""

from flask import Flask

from casework.accounts import sign_in
from casework.accounts.routes import absences, account, people, signing_in, teams
from casework.accounts.routes.blueprint import blueprint

__all__ = ["absences", "account", "people", "register", "signing_in", "teams"]


def register(app: Flask) -> None:
    """Give the application its account pages, and Flask-Login our session table."""
    sign_in.set_up(app)
    app.register_blueprint(blueprint)
