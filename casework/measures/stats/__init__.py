"""PURE statistics of measures: summaries, waiting times with open cases, control charts, verdicts, effects.

Standard library only; nothing here reads a clock, a database or a request. Figures are floats in the unit the
caller works in (days, per cent, cases); `None` and not-a-number stand for "there is no figure here".
"""

from casework.measures.stats.control import Chart, Direction, Point, Segment, p_chart, u_chart, xmr, xmr_chart
from casework.measures.stats.effect import Effect, effect, effect_chart
from casework.measures.stats.figures import figure, with_unit
from casework.measures.stats.kaplan_meier import Step, kaplan_meier, quantile_of, survival_median
from casework.measures.stats.limits import POINTS_FOR_TRIAL_LIMITS, POINTS_TO_JUDGE, Limits
from casework.measures.stats.periods import Grain, period_name, since_names
from casework.measures.stats.signals import Rule, Signal
from casework.measures.stats.summary import Summary, quantile, summarise
from casework.measures.stats.verdict import Capability, Change, Verdict, effect_heading, verdict

__all__ = [
    "POINTS_FOR_TRIAL_LIMITS",
    "POINTS_TO_JUDGE",
    "Capability",
    "Change",
    "Chart",
    "Direction",
    "Effect",
    "Grain",
    "Limits",
    "Point",
    "Rule",
    "Segment",
    "Signal",
    "Step",
    "Summary",
    "Verdict",
    "effect",
    "effect_chart",
    "effect_heading",
    "figure",
    "kaplan_meier",
    "p_chart",
    "period_name",
    "quantile",
    "quantile_of",
    "since_names",
    "summarise",
    "survival_median",
    "u_chart",
    "verdict",
    "with_unit",
    "xmr",
    "xmr_chart",
]
