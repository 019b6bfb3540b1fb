"""Vital few: the fewest causes that make four fifths of what is upheld (J. M. Juran's reading of Pareto).

Where most upheld issues carry no cause, as in records brought from elsewhere, categories take their place.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate

from casework.improvement.finders.findings import (
    UNKNOWN_SEVERITY,
    Finding,
    Names,
    Step,
    count_customers,
    mean_severity,
)
from casework.improvement.finders.months import IssueRow
from casework.improvement.finders.words import (
    count,
    day,
    in_months,
    name_of,
    number,
    part_of,
    percent,
    rank_step,
    sentence,
    spelled,
)

NAME = "vital_few"
PLURAL = {"cause": "causes", "category": "categories"}
LONGEST_LIST = 3


@dataclass(frozen=True)
class _Counts:
    """The table: kinds with their upheld issues, largest first, of which the first `few` are vital."""

    by: str
    table: Sequence[tuple[int, int]]
    few: int
    kept: Sequence[IssueRow]
    left_out: int

    @property
    def n(self) -> int:
        return len(self.kept)

    @property
    def vital(self) -> Sequence[tuple[int, int]]:
        return self.table[: self.few]

    @cached_property
    def evidence(self) -> list[IssueRow]:
        kinds = {kind for kind, _ in self.vital}
        return [row for row in self.kept if _kind(row, self.by) in kinds]


def find_vital_few(
    rows: Iterable[IssueRow],
    *,
    today: date,
    names: Names,
    window_months: int = 12,
    minimum_n: int = 30,
    share_percent: int = 80,
) -> list[Finding]:
    """The few causes (or categories) that make `share_percent` of the upheld issues: one finding or none.

    `rows` are the issues of the `window_months` months up to `today`. Causes are used when at least half of
    the upheld issues have one; issues without are left out and counted in the arithmetic. It is an
    opportunity only when `minimum_n` issues remain and the few are at most half of the kinds that occur.
    """
    upheld = [row for row in rows if row.is_upheld]
    by = "cause" if 2 * sum(row.cause is not None for row in upheld) >= len(upheld) else "category"
    kept = [row for row in upheld if _kind(row, by) is not None]
    if len(kept) < max(minimum_n, 1):
        return []
    counted = Counter(kind for row in kept if (kind := _kind(row, by)) is not None)
    table = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    running = accumulate(n for _, n in table)
    few = 1 + sum(100 * so_far < share_percent * len(kept) for so_far in running)
    if 2 * few > len(table):
        return []
    counts = _Counts(by, table, few, kept, left_out=len(upheld) - len(kept))
    return [_finding(counts, today=today, window_months=window_months, names=names)]


def _kind(row: IssueRow, by: str) -> int | None:
    return row.cause if by == "cause" else row.category


def _finding(counts: _Counts, *, today: date, window_months: int, names: Names) -> Finding:
    customers = count_customers((row.customer_id, row.case_id) for row in counts.evidence)
    per_month = round(customers / window_months, 1)
    severity = mean_severity(row.severity for row in counts.evidence)
    last_step, rank = rank_step(per_month, severity)
    return Finding(
        finder=NAME,
        key=f"by={counts.by}",
        title=_title(counts, names),
        subject={f"{counts.by}_{place}": kind for place, (kind, _) in enumerate(counts.vital, start=1)},
        arithmetic=[
            _counted(counts),
            *_table(counts, names),
            Step(
                "Customers helped",
                f"{count(customers)} customers {in_months(window_months)}, if these were gone",
                f"{number(per_month)} a month",
            ),
            last_step,
        ],
        evidence_case_ids=sorted({row.case_id for row in counts.evidence}),
        customers_per_month=per_month,
        mean_severity=UNKNOWN_SEVERITY if severity is None else severity,
        rank=rank,
        strength=round((len(counts.evidence) / counts.n) / (counts.few / len(counts.table)), 3),
        period=f"{window_months} months to {day(today)}",
    )


def _title(counts: _Counts, names: Names) -> str:
    share = percent(len(counts.evidence) / counts.n)
    verb = "makes" if counts.few == 1 else "make"
    kinds = f"{sentence(spelled(counts.few))} of {spelled(len(counts.table))} {PLURAL[counts.by]}"
    head = f"{kinds} {verb} {share} of what is upheld"
    listed = [name_of(names, counts.by, kind) for kind, _ in counts.vital]
    if counts.few > LONGEST_LIST:
        return f"{head}, first of all {listed[0]}"
    return f"{head}: {'; '.join(listed)}"


def _counted(counts: _Counts) -> Step:
    how = f"with a {counts.by}"
    if counts.left_out:
        how += f"; {count(counts.left_out)} without one left out"
    return Step("Upheld issues", how, count(counts.n))


def _table(counts: _Counts, names: Names) -> list[Step]:
    """One line for each of the few, with the running total, and one for all the rest."""
    steps = []
    so_far = 0
    for kind, upheld in counts.vital:
        so_far += upheld
        how = f"so far {percent(so_far / counts.n)}"
        steps.append(Step(name_of(names, counts.by, kind), how, part_of(upheld, counts.n)))
    others = len(counts.table) - counts.few
    what = PLURAL[counts.by] if others > 1 else counts.by
    rest = part_of(counts.n - so_far, counts.n)
    return [*steps, Step("All the rest", f"{count(others)} {what}, so far 100 %", rest)]
