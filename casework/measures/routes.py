"""The pages about performance: the scorecard, a measure, the cases behind a number, and the figures as CSV."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, render_template, request, url_for

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.core import clock
from casework.core.errors import Invalid
from casework.measures import pages
from casework.measures.definitions import DEFINITIONS, DIMENSIONS, Definition, check_dimension, definition_of
from casework.measures.export import COLUMNS, as_data, header_of, lines_of
from casework.measures.queries.ages import open_ages
from casework.measures.queries.cases import WHICH, Behind, cases_behind
from casework.measures.queries.figures import (
    Asked,
    Group,
    Row,
    Standing,
    figures,
    monthly,
    narrowed,
    standing,
)
from casework.measures.queries.levels import Moves, levels_of
from casework.measures.queries.names import group_names
from casework.measures.queries.vital_few import vital_few
from casework.measures.rules import is_month, next_month
from casework.measures.when import When, present

blueprint = Blueprint("measures", __name__, url_prefix="/performance")
FILTERS = ("team", "service")
YEAR = 12


def register(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(blueprint)


@blueprint.get("")
@requires(Permission.SEE_PERFORMANCE)
def scorecard() -> str:
    """Every measure: how it stands, whether it moves, whether it keeps its target."""
    when, narrow = present(clock.now()), _narrow()
    read = _read(DEFINITIONS.values(), narrow, when)
    months = _last_year(read, when)
    sight = read.standing.sight
    ages, vital = open_ages(when.now, narrow, sight), vital_few(months, narrow, sight)
    period = "..".join(months)
    return render_template(
        "measures/scorecard.html",
        groups=pages.scorecard(read, when, _links),
        ages=ages,
        ages_verdict=pages.ages_verdict(ages),
        ages_svg=pages.ages_drawn(ages, _links),
        vital=vital,
        vital_verdict=pages.vital_verdict(vital),
        vital_svg=pages.vital_drawn(vital, _links, period=period),
        months=[pages.month_words(month) for month in months],
        **_frame(narrow, read),
    )


@blueprint.get("/<measure>")
@requires(Permission.SEE_PERFORMANCE)
def measure(measure: str) -> str:
    """One measure: its control chart, its months, its groups and its definition."""
    when, narrow, definition = present(clock.now()), _narrow(), definition_of(measure)
    by = check_dimension(request.args.get("by", "service"))
    read = _read([definition], narrow, when)
    series = pages.series_of(definition, read, when)
    months = _last_year(read, when)
    groups, period = _groups(definition, narrow, when, by=by, read=read, months=months)
    return render_template(
        "measures/measure.html",
        definition=definition,
        series=series,
        svg=pages.drawn(series, _links),
        about=pages.about(series),
        months=pages.month_lines(series, _links),
        groups=pages.group_lines(definition, groups, _links, by=by, period=period),
        span=[pages.month_words(month) for month in months],
        by=by,
        fewest=pages.FEWEST,
        tabs=_tabs(by),
        csv_href=_address("measures.series_csv", measure, _chosen(narrow)),
        groups_csv_href=_address("measures.series_csv", measure, {**_chosen(narrow), "by": by}),
        **_frame(narrow, read),
    )


@blueprint.get("/<measure>/cases")
@requires(Permission.SEE_PERFORMANCE)
def cases(measure: str) -> str:
    """The cases behind one number, as far as this person may see them."""
    when, narrow, definition = present(clock.now()), _narrow(every=True), definition_of(measure)
    period, cohort = request.args.get("period", "all"), request.args.get("cohort", "")
    user = current_user()
    known = standing(user)
    asked = Asked(
        definition=definition,
        sight=known.sight,
        now=when.now,
        this_month=when.month,
        period_kind="all" if period == "all" else "month",
        cohort=cohort if cohort in ("answered", "received") else "",
        narrow=narrow,
    )
    behind = Behind(
        asked=asked,
        period=period,
        which=request.args.get("which", "all"),
        age=request.args.get("age", ""),
    )
    page = cases_behind(behind, user, after=request.args.get("after", type=int))
    going_on = {**request.args, "after": str(page.next)}
    older = _address("measures.cases", measure, going_on) if page.next else ""
    return render_template(
        "measures/cases.html",
        definition=definition,
        behind=behind,
        which_words=WHICH[behind.which],
        period_words=_period_words(period),
        page=page,
        filters=_filter_words(narrow),
        older_href=older,
        computed_at=known.computed_at,
    )


@blueprint.get("/<measure>.csv")
@requires(Permission.SEE_PERFORMANCE)
def series_csv(measure: str) -> Response:
    """The months of a measure, or its groups, as CSV: the rows of the page, all of them."""
    when, narrow, definition = present(clock.now()), _narrow(), definition_of(measure)
    by = check_dimension(request.args.get("by", ""))
    read = _read([definition], narrow, when)
    months = _last_year(read, when)
    filters = "; ".join(f"{name}: {words}" for name, words, _ in _filter_words(narrow))
    header = header_of(definition, filters=filters, zone=when.zone, computed_at=read.standing.computed_at)
    if by:
        found, period = _groups(definition, narrow, when, by=by, read=read, months=months)
        lines = pages.group_lines(definition, found, _links, by=by, period=period)
        header.append(("Months", " to ".join(months)))
    else:
        lines = pages.month_lines(pages.series_of(definition, read, when), _links)
    rows = [line.row for line in lines]
    answer = Response(_csv(header, rows, running=when.month), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{measure}{"-by-" + by if by else ""}.csv"'
    return answer


def _csv(header: Sequence[tuple[str, str]], rows: Sequence[Row], *, running: str) -> Iterator[str]:
    cells = ([*as_data(row).values(), "no" if row.period == running else "yes"] for row in rows)
    return lines_of(header, [*COLUMNS, "complete"], cells)


def _read(definitions: Any, narrow: tuple[Group, ...], when: When) -> pages.Figures:
    """What the series of these measures need, and no more."""
    chosen, known = list(definitions), _standing()
    where = [*narrowed(narrow), *known.sight.where()]
    levels = {definition.name for definition in chosen if definition.shape == "level"}
    wanted = {definition.figures_of for definition in chosen if definition.shape != "level"}
    opened = levels_of("open", where=where, now=when.now) if "open_at_end" in levels else {}
    late = levels_of("overdue", where=where, now=when.now) if "overdue_now" in levels else {}
    return pages.Figures(
        monthly=monthly(sorted(wanted), narrow, known.sight) if wanted else {},
        open=opened.get("", Moves()),
        overdue=late.get("", Moves()),
        standing=known,
    )


def _standing() -> Standing:
    """How far the figures are for whoever asks; the address may ask for them only until a month."""
    found, until = standing(current_user()), request.args.get("until", "")
    if not until:
        return found
    if not is_month(until):
        raise Invalid(f"{until!r} is no month. Write one like 2026-06.")
    return replace(found, last_active=found.last_active and min(found.last_active, until))


def _groups(
    definition: Definition,
    narrow: tuple[Group, ...],
    when: When,
    *,
    by: str,
    read: pages.Figures,
    months: tuple[str, str],
) -> tuple[list[Row], str]:
    """The groups of a dimension over the last year, or as levels now; and the period for their addresses."""
    is_level = definition.shape == "level"
    asked = Asked(
        definition=definition,
        sight=read.standing.sight,
        now=when.now,
        this_month=when.month,
        by=by,
        cohort="" if is_level else "answered",
        narrow=narrow,
        months=None if is_level else months,
    )
    return figures(asked), "all" if is_level else "..".join(months)


def _last_year(read: pages.Figures, when: When) -> tuple[str, str]:
    """The last twelve whole months, or those before the last in which anything happened."""
    last = min(next_month(when.month, -1), read.standing.last_active or when.month)
    return next_month(last, 1 - YEAR), last


def _narrow(*, every: bool = False) -> tuple[Group, ...]:
    """The groups that the address asks for; `by` and `group` together name one more."""
    names = tuple(DIMENSIONS) if every else FILTERS
    found = {name: request.args[name] for name in names if request.args.get(name)}
    if every and request.args.get("group"):
        found[check_dimension(request.args.get("by", ""))] = request.args["group"]
    found.pop("", None)
    return tuple(found.items())


def _chosen(narrow: tuple[Group, ...]) -> dict[str, str]:
    """What the address asks for, to be kept in those of other pages."""
    until = request.args.get("until", "")
    return {**dict(narrow), **({"until": until} if until else {})}


def _links(name: str, **parts: str) -> str:
    """The address of the cases behind a number, under the filters that hold."""
    kept = dict(_narrow())
    left = {key: value for key, value in parts.items() if (key, value) != ("which", "all")}
    return _address("measures.cases", name, {**kept, **left})


def _address(endpoint: str, measure: str, query: Mapping[str, str]) -> str:
    """The address of a page of a measure. What comes from an address is only ever put behind the question mark."""
    path = url_for(endpoint, measure=measure) if measure else url_for(endpoint)
    return f"{path}?{urlencode(query)}" if query else path


def _frame(narrow: tuple[Group, ...], read: pages.Figures) -> dict[str, Any]:
    """What both pages with a filter need."""
    names = {dimension: group_names(dimension) for dimension in FILTERS}
    choices = [
        (
            dimension,
            DIMENSIONS[dimension],
            sorted(names[dimension].items(), key=lambda item: item[1].casefold()),
        )
        for dimension in FILTERS
    ]
    return {
        "choices": choices,
        "chosen": _chosen(narrow),
        "filters": _filter_words(narrow, names),
        "computed_at": read.standing.computed_at,
    }


def _filter_words(
    narrow: tuple[Group, ...], names: dict[str, dict[str, str]] | None = None
) -> list[tuple[str, str, str]]:
    """Each filter's name, its value in words, and the address without it."""
    assert request.endpoint is not None
    found = []
    for dimension, group_id in narrow:
        known = names[dimension] if names else group_names(dimension)
        gone = (dimension, "after", *(("by", "group") if dimension == request.args.get("by") else ()))
        rest = {key: value for key, value in request.args.items() if key not in gone}
        href = _address(request.endpoint, (request.view_args or {}).get("measure", ""), rest)
        found.append((DIMENSIONS[dimension], known.get(group_id, "no longer there"), href))
    return found


def _tabs(by: str) -> list[dict[str, Any]]:
    kept = {key: value for key, value in request.args.items() if key != "by"}
    measure = (request.view_args or {})["measure"]
    return [
        {
            "label": DIMENSIONS[name],
            "href": _address("measures.measure", measure, {**kept, "by": name}) + "#groups",
            "current": name == by,
            "count": None,
        }
        for name in DIMENSIONS
    ]


def _period_words(period: str) -> str:
    first, dots, last = period.partition("..")
    if dots:
        return f"{_period_words(first)} to {_period_words(last)}"
    return pages.month_words(period) if len(period) == 7 and period[5] != "Q" else period
