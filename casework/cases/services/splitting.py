"""Giving some issues of a case a case of their own, with the messages and files that belong to them."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from casework.accounts.models import User
from casework.audit.models import HistoryEntry
from casework.cases.models import Case, CaseLink, CasePerson, DecisionState, Issue, LinkKind
from casework.cases.parts import parts
from casework.cases.queries import may_see
from casework.cases.rules import derived_finding, title_of
from casework.cases.services import clocks
from casework.cases.services.intake import next_reference
from casework.cases.services.links import (
    MOST_LINKS,
    add_link,
    check_may_work,
    count_links,
    line_up,
    note_links,
)
from casework.cases.services.tags import copy_tags
from casework.catalogue.queries import process_of, the_agency
from casework.core.db import db
from casework.core.errors import Refused
from casework.core.once import made_before, remember

Chosen = Mapping[str, Sequence[int]]
# What the new case has in common with the one it comes from.
_COMMON = (
    "kind",
    "channel",
    "narrative",
    "desired_outcome",
    "location",
    "severity",
    "adjustments",
    "customer_id",
    "representative_id",
    "write_to_representative",
    "service_id",
    "team_id",
    "handler_id",
    "process_version_id",
    "path",
    "received_at",
    "meeting_at",
    "transferred_at",
    "is_restricted",
)


def split_case(
    case: Case,
    numbers: Sequence[int],
    chosen: Chosen,
    *,
    actor: User,
    now: datetime,
    once_key: str = "",
) -> Case:
    """Give these issues a case of their own; the same `once_key` makes one.

    - It has the same customer and was received when the first one was: its clocks start then, so that nothing is
      won by splitting. What was acknowledged stays acknowledged.
    - `chosen` names the messages, files and promises (cases.parts) that go with them; everything is in one of
      the two. Both have the tags.
    - Restricted, named and stage-1 staff are those of the first case. The two are linked as about the same.
    - At least one issue stays. Nothing is split that was answered, is reviewed, waits to be checked or is merged.

    Raises Refused.
    """
    made = made_before(once_key)
    if made is not None:
        return db.session.get_one(Case, made)
    check_may_work(actor)
    line_up()
    going = [issue for issue in case.issues if issue.number in set(numbers)]
    reasons = _why_not(case, going)
    if reasons:
        raise Refused(reasons)
    # Whoever decides one of these issues at the same moment is told, and does not decide it here any more.
    case.updated_at = now
    db.session.flush()
    new = _new_case(case, going, now)
    kept: dict[str, Any] = {"split": {str(issue.id): issue.number for issue in going}, "parts": {}}
    _move_issues(going, case, new)
    for part in parts():
        there = {item.id for item in part.items(case)}
        ids = [each for each in dict.fromkeys(chosen.get(part.name, ())) if each in there]
        if ids:
            part.move(ids, case, new)
        kept["parts"][part.name] = ids
    copy_tags(case, new)
    link = add_link(new, case, LinkKind.SAME_SUBJECT, note="Split", actor=actor, now=now)
    words = ", ".join(f"“{issue.summary}”" for issue in going)
    note_links(new, "split_off", "Split off another case", actor=actor, now=now, reason=words)
    note_links(case, "split", "Part of this case was split off", actor=actor, now=now, reason=words)
    db.session.flush()
    link.kept = {**kept, "history": _last_entry(new.id)}
    remember(once_key, new.id, now)
    return new


def undo_split(case: Case, *, actor: User, now: datetime) -> Case:
    """Take what was split off back into the case it came from, as long as nothing was done with it since.

    The emptied case stays, merged into the first one, so that its reference still leads somewhere; the first one
    is returned. Raises Refused.
    """
    check_may_work(actor)
    line_up()
    link = _split_link(case.id)
    if link is None or case.duplicate_of_id is not None:
        raise Refused("This case was not split off another one, or was taken back already.")
    if not may_see(actor, link.other_id):
        raise Refused("Only somebody who may see both cases undoes this. Ask your supervisor.")
    first = db.session.get_one(Case, link.other_id)
    reasons = _why_not_back(case, first, link)
    if reasons:
        raise Refused(reasons)
    for part in parts():
        part.move(link.kept["parts"].get(part.name, []), case, first)
    _move_issues(list(case.issues), case, first, {int(k): n for k, n in link.kept["split"].items()})
    clocks.cancel_clocks(case, now, reason="taken back into the case it came from", actor_id=actor.id)
    case.is_open, case.closed_at = False, now
    case.duplicate_of_id, case.updated_at, first.updated_at = first.id, now, now
    # From now on the link says that the first case stands for this one.
    link.kind, link.kept = LinkKind.DUPLICATE, {"emptied": True}
    count_links(case, first)
    note_links(case, "split_undone", "Taken back into the case it came from", actor=actor, now=now)
    note_links(first, "split_undone", "What was split off was taken back", actor=actor, now=now)
    return first


def can_undo_split(case: Case) -> bool:
    """Whether this case was split off and nothing was done with it since."""
    link = _split_link(case.id) if case.link_count and case.duplicate_of_id is None else None
    return link is not None and not _why_not_back(case, db.session.get_one(Case, link.other_id), link)


def _why_not(case: Case, going: list[Issue]) -> list[str]:
    if case.duplicate_of_id is not None:
        return ["This case is handled together with another one. Undo the merge first."]
    if not case.is_open or case.responded_at is not None or case.decision_state is not DecisionState.NONE:
        return ["This case was answered already, so it is not split any more."]
    found = []
    if case.stage > 1:
        found.append("A review is not split: it looks at what was decided together.")
    if case.awaiting_approval:
        found.append(
            "An answer of this case waits to be checked. It has to be released, returned or withdrawn."
        )
    if case.link_count >= MOST_LINKS:
        found.append(f"A case has at most {MOST_LINKS} links.")
    if not going:
        found.append("Choose at least one issue that gets a case of its own.")
    elif len(going) == len(case.issues):
        found.append("At least one issue stays in this case. Choose fewer, or add one first.")
    return found


def _why_not_back(case: Case, first: Case, link: CaseLink) -> list[str]:
    """What was done with the new case since, or with the first one, that cannot be taken back."""
    touched = _last_entry(case.id) != link.kept["history"] or case.issues == []
    for part in parts():
        touched = touched or {one.id for one in part.items(case)} != set(
            link.kept["parts"].get(part.name, [])
        )
    if touched:
        return [
            "Something was done with this case since it was split off, so it stays. Merge the two instead."
        ]
    if not first.is_open or first.duplicate_of_id is not None or first.awaiting_approval:
        return ["The case it came from was closed, merged or is being answered meanwhile, so this one stays."]
    return []


def _new_case(case: Case, going: list[Issue], now: datetime) -> Case:
    year = case.received_at.astimezone(ZoneInfo(the_agency().time_zone)).year
    values: dict[str, Any] = {name: getattr(case, name) for name in _COMMON}
    new = Case(
        **values,
        reference=next_reference(year),
        title=title_of([issue.summary for issue in going], case.narrative),
        category_id=next((issue.category_id for issue in going if issue.category_id), case.category_id),
        logged_by_id=case.logged_by_id,
        state=process_of(case.process_version).start,
        state_since=now,
        acknowledged_at=case.acknowledged_at,
        date_only=list(case.date_only),
        link_nonce=secrets.token_urlsafe(9),
        created_at=now,
        updated_at=now,
    )
    db.session.add(new)
    db.session.flush()
    people = select(CasePerson).where(CasePerson.case_id == case.id)
    db.session.add_all(
        CasePerson(case_id=new.id, user_id=one.user_id, relation=one.relation)
        for one in list(db.session.scalars(people))
    )
    # Whoever was told how the first one stands was told of both.
    clocks.start_clocks(new, "last_update", clocks.last_heard(case), now=now, only=("update",))
    clocks.start_clocks(new, "received", case.received_at, now=now)
    if case.acknowledged_at is not None:
        clocks.stop_clocks(new, ("acknowledge",), case.acknowledged_at, now=now)
        clocks.start_clocks(new, "acknowledged", case.acknowledged_at, now=now)
    # What else has happened to the first one has happened to both.
    clocks.fit_clocks(new, why="it was split off", now=now)
    # What was waited for the customer before the split was waited for both, and a later date was told for both.
    clocks.copy_pauses(case, new, now=now)
    clocks.copy_extensions(case, new, now=now)
    db.session.flush()
    return new


def _move_issues(
    going: Sequence[Issue], from_case: Case, to_case: Case, numbers: Mapping[int, int] | None = None
) -> None:
    """Move the rows themselves, numbered anew there; undone, with the number they had where it is still free."""
    ids = [issue.id for issue in going]
    taken = {issue.number for issue in to_case.issues}
    # A number that no issue has: two rows of a case never have the same one in between.
    above = 1 + max([*taken, *(numbers or {}).values(), *(issue.number for issue in going)], default=0)
    for step, issue in enumerate(going):
        issue.number = above + step
        issue.case_id = to_case.id
    db.session.flush()
    for key in ids:
        issue = db.session.get_one(Issue, key)
        wanted = (numbers or {}).get(key) or next(n for n in range(1, above + 1) if n not in taken)
        if wanted not in taken:
            issue.number = wanted
        taken.add(issue.number)
    db.session.flush()
    for case in (from_case, to_case):
        db.session.expire(case, ["issues"])
        case.finding = derived_finding(issue.finding for issue in case.issues)


def _split_link(case_id: int) -> CaseLink | None:
    wanted = select(CaseLink).where(CaseLink.case_id == case_id, CaseLink.kind == LinkKind.SAME_SUBJECT)
    return next((link for link in db.session.scalars(wanted) if "split" in link.kept), None)


def _last_entry(case_id: int) -> int:
    wanted = select(func.max(HistoryEntry.id)).where(
        HistoryEntry.subject_type == "case", HistoryEntry.subject_id == case_id
    )
    return db.session.scalar(wanted) or 0
