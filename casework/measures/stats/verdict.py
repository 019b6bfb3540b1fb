"""The plain sentence over a chart: is it moving, and can the process keep its standard?

*Change* looks at the newest figure alone, as the variation icon of the NHS Making Data Count programme
does: a signal there is what is happening now; one long past is history. *Capability* asks, as its assurance
icon does, whether the target lies beyond the limits of what the process gives by chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from casework.measures.stats.control import Chart, Direction, Point, Segment, meaning_of
from casework.measures.stats.effect import Effect
from casework.measures.stats.figures import figure, with_unit
from casework.measures.stats.limits import POINTS_TO_JUDGE
from casework.measures.stats.signals import above

Change = Literal["none", "better", "worse", "changed", "too_few"]
Capability = Literal["keeps", "hit_or_miss", "cannot", "not_judged"]

_TIMES = ("minutes", "hours", "days", "weeks", "months")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the chart says. `since` is a period's label, None when there are too few points."""

    heading: str
    change: Change
    since: str | None
    capability: Capability
    change_words: str
    """For a table: "No change", "Improving since June", "Too few to judge"."""
    capability_words: str
    """For a table: "Keeps it", "Hit or miss", "Cannot keep it", "Not judged"."""


def verdict(
    chart: Chart,
    *,
    measure: str,
    unit: str,
    target: float | None,
    periods: Sequence[str],
    target_name: str | None = None,
    period_noun: str = "period",
) -> Verdict:
    """The verdict on a chart, with its heading as one sentence without a full stop.

    `measure` begins the sentence ("Time to respond"); `unit` is the unit of the figures and of `target`
    ("days", "working days", "%"); `periods` names each point so that it can follow "since" (see
    `periods.since_names`); `target_name` replaces the name made from target and unit ("20-day standard",
    "90 % target"); `period_noun` is one period ("week"). Raises ValueError when there are not as many names
    as points.
    """
    if len(periods) != len(chart.points):
        raise ValueError(f"{len(chart.points)} points came with {len(periods)} names.")
    newest = chart.newest
    segment = next((part for part in reversed(chart.segments) if part.n), None)
    if newest is None or segment is None:
        return _nothing(f"{measure}: no figures yet")
    if not segment.judged:
        return _nothing(f"{measure}: too few points to judge, {segment.n} of {POINTS_TO_JUDGE}")
    change, first = _change(chart, segment, newest)
    since = periods[first]
    words = _change_words(change, newest, since)
    capability = _capability(newest, better=chart.better, target=target)
    heading = f"{measure}: {words[0].lower()}{words[1:]}"
    if target is not None and capability != "not_judged":
        named = target_name or _target_name(target, unit)
        heading += f"; {_capability_sentence(capability, named, period_noun)}"
    short = "No change" if change == "none" else words
    return Verdict(heading, change, since, capability, short, _CAPABILITY_WORDS[capability])


def effect_heading(
    effect: Effect, *, measure: str, unit: str, since: str, period_noun: str = "period"
) -> str:
    """One sentence without a full stop on what became of `measure` ("late answers") since a change.

    `since` names the change's period so that it can follow "since" and "before".
    """
    if effect.limits_before is None or effect.mean_before is None:
        return f"Cannot be judged: too few figures on {measure} before {since}"
    before = with_unit(effect.mean_before, unit)
    if effect.state == "no_signal_yet":
        noun = period_noun if effect.needed == 1 else f"{period_noun}s"
        begun = f"Back to before: {measure} had improved" if effect.returned else "No signal yet"
        return f"{begun}; {effect.needed} more {noun} better than {before} would be a signal"
    after = with_unit(effect.mean_after if effect.mean_after is not None else 0.0, unit)
    return f"{'Improved' if effect.state == 'improved' else 'Worse'}: {measure} from {before} to {after} since {since}"


_CAPABILITY_WORDS: dict[Capability, str] = {
    "keeps": "Keeps it",
    "hit_or_miss": "Hit or miss",
    "cannot": "Cannot keep it",
    "not_judged": "Not judged",
}


def _nothing(heading: str) -> Verdict:
    return Verdict(heading, "too_few", None, "not_judged", "Too few to judge", "Not judged")


def _change(chart: Chart, segment: Segment, newest: Point) -> tuple[Change, int]:
    """What is happening now, and the index of the point since when."""
    if newest.meaning == "none":
        return "none", _quiet_since(chart, segment)
    alike = [signal for signal in newest.signals if meaning_of(signal.side, chart.better) == newest.meaning]
    return newest.meaning, min(signal.first for signal in alike)


def _quiet_since(chart: Chart, segment: Segment) -> int:
    """The first figure after the last signal of the segment, or of the whole segment when it had none."""
    points = [point for point in chart.points[segment.start : segment.stop] if point.value is not None]
    signalled = [place for place, point in enumerate(points) if point.signals]
    return points[signalled[-1] + 1 if signalled else 0].index


def _change_words(change: Change, newest: Point, since: str) -> str:
    if change == "none":
        return f"No change since {since}"
    if change == "changed":
        return f"{'Higher' if newest.signals[0].side == 'up' else 'Lower'} since {since}"
    return f"{'Improving' if change == 'better' else 'Getting worse'} since {since}"


def _capability(newest: Point, *, better: Direction, target: float | None) -> Capability:
    if target is None or better == "none" or newest.lower is None or newest.upper is None:
        return "not_judged"
    if better == "down":
        kept, missed = not above(newest.upper, target), above(newest.lower, target)
    else:
        kept, missed = not above(target, newest.lower), above(target, newest.upper)
    if kept:
        return "keeps"
    return "cannot" if missed else "hit_or_miss"


def _capability_sentence(capability: Capability, named: str, period_noun: str) -> str:
    if capability == "keeps":
        return f"the process keeps the {named}"
    if capability == "cannot":
        return f"the process cannot keep the {named}"
    return f"the {named} is kept in some {period_noun}s and missed in others"


def _target_name(target: float, unit: str) -> str:
    if unit == "%":
        return f"{figure(target)} % target"
    if unit.split(" ")[-1] in _TIMES:
        return f"{figure(target)}-{unit.removesuffix('s').replace(' ', '-')} standard"
    return f"target of {with_unit(target, unit)}"
