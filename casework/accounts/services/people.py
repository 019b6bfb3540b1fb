"""People and teams: added and changed, each change told to whoever writes the history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework.accounts.events import AccountChanged
from casework.accounts.models import Team, User
from casework.accounts.queries import other_administrators, person_with_email, team_named
from casework.accounts.roles import Role
from casework.accounts.rules import email_problem, tidy_email
from casework.accounts.services.passwords import (
    DEMO_PASSWORD,
    generate_password,
    hash_password,
    is_password,
    require_good_password,
)
from casework.accounts.services.sign_ins import end_sign_ins
from casework.core.db import db
from casework.core.errors import Conflict, Invalid, Refused
from casework.core.events import publish

LAST_ADMINISTRATOR = "Nobody else is an administrator. Make somebody else an administrator first."


@dataclass(frozen=True)
class By:
    """Who makes a change, and when. `actor` is None for a command on the machine."""

    actor: User | None
    now: datetime


def add_person(*, email: str, name: str, role: Role, password: str, by: By, team: Team | None = None) -> User:
    """Add a member of staff.

    - The e-mail address is the only one of its kind (Conflict) and looks like one (Invalid).
    - The password must be good (Refused); the demo password is taken, because only a demo lets it in.
    """
    email, name = tidy_email(email), " ".join(name.split())
    if problem := email_problem(email):
        raise Invalid(problem)
    if not name:
        raise Invalid("Write the person's name.")
    if person_with_email(email):
        raise Conflict(f"Somebody with the address {email} is there already. Change that person instead.")
    if password != DEMO_PASSWORD:
        require_good_password(password, email=email, name=name)
    person = User(
        email=email, name=name, role=role, team=team, password_hash=hash_password(password), created_at=by.now
    )
    db.session.add(person)
    db.session.flush()
    tell(
        "person",
        person.id,
        "added",
        f"{name} was added as {role.label.lower()}.",
        by=by,
        after=_facts(person),
    )
    return person


def change_person(person: User, *, role: Role, team: Team | None, by: By) -> bool:
    """Give a person another role or team; returns whether anything changed.

    - The last administrator stays one (Refused).
    """
    before = _facts(person)
    if person.role is Role.ADMINISTRATOR and role is not Role.ADMINISTRATOR:
        _refuse_without_administrator(person)
    person.role, person.team = role, team
    db.session.flush()
    after = _facts(person)
    if before == after:
        return False
    summary = (
        f"{person.name} is now {role.label.lower()}, {f'team {team.name}' if team else 'without a team'}."
    )
    tell("person", person.id, "changed", summary, by=by, before=before, after=after)
    return True


def deactivate_person(person: User, *, by: By) -> None:
    """Let a person sign in no more and end their sessions. What they did stays.

    - Nobody deactivates themselves, and the last administrator stays (Refused).
    """
    if by.actor is not None and by.actor.id == person.id:
        raise Refused("You cannot deactivate yourself. Ask another administrator.")
    if person.role is Role.ADMINISTRATOR:
        _refuse_without_administrator(person)
    if not person.is_active:
        return
    before = _facts(person)
    person.is_active = False
    end_sign_ins(person, by.now)
    summary = f"{person.name} may no longer sign in."
    tell("person", person.id, "deactivated", summary, by=by, before=before, after=_facts(person))


def reactivate_person(person: User, *, by: By) -> str:
    """Let a person sign in again, with a new password; returns the password, which is kept nowhere."""
    before = _facts(person)
    person.is_active = True
    password = _with_new_password(person, by.now)
    summary = f"{person.name} may sign in again."
    tell("person", person.id, "reactivated", summary, by=by, before=before, after=_facts(person))
    return password


def replace_password(person: User, *, by: By) -> str:
    """Give somebody a new password and end their sessions; returns the password, which is kept nowhere."""
    password = _with_new_password(person, by.now)
    tell("person", person.id, "given a new password", f"{person.name} was given a new password.", by=by)
    return password


def change_password(person: User, *, current: str, new: str, keep: int | None, by: By) -> int:
    """Let a person choose a password; returns how many other sessions ended with it.

    - The current password must be right (Refused), the new one good and another one (Refused).
    - Every session but `keep` ends: whoever knew the old password is out.
    """
    if not is_password(current, person.password_hash):
        raise Refused("The current password is not right. Type the one that you signed in with.")
    if current == new:
        raise Refused("The new password is the same as the current one. Choose another.")
    require_good_password(new, email=person.email, name=person.name)
    person.password_hash = hash_password(new)
    ended = end_sign_ins(person, by.now, but=keep)
    tell("person", person.id, "changed the password", f"{person.name} changed their password.", by=by)
    return ended


def add_team(name: str, *, by: By) -> Team:
    """Add a team; its name is the only one of its kind (Conflict)."""
    name = _free_team_name(name)
    team = Team(name=name, created_at=by.now)
    db.session.add(team)
    db.session.flush()
    tell("team", team.id, "added", f"The team {name} was added.", by=by, after={"name": name})
    return team


def rename_team(team: Team, name: str, *, by: By) -> None:
    """Give a team another name; its name is the only one of its kind (Conflict)."""
    before, name = team.name, _free_team_name(name, but=team)
    if name == before:
        return
    team.name = name
    summary = f"The team {before} is now called {name}."
    tell("team", team.id, "renamed", summary, by=by, before={"name": before}, after={"name": name})


def _with_new_password(person: User, now: datetime) -> str:
    password = generate_password()
    person.password_hash = hash_password(password)
    end_sign_ins(person, now)
    return password


def _free_team_name(name: str, but: Team | None = None) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid("Write the name of the team.")
    other = team_named(name)
    if other is not None and other is not but:
        raise Conflict(f"There is a team called {other.name} already. Choose another name.")
    return name


def _refuse_without_administrator(person: User) -> None:
    if person.is_active and not other_administrators(person.id):
        raise Refused(LAST_ADMINISTRATOR)


def _facts(person: User) -> dict[str, Any]:
    return {
        "email": person.email,
        "name": person.name,
        "role": person.role.value,
        "team": person.team.name if person.team else None,
        "is_active": person.is_active,
    }


def tell(
    subject_type: str, subject_id: int, verb: str, summary: str, *, by: By, **values: dict[str, Any]
) -> None:
    publish(
        AccountChanged(
            subject_type=subject_type,
            subject_id=subject_id,
            verb=verb,
            summary=summary,
            actor_id=by.actor.id if by.actor else None,
            at=by.now,
            before=values.get("before", {}),
            after=values.get("after", {}),
        )
    )
