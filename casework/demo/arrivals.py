"""When cases come in, about what, and by which channel: seasons, weekdays, office hours, and what is planted.

Planted, to be discovered: a service, category and team that answer late far more often than the rest until a
change two months before the end, another that became busy and late in the newest months and still is, and an
issue that rises.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from casework.calendars import is_working_day
from casework.cases.models import Channel
from casework.demo.agency import Placed, World

DAYS = 3 * 365
WEEKDAYS = (1.25, 1.1, 1.0, 1.0, 0.95, 0.35, 0.25)
GROWTH = 0.35
# Of all cases, how many belong to the issue that rises; and how they lie in the newest months, the present one last.
SURGE = 0.055
SURGE_MONTHS = (0.10, 0.22, 0.45, 0.23)
CHANNELS = {
    Channel.PHONE: 36, Channel.WEB: 29, Channel.EMAIL: 15, Channel.IN_PERSON: 9,
    Channel.LETTER: 6, Channel.SOCIAL: 3, Channel.OTHER: 2,
}  # fmt: skip
CLOSED_DAY_CHANNELS = (Channel.WEB, Channel.WEB, Channel.EMAIL, Channel.SOCIAL)
OFFICE = (Channel.PHONE, Channel.IN_PERSON, Channel.LETTER, Channel.OTHER)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One case as it comes in."""

    received_at: datetime
    placed: Placed
    channel: Channel


def days_of(rng: Random, how_many: int, today: date) -> list[tuple[date, bool]]:
    """The day of each case, oldest first, each with whether it belongs to the issue that rises."""
    surging = round(how_many * SURGE)
    first = today - timedelta(days=DAYS)
    days = [first + timedelta(days=n) for n in range(DAYS)]
    weights = [WEEKDAYS[d.weekday()] * (1 + GROWTH * n / DAYS) for n, d in enumerate(days)]
    cumulative = list(accumulate(weights))
    usual = rng.choices(range(DAYS), cum_weights=cumulative, k=how_many - surging)
    found = [(days[n], False) for n in usual] + [(_surge_day(rng, today), True) for _ in range(surging)]
    return sorted(found)


def _surge_day(rng: Random, today: date) -> date:
    back = rng.choices((3, 2, 1, 0), SURGE_MONTHS)[0]
    if back == 0 and today.day == 1:
        back = 1
    index = today.year * 12 + today.month - 1 - back
    first = date(index // 12, index % 12 + 1, 1)
    last = (
        today - timedelta(days=1)
        if back == 0
        else (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    )
    return first + timedelta(days=rng.randrange((last - first).days + 1))


class Topics:
    """Chooses what a case is about: by weight and season."""

    def __init__(self, world: World, today: date) -> None:
        self.placed = world.placed
        self.today = today
        self.rising = next(each for each in world.placed if each.topic.rising)
        self.busy_days = sorted({each.topic.busy_days for each in world.placed} - {0})
        self.weights: dict[tuple[int, int], list[float]] = {}

    def choose(self, rng: Random, on: date, *, surging: bool) -> Placed:
        """What a case of this day is about."""
        if surging:
            return self.rising
        ago = (self.today - on).days
        key = on.month, sum(ago > days for days in self.busy_days)
        if key not in self.weights:
            self.weights[key] = list(accumulate(self._weight(each, on.month, ago) for each in self.placed))
        return rng.choices(self.placed, cum_weights=self.weights[key])[0]

    def _weight(self, placed: Placed, month: int, ago: int) -> float:
        topic = placed.topic
        return topic.weight * topic.months[month - 1] * (topic.busy_times if ago <= topic.busy_days else 1)


def arrive(rng: Random, world: World, topics: Topics, on: date, *, surging: bool) -> Arrival:
    """A case that comes in on this day: people call and come while somebody is there, and write at any hour."""
    if is_working_day(world.calendar, on):
        channel = rng.choices(list(CHANNELS), list(CHANNELS.values()))[0]
    else:
        channel = rng.choice(CLOSED_DAY_CHANNELS)
    if channel in OFFICE:
        minutes = 8 * 60 + 5 + min(int(rng.triangular(0, 525, 120)), 525)
    else:
        minutes = int(rng.triangular(5 * 60, 23 * 60 + 50, 19 * 60))
    at = datetime.combine(on, time(minutes // 60, minutes % 60, rng.randrange(60)), world.zone).astimezone(
        UTC
    )
    return Arrival(at, topics.choose(rng, on, surging=surging), channel)
