"""Monthly series as control charts, with what each says. Only whole months are judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from casework.measures.definitions import Definition
from casework.measures.queries.figures import Row
from casework.measures.rules import month_start, months_between, next_month
from casework.measures.stats import Chart, Verdict, p_chart, since_names, verdict, xmr_chart
from casework.measures.stats.figures import figure, with_unit

MONTHS_SHOWN = 36
# Shares of thousands vary more than coin tosses would, and a p chart's limits come out too tight (stats.p_chart).
LARGE = 1_000


@dataclass(frozen=True)
class Series:
    """The months of one measure, oldest first, without gaps between them; a month without cases has no row.

    `partial` is the month that still runs: shown, marked as such, and not judged.
    """

    definition: Definition
    months: list[str]
    rows: list[Row | None]
    partial: Row | None
    chart: Chart
    verdict: Verdict

    @property
    def starts(self) -> list[date]:
        """The first day of each month."""
        return [month_start(month) for month in self.months]

    @property
    def newest(self) -> Row | None:
        """The newest whole month, if it had a case to count."""
        return self.rows[-1] if self.rows else None

    @property
    def counts(self) -> list[int]:
        """How many cases stand behind each point."""
        return [cases_behind(self.definition, row) for row in self.rows]

    @property
    def is_p_chart(self) -> bool:
        """Whether the limits are those of shares, wider where there are few cases."""
        return self.chart.kind == "p"


def make_series(definition: Definition, rows: Sequence[Row], *, this_month: str, last_active: str) -> Series:
    """The series of the newest months. It ends with the last whole month, or with the last in which anything
    happened at all (`last_active`), so that an archive does not end in years of nothing.
    """
    by_month = {row.period: row for row in rows}
    last = min(next_month(this_month, -1), last_active)
    begun = [month for month in by_month if month <= last]
    first = max(min(begun, default=last), next_month(last, 1 - MONTHS_SHOWN))
    months = months_between(first, last) if begun else []
    found = [by_month.get(month) for month in months]
    chart = _chart(definition, found)
    said = verdict(
        chart,
        measure=definition.title,
        unit=definition.unit,
        target=definition.target,
        periods=since_names([month_start(month) for month in months], "month"),
        period_noun="month",
    )
    return Series(definition, months, found, by_month.get(this_month), chart, said)


def value_of(definition: Definition, row: Row | None) -> float | None:
    """The figure that the chart shows: the median, the share in per cent, or the count."""
    if definition.shape in ("count", "level"):
        return float(row.n) if row is not None else 0.0
    if row is None:
        return None
    return row.median if definition.shape == "time" else row.within_pct


def cases_behind(definition: Definition, row: Row | None) -> int:
    """How many cases a figure rests on."""
    if row is None:
        return 0
    if definition.shape == "share":
        return row.with_standard_n or 0
    return row.n if row.closed_n is None else row.closed_n


def written(definition: Definition, row: Row | None) -> str:
    """The figure as people read it; empty where there is none."""
    value = value_of(definition, row)
    if value is None:
        return ""
    return figure(value) if definition.unit == "cases" else with_unit(value, definition.unit)


def _chart(definition: Definition, rows: Sequence[Row | None]) -> Chart:
    values = [value_of(definition, row) for row in rows]
    if definition.shape != "share":
        return xmr_chart(values, better=definition.better)
    sizes = [row.with_standard_n or 0 if row else 0 for row in rows]
    if sum(sizes) >= LARGE * max(sum(size > 0 for size in sizes), 1):
        return xmr_chart(values, better=definition.better, ceiling=100.0)
    counts = [row.within_n or 0 if row else 0 for row in rows]
    return p_chart(counts, sizes, better=definition.better, per=100)
