"""Guards about the path of a case: a way through the same states under standards of its own."""

from collections.abc import Mapping
from typing import Any

from casework.workflow.definition import ORDINARY
from casework.workflow.guards.registry import Param, Rule
from casework.workflow.situation import Situation


def path_is(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """The case is on the path of this name; "ordinary" is that of a case that entered none."""
    wanted, present = params["path"], situation.path or ORDINARY
    if present == wanted:
        return None
    return (
        f"This can only be done on the {in_words(wanted)} path; the case is on the {in_words(present)} one."
    )


def early_path_open(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """A clock of an early resolution still runs and is not past (FCA DISP 1.5: the third business day)."""
    if situation.early_open:
        return None
    return "The time in which it could be resolved early is over. Look into it and send a full answer."


def in_words(path: str) -> str:
    """The name of a path inside a sentence."""
    return path.replace("_", " ")


RULES = (
    Rule("path_is", path_is, "it is on the {path} path", (Param("path", str, required=True),)),
    Rule("early_path_open", early_path_open, "the time for resolving it early is not over"),
)
