"""What somebody reads of the figures: all of them, less the cases that they may not know of.

Figures are kept as totals of all cases. Taking a few cases out of them needs no counting anew: what is known of each
of those cases says in which figures it is and with how many days, and a figure gives back what was put into it. So
the work grows with the cases that are hidden from this one person, not with those that there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, select, tuple_

from casework.accounts.models import User
from casework.cases.queries.hidden import hidden_from
from casework.core.db import db
from casework.measures.cells import Cell, CellKey, Counted, Drift, Place, groups, places
from casework.measures.models import CaseFact, MeasureValue

_KEYS_AT_ONCE = 150
KEY = tuple(getattr(MeasureValue, name) for name in CellKey._fields)


@dataclass(frozen=True)
class Sight:
    """Who reads. `user` is None where nothing is hidden from them, and for the command line, which reads all.

    `in_step` is false while figures are made anew: facts run ahead of the totals then, and taking the one out of
    the other would be wrong.
    """

    user: User | None = None
    in_step: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether every case counts."""
        return self.user is None

    def where(self) -> list[ColumnElement[bool]]:
        """The condition under which a fact counts for this person."""
        return [] if self.user is None else [CaseFact.case_id.not_in(hidden_from(self.user))]

    @cached_property
    def facts(self) -> list[Counted]:
        """What is known of the cases that do not count for this person."""
        if self.user is None:
            return []
        columns = (getattr(CaseFact, name) for name in Counted._fields)
        wanted = select(*columns).where(CaseFact.case_id.in_(hidden_from(self.user)))
        return [Counted(*row) for row in db.session.execute(wanted)]

    def left_of(
        self, measures: Iterable[str], dimension: str, *, group_id: str | None, period_kind: str
    ) -> dict[CellKey, Cell]:
        """Those kept figures in which hidden cases are, without them; one with nothing left has n = 0.

        `group_id` None means every group of the dimension. Raises Drift when the figures are not in step with what
        is known of the cases; then they have to be counted.
        """
        if not self.in_step:
            raise Drift("The figures are being made anew.")
        chosen = set(measures)
        taken: dict[CellKey, list[Place]] = defaultdict(list)
        for fact in self.facts:
            own = [one for one in places(fact) if one.measure in chosen and one.period_kind == period_kind]
            for name, group in groups(fact):
                if name == dimension and group_id in (None, group):
                    for place in own:
                        taken[CellKey(place.measure, name, group, *place[1:4])].append(place)
        cells = stored_cells(sorted(taken))
        for key, gone in taken.items():
            if key not in cells:
                raise Drift("A figure that a case was counted in is not there.")
            for place in gone:
                cells[key].remove(place.days, place.within)
        return cells


WHOLE = Sight()


def stored_cells(keys: Sequence[CellKey]) -> dict[CellKey, Cell]:
    """The figures that are there, by key."""
    columns = (MeasureValue.n, MeasureValue.within_n, MeasureValue.with_standard_n, MeasureValue.figures)
    found: dict[CellKey, Cell] = {}
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        some = keys[start : start + _KEYS_AT_ONCE]
        wanted: Any = select(*KEY, *columns).where(tuple_(*KEY).in_(some))
        for *key, n, within_n, with_standard_n, figures in db.session.execute(wanted):
            found[CellKey(*key)] = Cell(
                n=n, within_n=within_n, with_standard_n=with_standard_n, figures=figures
            )
    return found
