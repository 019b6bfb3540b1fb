"""Which cases might change hands so that nobody carries too much. Pure: it only proposes, a person decides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from casework.cases.routing import Candidate

MOST = 8


@dataclass(frozen=True, kw_only=True)
class Movable:
    """A case that somebody has and another might take.

    `due_on` is None when nothing is owed. `step` says how far it has come (0: not begun). `topics` are the words
    by which skills are found, in lower case. `barred` may not be given it; `only` are the people a restricted case
    may go to, None for everybody.
    """

    reference: str
    title: str
    handler_id: int
    due_on: date | None
    due_at: datetime
    severity: int = 1
    step: int = 0
    waits: bool = False
    topics: frozenset[str] = frozenset()
    barred: frozenset[int] = frozenset()
    only: frozenset[int] | None = None


@dataclass(frozen=True)
class Move:
    """One proposal: a case, from whom to whom, and why."""

    case: Movable
    giver: Candidate
    taker: Candidate
    reason: str


def propose(people: Sequence[Candidate], cases: Iterable[Movable], *, most: int = MOST) -> list[Move]:
    """The moves that would help most, at most `most`; the same facts always give the same moves.

    - First the cases of those who are away and come back only after the case is due, the soonest due first.
    - Then those of whoever carries more than they can, the fullest first: cases not begun before those under way,
      then the soonest due; one that waits for its customer stays.
    - The taker has room and may have the case. Who knows the subject comes first, then who is least full;
      nobody is filled beyond what they can carry.
    """
    by_id = {one.id: one for one in people}
    held: dict[int, list[Movable]] = {one.id: [] for one in people}
    for case in cases:
        if case.handler_id in held:
            held[case.handler_id].append(case)
    moves: list[Move] = []
    for giver in sorted(people, key=lambda one: (not one.away, -one.share, one.name, one.id)):
        for case in _to_give(giver, held[giver.id]):
            now = by_id[giver.id]
            if len(moves) >= most or (not now.away and now.open <= now.capacity):
                break
            taker = _taker(case, by_id.values())
            if taker is None:
                continue
            moves.append(Move(case, now, taker, _reason(case, now, taker)))
            by_id[now.id] = replace(now, open=now.open - 1)
            by_id[taker.id] = replace(taker, open=taker.open + 1)
    return moves


def _to_give(giver: Candidate, cases: Sequence[Movable]) -> list[Movable]:
    if giver.away:
        urgent = [one for one in cases if _due_while_away(one, giver)]
        return sorted(urgent, key=lambda one: (one.due_at, -one.severity, one.reference))
    if giver.open <= giver.capacity:
        return []
    free = [one for one in cases if not one.waits]
    return sorted(free, key=lambda one: (one.step, one.due_at, -one.severity, one.reference))


def _due_while_away(case: Movable, giver: Candidate) -> bool:
    if case.due_on is None:
        return False
    return giver.away_until is None or case.due_on <= giver.away_until


def _taker(case: Movable, people: Iterable[Candidate]) -> Candidate | None:
    able = [
        one
        for one in people
        if one.has_room
        and one.id != case.handler_id
        and one.id not in case.barred
        and (case.only is None or one.id in case.only)
    ]
    return min(able, key=lambda one: (not _knows(one, case), one.share, one.name, one.id), default=None)


def _knows(person: Candidate, case: Movable) -> str:
    """The skill of a person that the case is about, "" for none."""
    return min(person.skills & case.topics, default="")


def _reason(case: Movable, giver: Candidate, taker: Candidate) -> str:
    knows = _knows(taker, case)
    takes = f"{_first(taker)} has {taker.open} of {taker.capacity}" + (f" and knows {knows}" if knows else "")
    if giver.away:
        until = f"until {_day(giver.away_until)}" if giver.away_until else "until further notice"
        due = f" and this is due on {_day(case.due_on)}" if case.due_on else ""
        return f"{_first(giver)} is away {until}{due}; {takes}."
    return f"{_first(giver)} is at {giver.open} of {giver.capacity}; {takes}."


def _first(person: Candidate) -> str:
    return person.name.split()[0] if person.name.split() else person.name


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B}" if day else ""
