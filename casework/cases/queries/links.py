"""Reading how cases belong together. What a person may not see is neither shown to them nor counted for them."""

from dataclasses import dataclass

from sqlalchemy import case as either
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from casework.accounts.models import User
from casework.cases.models import Case, CaseLink, LinkKind, Relation
from casework.cases.queries.visible import people_in, said_with_it, visible_cases
from casework.core.db import db


@dataclass(frozen=True)
class Linked:
    """Another case, and what it is to this one."""

    link: CaseLink
    case: Case
    relation: str

    @property
    def is_merge(self) -> bool:
        return self.link.kind is LinkKind.DUPLICATE


_WORDS = {
    # What the other case is: when this one stands first in the link, and when it stands second.
    LinkKind.PARENT: ("above this case", "below this case"),
    LinkKind.DUPLICATE: ("this case is handled together with it", "handled together with this case"),
    LinkKind.SAME_SUBJECT: ("about the same", "about the same"),
}


def links_of(user: User, case: Case) -> list[Linked]:
    """The cases that belong to this one and that this person may see, the newest link first."""
    other = either((CaseLink.case_id == case.id, CaseLink.other_id), else_=CaseLink.case_id)
    wanted = (
        visible_cases(user)
        .join(CaseLink, Case.id == other)
        .where(or_(CaseLink.case_id == case.id, CaseLink.other_id == case.id))
        .add_columns(CaseLink)
        .options(joinedload(Case.customer), joinedload(Case.process_version))
        .order_by(CaseLink.id.desc())
    )
    return [
        Linked(link, found, _WORDS[link.kind][0 if link.case_id == case.id else 1])
        for found, link in db.session.execute(wanted).unique()
    ]


def merged_into(case: Case) -> list[Case]:
    """The cases that are handled together with this one, those merged into them too, the oldest first."""
    found: dict[int, Case] = {}
    ahead = [case.id] if case.link_count else []
    while ahead:
        wanted = select(Case).where(Case.duplicate_of_id.in_(ahead)).options(joinedload(Case.customer))
        new = [one for one in db.session.scalars(wanted) if one.id not in found and one.id != case.id]
        found.update({one.id: one for one in new})
        ahead = [one.id for one in new]
    return [found[key] for key in sorted(found)]


def stands_for(case: Case) -> Case:
    """The case in which this one is answered: itself, or the end of the chain of those it was merged into."""
    seen = {case.id}
    while case.duplicate_of_id is not None:
        case = db.session.get_one(Case, case.duplicate_of_id)
        if case.id in seen:  # Cannot be made here; whatever made it, nobody waits for ever.
            break
        seen.add(case.id)
    return case


def shown_in(case: Case) -> list[Case]:
    """Of the cases merged into this one, and into those, the ones whose content everybody who sees this one may see.

    It does not ask who looks: a case that was restricted since, or names somebody whom this one does not, is
    read on its own page alone. Where the case was opened by its door they are read once for the page.
    """
    if not case.link_count or case.has_merged is False:
        return []
    by_door = case.has_merged is not None
    if by_door and case.shown_with_it is not None:
        return case.shown_with_it
    found: list[Case] = []
    above = {case.id: (case, people_in(case))}
    while above:
        # Who stands to them how comes in the same statement, and whether others were merged into them.
        wanted = (
            select(Case).where(Case.duplicate_of_id.in_(above)).options(*said_with_it()).order_by(Case.id)
        )
        below = [
            one
            for one in db.session.scalars(wanted.execution_options(populate_existing=True))
            if one.id != case.id
            and one not in found
            and _no_more_hidden(one, *above[one.duplicate_of_id or 0])
        ]
        found += below
        above = {one.id: (one, people_in(one)) for one in below if one.has_merged}
    if by_door:
        case.shown_with_it = found
    return found


def _no_more_hidden(one: Case, than: Case, there: dict[Relation, frozenset[int]]) -> bool:
    here = people_in(one)
    open_enough = not one.is_restricted or (
        than.is_restricted and there[Relation.GRANTED] <= here[Relation.GRANTED]
    )
    return here[Relation.NAMED] <= there[Relation.NAMED] and open_enough
