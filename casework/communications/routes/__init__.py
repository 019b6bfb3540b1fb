"""Pages for what is said: replies, notes, calls, letters, the outbox, and messages that need a person."""

from flask import Blueprint, Flask

from casework.communications.routes import heard, messages, notes, reply

blueprint = Blueprint("communications", __name__)
for part in (notes, heard, reply, messages):
    part.add_to(blueprint)


def register(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(blueprint)
