"""Settings: one page that says what an administrator can change, and leads there."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.web.navigation import endpoint_exists


@dataclass(frozen=True)
class Setting:
    """One thing that can be changed: shown when its page is there and the person may use it."""

    label: str
    words: str
    endpoint: str
    icon: str
    permission: Permission = Permission.ADMINISTER


# Every page of settings takes its place here, under what it is about.
SETTINGS: tuple[tuple[str, tuple[Setting, ...]], ...] = (
    (
        "People",
        (
            Setting(
                "People and teams",
                "Who may sign in, in which role and team; what each can carry and knows.",
                "accounts.people",
                "people",
            ),
            Setting(
                "Assignment rules",
                "To which team and person a new case goes, tried on the newest cases first.",
                "rules.rules",
                "sort",
            ),
        ),
    ),
    (
        "How cases are handled",
        (
            Setting(
                "Processes",
                "How a case is resolved: states, moves, who may make them and when; in numbered versions.",
                "processes.processes",
                "board",
            ),
            Setting(
                "Standards",
                "What is promised, within which time; published codes to take over.",
                "standards.standards",
                "clock",
            ),
            Setting(
                "Calendars",
                "Which hours count: opening hours, public holidays, closed days.",
                "calendars.calendars",
                "today",
            ),
            Setting(
                "Changes of calendars and standards",
                "Which open cases a new holiday or another limit moves, seen before it is put in force.",
                "changes.listing",
                "clock",
            ),
            Setting(
                "Guidance",
                "What staff read beside the form, for each category and service.",
                "catalogue.guidance_list",
                "bulb",
            ),
            Setting(
                "Remedy limits",
                "What may be offered on the spot, by whom, up to how much.",
                "cases.remedy_limits",
                "hand",
            ),
            Setting(
                "Approval rules",
                "Which answers somebody else checks before they go out.",
                "cases.approval_rules",
                "okf",
            ),
        ),
    ),
)


@requires(Permission.ADMINISTER)
def settings() -> str:
    """What can be changed, by what it is about."""
    user = current_user()
    groups = [
        (title, [one for one in found if endpoint_exists(one.endpoint) and user.may(one.permission)])
        for title, found in SETTINGS
    ]
    return render_template("web/settings.html", groups=[(title, found) for title, found in groups if found])


def add_to(blueprint: Blueprint) -> None:
    """Say which address this page has."""
    blueprint.add_url_rule("/settings", "settings", settings)
