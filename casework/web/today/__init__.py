"""Today: what to do next, and why. Each role begins with what helps most in its work."""

from flask import Blueprint, render_template, url_for

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission, Role
from casework.cases.queues import Filters
from casework.core import clock
from casework.web.navigation import endpoint_exists
from casework.web.today import of_agency, of_cases
from casework.web.today.rows import Day, Section

# Where Today leads besides its lists: page, label, icon, permission.
ELSEWHERE = (
    ("cases.actions", "Promises", "flag", Permission.WORK_CASES),
    ("cases.approvals", "Answers to check", "okf", Permission.WORK_CASES),
    ("communications.messages", "Messages", "mail", Permission.WORK_CASES),
    ("catalogue.guidance_list", "Guidance", "bulb", Permission.WORK_CASES),
    ("web.settings", "Settings", "gear", Permission.ADMINISTER),
)


@requires(Permission.SIGNED_IN)
def today() -> str:
    """The lists that this person's work begins with, the most helpful first; empty ones are named in a line."""
    user = current_user()
    day = Day(user, clock.now())
    sections = {
        Role.FRONTLINE: _frontline,
        Role.SUPERVISOR: _supervisor,
        Role.MANAGER: _manager,
        Role.ADMINISTRATOR: _administrator,
    }[user.role](day)
    full = [section for section in sections if section.todos]
    links = [
        (url_for(endpoint), label, icon)
        for endpoint, label, icon, permission in ELSEWHERE
        if endpoint_exists(endpoint) and user.may(permission)
    ]
    return render_template(
        "web/today.html",
        sections=full,
        empty=[section for section in sections if not section.todos],
        first=full[0].todos[0] if full else None,
        because=full[0] if full else None,
        links=links,
        may_log=user.may(Permission.WORK_CASES),
    )


def _frontline(day: Day) -> list[Section]:
    """My cases and what was said in them, then what my team has for nobody."""
    mine = Filters(handler_id=day.user.id)
    return [
        of_cases.late(day, mine, mine=True),
        of_cases.replied(day),
        of_cases.returned(day),
        of_cases.promises(day, of_team=False),
        of_cases.due_soon(day, mine),
        of_cases.unassigned(day, _of_team(day), takes=True),
        of_cases.messages(day, Filters(handler_id=day.user.id)),
        of_cases.notices(day),
        of_cases.guidance(day),
    ]


def _supervisor(day: Day) -> list[Section]:
    """My team: what is late, what waits for me, who has too much."""
    team_id = day.user.team_id
    return [
        of_cases.late(day, _of_team(day), mine=False),
        of_cases.to_approve(day),
        *([of_cases.load(day, team_id)] if team_id is not None else []),
        of_cases.unassigned(day, _of_team(day), takes=False),
        of_cases.escalated(day, _of_team(day)),
        of_cases.promises(day, of_team=True),
        of_cases.messages(day, _of_team(day)),
        of_cases.notices(day),
    ]


def _manager(day: Day) -> list[Section]:
    """The whole agency: what is late, what waits for a decision, who was not told."""
    return [
        of_cases.late(day, Filters(), mine=False),
        of_cases.to_approve(day),
        of_agency.signals(day),
        of_agency.opportunities(day),
        of_agency.actions_late(day),
        of_agency.untold(day),
        of_cases.unassigned(day, Filters(), takes=False),
        of_cases.notices(day),
    ]


def _administrator(day: Day) -> list[Section]:
    """What must run, and what is not set up to its end. Whoever keeps the settings sees no cases."""
    return [
        of_agency.must_run(day),
        of_agency.idle_rules(day),
        of_agency.without_team(day),
        of_agency.without_owner(day),
    ]


def _of_team(day: Day) -> Filters:
    """The cases of one's team; somebody without a team looks after all of them."""
    return Filters(team_id=day.user.team_id) if day.user.team_id is not None else Filters()


def add_to(blueprint: Blueprint) -> None:
    """Say which address this page has."""
    blueprint.add_url_rule("/today", "today", today)
