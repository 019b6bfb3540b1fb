"""Severity by harm and risk: two small questions and the level that they propose. Pure; a person may choose another."""

HARMS = {
    0: "Nobody harmed",
    1: "Trouble or cost",
    2: "Somebody is or may be harmed",
    3: "Serious or lasting harm",
}
RISKS = {0: "It is over", 1: "It may happen again", 2: "It goes on, or reaches others"}

# A row for each harm, a column for each risk.
PROPOSED = ((1, 1, 2), (2, 2, 3), (3, 3, 4), (3, 4, 4))


def proposed_severity(harm: int, risk: int) -> int:
    """The severity, 1 to 4, that a harm (0 to 3) and a risk (0 to 2) propose."""
    return PROPOSED[harm][risk]


def severity_words(harm: int, risk: int, chosen: int) -> str:
    """How the severity was reached, for the history; empty when nobody answered the two questions."""
    if not (harm or risk):
        return ""
    words = f"{HARMS[harm]}; {RISKS[risk].lower()}"
    proposed = proposed_severity(harm, risk)
    return words if chosen == proposed else f"{words} (proposed {proposed}, a person chose {chosen})"
