"""Vital few: the fewest causes that make four fifths, and only when they are few."""

from collections.abc import Mapping
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.improvement.finders import Finding, IssueRow, find_vital_few

TODAY = date(2026, 7, 5)
NAMES = {
    "cause": {1: "Van reassigned, no new date", 2: "Owner not there", 3: "Inspector ill"},
    "category": {1: "Missed bins"},
}


def issues(counts: Mapping[int | None, int], *, upheld: bool | None = True) -> list[IssueRow]:
    """So many upheld issues of each cause, all of category 1, a case and a customer each."""
    causes = [cause for cause, n in counts.items() for _ in range(n)]
    on = date(2026, 3, 1)
    return [IssueRow(1 + i, 1, cause, upheld, 1 + i % 4, on, 500 + i) for i, cause in enumerate(causes)]


def find(rows: list[IssueRow]) -> list[Finding]:
    return find_vital_few(rows, today=TODAY, names=NAMES)


def test_the_few_causes_are_found_with_the_table() -> None:
    (finding,) = find(issues({1: 50, 2: 32, 3: 10, 4: 5, 5: 3}))
    assert finding.key == "by=cause"
    assert finding.title == (
        "Two of five causes make 82.0 % of what is upheld: Van reassigned, no new date; Owner not there"
    )
    assert finding.subject == {"cause_1": 1, "cause_2": 2}
    assert [(step.label, step.how, step.value) for step in finding.arithmetic] == [
        ("Upheld issues", "with a cause", "100"),
        ("Van reassigned, no new date", "so far 50.0 %", "50 of 100 = 50.0 %"),
        ("Owner not there", "so far 82.0 %", "32 of 100 = 32.0 %"),
        ("All the rest", "3 causes, so far 100 %", "18 of 100 = 18.0 %"),
        ("Customers helped", "82 customers in 12 months, if these were gone", "6.8 a month"),
        ("Rank", "6.8 a month × mean severity 2.5", "17"),
    ]
    assert finding.evidence_case_ids == list(range(1, 83))


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        ({1: 20, 2: 5, 3: 4}, "fewer than thirty issues"),
        ({1: 20, 2: 20, 3: 20, 4: 20}, "spread evenly"),
        ({1: 100}, "one kind only"),
        ({1: 40, 2: 39, 3: 21}, "two of three are not few"),
    ],
)
def test_no_opportunity_where_the_many_share_the_blame(counts: dict[int | None, int], why: str) -> None:
    assert find(issues(counts)) == [], why


def test_only_upheld_issues_count() -> None:
    counts: dict[int | None, int] = {1: 50, 2: 10, 3: 5}
    assert find(issues(counts, upheld=False)) == []
    assert find(issues(counts, upheld=None)) == []


def test_exactly_four_fifths_is_enough() -> None:
    (finding,) = find(issues({1: 80, 2: 10, 3: 10}))
    assert finding.subject == {"cause_1": 1}
    assert finding.title.startswith("One of three causes makes 80.0 %")


def test_issues_without_a_cause_are_left_out_and_counted() -> None:
    (finding,) = find(issues({1: 80, 2: 10, 3: 10, None: 20}))
    assert finding.arithmetic[0].how == "with a cause; 20 without one left out"
    assert finding.arithmetic[0].value == "100"


def test_categories_take_the_place_of_missing_causes() -> None:
    rows = [row._replace(category=1 + (row.case_id > 90)) for row in issues({None: 100})]
    (finding,) = find(rows)
    assert finding.key == "by=category"
    assert finding.subject == {"category_1": 1}
    assert finding.arithmetic[-3].how == "1 category, so far 100 %"


def test_a_long_list_names_the_first_only() -> None:
    counts: dict[int | None, int] = dict.fromkeys(range(1, 5), 20)
    counts |= dict.fromkeys(range(5, 13), 2)
    (finding,) = find(issues(counts))
    assert finding.title.endswith("make 83.3 % of what is upheld, first of all Van reassigned, no new date")


@given(st.dictionaries(st.integers(1, 12), st.integers(1, 40), max_size=12), st.integers())
def test_the_few_make_four_fifths_and_one_fewer_would_not(counts: dict[int | None, int], seed: int) -> None:
    rows = issues(counts)
    shuffled = list(rows)
    Random(seed).shuffle(shuffled)
    found = find(shuffled)
    assert found == find(rows)
    if not found:
        return
    kinds = [kind for kind in found[0].subject.values() if kind is not None]
    sizes = [counts[kind] for kind in kinds]
    assert 5 * sum(sizes) >= 4 * len(rows) > 5 * sum(sizes[:-1])
    assert min(sizes) >= max((n for kind, n in counts.items() if kind not in kinds), default=0)
    assert 2 * len(kinds) <= len(counts)
