"""What somebody can carry, what they know, and when they are away."""

from datetime import date

from sqlalchemy import select

from casework.accounts.models import Absence, Team, User
from casework.accounts.roles import Permission, Role
from casework.accounts.rules import LONGEST_REASON, MOST_CAPACITY, absence_problem, skills_problem
from casework.accounts.services.people import By, tell
from casework.core.db import db
from casework.core.errors import Invalid, NotAllowed, Refused


def set_load(person: User, *, capacity: int | None, skills: list[str], by: By) -> bool:
    """Say how many open cases a person can carry and what they know; returns whether anything changed.

    - Without a number, what is usual in the team counts.
    - Skills come tidied (rules.tidy_skills). Raises Invalid for too many, too long, or a capacity out of range.
    """
    _check_capacity(capacity)
    if problem := skills_problem(skills):
        raise Invalid(problem)
    before = {"capacity": person.capacity, "skills": person.skills or []}
    after = {"capacity": capacity, "skills": skills}
    if before == after:
        return False
    person.capacity, person.skills = capacity, skills
    carries = f"{capacity} cases" if capacity is not None else "what is usual in the team"
    knows = f", and knows {', '.join(skills)}" if skills else ""
    summary = f"{person.name} can carry {carries}{knows}."
    tell("person", person.id, "changed", summary, by=by, before=before, after=after)
    return True


def set_team_capacity(team: Team, capacity: int | None, *, by: By) -> None:
    """Say how many open cases one person of the team can carry. Raises Invalid."""
    _check_capacity(capacity)
    if team.capacity == capacity:
        return
    before, team.capacity = team.capacity, capacity
    carries = f"{capacity} cases" if capacity is not None else "what is usual in the agency"
    summary = f"One person of {team.name} can carry {carries}."
    tell(
        "team",
        team.id,
        "changed",
        summary,
        by=by,
        before={"capacity": before},
        after={"capacity": capacity},
    )


def may_say_away(actor: User, person: User) -> bool:
    """Whether this person may say when the other is away: of oneself, of one's team, for managers of everybody."""
    if actor.id == person.id or (actor.role is Role.MANAGER and actor.is_active):
        return True
    return actor.may(Permission.ASSIGN_CASES) and person.team_id in (None, actor.team_id)


def add_absence(person: User, *, from_on: date, to_on: date | None, reason: str, by: By) -> Absence:
    """Say on which days somebody is away.

    - Everybody for themselves, supervisors for their team, managers for everybody (NotAllowed).
    - The last day is not before the first (Invalid); without one it lasts until further notice.
    - The same days are not said twice (Refused).
    """
    _check_may(by, person)
    reason = " ".join(reason.replace("\x00", "").split())
    if problem := absence_problem(from_on, to_on):
        raise Invalid(problem)
    if len(reason) > LONGEST_REASON:
        raise Invalid(f"The reason may have {LONGEST_REASON} characters. Shorten it.")
    same = select(Absence.id).where(
        Absence.user_id == person.id,
        Absence.from_on == from_on,
        # IS NOT DISTINCT FROM, so that two without a last day are the same too.
        Absence.to_on.is_not_distinct_from(to_on),
    )
    if db.session.scalars(same).first() is not None:
        raise Refused("These days are noted already.")
    absence = Absence(user_id=person.id, from_on=from_on, to_on=to_on, reason=reason, created_at=by.now)
    db.session.add(absence)
    db.session.flush()
    # The reason stays out of the history: it may be about somebody's health, and history is for ever.
    tell("person", person.id, "is away", f"{person.name} is away {_days(absence)}.", by=by)
    return absence


def remove_absence(absence: Absence, *, by: By) -> User:
    """Take an absence off; returns whose it was. The same people may do it who may say it (NotAllowed)."""
    person = db.session.get_one(User, absence.user_id)
    _check_may(by, person)
    summary = f"{person.name} is not away {_days(absence)} after all."
    db.session.delete(absence)
    tell("person", person.id, "is not away", summary, by=by)
    return person


def _check_may(by: By, person: User) -> None:
    if by.actor is not None and not may_say_away(by.actor, person):
        raise NotAllowed(f"You may say when people of your own team are away. {person.name} is in another.")


def _check_capacity(capacity: int | None) -> None:
    if capacity is not None and not 0 <= capacity <= MOST_CAPACITY:
        raise Invalid(f"Say how many open cases with a number from 0 to {MOST_CAPACITY}, or leave it empty.")


def _days(absence: Absence) -> str:
    begin = f"{absence.from_on:%-d %B %Y}"
    if absence.to_on is None:
        return f"from {begin} until further notice"
    return f"on {begin}" if absence.to_on == absence.from_on else f"from {begin} to {absence.to_on:%-d %B %Y}"
