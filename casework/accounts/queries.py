"""Reading people, teams and their sessions."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select

from casework.accounts.models import Absence, SignIn, SignInAttempt, Team, User
from casework.accounts.roles import Role
from casework.accounts.rules import ABSOLUTE_LIMIT, IDLE_LIMIT, tidy_email
from casework.core.db import db
from casework.core.errors import NotFound


def people() -> Select[User]:
    """All staff, those who may sign in first, by name."""
    return select(User).order_by(User.is_active.desc(), func.lower(User.name), User.id)


def active_people() -> Select[User]:
    """Staff who may sign in, by name."""
    return select(User).where(User.is_active).order_by(func.lower(User.name), User.id)


def teams() -> Select[Team]:
    """All teams, by name."""
    return select(Team).order_by(func.lower(Team.name), Team.id)


def members_of_teams() -> dict[int, int]:
    """How many people who may sign in each team has, by the team's id."""
    wanted = select(User.team_id, func.count()).where(User.is_active, User.team_id.is_not(None))
    return {
        team_id: n for team_id, n in db.session.execute(wanted.group_by(User.team_id)) if team_id is not None
    }


def get_person(person_id: int) -> User:
    """One member of staff. Raises NotFound."""
    person = db.session.get(User, person_id)
    if person is None:
        raise NotFound("There is no such person. Go back to the list of people.")
    return person


def get_team(team_id: int) -> Team:
    """One team. Raises NotFound."""
    team = db.session.get(Team, team_id)
    if team is None:
        raise NotFound("There is no such team. Go back to the list of people and teams.")
    return team


def person_with_email(email: str) -> User | None:
    """The member of staff with this e-mail address, however it is spelled."""
    return db.session.scalar(select(User).where(User.email == tidy_email(email)))


def team_named(name: str) -> Team | None:
    """The team of this name, whatever its capitals."""
    return db.session.scalar(select(Team).where(func.lower(Team.name) == name.strip().lower()))


def other_administrators(person_id: int) -> int:
    """How many people besides this one may sign in as administrator."""
    wanted = select(func.count()).select_from(User)
    wanted = wanted.where(User.role == Role.ADMINISTRATOR, User.is_active, User.id != person_id)
    return db.session.scalar(wanted) or 0


def first_of_each_role() -> Sequence[User]:
    """The person who was added first, of those who may sign in, for each role that somebody has."""
    firsts = select(func.min(User.id)).where(User.is_active).group_by(User.role)
    return db.session.scalars(select(User).where(User.id.in_(firsts)).order_by(User.id)).all()


def sign_in_with(token_hash: str) -> SignIn | None:
    """The session with this token, live or not, with its person."""
    return db.session.scalar(select(SignIn).where(SignIn.token_hash == token_hash))


def live_sign_ins(user_id: int, now: datetime) -> Select[SignIn]:
    """The sessions of a person that still count, the one used last first."""
    return (
        select(SignIn)
        .where(
            SignIn.user_id == user_id,
            SignIn.ended_at.is_(None),
            SignIn.seen_at > now - IDLE_LIMIT,
            SignIn.began_at > now - ABSOLUTE_LIMIT,
        )
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    )


def last_sign_in_at(email: str) -> datetime | None:
    """When the person with this address last signed in."""
    wanted = select(func.max(SignIn.began_at)).join(User, User.id == SignIn.user_id)
    return db.session.scalar(wanted.where(User.email == email))


def credentials_of(email: str) -> tuple[int, str] | None:
    """The id and password hash of somebody who may sign in, or None."""
    wanted = select(User.id, User.password_hash).where(User.email == tidy_email(email), User.is_active)
    row = db.session.execute(wanted).one_or_none()
    return (row.id, row.password_hash) if row else None


def failures_of_email(email: str, *, since: datetime, but: int) -> Sequence[datetime]:
    """When signing in with this address failed after `since`, the try with id `but` left out."""
    wanted = select(SignInAttempt.at).where(SignInAttempt.email == email, SignInAttempt.at > since)
    return db.session.scalars(wanted.where(SignInAttempt.id != but)).all()


def failures_from_address(address: str, *, since: datetime, but: int) -> Sequence[datetime]:
    """When signing in from this network address failed after `since`, the try with id `but` left out."""
    wanted = select(SignInAttempt.at).where(SignInAttempt.address == address, SignInAttempt.at > since)
    return db.session.scalars(wanted.where(SignInAttempt.id != but)).all()


def absences_on(day: date) -> Select[Absence]:
    """Who is away on this day. Of somebody with several, the one that lasts longest counts; see `away_until`."""
    lasts = or_(Absence.to_on.is_(None), Absence.to_on >= day)
    return select(Absence).where(Absence.from_on <= day, lasts).order_by(Absence.user_id, Absence.id)


def absences_of(person_id: int, *, since: date) -> Select[Absence]:
    """The absences of somebody that are not over on this day, the soonest first."""
    lasts = or_(Absence.to_on.is_(None), Absence.to_on >= since)
    return select(Absence).where(Absence.user_id == person_id, lasts).order_by(Absence.from_on, Absence.id)


def get_absence(absence_id: int) -> Absence:
    """One absence. Raises NotFound."""
    absence = db.session.get(Absence, absence_id)
    if absence is None:
        raise NotFound("There is no such absence any more. Go back to the list.")
    return absence
