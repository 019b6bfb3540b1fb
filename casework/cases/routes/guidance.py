"""The guidance for a case, on its page: folded, so that it costs a query only when somebody opens it."""

from datetime import datetime
from typing import Any

from flask import Blueprint, url_for

from casework.accounts.models import User
from casework.cases.models import Case
from casework.cases.panels import Panel, add_panel


def guidance_of(case: Case, _user: User, _now: datetime) -> dict[str, Any] | None:
    """Where the guidance for this case is found; nothing before anybody said what it is about."""
    if case.category_id is None and case.service_id is None:
        return None
    return {
        "href": url_for("catalogue.guidance_for", category_id=case.category_id, service_id=case.service_id)
    }


def add_to(_blueprint: Blueprint) -> None:
    """Show it on the case page."""
    add_panel(Panel(place="side", order=70, template="cases/_guidance.html", facts=guidance_of))
