"""The words that charts carry. A page in another language passes its own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Every word drawn or spoken by a chart that does not come with its figures."""

    mean: str = "Mean"
    mean_before: str = "Mean before"
    limits: str = "limits"
    upper_limit: str = "Upper limit"
    lower_limit: str = "Lower limit"
    to: str = "to"
    better: str = "Better than chance would give"
    worse: str = "Worse than chance would give"
    changed: str = "More than chance would give"
    cases: str = "cases"
    open_cases: str = "Open the cases"
    in_table: str = "The same figures are in the table below."
    no_figures: str = "No figures yet. The chart begins with the first period that has a case to count."
    key: str = "Key"
    key_noise: str = "within what chance gives"
    key_unjudged: str = "one period, too few to judge"
    key_better: str = "better, a signal"
    key_worse: str = "worse, a signal"
    key_changed: str = "a signal, neither better nor worse"
    count: str = "n"
    so_far: str = "so far"
    no_rows: str = "Nothing to compare yet. The bars begin with the first issue that has a cause."
    nobody: str = "Nobody to tell yet. The bar begins when a case is linked to this action."
    nothing_open: str = "No open cases."
    told: str = "told"
    to_tell: str = "to tell"
    cannot: str = "cannot be told"


ENGLISH = Words()
