"""The columns that a list may have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from casework.core.errors import Invalid


@dataclass(frozen=True)
class Column:
    """A column: its name in addresses, its head, and the order that its head sorts by (empty for none)."""

    name: str
    label: str
    sort: str = ""


COLUMNS: Mapping[str, Column] = {
    column.name: column
    for column in (
        Column("reference", _l("Reference")),
        Column("title", _l("What")),
        Column("customer", _l("Customer")),
        Column("category", _l("Category")),
        Column("service", _l("Service")),
        Column("severity", _l("Severity"), "severity"),
        Column("team", _l("Team")),
        Column("handler", _l("Handler")),
        Column("received", _l("Received"), "received"),
        Column("due", _l("Due"), "due"),
        Column("acknowledge", _l("Acknowledge by"), "acknowledge"),
        Column("respond", _l("Answer by"), "respond"),
        Column("review", _l("Review by"), "review"),
        Column("state", _l("State")),
        Column("tags", _l("Tags")),
        Column("channel", _l("Channel")),
        Column("updated", _l("Updated")),
    )
}
USUAL = ("reference", "title", "customer", "category", "severity", "handler", "due", "state")
# Without these a row could not be opened.
ALWAYS = ("reference", "title")
# Columns that show a clock of their own; one statement for the page reads them.
CLOCKS = ("acknowledge", "respond", "review")


def columns_from(text: str) -> tuple[str, ...]:
    """The columns in a part of an address, such as "reference,title,due", in the order of the list.

    Raises Invalid for a column that there is not.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = next((name for name in names if name not in COLUMNS), None)
    if unknown is not None:
        raise Invalid(f"There is no column “{unknown[:40]}”. Choose the columns again.")
    return in_order(names)


def in_order(names: Sequence[str]) -> tuple[str, ...]:
    """These columns and those that are always there; names that mean none (any more) are left out."""
    return tuple(name for name in COLUMNS if name in names or name in ALWAYS)
