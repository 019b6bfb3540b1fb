"""In the timeline of a case, what happened in the cases that are handled together with it."""

from collections.abc import Iterable
from dataclasses import replace

from casework.cases.models import Case
from casework.cases.queries.links import shown_in
from casework.cases.timeline import Entry, Window, entries_in


def merged_entries(case: Case, window: Window) -> Iterable[Entry]:
    """The entries of the cases merged into this one, each saying in which it stands.

    They are read where they are: nothing is copied, so that nothing is lost when the merge is undone. Cases that
    were merged into those come with them.
    """
    for one in shown_in(case):
        for entry in entries_in(one, window):
            inner = entry.of_case or one.reference
            yield entry if entry.of_case else replace(entry, what=f"{entry.what} ({inner})", of_case=inner)
