"""What was promised in a case, as its pages show it: the day in words."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from casework.calendars import Relative, in_words, local_instant, moment_text
from casework.cases.models import ActionState, CaseAction
from casework.catalogue.queries import default_calendar, the_agency


@dataclass(frozen=True)
class ActionRow:
    """One action with its day in words."""

    action: CaseAction
    due: Relative


def action_rows(actions: Iterable[CaseAction], now: datetime) -> list[ActionRow]:
    """Actions as lines of a list."""
    return [ActionRow(action, _due(action, now)) for action in actions]


def _due(action: CaseAction, now: datetime) -> Relative:
    if action.ended_at is not None:
        zone = ZoneInfo(the_agency().time_zone)
        on = moment_text(zone, action.ended_at, year=False).rsplit(" ", 1)[0]
        done = action.state is ActionState.DONE
        return Relative("met" if done else "far", "Done" if done else "Not done after all", on)
    return day_words(action.due_on, now)


def day_words(on: date, now: datetime) -> Relative:
    """A day as people say it from now: it is kept until its end, and the hour says nothing."""
    calendar = default_calendar()
    end = local_instant(calendar.time_zone, datetime.combine(on + timedelta(days=1), time()))
    found = in_words(calendar, end, now)
    return replace(found, absolute=found.absolute.removesuffix(" 24:00"))
