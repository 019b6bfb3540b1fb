"""The staff's pages about opportunities, and the public page made from the same rows."""

from flask import Blueprint, Flask

blueprint = Blueprint("improvement", __name__, url_prefix="/improvement")


def register(app: Flask) -> None:
    """Add the pages to the application."""
    from casework.improvement import public_routes
    from casework.improvement.routes import actions, decisions, lists, opportunity, telling

    if not blueprint.deferred_functions:
        for part in (lists, opportunity, decisions, actions, telling):
            part.add_to(blueprint)
    app.register_blueprint(blueprint)
    public_routes.register(app)
