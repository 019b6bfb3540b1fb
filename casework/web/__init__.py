"""Owns the staff shell: navigation, headers, form tokens, error pages, logs, formats, health."""

from flask import Flask

from casework.web import context, doctor, errors, formats, headers, kept, request_log, tokens, words
from casework.web.routes import blueprint


def register(app: Flask) -> None:
    """Give the application its shell. The log comes first, so that whatever follows is numbered and timed."""
    for part in (request_log, headers, tokens, kept, errors, context, words, formats, doctor):
        part.register(app)
    app.register_blueprint(blueprint)
