"""Staff work without a mouse, without JavaScript, and on paper."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

pytestmark = pytest.mark.browser

STORY = "Nobody came to inspect the kitchen on Thursday, and nobody called to say so."
# A call is logged in less than a minute by somebody who types as fast as people do; pressing is what is counted.
MOST_KEYS = 60


@dataclass
class Keyboard:
    """Hands on a keyboard: what is pressed and what is typed is counted apart."""

    page: Page
    pressed: int = 0
    typed: int = 0

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)
        self.pressed += len(keys)

    def type(self, words: str) -> None:
        """Type words where the focus is."""
        self.page.keyboard.type(words)
        self.typed += len(words)

    def tab_to(self, name: str) -> None:
        """Go on with Tab until a field of this name has the focus."""
        for _ in range(MOST_KEYS):
            if self.page.evaluate("document.activeElement.name") == name:
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not lead to {name!r}")


def test_a_list_is_worked_through_by_keyboard_alone(window: Callable[..., Page]) -> None:
    page = window("dana")
    page.goto("/cases/?view=open")
    hands = Keyboard(page)
    hands.press("j", "j", "x")
    expect(page.get_by_text("1 selected")).to_be_visible()
    second = page.get_by_role("row").nth(2)
    expect(second.get_by_role("checkbox")).to_be_checked()
    title = second.locator("[data-open]").inner_text()
    hands.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    hands.press("/")
    expect(page.get_by_role("searchbox").first).to_be_focused()
    hands.type("kitchen")
    hands.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cases found")


def test_without_javascript_a_case_is_logged_opened_and_moved(window: Callable[..., Page]) -> None:
    page = window("dana", java_script_enabled=False)
    page.goto("/today")
    page.get_by_role("link", name="Log a case").first.click()
    page.locator("[name=name]").fill("Ilse Marten")
    page.get_by_label("E-mail address").fill("ilse@customer.example")
    page.get_by_label("What happened").fill(STORY)
    page.get_by_role("button", name="Save and open").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nobody came to inspect")
    page.get_by_role("link", name="Acknowledge").click()
    page.get_by_label("Words to the customer").fill("We look into it.")
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.locator('[aria-current="step"]')).to_contain_text("Acknowledged")
    expect(page.get_by_role("main")).to_contain_text("We look into it.")
    page.get_by_role("link", name="Cases").first.click()
    page.get_by_role("link", name="Nobody yet").click()
    expect(page.get_by_role("row").filter(has_text="Ilse Marten").first).to_be_visible()


def test_letters_are_printed_on_a_sheet_each(window: Callable[..., Page], tmp_path: Path) -> None:
    page = window("dana")
    page.goto("/messages/letters")
    letters = page.locator(".letter").count()
    assert letters
    page.pdf(path=tmp_path / "letters.pdf", prefer_css_page_size=True)
    sheets = PdfReader(tmp_path / "letters.pdf").pages
    assert len(sheets) == letters
    for sheet in sheets:
        words = sheet.extract_text()
        assert "Our reference: " in words
        assert "Search cases" not in words
        assert sheet.mediabox.height > sheet.mediabox.width
