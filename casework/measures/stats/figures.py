"""Figures as people write them."""

import math


def figure(value: float) -> str:
    """A figure as written in a label or a table: as many decimals as its size deserves, thousands apart."""
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    if size < 1e-9:
        return "0"
    decimals = 1 if size >= 1 else 2
    if size < 0.01:
        decimals = 2 - math.floor(math.log10(size))
    written = f"{value:.{decimals}f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def with_unit(value: float, unit: str) -> str:
    """A figure and its unit: "19 days", "1 day", "14 %"."""
    written = figure(value)
    if written == "1" and unit.endswith("s"):
        unit = unit[:-1]
    return f"{written} {unit}".rstrip()
