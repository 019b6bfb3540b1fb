"""What can happen to measures: a case's fact goes stale, and figures are brought up to date."""

from casework.measures.services.refreshing import Refreshed, refresh
from casework.measures.services.staleness import (
    make_figures_anew,
    mark_all_stale,
    mark_many_stale,
    mark_stale,
)

__all__ = ["Refreshed", "make_figures_anew", "mark_all_stale", "mark_many_stale", "mark_stale", "refresh"]
