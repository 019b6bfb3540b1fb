"""The first page, and the addresses for machines that watch."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from casework.accounts.access import public
from casework.accounts.sign_in import signed_in
from casework.web import health, settings, today
from casework.web.navigation import endpoint_exists

blueprint = Blueprint("web", __name__)

blueprint.add_url_rule("/healthz", view_func=public(health.healthz))
blueprint.add_url_rule("/readyz", view_func=public(health.readyz))
blueprint.add_url_rule("/metrics", view_func=public(health.metrics))
today.add_to(blueprint)
settings.add_to(blueprint)


@blueprint.get("/")
@public
def index() -> Response:
    """To the day's work for staff, to the start page for everybody else."""
    return redirect(url_for(_first_page()))


def _first_page() -> str:
    someone = signed_in()
    if someone is None:
        return "portal.start" if endpoint_exists("portal.start") else "accounts.sign_in"
    return "web.today"
