"""The one place that says where one can go: what the navigation shows, and from where the rest is reached."""

from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import gettext as _

from casework.accounts.models import User
from casework.accounts.roles import Permission


@dataclass(frozen=True)
class Item:
    """A place in the navigation: shown when its page is there and the person's role may use it."""

    label: str
    endpoint: str
    icon: str
    permission: Permission


@dataclass(frozen=True, kw_only=True)
class Link:
    """An item as the page shows it. `count` stands beside it, and `hot` says that the count is a warning."""

    label: str
    href: str
    icon: str
    current: bool = False
    count: int | None = None
    hot: bool = False


NAVIGATION = (
    Item("Today", "web.today", "today", Permission.SIGNED_IN),
    Item("Log a case", "cases.log", "log", Permission.WORK_CASES),
    Item("Cases", "cases.queue", "cases", Permission.WORK_CASES),
    Item("Team board", "cases.board", "board", Permission.ASSIGN_CASES),
    Item("Performance", "measures.scorecard", "perf", Permission.SEE_PERFORMANCE),
    Item("Improvement", "improvement.opportunities", "loop", Permission.WORK_CASES),
    Item("Customers", "customers.customers", "people", Permission.WORK_CASES),
    Item("Settings", "web.settings", "gear", Permission.ADMINISTER),
)

# Staff pages that are not in the navigation themselves, and the page that leads to each. A test compares
# this with the routes, so that no page is built to which no way leads.
REACHED_FROM = {
    "cases.approval_rules": "accounts.people",
    "cases.approvals": "web.today",
    "accounts.account": "the person's name, on every staff page",
    "accounts.away": "accounts.account",
    "accounts.people": "web.settings",
    "accounts.add_person": "accounts.people",
    "accounts.add_team": "accounts.people",
    "cases.board_balance": "cases.board",
    "cases.break_glass": "the page that says that there is no such case",
    "cases.glass_broken": "cases.break_glass",
    "cases.actions": "cases.case, where something was promised",
    "cases.bulk": "cases.queue, with rows selected",
    "cases.edit_view": "cases.queue, with a saved view open",
    "cases.export": "cases.queue",
    "cases.filter_list": "cases.queue",
    "cases.save_view": "cases.queue",
    "cases.tag_suggestions": "cases.case, as part of the page",
    "cases.customer_history": "cases.log, as part of the page",
    "cases.find_customers": "cases.log, as part of the page",
    "cases.promises": "cases.log, as part of the page",
    "cases.remedy_limits": "web.settings",
    "search.alike": "cases.log, as part of the page",
    "search.search": "the search box, on every staff page",
    "cases.suggest_category": "cases.log, as part of the page",
    "catalogue.guidance_for": "cases.case, as part of the page",
    "catalogue.guidance_list": "web.today",
    "catalogue.guidance_write": "catalogue.guidance_list",
    "notices.choices": "notices.notices",
    "notices.notices": "the bell, on every staff page",
    "communications.letters": "communications.messages, on the list of letters",
    "communications.mail": "communications.messages",
    "communications.messages": "web.today",
    "changes.listing": "web.settings",
    "processes.processes": "web.settings",
    "rules.add": "rules.rules",
    "calendars.calendars": "web.settings",
    "standards.codes": "standards.standards",
    "standards.new": "standards.standards",
    "standards.standards": "web.settings",
    "rules.rules": "web.settings",
}


def links_for(user: User) -> list[Link]:
    """The navigation of this person, the item marked under which the page asked for stands."""
    items = [item for item in NAVIGATION if endpoint_exists(item.endpoint) and user.may(item.permission)]
    hrefs = [url_for(item.endpoint) for item in items]
    # The longest address wins, so that "Log a case" at /cases/log is not "Cases" at /cases.
    here = max((href for href in hrefs if _is_under(request.path, href)), key=len, default=None)
    return [
        Link(label=_(item.label), href=href, icon=item.icon, current=href == here)
        for item, href in zip(items, hrefs, strict=True)
    ]


def endpoint_exists(endpoint: str) -> bool:
    """Whether the application has such a page (yet)."""
    return endpoint in current_app.view_functions


def _is_under(path: str, href: str) -> bool:
    return path == href or path.startswith(href.rstrip("/") + "/")
