"""Case actions: promising something in a case, doing it, and letting the customer know."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.audit.services import record
from casework.cases.events import CaseActionEnded, CaseChanged
from casework.cases.models import ActionState, Case, CaseAction, Relation
from casework.cases.queries import people_of
from casework.cases.queries.seen import action_mark, check_seen
from casework.cases.reach import cannot_be_told
from casework.catalogue.queries import the_agency
from casework.core.db import db
from casework.core.errors import Refused
from casework.core.events import publish
from casework.core.once import made_before, remember

LONGEST = 300
LAST_YEAR = 2200


@dataclass(frozen=True, kw_only=True)
class Promised:
    """What an action is: what, who does it, by when, and whether the customer was told of it."""

    what: str
    owner_id: int | None
    due_on: date | None
    is_promised: bool = True


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How an action ends: done or not, a note for ourselves, and the words to the customer."""

    done: bool
    note: str = ""
    words: str = ""
    seen: str | None = None


def promise_action(
    case: Case, new: Promised, *, actor: User, now: datetime, once_key: str = "", was_checked: bool = False
) -> CaseAction:
    """Promise something in a case; the same `once_key` promises it once.

    - It is owed from now on, also when the case is closed: the case counts its open actions.
    - Whoever owns it handles cases and may see this one.
    - `was_checked`: it was written with an answer that went out only now. Its day may have come meanwhile, and
      where whoever was to do it may not any more, it needs an owner.

    Raises Refused with a sentence for each thing that is missing.
    """
    before = made_before(once_key)
    if before is not None:
        return db.session.get_one(CaseAction, before)
    owner = check_promise(case, new, now=now, was_checked=was_checked)
    action = CaseAction(
        case_id=case.id,
        what=new.what.strip(),
        owner_id=owner.id if owner else None,
        due_on=new.due_on,
        is_promised=new.is_promised,
        state=ActionState.OPEN,
        made_by_id=actor.id,
        made_at=now,
    )
    db.session.add(action)
    case.open_actions += 1
    _changed(case, now)
    remember(once_key, action.id, now)
    kind = "Promised to the customer" if new.is_promised else "To do"
    _record(case, action, "action_promised", f"{kind}: {action.what}", actor=actor, now=now)
    return action


def change_action(
    case: Case, action: CaseAction, new: Promised, *, actor: User, now: datetime, seen: str | None = None
) -> None:
    """Change what, who or when of an open action; the history keeps what it was before.

    Raises Refused, and Conflict when somebody else changed it first.
    """
    check_seen(seen, action_mark(action))
    _check_open(action)
    owner = _check(case, new, now, also_past=new.due_on == action.due_on)
    assert owner is not None  # _check refuses it.
    assert new.due_on is not None
    before = _facts(action)
    action.what, action.owner_id, action.due_on = new.what.strip(), owner.id, new.due_on
    action.is_promised = new.is_promised
    if _facts(action) == before:
        return
    _changed(case, now)
    db.session.refresh(action, ["owner"])
    _record(
        case, action, "action_changed", f"Promise changed: {action.what}", actor=actor, now=now, before=before
    )


def end_action(case: Case, action: CaseAction, ending: Ending, *, actor: User, now: datetime) -> None:
    """Tick an action off as done, or cancel it.

    - The customer to whom it was promised is told either way, in words that a person read; where nobody can be
      told, the reason is kept instead.
    - Cancelling needs a reason.

    Raises Refused, and Conflict when somebody else changed it first.
    """
    check_seen(ending.seen, action_mark(action))
    _check_open(action)
    note, words = ending.note.strip(), ending.words.strip()
    if not ending.done and not note:
        raise Refused("Say why it is not done after all: the reason is kept in the history.")
    if action.is_promised and not words and not cannot_be_told(case):
        raise Refused("It was promised to the customer, so write what they are told.")
    before: dict[str, object] = {"state": action.state}
    action.state = ActionState.DONE if ending.done else ActionState.CANCELLED
    action.ended_at, action.ended_note = now, note
    case.open_actions = max(0, case.open_actions - 1)
    _changed(case, now)
    verb, word = ("action_done", "Done") if ending.done else ("action_cancelled", "Not done after all")
    _record(case, action, verb, f"{word}: {action.what}", actor=actor, now=now, before=before)
    publish(CaseActionEnded(case.id, action.id, ending.done, action.is_promised, words, actor.id, now))


def note_action_told(action_id: int, communication_id: int) -> None:
    """The customer is told by this communication that the action ended."""
    db.session.get_one(CaseAction, action_id).told_id = communication_id


def note_action_untold(case: Case, action_id: int, why: str, *, actor_id: int | None, now: datetime) -> None:
    """Nobody can tell the customer that the action ended; the reason is kept."""
    db.session.get_one(CaseAction, action_id).untold_because = why
    summary = f"The customer cannot be told what became of a promise: they {why}"
    record("case", case.id, "action_untold", summary, actor_id=actor_id, at=now)


def _check_open(action: CaseAction) -> None:
    if not action.is_open:
        raise Refused("This has ended already. Reload the page to see how.")


def check_promise(case: Case, new: Promised, *, now: datetime, was_checked: bool = False) -> User | None:
    """Whoever is to do it, when everything else fits too (promise_action). Raises Refused."""
    return _check(case, new, now, also_past=was_checked, no_owner=was_checked)


def free_actions(case: Case, *, actor: User, now: datetime) -> None:
    """Take what is still to be done from whoever may not see the case any more: it needs an owner then."""
    if not case.open_actions:
        return
    wanted = select(CaseAction).where(
        CaseAction.case_id == case.id, CaseAction.state == ActionState.OPEN, CaseAction.owner_id.is_not(None)
    )
    for action in db.session.scalars(wanted.options(joinedload(CaseAction.owner)).order_by(CaseAction.id)):
        if action.owner is not None and not may_own(case, action.owner):
            before, action.owner = _facts(action), None
            action.owner_id = None
            words = f"It needs an owner: {action.what}"
            _record(case, action, "action_changed", words, actor=actor, now=now, before=before)


def _check(
    case: Case, new: Promised, now: datetime, *, also_past: bool, no_owner: bool = False
) -> User | None:
    reasons, what = [], new.what.strip()
    owner = db.session.get(User, new.owner_id or 0)
    if not what:
        reasons.append("Say in a few words what is to be done.")
    elif len(what) > LONGEST:
        reasons.append(f"What is to be done is longer than {LONGEST} characters. Shorten it.")
    today = now.astimezone(ZoneInfo(the_agency().time_zone)).date()
    if new.due_on is None:
        reasons.append("Give the day by which it is done.")
    elif new.due_on.year >= LAST_YEAR:
        reasons.append("Check the year: nobody waits that long.")
    elif new.due_on < today and not also_past:
        reasons.append("The day lies in the past. Give the day by which it is done.")
    if no_owner:
        owner = owner if owner is not None and may_own(case, owner) else None
    elif owner is None:
        reasons.append("Choose who does it.")
    elif not may_own(case, owner):
        # The reason is not said: whoever asks may not be told who is named.
        reasons.append(f"{owner.name} cannot be given this. Choose somebody else.")
    if reasons:
        raise Refused(reasons)
    return owner


def may_own(case: Case, user: User) -> bool:
    """Whether this person may be given something to do in this case."""
    if not user.may(Permission.WORK_CASES):
        return False
    people = people_of(case.id)
    return user.id not in people[Relation.NAMED] and (
        not case.is_restricted or user.id in people[Relation.GRANTED]
    )


def _facts(action: CaseAction) -> dict[str, object]:
    return {
        "what": action.what,
        "owner_id": action.owner_id,
        "due_on": action.due_on.isoformat(),
        "is_promised": action.is_promised,
    }


def _record(
    case: Case,
    action: CaseAction,
    verb: str,
    summary: str,
    *,
    actor: User,
    now: datetime,
    before: dict[str, object] | None = None,
) -> None:
    after = {**_facts(action), "action_id": action.id, "state": action.state}
    if action.ended_note:
        after["reason"] = action.ended_note
    record("case", case.id, verb, summary, actor_id=actor.id, at=now, before=before, after=after)


def _changed(case: Case, now: datetime) -> None:
    case.updated_at = now
    db.session.flush()
    publish(CaseChanged(case.id, now))
