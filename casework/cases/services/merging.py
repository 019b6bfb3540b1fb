"""Handling two cases as one, and undoing that: nothing is copied, so nothing can be lost.

Rules of the clocks: what the merged case owed is cancelled, because it is answered with the other one. Undone, its
clocks are what they were, counted from when they started: the time in between counts as if it had never been
merged. A pause that was open goes on from where it began, so that the time of waiting is still not counted, or ends
when its customer wrote. What they were told meanwhile was answered then.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from casework.accounts.models import User
from casework.audit.models import HistoryEntry
from casework.cases.models import (
    Case,
    CaseLink,
    CasePerson,
    DecisionState,
    LinkKind,
    Relation,
)
from casework.cases.queries import may_see, people_of
from casework.cases.queries.links import stands_for
from casework.cases.queries.visible import NOT_FOUND
from casework.cases.services import clocks
from casework.cases.services.actions import free_actions
from casework.cases.services.links import (
    MOST_LINKS,
    add_link,
    case_named,
    check_may_work,
    drop_link,
    line_up,
    note_links,
)
from casework.cases.services.moves import go_on_after_reply, make_move, move_of_reply
from casework.catalogue.queries import process_of
from casework.core.db import db
from casework.core.errors import NotFound, Refused

TOLD = (DecisionState.QUEUED, DecisionState.SENT, DecisionState.IMPOSSIBLE)
DECISION = "decision"
# What is met when the decision is told, and what is owed no more from then on.
MET_BY_IT = ("respond", "review", "update")
DUPLICATE = "duplicate"


def merge_cases(case: Case, into: str, reason: str, *, actor: User, now: datetime) -> Case:
    """Handle this case together with another one, which is answered for both; the other case is returned.

    - Whoever merges sees both. Where the other one was merged itself, the case at the end stands for it.
    - Messages, files, issues, promises and people stay where they are and are shown in the other case too. Its own
      customer is told when that is answered.
    - The process's own way to mark a duplicate is taken where it has one from this state; otherwise the case
      rests as it is, closed. Either way its clocks are cancelled (see the top of this file).
    - Staff named in it are named in the other one as well, as long as the two are merged.
    - A restricted case goes only into one that nobody sees who may not see this one.
    - Of two who merge the same two cases crosswise, one does.

    Raises Refused and NotFound.
    """
    check_may_work(actor)
    line_up()
    target = case_named(actor, into)
    final = stands_for(target)
    if not may_see(actor, final.id):
        raise NotFound(NOT_FOUND)
    people = people_of(case.id), people_of(final.id)
    reasons = _why_not(case, target, final, reason) or _why_hidden(case, final, *people)
    if reasons:
        raise Refused(reasons)
    kept = _kept(case)
    _close(case, final, reason, actor, now)
    case.duplicate_of_id, case.updated_at, final.updated_at = final.id, now, now
    kept["named"], kept["handler"] = _name_in(final, people[0][Relation.NAMED], people[1][Relation.NAMED])
    db.session.flush()
    free_actions(final, actor=actor, now=now)
    link = add_link(case, final, LinkKind.DUPLICATE, note=reason, actor=actor, now=now)
    link.kept = kept
    note_links(case, "merged", "Merged into another case", actor=actor, now=now, reason=reason.strip())
    note_links(final, "took_in", "A case was merged into this one", actor=actor, now=now, link_id=link.id)
    return final


def undo_merge(case: Case, *, actor: User, now: datetime) -> None:
    """Let a merged case stand by itself again: its state, clocks and place in the queues are what they were.

    What happened meanwhile stays: messages that came, and that its customer was told the decision.
    Raises Refused.
    """
    check_may_work(actor)
    line_up()
    if case.duplicate_of_id is None:
        raise Refused("This case is not merged into another one (any more). Reload the page.")
    if not may_see(actor, case.duplicate_of_id):
        raise Refused("Only somebody who may see both cases undoes this. Ask your supervisor.")
    final = db.session.get_one(Case, case.duplicate_of_id)
    link = _merge_link(case)
    kept: dict[str, Any] = link.kept
    if "emptied" in kept:
        raise Refused(
            "This case was taken back into the other one when a split was undone. Split it again instead."
        )
    case.duplicate_of_id, case.updated_at, final.updated_at = None, now, now
    _restore(case, kept, now, actor)
    _unname(final, link, now)
    drop_link(link)
    note_links(case, "merge_undone", "No longer merged into another case", actor=actor, now=now)
    note_links(final, "let_go", "A merged case stands by itself again", actor=actor, now=now)


def _merge_link(case: Case) -> CaseLink:
    wanted = select(CaseLink).where(CaseLink.case_id == case.id, CaseLink.kind == LinkKind.DUPLICATE)
    return db.session.scalars(wanted).one()


def note_answered_together(case: Case, now: datetime) -> None:
    """The case that this one is merged into was answered, and its customer is told as well."""
    link = _merge_link(case)
    if case.responded_at is None or "answered_at" not in link.kept:
        link.kept = {**link.kept, "answered_at": now.isoformat()}
    case.responded_at, case.updated_at = case.responded_at or now, now


def note_heard_meanwhile(case: Case, now: datetime) -> None:
    """The customer of a merged case wrote: what waits for that goes on when the merge is undone."""
    link = _merge_link(case)
    link.kept = {"heard_at": now.isoformat(), **link.kept}


def _why_not(case: Case, target: Case, final: Case, reason: str) -> list[str]:
    if case.id == target.id:
        return ["A case is not merged into itself. Give the reference of the other one."]
    if case.duplicate_of_id is not None:
        return ["This case is merged into another one already. Undo that first."]
    if final.id == case.id:
        return [f"{target.reference} is merged into this case already. Undo that first."]
    found = []
    if not reason.strip():
        found.append("Say how you know that it is the same.")
    if not case.is_open or case.decision_state in TOLD:
        found.append("This case was answered by itself. Link the two as about the same instead.")
    if case.stage > 1:
        found.append("A review is answered by itself. Link the two as about the same instead.")
    if case.awaiting_approval:
        found.append(
            "An answer of this case waits to be checked. It has to be released, returned or withdrawn."
        )
    if not final.is_open or final.decision_state in TOLD:
        found.append(
            f"{final.reference} was answered already, so nobody would answer this customer. "
            "Reopen it first, or link the two."
        )
    if max(case.link_count, final.link_count) >= MOST_LINKS:
        found.append(f"A case has at most {MOST_LINKS} links.")
    return found


def _why_hidden(
    case: Case,
    final: Case,
    here: dict[Relation, frozenset[int]],
    there: dict[Relation, frozenset[int]],
) -> list[str]:
    if not case.is_restricted:
        return []
    if not final.is_restricted:
        words = f"This case is restricted and {final.reference} is not, so more people would see it. "
        return [words + "Restrict the other one first, or merge that one into this one."]
    if not there[Relation.GRANTED] <= here[Relation.GRANTED]:
        return [f"Some who may see {final.reference} may not see this case. Let them see it first."]
    return []


def _kept(case: Case) -> dict[str, Any]:
    """What the undo needs."""
    return {
        "state": case.state,
        "state_since": case.state_since.isoformat(),
        # What happens to the clocks after this one is taken back with the merge.
        "clock_event": max((event.id for event in case.clock_events), default=0),
    }


def _close(case: Case, final: Case, reason: str, actor: User, now: datetime) -> None:
    """By the process's own move where it has one, which also says so to the customer's page."""
    own = next(
        (
            move
            for move in process_of(case.process_version).moves_from(case.state)
            if move.target(case.state) == DUPLICATE and actor.role in move.roles and not move.says
        ),
        None,
    )
    if own is not None:
        given = {"duplicate_of": final.reference, "reason": reason.strip()}
        try:
            make_move(case, own.name, given, actor=actor, now=now)
        except Refused:
            own = None  # Its process asks for more than this; the case rests as it is.
    if own is None:
        clocks.cancel_clocks(case, now, reason="answered together with another case", actor_id=actor.id)
        case.is_open, case.closed_at = False, now


def _restore(case: Case, kept: dict[str, Any], now: datetime, actor: User) -> None:
    case.state, case.state_since = kept["state"], datetime.fromisoformat(kept["state_since"])
    case.is_open, case.closed_at = True, None
    clocks.take_back(case, kept["clock_event"], now, actor_id=actor.id)
    if "heard_at" in kept and move_of_reply(case) is not None:
        # They wrote while the other case stood for this one: it would have gone on then.
        clocks.resume_clocks(case, datetime.fromisoformat(kept["heard_at"]))
        go_on_after_reply(case, now=now)
    if "answered_at" in kept:
        _answer_meanwhile(case, datetime.fromisoformat(kept["answered_at"]), now, actor)


def _answer_meanwhile(case: Case, at: datetime, now: datetime, actor: User) -> None:
    """Its customer was answered with the other case; what has not reached them yet is owed until it has."""
    clocks.stop_clocks(case, MET_BY_IT, at, now=now, actor_id=actor.id, says=DECISION)
    if case.decision_state not in clocks.ANSWERED:
        why = "the answer had not reached the customer"
        clocks.note_not_told(case, DECISION, written_at=at, why=why, now=now)


def _name_in(final: Case, named: frozenset[int], named_there: frozenset[int]) -> tuple[list[int], int | None]:
    """Name in the other case who is named in this one; who was added, and the handler who lost the case by it."""
    new = sorted(named - named_there)
    db.session.add_all(CasePerson(case_id=final.id, user_id=each, relation=Relation.NAMED) for each in new)
    lost = final.handler_id if final.handler_id in new else None
    if lost is not None:
        final.handler_id = None
    return new, lost


def _unname(final: Case, link: CaseLink, now: datetime) -> None:
    """Name them no more, but for those whom another merged case names, or a person has named here since."""
    added = set(link.kept.get("named", []))
    if not added:
        return
    others = select(CaseLink).where(
        CaseLink.other_id == final.id, CaseLink.kind == LinkKind.DUPLICATE, CaseLink.id != link.id
    )
    for other in db.session.scalars(others):
        still = added & people_of(other.case_id)[Relation.NAMED]
        if still:
            other.kept = {**other.kept, "named": sorted({*other.kept.get("named", []), *still})}
            added -= still
    added -= _named_since(final, link)
    rows = select(CasePerson).where(
        CasePerson.case_id == final.id, CasePerson.user_id.in_(added), CasePerson.relation == Relation.NAMED
    )
    for row in db.session.scalars(rows):
        db.session.delete(row)
    if final.handler_id is None and link.kept.get("handler") in added:
        final.handler_id = link.kept["handler"]


def _named_since(final: Case, link: CaseLink) -> set[int]:
    """Whom somebody has named in the case itself since the merge."""
    wanted = select(HistoryEntry.after).where(
        HistoryEntry.subject_type == "case",
        HistoryEntry.subject_id == final.id,
        HistoryEntry.verb == "access_changed",
        HistoryEntry.at >= link.made_at,
    )
    return {int(each) for after in db.session.scalars(wanted) for each in after.get("named", [])}
