"""Rising issue: a category whose rate shows a signal upward in the newest complete month.

The rate is the category's share of all issues received in the month (a p chart), or its issues per 1,000
service contacts where contacts are recorded (a u chart). Mean and limit come from the earlier months.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import sqrt

from casework.improvement.finders.findings import (
    UNKNOWN_SEVERITY,
    Finding,
    Names,
    Step,
    count_customers,
    in_order,
    mean_severity,
)
from casework.improvement.finders.months import IssueRow, first_of_month, months_before
from casework.improvement.finders.words import count, month, name_of, number, percent, rank_step, sentence

NAME = "rising_issue"
RUN = 7
MINIMUM_EARLIER_MONTHS = 6

Contacts = Mapping[date, int]
"""Service contacts by the first day of the month."""


@dataclass(frozen=True, slots=True)
class _Rates:
    """One category's counts over the months, the denominators beside them, and how a rate is written."""

    months: Sequence[date]
    counts: Sequence[int]
    sizes: Sequence[int]
    per_contact: bool

    def rate(self, start: int, stop: int) -> float:
        return sum(self.counts[start:stop]) / sum(self.sizes[start:stop])

    def upper_limit(self, usual: float, size: int) -> float:
        # Counts per contact vary as Poisson counts do, shares as binomial ones.
        spread = usual if self.per_contact else usual * (1 - usual)
        return usual + 3 * sqrt(spread / size)

    def written(self, rate: float) -> str:
        return f"{1000 * rate:.1f} per 1,000 contacts" if self.per_contact else percent(rate)

    def worked(self, start: int, stop: int) -> str:
        whole = "contacts" if self.per_contact else "issues"
        part, size = sum(self.counts[start:stop]), sum(self.sizes[start:stop])
        return f"{count(part)} of {count(size)} {whole} = {self.written(part / size)}"

    def span(self, start: int, stop: int) -> str:
        newest = month(self.months[stop - 1])
        return newest if stop - start == 1 else f"{stop - start} months to {newest}"


@dataclass(frozen=True, slots=True)
class _Signal:
    """A rule that fired: the months from `start` on stand against the usual rate of those before."""

    rule: str
    start: int
    usual: float


def find_rising_issue(
    rows: Iterable[IssueRow],
    *,
    today: date,
    names: Names,
    window_months: int = 24,
    contacts: Contacts | None = None,
    minimum_count: int = 10,
    minimum_times: float = 1.2,
) -> list[Finding]:
    """Categories whose rate rose beyond chance in the newest complete month, highest rank first.

    `rows` are issues of the `window_months` complete months before `today`; others are left out. `contacts`
    are service contacts by first day of month; given for every month of the window, they replace all issues
    as the denominator. The rules: the newest month beyond the upper limit; the newest seven months each
    higher than the one before; the newest seven all above the usual rate. The usual rate is that of the
    months before those the rule looks at, of which there must be six. A category needs `minimum_count`
    issues in the newest month and as many in the earlier ones together, and a rate `minimum_times` the usual
    one, so that small numbers are not news. Issues without a category count in the denominator only.
    """
    months = months_before(today, window_months)
    by_category = _by_category(rows, months)
    totals = Counter(first_of_month(row.received_on) for found in by_category.values() for row in found)
    per_contact = contacts is not None and all(contacts.get(each, 0) > 0 for each in months)
    sizes_of: Mapping[date, int] = contacts if per_contact and contacts is not None else totals
    known = [each for each in months if sizes_of.get(each, 0) > 0]
    if not months or not known or known[-1] != months[-1]:
        return []
    findings = []
    for category, found in by_category.items():
        if category is None:
            continue
        counted = Counter(first_of_month(row.received_on) for row in found)
        rates = _Rates(known, [counted[m] for m in known], [sizes_of[m] for m in known], per_contact)
        signal = _signal(rates, minimum_count=minimum_count, minimum_times=minimum_times)
        if signal is not None:
            findings.append(_finding(category, found, rates, signal=signal, names=names))
    return in_order(findings)


def _by_category(rows: Iterable[IssueRow], months: Sequence[date]) -> dict[int | None, list[IssueRow]]:
    wanted = set(months)
    by_category: defaultdict[int | None, list[IssueRow]] = defaultdict(list)
    for row in rows:
        if first_of_month(row.received_on) in wanted:
            by_category[row.category].append(row)
    return by_category


def _signal(rates: _Rates, *, minimum_count: int, minimum_times: float) -> _Signal | None:
    """The first rule that fires and is large enough to matter."""
    n = len(rates.counts)
    if rates.counts[-1] < minimum_count:
        return None
    for rule, newest in (("beyond", 1), ("rising", RUN), ("above", RUN)):
        start = n - newest
        if start < MINIMUM_EARLIER_MONTHS or sum(rates.counts[:start]) < minimum_count:
            continue
        usual = rates.rate(0, start)
        large = rates.rate(start, n) >= minimum_times * usual
        if large and _fires(rule, rates, start=start, usual=usual):
            return _Signal(rule, start, usual)
    return None


def _fires(rule: str, rates: _Rates, *, start: int, usual: float) -> bool:
    run = [part / size for part, size in zip(rates.counts[start:], rates.sizes[start:], strict=True)]
    if rule == "beyond":
        return run[0] > rates.upper_limit(usual, rates.sizes[start])
    if rule == "rising":
        return all(later > earlier for earlier, later in pairwise(run))
    return all(rate > usual for rate in run)


def _finding(
    category: int, found: Sequence[IssueRow], rates: _Rates, *, signal: _Signal, names: Names
) -> Finding:
    n = len(rates.months)
    newest = set(rates.months[signal.start :])
    evidence = [row for row in found if first_of_month(row.received_on) in newest]
    severity = mean_severity(row.severity for row in evidence)
    helped, per_month = _helped(rates, signal, evidence)
    last_step, rank = rank_step(per_month, severity)
    rate, limit = rates.rate(signal.start, n), rates.upper_limit(signal.usual, rates.sizes[-1])
    label = name_of(names, "category", category)
    return Finding(
        finder=NAME,
        key=f"category={category}",
        title=f"{sentence(label)} is rising: {rates.written(rate)} in {_since(rates, signal)}, "
        f"against {rates.written(signal.usual)} before",
        subject={"category": category},
        arithmetic=[
            Step("Usual rate", rates.span(0, signal.start), rates.worked(0, signal.start)),
            Step("Newest rate", rates.span(signal.start, n), rates.worked(signal.start, n)),
            Step("Upper limit", _limit_how(rates, signal), rates.written(limit)),
            Step("Rule that fired", *_rule_in_words(rates, signal, limit=limit)),
            helped,
            last_step,
        ],
        evidence_case_ids=sorted({row.case_id for row in evidence}),
        customers_per_month=per_month,
        mean_severity=UNKNOWN_SEVERITY if severity is None else severity,
        rank=rank,
        strength=_strength(rates, signal),
        period=rates.span(0, n),
    )


def _since(rates: _Rates, signal: _Signal) -> str:
    span = rates.span(signal.start, len(rates.months))
    return span if signal.rule == "beyond" else f"the {span}"


def _strength(rates: _Rates, signal: _Signal) -> float:
    """How many standard errors the newest rate lies above the usual one."""
    n = len(rates.months)
    size = sum(rates.sizes[signal.start :])
    spread = (rates.upper_limit(signal.usual, size) - signal.usual) / 3
    return round((rates.rate(signal.start, n) - signal.usual) / spread, 3) if spread else 0.0


def _limit_how(rates: _Rates, signal: _Signal) -> str:
    size, usual = count(rates.sizes[-1]), rates.written(signal.usual)
    inside = "rate" if rates.per_contact else "rate × (1 − rate)"
    return f"{usual} + 3 × √({inside} ÷ {size}), {month(rates.months[-1])}"


def _rule_in_words(rates: _Rates, signal: _Signal, *, limit: float) -> tuple[str, str]:
    newest = rates.rate(len(rates.months) - 1, len(rates.months))
    if signal.rule == "beyond":
        return f"{rates.written(newest)} is above {rates.written(limit)}", "one month beyond the upper limit"
    first = rates.rate(signal.start, signal.start + 1)
    if signal.rule == "rising":
        return f"from {rates.written(first)} to {rates.written(newest)}", "seven months rising"
    return f"each above {rates.written(signal.usual)}", "seven months above the usual rate"


def _helped(rates: _Rates, signal: _Signal, evidence: Sequence[IssueRow]) -> tuple[Step, float]:
    """Customers a month beyond what the usual rate would have brought."""
    months = len(rates.months) - signal.start
    expected = signal.usual * sum(rates.sizes[signal.start :])
    customers = count_customers((row.customer_id, row.case_id) for row in evidence)
    above = 1 - expected / len(evidence)
    per_month = round(customers * above / months, 1)
    counted = f"{count(len(evidence))} issues, {number(expected)} expected"
    how = f"{counted}; {count(customers)} customers × {percent(above)}"
    if months > 1:
        how += f" ÷ {months} months"
    return Step("Customers helped", how, f"{number(per_month)} a month"), per_month
