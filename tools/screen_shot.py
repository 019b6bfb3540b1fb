"""One picture: which page, as whom, and what is done on it before."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page


def nothing(_: Page) -> None:
    """The page as it opens."""


@dataclass(frozen=True)
class Shot:
    """A page as somebody sees it. What stands in angle brackets in an address is looked up (`found`)."""

    who: str
    address: str
    act: Callable[[Page], None] = nothing
    fills: bool = False
