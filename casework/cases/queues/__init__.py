"""Queues: the lists in which staff work, each one index range, paged by the last row seen."""

from casework.cases.queues.columns import COLUMNS, USUAL, columns_from
from casework.cases.queues.filters import NOBODY, Filters, filters_from, narrowed, parts_of
from casework.cases.queues.pages import PAGE, Page, ordered, queue, with_cases
from casework.cases.queues.sorts import SORTS, Sort, sort_from
from casework.cases.queues.views import VIEWS, View

__all__ = [
    "COLUMNS",
    "NOBODY",
    "PAGE",
    "SORTS",
    "USUAL",
    "VIEWS",
    "Filters",
    "Page",
    "Sort",
    "View",
    "columns_from",
    "filters_from",
    "narrowed",
    "ordered",
    "parts_of",
    "queue",
    "sort_from",
    "with_cases",
]
