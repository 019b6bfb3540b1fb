"""What a finder hands back, and when a dismissed finding may return."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Names = Mapping[str, Mapping[int, str]]
"""Labels for ids, by what the id is of: `{"service": {3: "Food safety"}, "team": {…}}`."""

UNKNOWN_SEVERITY = 1.0


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the arithmetic: what is worked out, how, and what comes of it."""

    label: str
    how: str
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One improvement opportunity as found.

    `key` is its identity within the finder: the same key another day is the same finding, with newer figures.
    `subject` holds the ids it is about. `evidence_case_ids` opens exactly the cases behind the figures.
    `customers_per_month` is how many would be helped, to one decimal; `rank` is that times `mean_severity`.
    `strength` orders findings of one finder by how far they are from chance; it has no unit.
    `period` says in words which time the arithmetic covers.
    """

    finder: str
    key: str
    title: str
    subject: dict[str, int | None]
    arithmetic: list[Step]
    evidence_case_ids: list[int]
    customers_per_month: float
    mean_severity: float
    rank: float
    strength: float
    period: str = ""


def materially_more(old_evidence_n: int, new_evidence_n: int) -> bool:
    """Whether a dismissed finding has earned a second look: half as many cases again, and at least five."""
    return 2 * new_evidence_n >= 3 * old_evidence_n and new_evidence_n >= old_evidence_n + 5


def mean_severity(severities: Iterable[int | None]) -> float | None:
    """The mean of the severities that are known, to one decimal; None when none is."""
    known = [severity for severity in severities if severity is not None]
    return round(sum(known) / len(known), 1) if known else None


def count_customers(pairs: Iterable[tuple[int | None, int]]) -> int:
    """How many people stand behind (customer id, case id) pairs: an unknown customer counts once a case."""
    return len({("case", case) if customer is None else ("customer", customer) for customer, case in pairs})


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings, highest rank first; equal ranks by key, so that the order of the rows never shows."""
    return sorted(findings, key=lambda finding: (-finding.rank, finding.key))
