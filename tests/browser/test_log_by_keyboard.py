"""A phone call is logged without a mouse, in less time than it takes to tell; and nothing typed is lost."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.places import Demo
from tests.browser.test_by_hand import Keyboard
from tools.demo_stack import DemoStack

pytestmark = pytest.mark.browser

STORY = "We ate at Harbor Grill on Saturday and four of us were ill by Sunday. Nobody came to inspect the kitchen."
POINT = "Kitchen not inspected after we reported illness"
# Pressing is counted apart from the letters that are dictated anyway.
MOST_KEYS = 40
MOST_SECONDS = 60


def test_a_phone_call_is_logged_by_keyboard_alone(
    stack: DemoStack, window: Callable[..., Page], capsys: pytest.CaptureFixture[str]
) -> None:
    number = Demo(stack).one("SELECT phone FROM customers WHERE phone != '' ORDER BY id")
    who = Demo(stack).one("SELECT name FROM customers WHERE phone = ? ORDER BY id", number)
    page = window("dana")
    page.goto("/today")
    hands, began = Keyboard(page), time.monotonic()
    hands.press("c")
    page.wait_for_url("**/cases/new")
    expect(page.get_by_role("combobox", name="Customer")).to_be_focused()
    hands.type(number[-8:])
    options = page.locator("#found [role=option]")
    expect(options.first).to_contain_text(who)
    if options.count() > 2:
        hands.press("ArrowDown")
    hands.press("Enter")
    expect(page.locator("#history")).to_contain_text(who)
    hands.type(STORY)
    hands.press("Tab")
    hands.type(POINT)
    hands.press("Tab")
    hands.type("not inspected")
    hands.tab_to("harm")
    hands.type("Somebody")
    hands.tab_to("service_id")
    hands.type("Rest")
    expect(page.locator('[name="severity"]:checked')).to_have_value("3")
    expect(page.locator("#promises")).to_contain_text("Answer")
    expect(page.locator("#alike")).to_contain_text(re.compile(r"shared word|same customer"))
    hands.press("Control+Enter")
    page.wait_for_url("**/cases/26-*")
    seconds = time.monotonic() - began
    with capsys.disabled():
        print(f"\nLogged by {hands.pressed} keys and {hands.typed} letters in {seconds:.1f} s.")  # noqa: T201
    main = page.get_by_role("main")
    for words in (POINT, who, "Food safety › Not inspected", "Restaurant inspections", "High", "Answer"):
        expect(main).to_contain_text(words)
    expect(page.locator("#flashes")).to_contain_text(
        re.compile(r"Saved as 26-\d+\. Due: acknowledge: \w+ \d+ \w+")
    )
    assert hands.pressed <= MOST_KEYS
    assert seconds < MOST_SECONDS


def test_it_is_resolved_on_the_call_by_keyboard_too(window: Callable[..., Page]) -> None:
    page = window("dana")
    page.goto("/cases/new")
    hands = Keyboard(page)
    hands.type("Ilse Marten-Novak")
    expect(page.get_by_role("option", name="Somebody new")).to_be_visible()
    hands.press("ArrowUp", "Enter")
    expect(page.locator("[name=name]")).to_have_value("Ilse Marten-Novak")
    expect(page.locator("[name=phone]")).to_be_focused()
    hands.type("555 0188")
    hands.tab_to("narrative")
    hands.type("The fee was taken twice.")
    hands.tab_to("service_id")
    hands.type("Birth")
    hands.press("Alt+r")
    expect(page.locator("[name=answer]")).to_be_focused()
    hands.type("I booked the refund while we spoke.")
    hands.press("Tab", "Space")
    hands.tab_to("cause")
    hands.type("not rebooked")
    hands.tab_to("remedy")
    hands.type("Refund")
    hands.tab_to("amount")
    hands.type("60")
    hands.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("may offer a refund of up to $50.00 on the spot")
    hands.tab_to("amount")
    hands.press("Control+a")
    hands.type("20")
    hands.press("Control+Enter")
    page.wait_for_url("**/cases/26-*")
    expect(page.get_by_role("main")).to_contain_text("I booked the refund while we spoke.")
    expect(page.locator("#flashes")).to_contain_text("and resolved")


def test_a_draft_survives_a_closed_window_and_an_emptied_browser(window: Callable[..., Page]) -> None:
    page = window("dana")
    page.goto("/cases/new")
    page.get_by_label("What happened").fill("A story that nobody saved.")
    for point in ("First", "Second", "Third"):
        if point == "Third":
            page.get_by_role("button", name="Add a point").click()
        page.get_by_label(f"Issue {('First', 'Second', 'Third').index(point) + 1}", exact=True).fill(point)
    expect(page.locator("[data-draft-status]")).to_contain_text("Draft kept")
    with page.expect_response("**/cases/drafts"):
        page.get_by_label("Where").fill("Harbor Road")
    page.reload()
    expect(page.get_by_label("Issue 3", exact=True)).to_have_value("Third")
    page.context.clear_cookies(name="nothing")
    page.evaluate("localStorage.clear()")
    page.goto("/cases/new")
    expect(page.get_by_label("What happened")).to_have_value("")
    page.get_by_role("link", name="Go on").first.click()
    expect(page.get_by_label("What happened")).to_have_value("A story that nobody saved.")
    expect(page.get_by_label("Issue 3", exact=True)).to_have_value("Third")
    page.get_by_role("button", name="Save and open").click()
    page.wait_for_url("**/cases/26-*")
    page.goto("/cases/new")
    expect(page.get_by_text("A story that nobody saved.")).to_have_count(0)
