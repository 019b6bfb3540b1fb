"""Why a due date is what it is: the steps of a reckoning in words a complainant could be read."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from casework.calendars.model import WEEKDAYS, Calendar
from casework.calendars.open_time import closed_days
from casework.calendars.terms import End, ExtensionStep, PauseStep, Reckoning
from casework.calendars.words import counted, day_text, listed, moment_text, span_text

# More single days than this are counted rather than named; `skipped` always names every one.
NAMED_DAYS = 8
_DAY = timedelta(days=1)


class Line(NamedTuple):
    """One step: a label ("Started") and its text."""

    label: str
    text: str


class Skipped(NamedTuple):
    """A local day that did not count, and why."""

    on: date
    reason: str


@dataclass(frozen=True)
class Explanation:
    """A reckoning in words. Worked out when first asked for, since most due dates are never opened."""

    reckoning: Reckoning

    @cached_property
    def skipped(self) -> tuple[Skipped, ...]:
        """Every closed day that was left out of the count or rolled over, in order, with its reason."""
        stretches = list(self.reckoning.counted)
        if self.reckoning.rolled_from is not None:
            stretches.append((self.reckoning.rolled_from.on - _DAY, self.reckoning.end.on))
        return tuple(sorted(set(_closed_days(self.reckoning.calendar, stretches))))

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The steps in order: started, promise, not counted, paused, extended, moved, due."""
        reckoning = self.reckoning
        found = [
            Line("Started", f"{self._started()}{self._day_zero()}"),
            Line("Promise", f"{self._limit()}, to {self._end(reckoning.promised)}"),
            Line("Not counted", self._not_counted()),
        ]
        found += [Line("Paused", self._pause(step)) for step in reckoning.pauses] or [Line("Paused", "no")]
        found += [Line("Extended", self._extension(step)) for step in reckoning.extensions] or [
            Line("Extended", "no")
        ]
        if reckoning.rolled_from is not None:
            found.append(Line("Moved", self._rolled(reckoning.rolled_from)))
        return (*found, Line("Due", self._end(reckoning.end)))

    def sentence(self) -> str:
        """The whole in one plain sentence."""
        reckoning = self.reckoning
        parts = [f"{self._limit()} counted from {self._started()}"]
        if left_out := self._left_out:
            parts.append(f"leaving out {left_out}")
        parts += [
            f"made longer by {_extra(step)}{_because(step.extension.reason)}" for step in reckoning.extensions
        ]
        parts += [
            f"with {self._moved(step)} added for a pause{_because(step.pause.reason)}"
            for step in reckoning.pauses
            if step.moved
        ]
        if reckoning.rolled_from is not None:
            parts.append(f"moved on from {day_text(reckoning.rolled_from.on)}, which is a closed day")
        return f"{', '.join(parts)}: due by {self._end(reckoning.end)}."

    def as_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON: lines, skipped days (ISO dates) and the sentence."""
        return {
            "lines": [{"label": line.label, "text": line.text} for line in self.lines],
            "skipped": [{"on": day.on.isoformat(), "reason": day.reason} for day in self.skipped],
            "sentence": self.sentence(),
        }

    def _started(self) -> str:
        reckoning = self.reckoning
        text = moment_text(reckoning.calendar.time_zone, reckoning.start)
        return f"{text}, {reckoning.event}" if reckoning.event else text

    def _day_zero(self) -> str:
        unit = self.reckoning.unit
        return "" if unit.is_elapsed or unit.is_open_time else " (day 0)"

    def _limit(self) -> str:
        return counted(self.reckoning.limit, self.reckoning.unit.replace("_", " "))

    def _end(self, end: End) -> str:
        return moment_text(self.reckoning.calendar.time_zone, end.at, on=end.on)

    def _not_counted(self) -> str:
        unit, left_out = self.reckoning.unit, self._left_out
        if unit.is_open_time:
            return (
                f"{left_out}, and hours outside opening times" if left_out else "hours outside opening times"
            )
        if left_out:
            return left_out
        if self.reckoning.counted:
            return "nothing, there was no closed day between"
        return "nothing, every hour counts" if unit.is_elapsed else "nothing, every day counts"

    @cached_property
    def _left_out(self) -> str:
        days = [day for day in self.skipped if self._was_counted_over(day.on)]
        return skipped_text(self.reckoning.calendar, days)

    def _was_counted_over(self, on: date) -> bool:
        # A day that was only rolled over has a line of its own.
        rolled_from = self.reckoning.rolled_from
        return rolled_from is None or on < rolled_from.on

    def _moved(self, step: PauseStep) -> str:
        unit = self.reckoning.unit
        if unit.is_working:
            return f"{span_text(step.moved)} of open time"
        return span_text(step.moved) if unit.is_elapsed else counted(step.moved, "day")

    def _pause(self, step: PauseStep) -> str:
        zone, pause = self.reckoning.calendar.time_zone, step.pause
        to = moment_text(zone, step.to_at)
        when = f"from {moment_text(zone, pause.from_at)} to {to}"
        if pause.to_at is None:
            when += ", where it is still paused"
        reason = f", {pause.reason}" if pause.reason else ""
        if step.ignored:
            return f"nothing added for the pause {when}{reason}: {step.ignored}"
        return f"{self._moved(step)}, {when}{reason}"

    def _extension(self, step: ExtensionStep) -> str:
        in_all = f", {step.total} in all" if step.total is not None else ""
        before = (
            ", before pauses"
            if step.total is not None and any(s.moved for s in self.reckoning.pauses)
            else ""
        )
        reason = f" ({step.extension.reason})" if step.extension.reason else ""
        return f"by {_extra(step)}{in_all}, to {self._end(step.end)}{before}{reason}"

    def _rolled(self, end: End) -> str:
        days = [day for day in self.skipped if not self._was_counted_over(day.on)]
        closed = skipped_text(self.reckoning.calendar, days, grouped=False)
        return f"from {self._end(end)} to the close of the next working day; closed: {closed}"


def skipped_text(calendar: Calendar, days: list[Skipped], *, grouped: bool = True) -> str:
    """Closed days in brief: "4 weekends, and Wed 11 Nov 2026 (Veterans Day)"; empty when there are none.

    Days on which the week has no hours are grouped, other closed days are named with their reason.
    """
    weekly = [day.on for day in days if grouped and calendar.is_weekly_closed(day.on)]
    single = [day for day in days if day.on not in set(weekly)]
    parts = list(_weekly_parts(weekly))
    parts += [f"{day_text(day.on)} ({day.reason})" for day in single[:NAMED_DAYS]]
    if len(single) > NAMED_DAYS:
        parts.append(f"{counted(len(single) - NAMED_DAYS, 'more closed day')}")
    return f"{parts[0]}, and {parts[1]}" if weekly and len(parts) == 2 else listed(parts)


def _weekly_parts(days: list[date]) -> Iterator[str]:
    """Saturdays with their Sundays as weekends, any other day by its name and number."""
    left = set(days)
    weekends = [on for on in days if on.weekday() == 5 and on + _DAY in left]
    left -= {on + step * _DAY for on in weekends for step in (0, 1)}
    if weekends:
        yield counted(len(weekends), "weekend")
    by_weekday = Counter(on.weekday() for on in left)
    for weekday in sorted(by_weekday):
        yield counted(by_weekday[weekday], WEEKDAYS[weekday].capitalize())


def _closed_days(calendar: Calendar, stretches: list[tuple[date, date]]) -> Iterator[Skipped]:
    for after, to in stretches:
        for on in closed_days(calendar, after, to):
            reason = calendar.rule(on)[1] or calendar.day(on).reason
            yield Skipped(on, reason or "closed")


def _extra(step: ExtensionStep) -> str:
    return counted(step.extension.limit, step.unit.replace("_", " "))


def _because(reason: str) -> str:
    return f" ({reason})" if reason else ""
