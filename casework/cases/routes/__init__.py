"""The staff's pages about cases."""

from flask import Blueprint, Flask

from casework.cases.routes import case, issues, log, people, queue

blueprint = Blueprint("cases", __name__, url_prefix="/cases")
for part in (queue, log, case, issues, people):
    part.add_to(blueprint)


def register(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(blueprint)
