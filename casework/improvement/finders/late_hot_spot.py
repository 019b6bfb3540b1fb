"""Late hot spot: a service, category and team that answer late far more often than all the rest.

Each group with enough cases is compared with all cases outside it (Fisher's exact test, one-sided); the false
discovery rate over all groups compared is held; and the difference must be large enough to matter.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf, log10
from typing import NamedTuple

from casework.improvement.finders.chance import adjusted_for_false_discovery, hypergeometric_tail
from casework.improvement.finders.findings import (
    UNKNOWN_SEVERITY,
    Finding,
    Names,
    Step,
    count_customers,
    in_order,
    mean_severity,
)
from casework.improvement.finders.words import (
    chance,
    count,
    day,
    in_months,
    name_of,
    number,
    part_of,
    percent,
    points,
    rank_step,
    sentence,
    times_as_often,
)

NAME = "late_hot_spot"


class LateRow(NamedTuple):
    """One case of the window. `is_late` is None while nobody can say, or where no standard applies."""

    case_id: int
    service: int | None
    category: int | None
    team: int | None
    severity: int | None
    is_late: bool | None
    customer_id: int | None


GroupKey = tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class _Group:
    key: GroupKey
    rows: Sequence[LateRow]
    late: int
    rest_n: int
    rest_late: int

    @property
    def share(self) -> float:
        return self.late / len(self.rows)

    @property
    def rest_share(self) -> float:
        return self.rest_late / self.rest_n

    @property
    def excess(self) -> float:
        """The difference of the shares as they are shown, so that a reader who subtracts gets the same."""
        return round(self.share, 3) - round(self.rest_share, 3)

    @property
    def times(self) -> float:
        return self.share / self.rest_share if self.rest_late else inf

    @property
    def p(self) -> float:
        n = len(self.rows)
        return hypergeometric_tail(
            self.late, group=n, marked=self.late + self.rest_late, total=n + self.rest_n
        )


def find_late_hot_spot(
    rows: Iterable[LateRow],
    *,
    today: date,
    names: Names,
    window_months: int = 6,
    minimum_n: int = 20,
    false_discovery_rate: float = 0.05,
    minimum_points: float = 10.0,
    minimum_times: float = 1.5,
) -> list[Finding]:
    """Groups of service × category × team that are late far more than the rest, highest rank first.

    `rows` are the cases of the `window_months` months up to `today`, each once; those whose lateness is not
    known are left out. A group is reported when it has `minimum_n` cases, its adjusted p is at most
    `false_discovery_rate`, and its share late lies at least `minimum_points` percentage points above the rest
    and is `minimum_times` the rest's.
    """
    groups = _groups(rows, minimum_n=minimum_n)
    adjusted = adjusted_for_false_discovery([group.p for group in groups])
    return in_order(
        _finding(
            group,
            luck=_luck(q, compared=len(groups), held_at=false_discovery_rate),
            strength=round(-log10(max(q, 1e-300)), 3),
            today=today,
            window_months=window_months,
            names=names,
        )
        for group, q in zip(groups, adjusted, strict=True)
        if q <= false_discovery_rate
        and 100 * (group.share - group.rest_share) >= minimum_points
        and group.times >= minimum_times
    )


def _groups(rows: Iterable[LateRow], *, minimum_n: int) -> list[_Group]:
    """The groups to compare. A group that is everything has no rest and is not compared."""
    by_key: defaultdict[GroupKey, list[LateRow]] = defaultdict(list)
    for row in rows:
        if row.is_late is not None:
            by_key[row.service, row.category, row.team].append(row)
    late = {key: sum(row.is_late is True for row in members) for key, members in by_key.items()}
    total_n, total_late = sum(map(len, by_key.values())), sum(late.values())
    return [
        _Group(key, members, late[key], total_n - len(members), total_late - late[key])
        for key, members in by_key.items()
        if minimum_n <= len(members) < total_n
    ]


def _finding(
    group: _Group, *, luck: Step, strength: float, today: date, window_months: int, names: Names
) -> Finding:
    service, category, team = group.key
    customers = count_customers((row.customer_id, row.case_id) for row in group.rows)
    per_month = round(customers * group.excess / window_months, 1)
    severity = mean_severity(row.severity for row in group.rows)
    last_step, rank = rank_step(per_month, severity)
    evidence = sorted(group.rows, key=lambda row: (not row.is_late, row.case_id))
    return Finding(
        finder=NAME,
        key="|".join(
            f"{kind}={'none' if ident is None else ident}"
            for kind, ident in (("service", service), ("category", category), ("team", team))
        ),
        title=_title(group, names),
        subject={"service": service, "category": category, "team": team},
        arithmetic=[
            *_comparison(group, names),
            luck,
            _helped(group, customers=customers, per_month=per_month, window_months=window_months),
            last_step,
        ],
        evidence_case_ids=[row.case_id for row in evidence],
        customers_per_month=per_month,
        mean_severity=UNKNOWN_SEVERITY if severity is None else severity,
        rank=rank,
        strength=strength,
        period=f"{window_months} months to {day(today)}",
    )


def _title(group: _Group, names: Names) -> str:
    service, category, team = group.key
    where = sentence(name_of(names, "category", category) if category is not None else "what has no category")
    if service is not None:
        where += f" in {name_of(names, 'service', service)}"
    if team is not None:
        where += f", handled by {name_of(names, 'team', team)},"
    if not group.rest_late:
        return f"{where} is answered late in {percent(group.share)} of cases, and nothing else is"
    return f"{where} is answered late {times_as_often(group.times)} as the rest"


def _comparison(group: _Group, names: Names) -> list[Step]:
    who = ", ".join(
        name_of(names, kind, ident)
        for kind, ident in zip(("category", "service", "team"), _as_read(group.key), strict=True)
    )
    share, rest = points(group.share), points(group.rest_share)
    difference = f"{number(100 * group.excess)} points"
    how = f"{share} − {rest}"
    if group.rest_late:
        how += f"; {share} ÷ {rest}"
        difference += f", {number(group.times)} times"
    return [
        Step("Late in this group", who, part_of(group.late, len(group.rows))),
        Step("Late in all the rest", "everything else, same months", part_of(group.rest_late, group.rest_n)),
        Step("Difference", how, difference),
    ]


def _as_read(key: GroupKey) -> GroupKey:
    service, category, team = key
    return category, service, team


def _luck(q: float, *, compared: int, held_at: float) -> Step:
    groups = f"one of {count(compared)} {'group' if compared == 1 else 'groups'} compared"
    how = f"{groups}, false discovery rate held at {number(100 * held_at)} %"
    return Step("Could it be luck?", how, chance(q))


def _helped(group: _Group, *, customers: int, per_month: float, window_months: int) -> Step:
    whole = f"{count(customers)} customers × {percent(group.excess)} = {number(customers * group.excess)}"
    return Step("Customers helped", f"{whole} {in_months(window_months)}", f"{number(per_month)} a month")
