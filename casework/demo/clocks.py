"""The clocks of one case of the past as rows, and what happened to them, by the rules of the services.

They are counted step by step, as the services once did; that replaying what happened gives the same is tested.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from casework.calendars import Calendar, Extension, Pause, due
from casework.cases.clockwork import LIVE, USUAL, ClockState, What, step_times
from casework.cases.models import NO_DUE
from casework.cases.rules import About, applies
from casework.cases.services.clocks import STARTED_BY, point_key
from casework.catalogue.words import REOPENED
from casework.demo.agency import Limit, World
from casework.workflow.definition import ClockEffects

Row = dict[str, Any]
WHOLE_DAYS = frozenset({"working_day", "calendar_day", "week", "month"})


class Clocks:
    """The clocks of a case. `rows` and `events` are what is written of them."""

    def __init__(self, world: World, case: Row) -> None:
        self.world, self.case = world, case
        self.rows: list[Row] = []
        self.events: list[Row] = []
        self.pauses: list[tuple[datetime, datetime | None]] = []
        self.longer: dict[int, Extension] = {}

    def start(self, event: str, at: datetime, *, only: str = "") -> None:
        """Start what begins with this event; `only` that promise, and then again."""
        case = self.case
        counted = LIVE if only else tuple(ClockState)
        there = {(c["standard_id"], c["stage"]) for c in self.rows if c["state"] in counted}
        names = ("kind", "stage", "severity", "service_id")
        about = About(channel=case["channel"], **{name: case[name] for name in names})
        starts = STARTED_BY.get(event, (event,))
        for each in self.world.limits:
            known = (each.id, case["stage"]) in there or (only and each.promise != only)
            if each.starts == "escalated" and case["stage"] == 1:
                continue
            if each.starts in starts and not known and applies(each, about):
                self.rows.append(self._row(each, at, REOPENED if event == REOPENED else each.starts))

    def start_with(self, effects: ClockEffects, at: datetime, *, enters_stage: bool) -> None:
        """Start what begins with a move."""
        if enters_stage:
            self.start("escalated", at)
        elif "respond" in effects.start:
            self.start(REOPENED, at, only="respond")
        if "acknowledge" in effects.stop:
            self.start("acknowledged", at)

    def change(self, effects: ClockEffects, at: datetime, given: dict[str, str]) -> None:
        """What a move does to the clocks that run."""
        if effects.stop:
            met = [c for c in self.rows if c["state"] in LIVE and c["promise"] in effects.stop]
            self._end_pause(at)
            for clock in met:
                clock.update(due_at=self._due(clock, at), state=ClockState.MET, met_at=at)
            if met:
                self._note(What.MET, at, met)
        if effects.cancel:
            self._end_pause(at)
            self.cancel(at, "")
        if effects.pause and not self._is_paused:
            self._pause(at)
        if effects.resume:
            self._end_pause(at)
        if effects.extend:
            self._extend(at, given)

    def cancel(self, at: datetime, reason: str) -> None:
        """Owe nothing more."""
        self._end_pause(at)
        ended = [c for c in self.rows if c["state"] in LIVE]
        for clock in ended:
            clock.update(due_at=self._due(clock, at), state=ClockState.CANCELLED)
        if ended:
            self._note(What.CANCELLED, at, ended, reason)

    def due_of_answer(self) -> datetime:
        """When the answer is due as it stands now."""
        live = (c for c in self.rows if c["promise"] == "respond" and c["state"] in LIVE)
        return min(self._due(clock, NO_DUE) for clock in live)

    def settle(self, stage: int, now: datetime) -> Row:
        """The due dates as they are at the end, the points passed until now; what the case is sorted by."""
        for clock in self.rows:
            if clock["state"] in LIVE:
                clock["due_at"] = self._due(clock, NO_DUE)
            if clock["state"] is ClockState.RUNNING:
                clock["next_step_at"] = self._pass_points(clock, now)
        running = [c["due_at"] for c in self.rows if c["state"] is ClockState.RUNNING]
        answers = [c for c in self.rows if c["promise"] == "respond" and c["stage"] == stage]
        owed = [c for c in answers if c["state"] is not ClockState.CANCELLED] or answers
        return {
            "next_due_at": min(running, default=NO_DUE),
            "is_paused": any(c["state"] is ClockState.PAUSED for c in self.rows),
            "respond_due_at": min((c["due_at"] for c in owed), default=None),
        }

    @property
    def _is_paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1][1] is None

    def _row(self, standard: Limit, at: datetime, event: str) -> Row:
        return {
            "number": len(self.rows) + 1,
            "standard_id": standard.id,
            "promise": standard.promise,
            "name": standard.name,
            "stage": self.case["stage"],
            "started_at": at,
            "start_event": event,
            "limit": standard.limit,
            "unit": standard.unit,
            "roll": standard.roll,
            "may_pause": standard.may_pause,
            "calendar_id": self.world.calendar_id,
            "calendar_number": self.world.calendar_number,
            "due_at": at,
            "state": ClockState.PAUSED if self._is_paused and standard.may_pause else ClockState.RUNNING,
            "met_at": None,
            "next_step_at": None,
        }

    def _note(self, what: What, at: datetime, clocks: list[Row], reason: str = "", **more: Any) -> None:
        self.events.append(
            {
                "what": what,
                "at": at,
                "noted_at": at,
                "clocks": [clock["number"] for clock in clocks],
                "reason": reason,
                "actor_id": None,
                "data": more.pop("data", {}),
                "once": more.pop("once", None),
            }
        )

    def _pause(self, at: datetime) -> None:
        self._note(What.PAUSED, at, [], "waiting for the customer")
        for clock in self.rows:
            if clock["state"] is ClockState.RUNNING and clock["may_pause"]:
                clock["state"] = ClockState.PAUSED
        self.pauses.append((at, None))

    def _end_pause(self, at: datetime) -> None:
        if not self._is_paused:
            return
        self.pauses[-1] = (self.pauses[-1][0], at)
        self._note(What.RESUMED, at, [])
        for clock in self.rows:
            if clock["state"] is ClockState.PAUSED:
                clock["state"] = ClockState.RUNNING

    def _extend(self, at: datetime, given: dict[str, str]) -> None:
        days = int(given.pop("days"))
        for clock in self.rows:
            if clock["state"] in LIVE and clock["promise"] == "respond":
                self.longer[clock["number"]] = Extension(
                    limit=days, unit="calendar_day", reason=given["reason"], granted_at=at
                )
                data = {"limit": days, "unit": "calendar_day"}
                self._note(What.EXTENDED, at, [clock], given["reason"], data=data)
        self.case["extensions"] += 1

    def _due(self, clock: Row, at: datetime) -> datetime:
        """When a clock is due, with the pauses up to an instant; one that still runs has not moved it yet."""
        start, longer = clock["started_at"], self.longer.get(clock["number"])
        paused = [
            Pause(max(begun, start), ended, "")
            for begun, ended in self.pauses
            if clock["may_pause"] and ended is not None and begun < at and ended > start
        ]
        if not paused and longer is None and clock["unit"] in WHOLE_DAYS:
            # A limit in whole days ends at the same instant for all that began on the same day.
            day = start.astimezone(self.world.zone).date().toordinal()
            return _due_of_day(self.world.calendar, self.world.zone, day, clock["limit"], clock["unit"])
        return due(
            self.world.calendar,
            start=start,
            limit=clock["limit"],
            unit=clock["unit"],
            roll=clock["roll"],
            pauses=paused,
            extension=longer,
        ).at

    def _pass_points(self, clock: Row, now: datetime) -> datetime | None:
        """Write down the points that were passed by now; when the next one is."""
        due_at = clock["due_at"]
        times = step_times(USUAL, self.world.calendar, started_at=clock["started_at"], due_at=due_at)
        for at, step in times:
            if at > now:
                return at
            what = What.MISSED if step.is_late else What.WARNED
            once = point_key(clock["number"], step.at, due_at)
            self._note(what, at, [clock], data={"point": step.at}, once=once)
        return None


@lru_cache(maxsize=20_000)
def _due_of_day(calendar: Calendar, zone: ZoneInfo, day: int, limit: int, unit: str) -> datetime:
    noon = datetime.fromordinal(day).replace(hour=12, tzinfo=zone)
    return due(calendar, start=noon, limit=limit, unit=unit).at
