"""Giving a case to somebody."""

from datetime import datetime

from sqlalchemy.orm.attributes import flag_modified

from casework.accounts.models import Team, User
from casework.accounts.roles import Permission
from casework.audit.services import record
from casework.cases.events import CaseAssigned, CaseChanged, CaseHandedOver
from casework.cases.models import HANDLED, Case, CasePerson, Relation
from casework.cases.queries import people_of, stage_handled_by
from casework.cases.queries.seen import check_seen, handler_mark
from casework.core.db import db
from casework.core.errors import Refused
from casework.core.events import publish


def assign_case(
    case: Case,
    *,
    to: User | None,
    team: Team | None = None,
    actor: User,
    now: datetime,
    note: str = "",
    seen: str | None = None,
) -> None:
    """Give a case to a member of staff, to a team, or back to nobody.

    - Anybody who handles cases may take one nobody has; only those who may assign give it to others.
    - Staff named in the case are never given it; whoever handled stage 1 is not given stage 2.
    - The team follows the handler unless another one is named.
    - A `note` to whoever gets it is kept in the case, whether or not the handler changes.
    - `seen` is what the form saw (queries.seen): a choice that somebody else made meanwhile is not written over.

    Raises Refused and Conflict.
    """
    check_seen(seen, handler_mark(case))
    check_assign(case, to=to, actor=actor)
    before = {"handler_id": case.handler_id, "team_id": case.team_id}
    case.handler = to
    if to is not None:
        note_handled(case, to.id)
    if team is not None:
        case.team = team
    elif to is not None and to.team is not None:
        case.team = to.team
    case.updated_at = now
    db.session.flush()
    after = {"handler_id": case.handler_id, "team_id": case.team_id}
    if note.strip():
        publish(CaseHandedOver(case.id, to.id if to else None, actor.id, note.strip(), now))
    if after == before:
        return
    record(
        "case",
        case.id,
        "assigned",
        _words(case, to, team),
        actor_id=actor.id,
        at=now,
        before=before,
        after=after,
    )
    if to is not None and to.id != before["handler_id"]:
        publish(CaseAssigned(case.id, to.id, actor.id, now))
    publish(CaseChanged(case.id, now))


def check_assign(case: Case, *, to: User | None, actor: User) -> None:
    """Whether this person may give the case to somebody (or back to nobody); nothing is done. Raises Refused."""
    if not actor.may(Permission.ASSIGN_CASES) and not _takes_it(case, to, actor):
        raise Refused("You may take a case that nobody has. Ask a supervisor to give it to somebody else.")
    if to is not None:
        _check_handler(case, to)


def note_handled(case: Case, user_id: int) -> None:
    """Remember that somebody worked on a stage, so that they are not asked to review it at a later one."""
    relation = HANDLED.get(case.stage)
    if relation is not None and user_id not in people_of(case.id)[relation]:
        # The case is taken first: of two who save at once the second waits for it, and is told.
        flag_modified(case, "updated_at")
        db.session.flush()
        db.session.add(CasePerson(case_id=case.id, user_id=user_id, relation=relation))
        db.session.flush()


def _takes_it(case: Case, to: User | None, actor: User) -> bool:
    if to is None:
        return case.handler_id == actor.id
    return to.id == actor.id and case.handler_id in (None, actor.id)


def _check_handler(case: Case, to: User) -> None:
    people = people_of(case.id)
    if not to.is_active:
        raise Refused(f"{to.name} can no longer sign in. Choose somebody else.")
    if not to.may(Permission.WORK_CASES):
        raise Refused(f"{to.name} does not handle cases. Choose somebody who does.")
    if to.id in people[Relation.NAMED]:
        # The reason is not said: whoever asks may not be told who is named.
        raise Refused(f"{to.name} cannot be given this case. Choose somebody else.")
    stage = stage_handled_by(case, to.id, people)
    if stage is not None:
        raise Refused(f"{to.name} handled this case at stage {stage}, and a review is done by somebody else.")
    if case.is_restricted and to.id not in people[Relation.GRANTED]:
        raise Refused(f"This case is restricted, and {to.name} may not see it. Let them see it first.")


def _words(case: Case, to: User | None, team: Team | None) -> str:
    if to is not None:
        return f"Given to {to.name}"
    return f"Given to the team {team.name}" if team is not None else "Given back: nobody has it now"
