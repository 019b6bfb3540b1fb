"""PURE drawing of figures as SVG on the server: no script, no inline style, the same on screen, paper and
in mail.

Each function takes figures that are already judged and returns `Markup`; it decides nothing but where
things go. Colour and type come from the page's style sheet by class. What a drawing says is also in a table
beside it, which is the template's. Where a page shows several charts, each gets its own `ident`, from which
its ids are made.
"""

from casework.measures.charts.bands import AgeBand, age_bands, age_key, coverage_bar, coverage_key
from casework.measures.charts.before_after import before_after
from casework.measures.charts.control import Note, Series, control_chart
from casework.measures.charts.key import control_key
from casework.measures.charts.pareto import ParetoRow, pareto
from casework.measures.charts.spark import sparkline
from casework.measures.charts.words import ENGLISH, Words

__all__ = [
    "ENGLISH",
    "AgeBand",
    "Note",
    "ParetoRow",
    "Series",
    "Words",
    "age_bands",
    "age_key",
    "before_after",
    "control_chart",
    "control_key",
    "coverage_bar",
    "coverage_key",
    "pareto",
    "sparkline",
]
