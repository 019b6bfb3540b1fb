"""Which due dates a change would give a case, shown before it is made: by the plan that the change itself follows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from casework.cases.clockwork import LIVE, Happening, Terms, What, replay
from casework.cases.models import Case, Clock
from casework.cases.services.clocks.carrying import extensions_before
from casework.cases.services.clocks.planning import Fitting
from casework.cases.services.clocks.standing import calendar_of, happening_of, terms_of
from casework.cases.services.clocks.starting import new_clock
from casework.catalogue.models import Standard

# After everything that is in the database, and after what is noted there in the same go.
_LAST = 2**62


class Fate(StrEnum):
    """What becomes of a clock."""

    ENDS = "ends"
    ANEW = "anew"
    STARTS = "starts"
    MOVES = "moves"
    GOES_ON = "goes_on"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Fate.ENDS: "No longer owed",
    Fate.ANEW: "Starts anew",
    Fate.STARTS: "Starts",
    Fate.MOVES: "Another date",
    Fate.GOES_ON: "Goes on",
}
_ORDER = list(Fate)


@dataclass(frozen=True)
class Foreseen:
    """One clock: what becomes of it, when it is due now and when it would be, and from when it would count."""

    name: str
    fate: Fate
    before: datetime | None
    after: datetime | None
    counted_from: datetime | None


def foresee(case: Case, plan: Fitting, *, now: datetime, resumes: bool = False) -> list[Foreseen]:
    """Every live clock of the case and every one that would start. `resumes` says that a pause ends with it."""
    happened = [happening_of(event) for event in case.clock_events]
    if resumes:
        happened.append(Happening(what=What.RESUMED, at=now, key=_LAST))
    found = [Foreseen(clock.name, Fate.ENDS, clock.due_at, None, None) for clock in plan.ended]
    found += [_begun(case, c.standard, now, happened, Fate.ANEW, c) for c in plan.anew if c.standard]
    found += [_begun(case, each.standard, each.at, happened, Fate.STARTS) for each in plan.starting]
    found += _going_on(case, plan, happened)
    return sorted(found, key=lambda each: (_ORDER.index(each.fate), each.after or each.before or now))


def _begun(
    case: Case,
    standard: Standard,
    at: datetime,
    happened: list[Happening],
    fate: Fate,
    instead_of: Clock | None = None,
) -> Foreseen:
    clock = new_clock(case, standard, at)
    terms = terms_of(clock)
    if fate is Fate.STARTS:
        given = [happening_of(event) for event in extensions_before(case, clock)]
        happened = [*happened, *(replace(each, clocks=(terms.number,)) for each in given)]
    before = instead_of.due_at if instead_of is not None else None
    return Foreseen(standard.name, fate, before, _due(terms, happened), terms.started_at)


def _going_on(case: Case, plan: Fitting, happened: list[Happening]) -> Iterator[Foreseen]:
    limits = {clock.number: limit for clock, limit in plan.changed}
    for clock in case.clocks:
        if clock.state in LIVE and clock not in plan.ended and clock not in plan.anew:
            terms = terms_of(clock)
            if clock.number in limits:
                terms = replace(terms, limit=limits[clock.number])
            after = _due(terms, happened)
            fate = Fate.GOES_ON if after == clock.due_at else Fate.MOVES
            yield Foreseen(clock.name, fate, clock.due_at, after, clock.started_at)


def _due(terms: Terms, happened: list[Happening]) -> datetime:
    return replay([terms], happened, calendar_of)[terms.number].due_at
