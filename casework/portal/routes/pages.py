"""The start page, and pages to read."""

from zoneinfo import ZoneInfo

from flask import Blueprint, render_template

from casework.accounts.access import public
from casework.catalogue.queries import standards_in_force, the_agency
from casework.core import clock
from casework.core.db import db


@public
def start() -> str:
    """What one can do here."""
    return render_template("portal/start.html")


@public
def help_page() -> str:
    """How to use these pages, and how to reach a person instead."""
    return render_template("portal/help.html")


@public
def how_we_handle() -> str:
    """What happens to a complaint, with the promises about time that hold today."""
    today = clock.now().astimezone(ZoneInfo(the_agency().time_zone)).date()
    promises = [
        standard
        for standard in db.session.scalars(standards_in_force(today))
        if standard.kind in ("", "complaint")
    ]
    return render_template("portal/how_we_handle.html", promises=promises)


@public
def privacy() -> str:
    """What is kept, and who sees it."""
    return render_template("portal/privacy.html")


@public
def accessibility() -> str:
    """Who can use these pages, and what to do when one cannot."""
    return render_template("portal/accessibility.html")


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/tell-us", "start", start)
    blueprint.add_url_rule("/tell-us/help", "help", help_page)
    blueprint.add_url_rule("/how-we-handle-complaints", "how_we_handle", how_we_handle)
    blueprint.add_url_rule("/privacy", "privacy", privacy)
    blueprint.add_url_rule("/accessibility", "accessibility", accessibility)
