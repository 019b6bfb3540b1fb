"""What the pages about performance show, put together from figures, charts and verdicts; no database, no request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from casework.measures import charts
from casework.measures.definitions import DEFINITIONS, Definition
from casework.measures.queries.ages import Band
from casework.measures.queries.figures import Row, Standing
from casework.measures.queries.levels import Moves
from casework.measures.queries.vital_few import Vital
from casework.measures.rules import month_start
from casework.measures.series import Series, cases_behind, make_series, value_of, written
from casework.measures.stats import period_name
from casework.measures.when import When

# A group with fewer cases is not set beside the others: its figure would say more about chance than about it.
FEWEST = 10
TONES = {"none": "none", "changed": "none", "better": "better", "worse": "worse", "too_few": "few"}
CAPABILITIES = {"keeps": "keeps", "hit_or_miss": "hit", "cannot": "cannot", "not_judged": ""}
Links = Callable[..., str]
"""From a measure's name and parts of the address (period, which, by, group) to where its cases are listed."""


@dataclass(frozen=True)
class Figures:
    """What is read for a page: monthly rows by measure, the two levels, and how far the figures are."""

    monthly: dict[str, list[Row]]
    open: Moves
    overdue: Moves
    standing: Standing


@dataclass(frozen=True)
class Score:
    """A row of the scorecard."""

    definition: Definition
    now: str
    period: str
    href: str
    target: str
    tone: str
    change: str
    capability: str
    capability_words: str
    spark: Markup


def series_of(definition: Definition, read: Figures, when: When) -> Series:
    """The monthly series of a measure."""
    rows = read.monthly.get(definition.figures_of, [])
    if definition.shape == "level":
        moves = read.overdue if definition.name == "overdue_now" else read.open
        months = moves.by_period("month", until=when.month)
        rows = [Row(group_id="", group="", period=month, n=n) for month, n in months]
    return make_series(
        definition, rows, this_month=when.month, last_active=read.standing.last_active or when.month
    )


def scorecard(read: Figures, when: When, links: Links) -> list[tuple[str, list[Score]]]:
    """The rows of the scorecard, by group; empty before anything was counted."""
    if read.standing.last_active is None:
        return []
    found: dict[str, list[Score]] = {}
    for definition in DEFINITIONS.values():
        found.setdefault(definition.group, []).append(_score(series_of(definition, read, when), links))
    return list(found.items())


def _score(series: Series, links: Links) -> Score:
    definition, said = series.definition, series.verdict
    # A level is what it is now; anything else is that of the newest whole month.
    row = series.partial if definition.shape == "level" else series.newest
    period = "all" if definition.shape == "level" else (series.months[-1] if series.months else "all")
    return Score(
        definition=definition,
        now=written(definition, row),
        period="Today" if definition.shape == "level" else "" if period == "all" else month_words(period),
        href=links(definition.name, period=period),
        target="" if definition.target is None else f"{definition.target:g} {definition.unit}",
        tone=TONES[said.change],
        change=said.change_words,
        capability=CAPABILITIES[said.capability],
        capability_words=said.capability_words,
        spark=charts.sparkline(series.chart),
    )


def drawn(series: Series, links: Links) -> Markup:
    """The control chart of a series, each point a link to its cases, and its key."""
    definition = series.definition
    chart = charts.control_chart(
        series.chart,
        ident=definition.name,
        title=f"{definition.short}, by month, {definition.unit}",
        unit=definition.unit,
        series=charts.Series(
            starts=series.starts,
            grain="month",
            links=[links(definition.name, period=month) for month in series.months],
            counts=series.counts,
        ),
        target=definition.target,
    )
    return chart + charts.control_key(series.chart)


def about(series: Series) -> str:
    """What is counted, in which unit, by which date, how many cases, and on which kind of chart."""
    definition = series.definition
    what = {"time": "Median of each month, days", "share": "Share of each month, per cent"}
    kind = "p chart" if series.is_p_chart else "XmR chart"
    words = f"{what.get(definition.shape, 'Cases of each month')}. {definition.placed_by} {kind}"
    return words + ("." if definition.shape == "level" else f", {sum(series.counts):,} cases.")


@dataclass(frozen=True)
class Line:
    """A row of a table: a name, the figure as words (or why it is not judged), the row, and addresses of its cases."""

    name: str
    row: Row
    words: str
    is_judged: bool
    hrefs: dict[str, str]


def month_lines(series: Series, links: Links) -> list[Line]:
    """The months of a series, the newest first; the one that still runs is named as such."""
    rows = [(month, row or _nothing(series.definition, month)) for month, row in _pairs(series)]
    lines = [_line(series.definition, month_words(month), row, links, period=month) for month, row in rows]
    if series.partial is not None:
        month = series.partial.period
        name = f"{month_words(month)}, not complete"
        lines.append(_line(series.definition, name, series.partial, links, period=month, is_judged=False))
    return lines[::-1]


def group_lines(
    definition: Definition, rows: Sequence[Row], links: Links, *, by: str, period: str
) -> list[Line]:
    """The groups of a dimension, those with most cases first; small ones are not judged."""
    lines = [
        _line(
            definition,
            row.group,
            row,
            links,
            period=period,
            by=by,
            group=row.group_id,
            is_judged=definition.unit == "cases" or cases_behind(definition, row) >= FEWEST,
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (-cases_behind(definition, line.row), line.name.casefold()))


def ages_drawn(ages: Sequence[tuple[Band, int]], links: Links) -> Markup:
    """The bar of open cases by age, with its key."""
    bands = [
        charts.AgeBand(
            band.label,
            n,
            "far_past" if band.late == "far" else "past" if band.late else "no",
            links("open_at_end", age=band.key),
        )
        for band, n in ages
    ]
    drawing = charts.age_bands(bands, ident="ages", title="Open cases by age in days")
    return drawing + charts.age_key(bands, ident="ages") if any(n for _, n in ages) else drawing


def ages_verdict(ages: Sequence[tuple[Band, int]]) -> str:
    """The heading of the age bar."""
    total, late = sum(n for _, n in ages), sum(n for band, n in ages if band.late)
    if not total:
        return "No case is open"
    return f"{late:,} of {total:,} open cases {'is' if late == 1 else 'are'} late"


def vital_drawn(vital: Vital, links: Links, *, period: str) -> Markup:
    """The Pareto chart. Categories open their cases; a cause is a matter of issues and opens none here."""
    rows = [
        charts.ParetoRow(
            row.label,
            row.n,
            links("received", period=period, by="category", group=str(row.group_id))
            if vital.of == "category" and row.group_id is not None
            else None,
        )
        for row in vital.rows
    ]
    return charts.pareto(rows, ident="vital", title=vital_verdict(vital), few=vital.few)


def vital_verdict(vital: Vital) -> str:
    """The heading of the Pareto chart."""
    what = "upheld issues" if vital.of == "cause" else "cases"
    if not vital.total:
        return "Causes and categories"
    few, plural = vital.few, "causes" if vital.of == "cause" else "categories"
    named = vital.of if few == 1 else plural
    return f"{few} of {vital.kinds} {named} {'makes' if few == 1 else 'make'} {vital.share:.0f} % of {what}"


def month_words(month: str) -> str:
    """July 2011"""
    return period_name(month_start(month), "month")


def _pairs(series: Series) -> list[tuple[str, Row | None]]:
    return list(zip(series.months, series.rows, strict=True))


def _nothing(definition: Definition, month: str) -> Row:
    closed = None if definition.unit == "cases" else 0
    return Row(group_id="", group="", period=month, n=0, closed_n=closed)


def _line(
    definition: Definition, name: str, row: Row, links: Links, *, is_judged: bool = True, **parts: Any
) -> Line:
    hrefs = {which: links(definition.name, which=which, **parts) for which in ("all", "within", "late")}
    words = written(definition, row) if value_of(definition, row) is not None else ""
    return Line(name, row, words, is_judged, hrefs)
