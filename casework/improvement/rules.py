"""PURE: what may be decided when, coverage, what may be shown in public, and the words on an effect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Literal, TypedDict

# Counts below this are not shown in public: a few people could be recognised.
SMALLEST_PUBLIC_COUNT = 10
# With fewer cases a week than this, a weekly share is mostly chance.
ENOUGH_A_WEEK = 5.0
# A period counts only when so much of it can be judged; else the quick answers alone would make it look good.
JUDGED_SHARE = 0.9
WEEKS_BEFORE, MONTHS_BEFORE = 26, 24

EffectState = Literal["improved", "no_signal_yet", "worse", "returned", "cannot_tell"]
Grain = Literal["week", "month"]


class EffectWords(TypedDict):
    """What became of a measure, as it is kept with the action: plain JSON.

    `needed` is how many more periods would make a signal; `before` and `after` are means in `unit`; the two `n`
    are the cases or issues behind them. `heading` is one sentence without a full stop.
    """

    state: EffectState
    heading: str
    measure: str
    unit: str
    grain: Grain
    needed: int
    before: float | None
    after: float | None
    before_n: int
    after_n: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who was told of an action, in customers. `queued` are on their way; `cannot` are not counted against it."""

    told: int = 0
    queued: int = 0
    to_tell: int = 0
    cannot: int = 0
    reasons: tuple[tuple[str, int], ...] = ()
    """Why some cannot be told, the most frequent first."""

    @property
    def should(self) -> int:
        """How many should be told."""
        return self.told + self.queued + self.to_tell

    @property
    def still(self) -> int:
        """How many of them are not told yet."""
        return self.queued + self.to_tell

    @property
    def share(self) -> float | None:
        """Told ÷ those who should be told, 0 to 1; None when it is nobody."""
        return self.told / self.should if self.should else None

    @property
    def is_complete(self) -> bool:
        """Whether nobody is left who should be told and was not."""
        return not self.still


@dataclass(frozen=True, slots=True)
class Day:
    """What one day adds to a period: `part` of `whole` (late of judged), and how many nobody can judge yet."""

    on: date
    part: int
    whole: int
    undecided: int = 0


@dataclass(frozen=True, slots=True)
class Series:
    """A measure by period, oldest first. `change_at` is the index of the first period after the change.

    `values` are shares in per cent or counts; None where a period cannot be judged. `sizes` are the cases or
    issues behind each value, as `series_of` was told to count them.
    """

    grain: Grain
    starts: Sequence[date]
    values: Sequence[float | None]
    sizes: Sequence[int]
    change_at: int


def shown_in_public(n: int) -> int | None:
    """The count as the public page may show it; None for one that is too small to show."""
    return n if n >= SMALLEST_PUBLIC_COUNT else None


def mark_of_people(ids: Sequence[int]) -> str:
    """A short mark of exactly these tellings: the form that shows them carries it, and approving compares it."""
    return sha256(",".join(map(str, sorted(ids))).encode()).hexdigest()[:16]


def coverage_of(counts: Mapping[tuple[str, str], int]) -> Coverage:
    """Coverage from counts by (state, reason)."""
    totals = {"told": 0, "queued": 0, "to_tell": 0, "cannot": 0}
    reasons: dict[str, int] = {}
    for (state, reason), n in counts.items():
        totals[state] += n
        if state == "cannot":
            reasons[reason] = reasons.get(reason, 0) + n
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return Coverage(**totals, reasons=tuple(ordered))


def first_day_needed(change_on: date) -> date:
    """The first day whose figures may be wanted to judge a change on this day."""
    return _months_earlier(change_on.replace(day=1), MONTHS_BEFORE)


def series_of(
    days: Sequence[Day], *, change_on: date, today: date, is_share: bool, counts: Literal["part", "whole"]
) -> Series:
    """The measure before and after a change, by week when there is enough in a week, else by month.

    `counts` says which of a day's numbers says how much there is: the whole of a share of late answers, the part
    of one category among all issues.

    - The period in which the change falls is left out, unless the change came on its first day.
    - Only periods that are over count, and of those only the ones of which at least JUDGED_SHARE can be judged.
    - It begins with the first period that has anything to count.
    """
    grain: Grain = "week" if _is_enough_weekly(days, change_on, counts) else "month"
    starts = _starts(days, grain, change_on=change_on, today=today)
    sums = {start: [0, 0, 0] for start in starts}
    for day in days:
        found = sums.get(_start_of(day.on, grain))
        if found is not None:
            for place, n in enumerate((day.part, day.whole, day.undecided)):
                found[place] += n
    mixed = _start_of(change_on, grain)
    if mixed == change_on:
        mixed = date.max
    values = [None if start == mixed else _value(*sums[start], is_share=is_share) for start in starts]
    change_at = sum(1 for start in starts if start < change_on)
    place = 0 if counts == "part" else 1
    return Series(grain, starts, values, [sums[start][place] for start in starts], change_at)


def _value(part: int, whole: int, undecided: int, *, is_share: bool) -> float | None:
    if whole + undecided and whole < JUDGED_SHARE * (whole + undecided):
        return None
    if is_share:
        return 100 * part / whole if whole else None
    return float(part)


def _is_enough_weekly(days: Sequence[Day], change_on: date, counts: Literal["part", "whole"]) -> bool:
    """Enough in a week, and weeks enough: with half the span or more filled."""
    start = _start_of(change_on, "week") - timedelta(weeks=WEEKS_BEFORE)
    before = [day for day in days if start <= day.on < change_on and getattr(day, counts)]
    weeks = {_start_of(day.on, "week") for day in before}
    enough = ENOUGH_A_WEEK * len(weeks)
    return 2 * len(weeks) >= WEEKS_BEFORE and sum(getattr(day, counts) for day in before) >= enough


def _starts(days: Sequence[Day], grain: Grain, *, change_on: date, today: date) -> list[date]:
    """The first days of the periods that are over, from the first with anything to count."""
    if not days:
        return []
    here = _start_of(change_on, grain)
    if grain == "week":
        earliest = here - timedelta(weeks=WEEKS_BEFORE)
    else:
        earliest = _months_earlier(here, MONTHS_BEFORE)
    start = max(earliest, _start_of(min(day.on for day in days), grain))
    starts = []
    while _next(start, grain) <= today:
        starts.append(start)
        start = _next(start, grain)
    return starts


def _start_of(on: date, grain: Grain) -> date:
    return on - timedelta(days=on.weekday()) if grain == "week" else on.replace(day=1)


def _next(start: date, grain: Grain) -> date:
    return start + timedelta(weeks=1) if grain == "week" else (start + timedelta(days=31)).replace(day=1)


def _months_earlier(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)
