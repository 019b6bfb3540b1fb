"""How figures are written in findings: the words and signs of the arithmetic table."""

from datetime import date

from casework.improvement.finders.findings import UNKNOWN_SEVERITY, Names, Step

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def count(n: int) -> str:
    """A whole number with thousands marked: 1,004."""
    return f"{n:,}"


def spelled(n: int) -> str:
    """A whole number as it stands in a sentence: in words up to ten."""
    return _SMALL[n] if 0 <= n < len(_SMALL) else count(n)


def number(value: float) -> str:
    """A number to one decimal, without a useless ".0"."""
    text = f"{value:,.1f}"
    return text.removesuffix(".0")


def points(share: float) -> str:
    """A share (0 to 1) as percent without its sign: 42.7."""
    return f"{100 * share:.1f}"


def percent(share: float) -> str:
    """A share (0 to 1) with its sign: 42.7 %."""
    return f"{points(share)} %"


def part_of(part: int, whole: int) -> str:
    """A part of a whole and its share: 41 of 96 = 42.7 %."""
    return f"{count(part)} of {count(whole)} = {percent(part / whole)}"


def chance(p: float) -> str:
    """A probability as a person says it: less than 1 in 1,000."""
    if p < 0.001:
        return "less than 1 in 1,000"
    if p < 0.01:
        return "less than 1 in 100"
    return f"about 1 in {count(round(1 / p))}"


def times_as_often(ratio: float) -> str:
    """How often beside the rest; from twice on rounded down, so that it does not claim too much."""
    if ratio < 2:
        return f"{number(ratio)} times as often"
    whole = min(int(ratio), 10)
    return "more than twice as often" if whole == 2 else f"more than {_SMALL[whole]} times as often"


def name_of(names: Names, kind: str, ident: int | None) -> str:
    """The label of an id; a plain stand-in when there is none."""
    if ident is None:
        return f"no {kind}"
    return names.get(kind, {}).get(ident, f"{kind} {ident}")


def sentence(text: str) -> str:
    """The text with a capital letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def month(first: date) -> str:
    """A month: June 2026."""
    return f"{_MONTHS[first.month - 1]} {first.year}"


def day(on: date) -> str:
    """A date: 5 July 2026."""
    return f"{on.day} {month(on)}"


def in_months(months: int) -> str:
    """A span: "in one month" or "in 6 months"."""
    return "in 1 month" if months == 1 else f"in {months} months"


def rank_step(customers_per_month: float, severity: float | None) -> tuple[Step, float]:
    """The last line of every arithmetic, and the rank itself: customers a month × mean severity."""
    weight = UNKNOWN_SEVERITY if severity is None else severity
    rank = round(customers_per_month * weight, 2)
    said = "severity 1, as none is recorded" if severity is None else f"mean severity {number(weight)}"
    return Step("Rank", f"{number(customers_per_month)} a month × {said}", number(rank)), rank
