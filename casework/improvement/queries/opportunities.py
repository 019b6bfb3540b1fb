"""Opportunities and their actions."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from casework.accounts.queries import active_people
from casework.accounts.roles import Permission
from casework.audit.models import HistoryEntry
from casework.audit.queries import history_of
from casework.core.db import db
from casework.core.errors import NotFound
from casework.improvement.models import ImprovementAction, Opportunity, State

NOT_FOUND = "There is no such opportunity. Go back to the list of opportunities."
IN_HAND = (State.ACCEPTED, State.ACTING, State.TELLING)


@dataclass(frozen=True, slots=True)
class Tab:
    """One list of opportunities: its name, what it is called, what it says when empty, and what belongs in it."""

    name: str
    label: str
    empty: str
    holds: ColumnElement[bool]


TABS = {
    tab.name: tab
    for tab in (
        Tab(
            "found",
            "To decide",
            "Nothing waits for a decision. The finders look again every hour.",
            and_(Opportunity.state == State.FOUND, Opportunity.stands),
        ),
        Tab(
            "in_hand",
            "In hand",
            "Nothing is being worked on. Accept an opportunity and give it an owner.",
            Opportunity.state.in_(IN_HAND),
        ),
        Tab(
            "checked",
            "Effect checked",
            "No change has been shown to work yet. That takes its figures and everybody being told.",
            Opportunity.state == State.CHECKED,
        ),
        Tab(
            "dismissed",
            "Dismissed",
            "Nothing was dismissed or merged.",
            Opportunity.state.in_((State.DISMISSED, State.MERGED)),
        ),
        Tab(
            "gone",
            "No longer found",
            "Everything that was found still stands, or somebody decided on it.",
            and_(Opportunity.state == State.FOUND, Opportunity.stands.is_(False)),
        ),
    )
}


def opportunities_in(tab: Tab) -> Select[Opportunity]:
    """The opportunities of a list, the one that would help most first, with owner and actions."""
    return _ranked(tab.holds).options(
        joinedload(Opportunity.owner), joinedload(Opportunity.service), selectinload(Opportunity.actions)
    )


def standing() -> Select[Opportunity]:
    """What stands: found and not set aside, highest rank first."""
    return _ranked(_counts_in_rank())


def tab_counts() -> dict[str, int]:
    """How many opportunities each list holds."""
    sums = [func.sum(case((tab.holds, 1), else_=0)) for tab in TABS.values()]
    row = db.session.execute(select(*sums)).one()
    return {name: int(n or 0) for name, n in zip(TABS, row, strict=True)}


def place_among(opportunity: Opportunity) -> tuple[int, int]:
    """The opportunity's place by rank among those that stand, and how many those are."""
    above = or_(
        Opportunity.rank > opportunity.rank,
        and_(Opportunity.rank == opportunity.rank, Opportunity.id < opportunity.id),
    )
    wanted = select(func.sum(case((above, 1), else_=0)), func.count()).where(_counts_in_rank())
    before, n = db.session.execute(wanted).one()
    return int(before or 0) + 1, int(n)


def get_opportunity(opportunity_id: int) -> Opportunity:
    """The door to an opportunity, with its people and actions. Raises NotFound."""
    found = db.session.scalars(
        select(Opportunity)
        .where(Opportunity.id == opportunity_id)
        .options(
            joinedload(Opportunity.owner),
            joinedload(Opportunity.decided_by),
            joinedload(Opportunity.service),
            selectinload(Opportunity.actions).joinedload(ImprovementAction.owner),
        )
    ).first()
    if found is None:
        raise NotFound(NOT_FOUND)
    return found


def get_action(action_id: int) -> ImprovementAction:
    """The door to an improvement action, with its opportunity. Raises NotFound."""
    wanted = select(ImprovementAction).where(ImprovementAction.id == action_id)
    found = db.session.scalars(
        wanted.options(joinedload(ImprovementAction.opportunity), joinedload(ImprovementAction.owner))
    ).first()
    if found is None:
        raise NotFound("There is no such action. Go back to the list of opportunities.")
    return found


def history_since_found(opportunity_id: int) -> Sequence[HistoryEntry]:
    """What was decided and done on an opportunity, newest first."""
    return db.session.scalars(history_of("opportunity", opportunity_id)).all()


def people_who_may_own() -> list[tuple[int, str]]:
    """Who may own an opportunity or an action: active staff who work on cases, by name."""
    people = db.session.scalars(active_people())
    return [(person.id, person.name) for person in people if person.may(Permission.WORK_CASES)]


def _ranked(holds: ColumnElement[bool]) -> Select[Opportunity]:
    return select(Opportunity).where(holds).order_by(Opportunity.rank.desc(), Opportunity.id)


def _counts_in_rank() -> ColumnElement[bool]:
    return and_(Opportunity.stands, Opportunity.state.not_in((State.DISMISSED, State.MERGED)))
