"""Late hot spot: planted ones are found with the right arithmetic, noise is not."""

from datetime import date
from random import Random

import pytest

from casework.improvement.finders import Finding, LateRow, Names, find_late_hot_spot

TODAY = date(2026, 7, 5)
NAMES: Names = {
    "service": {1: "Food safety", 2: "Housing health"},
    "category": {1: "visit cancelled", 2: "noise"},
    "team": {1: "Environmental health"},
}


def group(
    *, n: int, late: int, first_id: int, category: int, severity: int | None = 2, customer: int | None = None
) -> list[LateRow]:
    return [
        LateRow(first_id + i, 1, category, 1, severity, i < late, None if customer is None else customer + i)
        for i in range(n)
    ]


def planted() -> list[LateRow]:
    """41 of 96 late beside 118 of 1,004."""
    hot = group(n=96, late=41, first_id=1, category=1, customer=1)
    return hot + group(n=1004, late=118, first_id=1000, category=2, customer=1000)


def find(rows: list[LateRow]) -> list[Finding]:
    return find_late_hot_spot(rows, today=TODAY, names=NAMES)


def test_a_planted_hot_spot_is_found_with_its_arithmetic() -> None:
    (finding,) = find(planted())
    assert finding.finder == "late_hot_spot"
    assert finding.key == "service=1|category=1|team=1"
    assert finding.subject == {"service": 1, "category": 1, "team": 1}
    assert finding.title == (
        "Visit cancelled in Food safety, handled by Environmental health, "
        "is answered late more than three times as often as the rest"
    )
    assert finding.period == "6 months to 5 July 2026"
    assert [(step.label, step.how, step.value) for step in finding.arithmetic] == [
        ("Late in this group", "visit cancelled, Food safety, Environmental health", "41 of 96 = 42.7 %"),
        ("Late in all the rest", "everything else, same months", "118 of 1,004 = 11.8 %"),
        ("Difference", "42.7 − 11.8; 42.7 ÷ 11.8", "30.9 points, 3.6 times"),
        (
            "Could it be luck?",
            "one of 2 groups compared, false discovery rate held at 5 %",
            "less than 1 in 1,000",
        ),
        ("Customers helped", "96 customers × 30.9 % = 29.7 in 6 months", "4.9 a month"),
        ("Rank", "4.9 a month × mean severity 2", "9.8"),
    ]
    assert (finding.customers_per_month, finding.mean_severity, finding.rank) == (4.9, 2.0, 9.8)


def test_evidence_is_every_case_of_the_group_late_ones_first() -> None:
    (finding,) = find(planted()[::-1])
    assert finding.evidence_case_ids == list(range(1, 97))


def test_the_order_of_rows_does_not_matter() -> None:
    rows = planted() + group(n=60, late=30, first_id=5000, category=3)
    shuffled = list(rows)
    Random(4).shuffle(shuffled)
    assert find(shuffled) == find(rows)
    assert len(find(rows)) == 2


def test_a_customer_with_many_cases_is_helped_once() -> None:
    rows = [row._replace(customer_id=7) if row.category == 1 else row for row in planted()]
    (finding,) = find(rows)
    assert finding.customers_per_month == 0.1


def test_cases_whose_lateness_is_unknown_are_left_out() -> None:
    unknown = [row._replace(case_id=row.case_id + 9000, is_late=None) for row in planted()]
    assert find(planted() + unknown) == find(planted())


@pytest.mark.parametrize(
    ("n", "late", "why"),
    [
        (19, 19, "too few cases"),
        (400, 84, "only nine points above the rest"),
        (20, 5, "easily luck"),
    ],
)
def test_small_or_uncertain_differences_are_not_reported(n: int, late: int, why: str) -> None:
    rows = group(n=n, late=late, first_id=1, category=1) + group(n=1000, late=118, first_id=9000, category=2)
    assert find(rows) == [], why


def test_a_difference_must_also_be_large_as_a_ratio() -> None:
    rest = group(n=5000, late=3000, first_id=9000, category=2)
    assert find(group(n=500, late=400, first_id=1, category=1) + rest) == []


def test_a_rest_that_is_never_late_gives_no_ratio() -> None:
    rows = group(n=40, late=20, first_id=1, category=1, severity=None)
    (finding,) = find(rows + group(n=100, late=0, first_id=9000, category=2))
    assert finding.title.endswith("is answered late in 50.0 % of cases, and nothing else is")
    assert finding.arithmetic[2].value == "50 points"
    assert finding.arithmetic[-1].how == "3.3 a month × severity 1, as none is recorded"


def test_a_group_without_ids_is_named_in_words() -> None:
    rows = [row._replace(service=None, team=None) if row.category == 1 else row for row in planted()]
    (finding,) = find(rows)
    assert finding.key == "service=none|category=1|team=none"
    assert finding.title.startswith("Visit cancelled is answered late")


def test_when_everything_is_one_group_there_is_nothing_to_compare() -> None:
    assert find(group(n=100, late=60, first_id=1, category=1)) == []


def test_noise_is_reported_in_at_most_one_run_in_twenty() -> None:
    """With nothing to find, every discovery is false: holding the rate at 5 % means few runs with any."""
    random = Random(20260705)
    runs_with_discoveries = 0
    for _ in range(200):
        rows = [
            LateRow(25 * of + i, 1, of, 1, 2, random.random() < 0.2, None)
            for of in range(20)
            for i in range(25)
        ]
        found = find_late_hot_spot(rows, today=TODAY, names={}, minimum_points=0.0, minimum_times=1.0)
        runs_with_discoveries += bool(found)
    # 10 of 200 are expected at most; 18 lies beyond what chance gives one time in a hundred.
    assert runs_with_discoveries <= 18


def test_among_many_true_and_idle_groups_few_discoveries_are_false() -> None:
    random = Random(7)
    found = []
    for _ in range(30):
        rows = [
            LateRow(40 * of + i, 1, of, 1, 2, random.random() < (0.6 if of < 3 else 0.15), None)
            for of in range(30)
            for i in range(40)
        ]
        found += [finding.subject["category"] for finding in find(rows)]
    true = [category for category in found if category is not None and category < 3]
    assert len(true) >= 85
    assert len(found) - len(true) <= 0.1 * len(found)
