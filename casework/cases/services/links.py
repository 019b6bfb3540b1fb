"""Saying that cases belong together: one above another, or about the same."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, or_, select, update

from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.audit.services import record
from casework.cases.events import CaseChanged
from casework.cases.models import Case, CaseLink, LinkKind
from casework.cases.queries import get_case_for, may_see
from casework.core.db import db
from casework.core.errors import Refused
from casework.core.events import publish
from casework.core.once import stand_in_line

MOST_LINKS = 100
# All who link, merge or split wait for each other: what one of them checks, no other changes meanwhile.
LINE = "case-links"


class LinkAs(StrEnum):
    """What the other case is to this one, as a person says it."""

    SAME_SUBJECT = "same_subject"
    PARENT = "parent"
    CHILD = "child"


def link_cases(
    case: Case, reference: str, kind: LinkAs, *, note: str = "", actor: User, now: datetime
) -> CaseLink:
    """Let another case belong to this one.

    - Whoever links sees both; one they may not see is answered like one that is not there (NotFound).
    - A case has one case above it at most, and no case stands above itself, however far up.
    - The same link again is the link that is there.

    Raises Refused and NotFound.
    """
    line_up()
    other = case_named(actor, reference)
    if other.id == case.id:
        raise Refused("A case is not linked to itself. Give the reference of the other one.")
    first, second = (other, case) if kind is LinkAs.CHILD else (case, other)
    stored = LinkKind.SAME_SUBJECT if kind is LinkAs.SAME_SUBJECT else LinkKind.PARENT
    known = _between(case.id, other.id, stored)
    if known is not None and (stored is LinkKind.SAME_SUBJECT or known.case_id == first.id):
        return known
    if known is not None:
        raise Refused("These two are linked the other way round already. Take that link off first.")
    if stored is LinkKind.PARENT:
        _check_parent(first, second)
    if max(case.link_count, other.link_count) >= MOST_LINKS:
        raise Refused(f"A case has at most {MOST_LINKS} links. Use a tag, or link to the case above.")
    link = add_link(first, second, stored, note=note, actor=actor, now=now)
    for one in (case, other):
        # The other reference is not said: whoever reads this history may not know of that case.
        note_links(one, "linked", f"Linked: {_words(stored)}", actor=actor, now=now, link_id=link.id)
    return link


def unlink_cases(case: Case, link_id: int, *, actor: User, now: datetime) -> None:
    """Take a link off both cases. Raises Refused; a merge or a split is undone instead."""
    line_up()
    link = db.session.get(CaseLink, link_id)
    other_id = None
    if link is not None and case.id in (link.case_id, link.other_id):
        other_id = link.other_id if link.case_id == case.id else link.case_id
    if link is None or other_id is None or not may_see(actor, other_id):
        raise Refused("There is no such link any more. Reload the page.")
    if link.kind is LinkKind.DUPLICATE:
        raise Refused("These cases are handled together. Undo the merge instead.")
    other = db.session.get_one(Case, other_id)
    words = f"Link taken off: {_words(link.kind)}"
    drop_link(link)
    for one in (case, other):
        note_links(one, "unlinked", words, actor=actor, now=now, link_id=link_id)


def case_named(actor: User, typed: str) -> Case:
    """The case of a reference as somebody typed it. Raises NotFound."""
    return get_case_for(actor, typed.replace("\x00", "").strip())


def line_up() -> None:
    """Wait until nobody else links, merges or splits, and look at everything as it is then."""
    stand_in_line(LINE)
    db.session.flush()
    db.session.expire_all()


def add_link(first: Case, second: Case, kind: LinkKind, *, note: str, actor: User, now: datetime) -> CaseLink:
    """Write the link and count it on both cases."""
    link = CaseLink(
        case_id=first.id,
        other_id=second.id,
        kind=kind,
        note=note.strip(),
        made_by_id=actor.id,
        made_at=now,
        kept={},
    )
    db.session.add(link)
    db.session.flush()
    count_links(first, second)
    return link


def drop_link(link: CaseLink) -> None:
    """Take the link away and count anew."""
    cases = [db.session.get_one(Case, key) for key in (link.case_id, link.other_id)]
    db.session.delete(link)
    db.session.flush()
    count_links(*cases)


def count_links(*cases: Case) -> None:
    """Count the links of these cases anew; the number is made of the rows, so that it cannot drift from them."""
    db.session.flush()
    for case in cases:
        of_it = select(func.count()).select_from(CaseLink)
        of_it = of_it.where(or_(CaseLink.case_id == case.id, CaseLink.other_id == case.id))
        db.session.execute(
            update(Case)
            .where(Case.id == case.id)
            .values(link_count=of_it.scalar_subquery())
            .execution_options(synchronize_session=False)
        )
        db.session.expire(case, ["link_count"])


def note_links(
    case: Case, verb: str, words: str, *, actor: User, now: datetime, reason: str = "", **after: object
) -> None:
    """Write the history of a change of links, and announce it."""
    if reason:
        after["reason"] = reason
    record("case", case.id, verb, words, actor_id=actor.id, at=now, after=after)
    publish(CaseChanged(case.id, now))


def check_may_work(actor: User) -> None:
    """Raises Refused when this person does not handle cases."""
    if not actor.may(Permission.WORK_CASES):
        raise Refused("Your role does not handle cases. Ask somebody who does.")


def _between(one: int, other: int, kind: LinkKind) -> CaseLink | None:
    wanted = select(CaseLink).where(
        CaseLink.kind == kind,
        CaseLink.case_id.in_((one, other)),
        CaseLink.other_id.in_((one, other)),
    )
    return db.session.scalars(wanted).first()


def _check_parent(child: Case, parent: Case) -> None:
    if _parent_of(child.id) is not None:
        raise Refused("One of the two has a case above it already. Take that link off first.")
    above: int | None = parent.id
    for _ in range(MOST_LINKS):
        if above is None:
            return
        if above == child.id:
            break
        above = _parent_of(above)
    raise Refused("That would put a case above itself. Link the two as about the same instead.")


def _parent_of(case_id: int) -> int | None:
    return db.session.scalar(
        select(CaseLink.other_id).where(CaseLink.case_id == case_id, CaseLink.kind == LinkKind.PARENT)
    )


def _words(kind: LinkKind) -> str:
    return "about the same as another case" if kind is LinkKind.SAME_SUBJECT else "one above the other"
