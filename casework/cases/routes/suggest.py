"""The category that the words typed speak for: a part of the page on which a case is logged."""

from flask import Blueprint, render_template, request

from casework.accounts.access import requires
from casework.accounts.roles import Permission
from casework.cases.suggestions.suggesting import suggest
from casework.cases.suggestions.words import MOST_CHARACTERS
from casework.core.errors import Invalid

ROWS = range(20)


@requires(Permission.WORK_CASES)
def suggest_category() -> str:
    """Up to three categories for one row of the form, each with how likely it is and why; nothing when unsure.

    Asked with `summary`, `narrative` and `row`, the row's number from 0. Choosing one sets the row's category;
    without script the choice comes with the form as `issues-<row>-suggested`.
    """
    row = request.args.get("row", "0")
    if not (row.isascii() and row.isdigit() and len(row) < 3 and int(row) in ROWS):
        raise Invalid("There is no such row on the form. Reload the page.")
    summary = request.args.get("summary", "") or request.args.get(f"issues-{row}-summary", "")
    narrative = request.args.get("narrative", "")
    suggested = suggest(summary[:MOST_CHARACTERS], narrative[:MOST_CHARACTERS])
    return render_template("cases/_suggest.html", suggested=suggested, row=int(row))


def add_to(blueprint: Blueprint) -> None:
    """Say which address this part has."""
    blueprint.add_url_rule("/new/suggest", "suggest_category", suggest_category)
