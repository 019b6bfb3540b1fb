"""Looking at a page as axe-core does, in light and dark and on a phone, and for what sticks out of a phone."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.visitor import DESK, PHONE
from tools.paths import NODE_MODULES

AXE = NODE_MODULES / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Rules that are not kept, each with its reason. There are none.
ALLOWED: dict[str, str] = {}
# In the dark only the colours are others, so only the rules about colours are asked again.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
LOOKS: tuple[tuple[str, Any, Any], ...] = (
    ("light", DESK, RULES),
    ("dark", DESK, COLOURS),
    ("light", PHONE, RULES),
)

RUN = """async (rules) => (await axe.run(document, {resultTypes: ["violations"], runOnly: rules})).violations.map(
  (one) => [one.id, one.help, one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160))])"""
UNFOLD = "document.querySelectorAll('main details:not(.menu)').forEach((one) => { one.open = true; })"
STICKS_OUT = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  const out = [...document.querySelectorAll("body *")].filter((el) => el.getBoundingClientRect().right > wide + 1);
  return [`${document.documentElement.scrollWidth} px`, ...out.slice(0, 3).map((el) => el.outerHTML.slice(0, 120))];
}"""


@cache
def axe() -> str:
    """The program of axe-core; the test fails where it is not installed."""
    if not Path(AXE).is_file():
        pytest.fail("axe-core is not installed, so pages cannot be checked. Run `make setup`, try again.")
    return AXE.read_text(encoding="utf-8")


def look_at(page: Page) -> list[str]:
    """What is wrong with the page as it is now, in sentences; everything on it that unfolds is unfolded."""
    page.evaluate(axe())
    page.evaluate(UNFOLD)
    found = []
    for scheme, size, rules in LOOKS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.set_viewport_size(size)
        where = f"{page.url} ({scheme}, {size['width']} px)"
        for rule, words, nodes in page.evaluate(RUN, rules):
            if rule not in ALLOWED:
                found.append(f"{where}: {rule}: {words}: {nodes}")
        if sticks_out := page.evaluate(STICKS_OUT):
            found.append(f"{where}: wider than the window: {sticks_out}")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size(DESK)
    return found
