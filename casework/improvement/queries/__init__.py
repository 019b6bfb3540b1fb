"""Reading opportunities, their evidence, their actions, who was told, and what became of the measure."""

from casework.improvement.queries.effect import EffectView, effect_of
from casework.improvement.queries.evidence import (
    CauseCount,
    Evidence,
    causes_in,
    evidence_of,
    evidence_page,
    hidden_evidence,
)
from casework.improvement.queries.opportunities import (
    NOT_FOUND,
    TABS,
    get_action,
    get_opportunity,
    history_since_found,
    opportunities_in,
    people_who_may_own,
    place_among,
    standing,
    tab_counts,
)
from casework.improvement.queries.public import PublicChange, public_changes, public_services
from casework.improvement.queries.tellings import (
    Person,
    actions_to_tell,
    coverage,
    coverages,
    people_to_tell,
    to_tell_ids,
    ways_to_tell,
)

__all__ = [
    "NOT_FOUND",
    "TABS",
    "CauseCount",
    "EffectView",
    "Evidence",
    "Person",
    "PublicChange",
    "actions_to_tell",
    "causes_in",
    "coverage",
    "coverages",
    "effect_of",
    "evidence_of",
    "evidence_page",
    "get_action",
    "get_opportunity",
    "hidden_evidence",
    "history_since_found",
    "opportunities_in",
    "people_to_tell",
    "people_who_may_own",
    "place_among",
    "public_changes",
    "public_services",
    "standing",
    "tab_counts",
    "to_tell_ids",
    "ways_to_tell",
]
