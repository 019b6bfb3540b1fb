"""Which open cases a version has: counted, and one by one, never those that the person may not know of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from casework.accounts.models import User
from casework.cases.models import Case, ItemState
from casework.cases.models.versions import VersionMove, VersionMoveItem
from casework.cases.queries.hidden import hidden_from, named_in
from casework.cases.versions.rules import Group, problem_of
from casework.catalogue.models import ProcessVersion
from casework.core.db import db
from casework.core.errors import NotFound

PAGE = 50
MOST_ID = 2**31 - 1
Conditions = tuple[ColumnElement[bool] | InstrumentedAttribute[bool], ...]


@dataclass(frozen=True)
class Page:
    """One page of cases, and the id after which the next one begins (0 at the end)."""

    rows: Sequence[Any]
    next: int


def open_cases_by_version(user: User) -> Mapping[int, int]:
    """How many open cases each version has, without those that this person may not know of."""
    wanted = (
        select(Case.process_version_id, func.count())
        .where(Case.is_open, Case.id.not_in(hidden_from(user)))
        .group_by(Case.process_version_id)
    )
    return {row[0]: row[1] for row in db.session.execute(wanted)}


def groups_of(
    version_id: int, user: User, mapping: Mapping[str, str], paths: Collection[str] = ()
) -> list[Group]:
    """The open cases of a version by state and by what keeps them there, as far as this person may know of them.

    `paths` are those of the version that they go to.
    """
    merged = Case.duplicate_of_id.is_not(None)
    wanted = (
        select(Case.state, Case.path, merged, Case.awaiting_approval, func.count(), func.sum(Case.id))
        .where(*_known(version_id, user))
        .group_by(Case.state, Case.path, merged, Case.awaiting_approval)
    )
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for state, path, is_merged, waits, n, ids in db.session.execute(wanted):
        stands = {"merged": bool(is_merged), "waits": bool(waits)}
        problem = problem_of(state, path, **stands, mapping=mapping, paths=paths)
        before = found.get((state, problem), (0, 0))
        found[state, problem] = before[0] + n, before[1] + int(ids)
    return [Group(*alike, *counted) for alike, counted in sorted(found.items())]


def page_of(version_id: int, user: User, *, after: int, size: int = PAGE) -> Page:
    """Exactly which cases, by id, with what decides what becomes of them; titles and customers are not among it."""
    wanted = (
        select(Case.id, Case.reference, Case.state, Case.path, Case.duplicate_of_id, Case.awaiting_approval)
        .where(*_known(version_id, user), Case.id > min(after, MOST_ID))
        .order_by(Case.id)
        .limit(size + 1)
    )
    rows = db.session.execute(wanted).all()
    return Page(rows[:size], rows[size - 1].id if len(rows) > size else 0)


def that_move(version_id: int, states: Sequence[str], paths: Collection[str], actor: User) -> Any:
    """The ids and states of every case that moves by a mapping from these states.

    Restricted cases move like the others, though whoever was not let into them is told of none; a case in
    which the acting person is named stays, because they do nothing in it.
    """
    return select(Case.id, Case.state).where(*may_move(version_id, paths, actor), Case.state.in_(states))


def may_move(version_id: int, paths: Collection[str], actor: User) -> Conditions:
    """What must be true of a case that is moved out of a version, to one that has these paths."""
    return (
        Case.process_version_id == version_id,
        Case.is_open,
        Case.duplicate_of_id.is_(None),
        Case.awaiting_approval.is_(False),
        Case.path.in_(("", *paths)),
        Case.id.not_in(named_in(actor)),
    )


def job_for(user: User, number: int) -> VersionMove:
    """The one door to a job: only whoever asked for it. Raises NotFound."""
    wanted = select(VersionMove).where(
        VersionMove.id == min(number, MOST_ID), VersionMove.actor_id == user.id
    )
    job = db.session.scalars(wanted).first()
    if job is None:
        raise NotFound("You moved no cases under that number. Go back to Processes.")
    return job


def results_of(job: VersionMove, user: User) -> dict[ItemState, int]:
    """How many cases of a job became what, as far as this person may know of them."""
    wanted = (
        select(VersionMoveItem.state, func.count())
        .where(VersionMoveItem.job_id == job.id, VersionMoveItem.case_id.not_in(hidden_from(user)))
        .group_by(VersionMoveItem.state)
    )
    return {row[0]: row[1] for row in db.session.execute(wanted)}


def results_page(job: VersionMove, user: User, *, after: int, size: int = PAGE) -> Page:
    """The cases of a job with what became of each, by id."""
    wanted = (
        select(
            Case.id,
            Case.reference,
            VersionMoveItem.from_state,
            VersionMoveItem.state,
            VersionMoveItem.sentence,
        )
        .join(VersionMoveItem, VersionMoveItem.case_id == Case.id)
        .where(
            VersionMoveItem.job_id == job.id,
            VersionMoveItem.case_id.not_in(hidden_from(user)),
            VersionMoveItem.case_id > min(after, MOST_ID),
        )
        .order_by(VersionMoveItem.case_id)
        .limit(size + 1)
    )
    rows = db.session.execute(wanted).all()
    return Page(rows[:size], rows[size - 1].id if len(rows) > size else 0)


def other_versions(version: ProcessVersion) -> Sequence[Any]:
    """The versions of the same kind to which cases could go: the current one first, then the newest."""
    wanted = (
        select(
            *(ProcessVersion.id, ProcessVersion.name, ProcessVersion.number, ProcessVersion.is_current),
            ProcessVersion.definition["title"].as_string().label("title"),
        )
        .where(ProcessVersion.kind == version.kind, ProcessVersion.id != version.id)
        .order_by(ProcessVersion.is_current.desc(), ProcessVersion.id.desc())
    )
    return db.session.execute(wanted).all()


def _known(version_id: int, user: User) -> Conditions:
    return Case.process_version_id == version_id, Case.is_open, Case.id.not_in(hidden_from(user))
