"""What the groups of each dimension are called."""

from typing import Any

from sqlalchemy import select

from casework.accounts.models import Team
from casework.cases.models import Channel, Kind
from casework.catalogue.models import Category, Service
from casework.core.db import db
from casework.measures.cells import NO_GROUP

_TABLES: dict[str, tuple[Any, Any]] = {
    "service": (Service.id, Service.name),
    "category": (Category.id, Category.path),
    "team": (Team.id, Team.name),
}
_WORDS: dict[str, type[Channel] | type[Kind]] = {"channel": Channel, "kind": Kind}


def group_names(dimension: str) -> dict[str, str]:
    """The name of each group by its id as text, the group of cases that are in none included."""
    if not dimension:
        return {"": "All"}
    names = {NO_GROUP: f"No {dimension} given"}
    if dimension in _WORDS:
        return names | {word.value: word.label for word in _WORDS[dimension]}
    key, name = _TABLES[dimension]
    return names | {str(group_id): words for group_id, words in db.session.execute(select(key, name))}
