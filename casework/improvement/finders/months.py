"""Issues by month: the rows that the finders of rates and causes read, and which months are complete."""

from datetime import date
from typing import NamedTuple


class IssueRow(NamedTuple):
    """One issue of a case received on `received_on`. A case with three issues gives three rows.

    `is_upheld` is None while there is no finding. `customer_id` is None for an anonymous case.
    """

    case_id: int
    category: int | None
    cause: int | None
    is_upheld: bool | None
    severity: int | None
    received_on: date
    customer_id: int | None


def first_of_month(on: date) -> date:
    """The month a date lies in, as its first day."""
    return on.replace(day=1)


def months_before(today: date, n: int) -> list[date]:
    """The first days of the `n` newest complete months, oldest first; today's month is not complete."""
    newest = today.year * 12 + today.month - 1
    return [date(index // 12, index % 12 + 1, 1) for index in range(newest - n, newest)]
