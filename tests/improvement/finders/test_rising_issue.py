"""Rising issue: each rule fires on what it is for, and small or steady numbers are left alone."""

from collections.abc import Sequence
from datetime import date
from random import Random

import pytest

from casework.improvement.finders import Finding, IssueRow, find_rising_issue
from casework.improvement.finders.months import months_before

TODAY = date(2026, 7, 5)
NAMES = {"category": {1: "missed bins", 2: "all else"}}
STEADY = [30, 32, 28, 31, 29, 30, 33, 27, 30, 31, 29, 30]


def issues(counts: Sequence[int], *, category: int, first_id: int = 1) -> list[IssueRow]:
    """So many issues in each of the newest complete months."""
    rows: list[IssueRow] = []
    for month, n in zip(months_before(TODAY, len(counts)), counts, strict=True):
        for i in range(n):
            on = month.replace(day=1 + i % 28)
            rows.append(IssueRow(first_id + len(rows), category, None, None, 2, on, None))
    return rows


def find(counts: Sequence[int], **options: object) -> list[Finding]:
    """One category with these counts among so many others that each month has 300 issues."""
    others = issues([300 - n for n in counts], category=2, first_id=100_000)
    rows = issues(counts, category=1) + others
    return find_rising_issue(rows, today=TODAY, names=NAMES, window_months=len(counts), **options)  # type: ignore[arg-type]


def test_one_month_beyond_the_limit_is_reported_with_its_arithmetic() -> None:
    (finding,) = find([*STEADY, 60])
    assert finding.key == "category=1"
    assert finding.title == "Missed bins is rising: 20.0 % in June 2026, against 10.0 % before"
    assert finding.period == "13 months to June 2026"
    assert [(step.label, step.how, step.value) for step in finding.arithmetic] == [
        ("Usual rate", "12 months to May 2026", "360 of 3,600 issues = 10.0 %"),
        ("Newest rate", "June 2026", "60 of 300 issues = 20.0 %"),
        ("Upper limit", "10.0 % + 3 × √(rate × (1 − rate) ÷ 300), June 2026", "15.2 %"),
        ("Rule that fired", "20.0 % is above 15.2 %", "one month beyond the upper limit"),
        ("Customers helped", "60 issues, 30 expected; 60 customers × 50.0 %", "30 a month"),
        ("Rank", "30 a month × mean severity 2", "60"),
    ]
    assert len(finding.evidence_case_ids) == 60
    assert finding.strength == pytest.approx(0.1 / (0.09 / 300) ** 0.5, abs=1e-3)


def test_seven_months_rising_are_reported() -> None:
    (finding,) = find([*STEADY, 30, 32, 34, 36, 39, 42, 44])
    assert finding.arithmetic[3].value == "seven months rising"
    assert "in the 7 months to June 2026" in finding.title
    assert len(finding.evidence_case_ids) == 257


def test_seven_months_above_the_usual_rate_are_reported() -> None:
    (finding,) = find([*STEADY, 38, 37, 39, 38, 37, 39, 38])
    assert finding.arithmetic[3].value == "seven months above the usual rate"
    assert finding.customers_per_month == pytest.approx(8.0)


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        ([*STEADY, 33], "within the limit"),
        ([*STEADY, 60, 30], "the rise is over"),
        ([*STEADY, 32, 33, 32, 31, 32, 33, 32], "above, but by too little to matter"),
        ([1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 9], "fewer than ten issues"),
        ([30, 31, 29, 30, 30, 90], "too few months before it"),
        ([*STEADY, 5], "falling"),
    ],
)
def test_steady_small_or_past_rises_are_not_reported(counts: list[int], why: str) -> None:
    assert find(counts) == [], why


def test_the_present_month_is_not_complete_and_does_not_count() -> None:
    rows = issues(STEADY, category=1) + issues([270] * 12, category=2, first_id=100_000)
    today = [IssueRow(900_000 + i, 1, None, None, 4, TODAY, None) for i in range(500)]
    assert find_rising_issue(rows + today, today=TODAY, names=NAMES, window_months=12) == []


def test_a_rise_of_everything_is_seen_when_contacts_are_the_denominator() -> None:
    counts = [*STEADY, 60]
    rows = issues(counts, category=1) + issues([9 * n for n in counts], category=2, first_id=100_000)
    months = months_before(TODAY, 13)
    assert find_rising_issue(rows, today=TODAY, names=NAMES, window_months=13) == []
    found = find_rising_issue(
        rows, today=TODAY, names=NAMES, window_months=13, contacts=dict.fromkeys(months, 5000)
    )
    assert [finding.key for finding in found] == ["category=2", "category=1"]
    assert found[1].arithmetic[0].value == "360 of 60,000 contacts = 6.0 per 1,000 contacts"


def test_contacts_that_miss_a_month_are_not_used() -> None:
    months = months_before(TODAY, 13)
    contacts = dict.fromkeys(months[1:], 5000)
    (finding,) = find([*STEADY, 60], contacts=contacts)
    assert "issues" in finding.arithmetic[0].value


def test_months_before_the_first_record_are_not_counted_as_zero() -> None:
    counts = [0] * 11 + STEADY
    rows = issues(counts, category=1) + issues(
        [270 if n else 0 for n in counts], category=2, first_id=100_000
    )
    assert find_rising_issue(rows, today=TODAY, names=NAMES, window_months=23) == []


def test_the_order_of_rows_does_not_matter() -> None:
    rows = issues([*STEADY, 60], category=1) + issues([*STEADY, 90], category=2, first_id=100_000)
    rows += issues([*[300] * 12, 200], category=3, first_id=200_000)
    shuffled = list(rows)
    Random(1).shuffle(shuffled)
    found = find_rising_issue(rows, today=TODAY, names=NAMES, window_months=13)
    assert len(found) == 2
    assert find_rising_issue(shuffled, today=TODAY, names=NAMES, window_months=13) == found


def test_issues_without_a_category_are_no_finding() -> None:
    rows = [row._replace(category=None) for row in issues([*STEADY, 90], category=1)]
    rows += issues([270] * 13, category=2, first_id=100_000)
    assert find_rising_issue(rows, today=TODAY, names=NAMES, window_months=13) == []
