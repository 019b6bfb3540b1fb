"""Which causes, or categories where causes are not recorded yet, most issues come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select

from casework.cases.models import Finding, Issue
from casework.catalogue.models import Category, Cause
from casework.core.db import db
from casework.measures.models import CaseFact
from casework.measures.queries.figures import Group, narrowed
from casework.measures.queries.sight import WHOLE, Sight

# With fewer upheld issues than this a share of them says nothing.
ENOUGH = 30
SHOWN = 8


@dataclass(frozen=True)
class Counted:
    """One cause or category, and how many issues or cases it has; `group_id` is None for the rest together."""

    label: str
    n: int
    group_id: int | None


@dataclass(frozen=True)
class Vital:
    """The bars of a Pareto chart, largest first, "other" last. The first `few` make 80 % of `total` or more."""

    of: Literal["cause", "category"]
    rows: list[Counted]
    total: int
    few: int
    kinds: int

    @property
    def share(self) -> float:
        """What the few make of the total, in per cent."""
        return 100 * sum(row.n for row in self.rows[: self.few]) / self.total if self.total else 0.0


def vital_few(months: tuple[str, str], narrow: Sequence[Group] = (), sight: Sight = WHOLE) -> Vital:
    """Upheld issues by cause, of cases received in these months; cases by category where there are too few."""
    where = [CaseFact.received_month.between(*months), *narrowed(narrow), *sight.where()]
    causes = db.session.execute(
        select(Cause.path, func.count(Issue.id), Cause.id)
        .join(Issue, Issue.cause_id == Cause.id)
        .join(CaseFact, CaseFact.case_id == Issue.case_id)
        .where(Issue.finding == Finding.UPHELD, *where)
        .group_by(Cause.id, Cause.path)
    )
    found = [Counted(*row) for row in causes]
    if sum(row.n for row in found) >= ENOUGH:
        return _few("cause", found)
    categories = db.session.execute(
        select(Category.path, func.count(), Category.id)
        .join(CaseFact, CaseFact.category_id == Category.id)
        .where(*where)
        .group_by(Category.id, Category.path)
    )
    return _few("category", [Counted(*row) for row in categories])


def _few(of: Literal["cause", "category"], found: list[Counted]) -> Vital:
    rows = sorted(found, key=lambda row: (-row.n, row.label))
    total = sum(row.n for row in rows)
    so_far = few = 0
    while so_far * 100 < total * 80:
        so_far, few = so_far + rows[few].n, few + 1
    shown, rest = rows[:SHOWN], rows[SHOWN:]
    if rest:
        shown.append(Counted(f"Other, {len(rest)}", sum(row.n for row in rest), None))
    return Vital(of=of, rows=shown, total=total, few=min(few, SHOWN), kinds=len(rows))
