"""The list of opportunities."""

from flask import Blueprint, render_template, request, url_for

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.core.db import db
from casework.core.errors import Invalid
from casework.improvement.queries import TABS, coverages, hidden_evidence, opportunities_in, tab_counts
from casework.improvement.views import finder_label


@requires(Permission.WORK_CASES)
def opportunities() -> str:
    """One list, the opportunity that would help most first."""
    name = request.args.get("show") or "found"
    if name not in TABS:
        raise Invalid("There is no such list. Choose one of the lists at the top of the page.")
    found = db.session.scalars(opportunities_in(TABS[name])).unique().all()
    counts = tab_counts()
    tabs = [
        {
            "label": tab.label,
            "href": url_for("improvement.opportunities", show=tab.name),
            "current": tab.name == name,
            "count": counts[tab.name],
        }
        for tab in TABS.values()
    ]
    user = current_user()
    told = coverages([action.id for one in found for action in one.actions], user)
    hidden = hidden_evidence(user, [one.id for one in found])
    return render_template(
        "improvement/opportunities.html",
        tab=TABS[name],
        tabs=tabs,
        opportunities=found,
        told=told,
        evidence_n={one.id: one.evidence_n - hidden.get(one.id, 0) for one in found},
        finder_label=finder_label,
    )


def add_to(blueprint: Blueprint) -> None:
    """Say which address this page has."""
    blueprint.add_url_rule("/", "opportunities", opportunities)
