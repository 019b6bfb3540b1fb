"""What happened, and who is told of it. reactions.py lets these follow the events."""

from sqlalchemy import ColumnElement, select

from casework.accounts.models import User
from casework.accounts.roles import Permission, Role, may
from casework.cases.events import (
    AccessChanged,
    ApprovalAsked,
    ApprovalDecided,
    CaseAssigned,
    CaseMoved,
    CaseTransferred,
    ClockPassed,
    GlassBroken,
)
from casework.cases.models import Case, CasePerson, Relation
from casework.cases.queries.links import stands_for
from casework.communications.events import CustomerReplied, StaffMentioned
from casework.core.db import db
from casework.notices.models import Notice
from casework.notices.rules import What
from casework.notices.services import remind, tell
from casework.notices.services.reading import put_count_right

MOST_APPROVERS = 20


def tell_the_handler(event: CaseAssigned) -> None:
    """Whoever is given a case is told."""
    tell([event.to_id], What.ASSIGNED, event.case_id, by_id=event.actor_id, at=event.at)


def tell_the_new_team(event: CaseTransferred) -> None:
    """Whoever shares out the work of a team is told of a case that another department passed to it."""
    supervisors = _active(Role.SUPERVISOR, User.team_id == event.team_id)
    tell(sorted(supervisors), What.TRANSFERRED, event.case_id, by_id=event.actor_id, at=event.at)


def tell_the_mentioned(event: StaffMentioned) -> None:
    """Whoever is mentioned in a note is told."""
    tell([event.user_id], What.MENTIONED, event.case_id, by_id=event.actor_id, at=event.at)


def tell_of_the_reply(event: CustomerReplied) -> None:
    """Whoever has the case is told when its customer replies."""
    case = db.session.get_one(Case, event.case_id)
    # Of a case that was merged, whoever answers for both: the one that stands for it may have no handler yet.
    handler_id = stands_for(case).handler_id or case.handler_id
    tell([handler_id], What.CUSTOMER_REPLIED, event.case_id, by_id=None, at=event.at)


def tell_the_watchers(event: CaseMoved) -> None:
    """Whoever watches a case is told when it moves."""
    wanted = select(CasePerson.user_id).where(
        CasePerson.case_id == event.case_id, CasePerson.relation == Relation.WATCHING
    )
    watchers = db.session.scalars(wanted).all()
    tell(watchers, What.WATCHED_MOVED, event.case_id, by_id=event.actor_id, at=event.at)


def tell_the_approver(event: ApprovalAsked) -> None:
    """The one who is asked to check an answer is told; where nobody is named, those of the team who may."""
    asked = [event.approver_id] if event.approver_id else _approvers(event.case_id)
    tell(asked, What.APPROVAL_ASKED, event.case_id, by_id=event.asked_by_id, at=event.at)


def tell_whoever_asked(event: ApprovalDecided) -> None:
    """Whoever asked for an answer to be checked is told what came of it."""
    tell([event.asked_by_id], What.APPROVAL_DECIDED, event.case_id, by_id=event.decided_by_id, at=event.at)


def tell_of_the_broken_glass(event: GlassBroken) -> None:
    """Whoever was let into a restricted case, and whoever has it, is told that somebody else came in."""
    let_in = select(CasePerson.user_id).where(
        CasePerson.case_id == event.case_id, CasePerson.relation == Relation.GRANTED
    )
    handler = select(Case.handler_id).where(Case.id == event.case_id)
    told = {*db.session.scalars(let_in), *db.session.scalars(handler)}
    tell(told, What.GLASS_BROKEN, event.case_id, by_id=event.by_id, at=event.at)


def tell_of_the_clock(event: ClockPassed) -> None:
    """Whoever has a case is told that it is due soon or overdue, and those above them when the standard says so.

    Where nobody has it, or whoever has it left, the supervisors of its team are told instead; where the team has none,
    the managers. Each person is told once for each point.
    """
    case = db.session.get_one(Case, event.case_id)
    handler = set(db.session.scalars(select(User.id).where(User.id == case.handler_id, User.is_active)))
    supervisors = {"supervisor"} if handler else {"owner", "supervisor"}
    above: set[int] = set()
    if supervisors & set(event.tell):
        above |= _active(Role.SUPERVISOR, User.team_id == case.team_id) or _active(Role.MANAGER)
    if "manager" in event.tell:
        above |= _active(Role.MANAGER)
    owner = handler if "owner" in event.tell else set()
    soon = not event.is_late
    remind(owner, What.DUE_SOON if soon else What.OVERDUE, event)
    remind(above - owner, What.DUE_SOON if soon else What.TEAM_LATE, event)


def count_again(event: AccessChanged) -> None:
    """Whoever lost sight of a case, or sees it again, is told no number in which its notices are wrongly."""
    unread = Notice.case_id == event.case_id, Notice.in_app, Notice.read_at.is_(None)
    people = select(Notice.user_id).where(*unread).distinct().order_by(Notice.user_id)
    for user_id in db.session.scalars(people).all():
        put_count_right(user_id)


def _active(role: Role, *which: ColumnElement[bool]) -> set[int]:
    return set(db.session.scalars(select(User.id).where(User.role == role, User.is_active, *which)))


def _approvers(case_id: int) -> list[int | None]:
    roles = [role for role in Role if may(role, Permission.APPROVE_ANSWERS)]
    team = select(Case.team_id).where(Case.id == case_id).scalar_subquery()
    wanted = select(User.id).where(User.team_id == team, User.role.in_(roles), User.is_active)
    return list(db.session.scalars(wanted.order_by(User.id).limit(MOST_APPROVERS)))
