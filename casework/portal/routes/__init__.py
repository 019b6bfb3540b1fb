"""The customer's pages, open to everybody: no account, no sign-in."""

from flask import Blueprint, Flask

from casework.portal.commands import portal
from casework.portal.routes import drafts, pages, tell, track, your_case
from casework.portal.routes.private import keep_secret

__all__ = ["blueprint", "register"]

blueprint = Blueprint("portal", __name__)
for part in (pages, drafts, tell, your_case, track):
    part.add_to(blueprint)
blueprint.after_request(keep_secret)


def register(app: Flask) -> None:
    """Add the pages and the commands to the application."""
    app.register_blueprint(blueprint)
    app.cli.add_command(portal)
