"""How the clocks of a case stand after everything that happened to them.

Assumptions:

- things count in the order in which they were written down, not by the instants that they name;
- a pause counts for a clock only from its start on, and ends when the clock is met or cancelled;
- while a clock is paused it keeps the due date that it had when the pause began: how far it will move is known when
  it goes on;
- an extension belongs to the clock that it was given to, a change of its limit or calendar holds from its start on.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from casework.calendars import Calendar, Due, Extension, Pause, due
from casework.cases.clockwork.terms import ClockState, Happening, Terms, What

# The calendar of a clock by id and number of its version.
Calendars = Callable[[tuple[int, int] | None], Calendar]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one clock stands: its terms as they are now, its state, what moved its end and when it is due."""

    terms: Terms
    state: ClockState
    due_at: datetime
    met_at: datetime | None = None
    ended_at: datetime | None = None
    why_ended: str = ""
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()

    def reckon(self, calendars: Calendars, *, now: datetime | None = None) -> Due:
        """The due date with its working; a pause that still runs is counted up to `now` where that is given."""
        terms = self.terms
        assert terms.limit is not None  # a date that came with a record has nothing to reckon
        return due(
            calendars(terms.calendar),
            start=terms.started_at,
            limit=terms.limit,
            unit=terms.unit,
            roll=terms.roll,
            pauses=self.pauses,
            extension=self.extensions,
            until=self.ended_at or now or self.paused_at,
            event=terms.event,
        )

    @property
    def paused_at(self) -> datetime | None:
        """When the pause began that still runs."""
        return self.pauses[-1].from_at if self.pauses and self.pauses[-1].to_at is None else None


def replay(
    terms: Iterable[Terms], happened: Sequence[Happening], calendars: Calendars
) -> dict[int, Standing]:
    """Every clock of a case by its number, after everything that happened, in the order of `happened`."""
    counted = without_taken_back(happened)
    return {each.number: _stand(each, counted, calendars) for each in terms}


def without_taken_back(happened: Sequence[Happening]) -> list[Happening]:
    """What still counts: read from the end, all between an entry that takes back and the one it goes back to is out.

    That is also true of earlier entries that took something back: what they took counts again.
    """
    kept: list[Happening] = []
    back_to: int | None = None
    for each in reversed(happened):
        if back_to is not None and each.key > back_to:
            continue
        if each.what is What.RESTORED:
            back_to = int(each.data["after"])
        else:
            kept.append(each)
    return kept[::-1]


def _stand(terms: Terms, happened: Sequence[Happening], calendars: Calendars) -> Standing:
    own = [each for each in happened if not each.clocks or terms.number in each.clocks]
    end = _end(own)
    until = end.at if end else None
    terms = _as_changed(terms, own)
    pauses = _pauses(terms, own, until)
    state = _ENDS[end.what] if end else ClockState.RUNNING
    if end is None and pauses and pauses[-1].to_at is None:
        state = ClockState.PAUSED
    standing = Standing(
        terms=terms,
        state=state,
        due_at=terms.fixed_at or terms.started_at,
        met_at=until if state is ClockState.MET else None,
        ended_at=until,
        why_ended=end.reason if end else "",
        pauses=pauses,
        extensions=tuple(_extension(each) for each in own if each.what is What.EXTENDED),
    )
    if terms.limit is None:
        put_off = [each.data["due_at"] for each in own if each.what is What.EXTENDED]
        return replace(standing, due_at=datetime.fromisoformat(put_off[-1])) if put_off else standing
    return replace(standing, due_at=standing.reckon(calendars).at)


def _end(own: Sequence[Happening]) -> Happening | None:
    """What ended a clock: the first such thing, unless what was said with it did not reach the customer.

    In a case that is closed nothing runs on: there the clock is owed no more until the words arrive after all.
    """
    end = None
    for each in own:
        if each.what is What.NOT_TOLD:
            end = each if each.data.get("closed") else None
        elif each.what in _ENDS and (end is None or end.what is What.NOT_TOLD):
            end = each
    return end


_ENDS = {
    What.MET: ClockState.MET,
    What.CANCELLED: ClockState.CANCELLED,
    What.LAPSED: ClockState.CANCELLED,
    What.NOT_TOLD: ClockState.CANCELLED,
}


def _as_changed(terms: Terms, own: Sequence[Happening]) -> Terms:
    for each in own:
        if each.what is What.CHANGED:
            found: dict[str, Any] = {name: each.data[name] for name in _CHANGEABLE if name in each.data}
            if "calendar" in found:
                found["calendar"] = tuple(found["calendar"])
            terms = replace(terms, **found)
    return terms


_CHANGEABLE = ("limit", "unit", "roll", "may_pause", "calendar")


def _pauses(terms: Terms, own: Sequence[Happening], until: datetime | None) -> tuple[Pause, ...]:
    """The times in which this clock stood still, from its start to its end."""
    if not terms.may_pause:
        return ()
    found: list[Pause] = []
    for each in own:
        is_open = bool(found) and found[-1].to_at is None
        if each.what is What.PAUSED and not is_open and _takes_part(terms, each):
            # Computers do not agree about the second: what was written down later did not begin earlier.
            begins = max([each.at, *(one.to_at for one in found[-1:] if one.to_at is not None)])
            found.append(Pause(begins, None, each.reason))
        elif each.what is What.RESUMED and is_open:
            found[-1] = Pause(found[-1].from_at, max(each.at, found[-1].from_at), found[-1].reason)
    clipped = (_within(each, terms.started_at, until) for each in found)
    return tuple(each for each in clipped if each is not None)


def _takes_part(terms: Terms, paused: Happening) -> bool:
    return not terms.pause_in or paused.data.get("state") in terms.pause_in


def _within(pause: Pause, start: datetime, until: datetime | None) -> Pause | None:
    begins, ends = max(pause.from_at, start), pause.to_at
    if (ends is not None and ends <= begins) or (until is not None and begins >= until):
        return None
    if until is not None:
        ends = until if ends is None else min(ends, until)
    return Pause(begins, ends, pause.reason)


def _extension(each: Happening) -> Extension:
    return Extension(
        limit=int(each.data["limit"]), unit=str(each.data["unit"]), reason=each.reason, granted_at=each.at
    )
