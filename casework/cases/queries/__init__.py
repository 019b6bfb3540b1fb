"""Reading cases: the one door, and what is asked about cases from many places."""

from casework.cases.queries.visible import (
    customers_found,
    customers_seen_by,
    earlier_cases,
    get_case_for,
    handled_earlier,
    may_see,
    people_in,
    people_of,
    staff_who_handle,
    staff_who_may_handle,
    stage_handled_by,
    visible_cases,
)

__all__ = [
    "customers_found",
    "customers_seen_by",
    "earlier_cases",
    "get_case_for",
    "handled_earlier",
    "may_see",
    "people_in",
    "people_of",
    "staff_who_handle",
    "staff_who_may_handle",
    "stage_handled_by",
    "visible_cases",
]
