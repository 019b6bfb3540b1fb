"""The columns that a list may have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
        Column("reference", "Reference"),
        Column("title", "What"),
        Column("customer", "Customer"),
        Column("category", "Category"),
        Column("service", "Service"),
        Column("severity", "Severity", "severity"),
        Column("team", "Team"),
        Column("handler", "Handler"),
        Column("received", "Received", "received"),
        Column("due", "Due", "due"),
        Column("acknowledge", "Acknowledge by", "acknowledge"),
        Column("respond", "Answer by", "respond"),
        Column("review", "Review by", "review"),
        Column("state", "State"),
        Column("tags", "Tags"),
        Column("channel", "Channel"),
        Column("updated", "Updated"),
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
