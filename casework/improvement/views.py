"""Opportunities as their pages show them: the line of steps, the effect and the causes drawn, who was told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from casework.catalogue.queries import the_agency
from casework.improvement.finders import FINDERS
from casework.improvement.models import ImprovementAction, Opportunity, State, Step
from casework.improvement.queries import CauseCount, EffectView
from casework.improvement.rules import Coverage
from casework.measures.charts import (
    Note,
    ParetoRow,
    Series,
    control_chart,
    control_key,
    coverage_bar,
    coverage_key,
    pareto,
)
from casework.measures.stats import figure, period_name

BESIDE_A_COLUMN = 688
ORDER = (State.FOUND, State.ACCEPTED, State.ACTING, State.TELLING, State.CHECKED)


@dataclass(frozen=True)
class Item:
    """One step of a line: done, now or still to come (empty)."""

    label: str
    state: str
    note: str = ""


@dataclass(frozen=True)
class Due:
    """When an action is due, as marks.due shows it: late, today, soon, far or met."""

    state: str
    text: str
    absolute: str = ""


@dataclass(frozen=True)
class EffectFigure:
    """The chart of an effect with what stands around it; `rows` are (period, figure, mean, limits, n)."""

    heading: str
    about: str
    svg: Markup
    key: Markup
    note: str
    rows: Sequence[tuple[str, str, str, str, str]]


@dataclass(frozen=True)
class ToldPanel:
    """Who was told of one action."""

    action: ImprovementAction
    coverage: Coverage
    bar: Markup
    key: Markup


def finder_label(name: str) -> str:
    """What a finder is called."""
    return FINDERS[name].label if name in FINDERS else name


def steps_line(
    opportunity: Opportunity, told: dict[int, Coverage], *, found_on: str, decided_on: str
) -> list[Item]:
    """Found, accepted, acting, telling, effect checked, with the days of the first two in words."""
    state = opportunity.state if opportunity.state in ORDER else State.FOUND
    here = ORDER.index(state)
    notes = {
        State.FOUND: found_on,
        State.ACCEPTED: decided_on if here else "",
        State.ACTING: _done_words(opportunity.actions),
        State.TELLING: _told_words(told),
        State.CHECKED: _effect_words(opportunity.actions),
    }
    return [
        Item(
            each.label,
            "done" if place < here or here == len(ORDER) - 1 else "now" if place == here else "",
            notes[each],
        )
        for place, each in enumerate(ORDER)
    ]


def stages_of(action: ImprovementAction) -> list[Item]:
    """Plan, do, study, act of one action."""
    order = list(Step)
    here = order.index(action.step)
    return [
        Item(step.value.capitalize(), "done" if place < here else "now" if place == here else "")
        for place, step in enumerate(order)
    ]


def next_step(action: ImprovementAction) -> Step | None:
    """The step that a press of a button leads to; marking it done leads from do to study."""
    following = {Step.PLAN: Step.DO, Step.STUDY: Step.ACT}
    return following.get(action.step)


def due_words(action: ImprovementAction, today: date) -> Due:
    """When an action is due, or that it is done."""
    if action.done_at is not None and action.reopened_at is None:
        return Due(state="met", text=_("Done"))
    days = (action.due_on - today).days
    if days < 0:
        return Due(state="late", text=ngettext("%(num)d day late", "%(num)d days late", -days), absolute="")
    if days == 0:
        return Due(state="today", text=_("Due today"))
    words = ngettext("In %(num)d day", "In %(num)d days", days)
    return Due(state="soon" if days <= 2 else "far", text=words)


def effect_figure(view: EffectView, action: ImprovementAction) -> EffectFigure:
    """The effect's chart, its heading the verdict, and every figure in rows, newest first."""
    words, series = view.words, view.series
    about = f"{view.about}. XmR chart, limits set apart before and after the change."
    mixed = _("The %(period)s in which the change came is left out.", period=words["grain"])
    if view.chart is None:
        return EffectFigure(words["heading"], about, Markup(""), Markup(""), "", [])
    notes = []
    if 0 < series.change_at < len(series.starts) and action.change_on is not None:
        notes.append(Note(series.change_at, f"{_('Action done')}: {action.what}"))
    svg = control_chart(
        view.chart,
        ident="effect",
        title=view.about,
        unit=words["unit"],
        series=Series(series.starts, series.grain, counts=series.sizes),
        notes=notes,
        width=BESIDE_A_COLUMN,
    )
    rows = [
        (
            period_name(series.starts[point.index], series.grain),
            _figure(point.value, words["unit"]),
            _figure(point.mean, words["unit"]),
            ""
            if point.lower is None or point.upper is None
            else f"{figure(point.lower)} – {figure(point.upper)}",
            str(series.sizes[point.index]),
        )
        for point in reversed(view.chart.points)
    ]
    return EffectFigure(words["heading"], about, svg, control_key(view.chart), mixed, rows)


def told_panel(action: ImprovementAction, told: Coverage) -> ToldPanel:
    """The bar of who was told, still to tell, and who cannot be."""
    ident = f"told-{action.id}"
    bar = coverage_bar(told.told, told.still, told.cannot, ident=ident, title=_("Who was told"))
    return ToldPanel(
        action, told, bar, coverage_key(told.told, told.still, told.cannot, ident=f"{ident}-key")
    )


def causes_chart(causes: Sequence[CauseCount]) -> tuple[str, Markup]:
    """The Pareto chart of causes and its heading; empty when no issue has a cause yet."""
    total = sum(one.n for one in causes)
    if not total:
        return "", Markup("")
    few = _few([one.n for one in causes], total)
    share = round(100 * sum(one.n for one in causes[:few]) / total)
    heading = ngettext(
        "One cause makes %(share)s %% of what is upheld",
        "%(num)d causes make %(share)s %% of what is upheld",
        few,
        share=share,
    )
    rows = [ParetoRow(one.name, one.n) for one in causes]
    title = _("Causes, largest first")
    return heading, pareto(rows, ident="causes", title=title, few=few, width=BESIDE_A_COLUMN)


def today_here(now: datetime) -> date:
    """The day on the agency's wall."""
    return now.astimezone(ZoneInfo(the_agency().time_zone)).date()


def _few(counts: Sequence[int], total: int) -> int:
    reached = 0
    for place, n in enumerate(counts, start=1):
        reached += n
        if 100 * reached >= 80 * total:
            return place
    return len(counts)


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{figure(value)} %" if unit == "%" else figure(value)


def _done_words(actions: Sequence[ImprovementAction]) -> str:
    if not actions:
        return ""
    done = sum(1 for action in actions if action.done_at is not None and action.reopened_at is None)
    return str(_("%(done)s of %(all)s done", done=done, all=len(actions)))


def _told_words(told: dict[int, Coverage]) -> str:
    should = sum(one.should for one in told.values())
    if not should:
        return ""
    return str(_("%(told)s of %(all)s", told=sum(one.told for one in told.values()), all=should))


def _effect_words(actions: Sequence[ImprovementAction]) -> str:
    states = [action.effect["state"] for action in actions if action.effect]
    if not states:
        return ""
    words = {
        "improved": _("improved so far"),
        "no_signal_yet": _("no signal yet"),
        "worse": _("worse"),
        "returned": _("back to what it was"),
        "cannot_tell": _("cannot be judged"),
    }
    return str(words[states[-1]])
