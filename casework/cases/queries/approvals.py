"""Reading which answers wait to be checked, and which came back."""

from sqlalchemy import Select, and_, not_, or_, select
from sqlalchemy.orm import joinedload

from casework.accounts.models import User
from casework.accounts.roles import Permission, Role, may
from casework.cases.models import (
    HANDLED,
    Approval,
    ApprovalRule,
    ApprovalState,
    Case,
    CasePerson,
    handled_before,
)
from casework.cases.queries.staff import staff_who_may_see
from casework.cases.queries.visible import visible_cases
from casework.core.db import db

REVIEW = 2
MOST_NAMED = 3
OPEN = (ApprovalState.WAITING, ApprovalState.STALE)
BACK = (ApprovalState.RETURNED, ApprovalState.WITHDRAWN)


def open_approval(case_id: int) -> Approval | None:
    """The answer of this case that waits to be checked, as it is in the database now."""
    wanted = select(Approval).where(Approval.case_id == case_id, Approval.state.in_(OPEN))
    wanted = wanted.options(joinedload(Approval.asked_by)).execution_options(populate_existing=True)
    return db.session.scalars(wanted).first()


def approvals_of(case_id: int) -> Select[Approval]:
    """Every answer of this case that was to be checked, newest first, with who wrote and who decided it."""
    return (
        select(Approval)
        .where(Approval.case_id == case_id)
        .options(joinedload(Approval.asked_by), joinedload(Approval.decided_by))
        .order_by(Approval.id.desc())
    )


def approvals_waiting_for(user: User) -> Select[Approval]:
    """The answers that this person may check now, the longest waiting first.

    - Only of cases that they may see; never their own; never a review of what they handled at an earlier stage.
    - An answer for which somebody was asked by name is in that person's list alone.
    """
    if not user.may(Permission.APPROVE_ANSWERS):
        return select(Approval).where(Approval.id.is_(None))
    handled = or_(
        *(
            and_(
                Case.stage > stage,
                Case.id.in_(
                    select(CasePerson.case_id).where(
                        CasePerson.user_id == user.id, CasePerson.relation == relation
                    )
                ),
            )
            for stage, relation in HANDLED.items()
        )
    )
    seen = visible_cases(user).with_only_columns(Case.id)
    return (
        select(Approval)
        .join(Case, Case.id == Approval.case_id)
        .where(
            Approval.state == ApprovalState.WAITING,
            Approval.asked_by_id != user.id,
            or_(Approval.approver_id.is_(None), Approval.approver_id == user.id),
            Case.id.in_(seen),
            not_(handled),
        )
        .options(joinedload(Approval.case).joinedload(Case.customer), joinedload(Approval.asked_by))
        .order_by(Approval.asked_at, Approval.id)
    )


def approvals_back_with(user: User) -> Select[Approval]:
    """The answers that this person wrote and has to look at again: returned, or stale since the case changed.

    What was sent again since, or ended with its case, is not listed.
    """
    later = select(Approval.case_id, Approval.id).subquery()
    again = select(later.c.id).where(later.c.case_id == Approval.case_id, later.c.id > Approval.id)
    return (
        select(Approval)
        .join(Case, Case.id == Approval.case_id)
        .where(
            Approval.asked_by_id == user.id,
            Approval.state.in_((ApprovalState.RETURNED, ApprovalState.STALE)),
            Case.is_open,
            Case.id.in_(visible_cases(user).with_only_columns(Case.id)),
            ~again.exists(),
        )
        .options(joinedload(Approval.case).joinedload(Case.customer), joinedload(Approval.decided_by))
        .order_by(Approval.id.desc())
    )


def answer_back(case: Case, move: str, user: User) -> Approval | None:
    """What this person typed for this move and had returned (or took back), to go on from; None when nothing was."""
    newest = db.session.scalars(approvals_of(case.id).limit(1)).first()
    if newest is None or newest.state not in BACK or newest.move != move or newest.asked_by_id != user.id:
        return None
    return newest


def approvers_of(case: Case, author: User) -> list[User]:
    """Those of the team of a case who may check an answer of this author, by name; the first few."""
    roles = [role for role in Role if may(role, Permission.APPROVE_ANSWERS)]
    wanted = staff_who_may_see(case).where(User.id != author.id, User.role.in_(roles))
    wanted = wanted.where(User.team_id == case.team_id) if case.team_id else wanted
    if case.stage >= REVIEW:
        handled = select(CasePerson.user_id).where(
            CasePerson.case_id == case.id, CasePerson.relation.in_(handled_before(case.stage))
        )
        wanted = wanted.where(User.id.not_in(handled))
    return list(db.session.scalars(wanted.limit(MOST_NAMED)))


def approval_rules() -> Select[ApprovalRule]:
    """The rules that say which answers are checked, in the order they were made."""
    return select(ApprovalRule).options(joinedload(ApprovalRule.service)).order_by(ApprovalRule.id)
