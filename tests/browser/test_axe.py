"""Everybody can use every page: axe-core finds nothing, nothing sticks out of a phone, no page complains."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.eyes import look_at
from tests.browser.places import NOT_PAGES, WALKED, Demo, Place, places_of
from tests.conftest import make_settings
from tools.demo_stack import DemoStack

pytestmark = pytest.mark.browser
REFUSED = (400, 422)
PEOPLE = ("", "dana", "dana with a case", "amara", "sol", "wen")
SEND_EMPTY = """(form) => {
  for (const field of form.elements) {
    if (["radio", "checkbox"].includes(field.type)) field.checked = false;
    else if (field.matches("input:not([type=hidden]), textarea")) field.value = "";
  }
  form.noValidate = true;
  form.requestSubmit(form.querySelector("button[type=submit]"));
}"""
STORY = "The water has been cloudy since Monday."


def test_every_page_is_looked_at(tmp_path: Path, stack: DemoStack) -> None:
    from app import create_app

    app = create_app(make_settings("sqlite://", tmp_path))
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    looked_at = {place.endpoint for who in PEOPLE for place in places_of(who, Demo(stack))}
    assert pages - NOT_PAGES - WALKED == looked_at - {""}


@pytest.mark.parametrize("who", PEOPLE)
def test_nobody_is_kept_out_of_a_page(who: str, stack: DemoStack, window: Callable[..., Page]) -> None:
    page = window(who.partition(" ")[0], reduced_motion="reduce")
    found = []
    for place in places_of(who, Demo(stack)):
        found += _look(page, place)
    assert not found, "\n".join(found)


def test_nobody_is_kept_out_of_the_questions(window: Callable[..., Page]) -> None:
    page = window(reduced_motion="reduce")
    page.goto("/tell-us/kind")
    found = []
    for question, answer in {
        "What do you want to do?": lambda: page.get_by_label("Complain").check(),
        "What happened?": lambda: page.get_by_label("In your own words").fill(STORY),
        "Which service is it about?": lambda: page.get_by_label("I am not sure").check(),
        "What would put it right?": None,
        "How should we tell you what we find?": lambda: page.get_by_label("Letter").check(),
    }.items():
        expect(page.get_by_role("heading", level=1, name=question)).to_be_visible()
        found += look_at(page)
        if answer is not None:
            found += _sent_empty(page)
            answer()
        if question.startswith("How"):
            page.get_by_label("Your postal address").fill("1 Shore Road, Lakeford")
        page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1, name="What is your name?")).to_be_visible()
    found += look_at(page)
    page.get_by_role("link", name="Save and come back later").click()
    page.wait_for_url("**/tell-us/saved")
    found += look_at(page)
    page.goto(page.get_by_role("main").get_by_text("/tell-us/back/").inner_text())
    found += look_at(page)
    page.get_by_role("main").get_by_role("button").click()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/tell-us/check")
    found += look_at(page)
    assert not found, "\n".join(found)


def test_nobody_is_kept_out_of_what_is_done_to_many_cases(window: Callable[..., Page]) -> None:
    page = window("dana", reduced_motion="reduce")
    page.goto("/cases/?view=open")
    for row in range(2):
        page.locator("tbody input[type=checkbox]").nth(row).check()
    page.locator("button[name=act][value=tag]").click()
    page.wait_for_url("**/cases/bulk/*")
    found = look_at(page) + _sent_empty(page)
    page.get_by_label("Tags").fill("looked at")
    page.get_by_role("button", name="Look at what would change").click()
    page.get_by_role("button", name="Do it to 2 cases").wait_for()
    found += look_at(page)
    page.get_by_role("button", name="Do it to 2 cases").click()
    page.get_by_role("button", name="Do it to 2 cases").wait_for(state="detached")
    found += look_at(page)
    assert not found, "\n".join(found)


def test_nobody_is_kept_out_of_the_making_of_a_case_file(
    stack: DemoStack, window: Callable[..., Page]
) -> None:
    page = window("dana", reduced_motion="reduce")
    page.goto(f"/cases/{Demo(stack).full_case()}/casefile")
    page.get_by_role("button", name="See what goes in").click()
    page.get_by_role("button", name="Show it ready to print").wait_for()
    found = look_at(page)
    page.get_by_role("button", name="Make the PDF").click()
    page.wait_for_url("**/casefile/*")
    found += look_at(page)
    assert not found, "\n".join(found)


def test_nobody_is_kept_out_of_the_editing_of_a_process(window: Callable[..., Page]) -> None:
    page = window("wen", reduced_motion="reduce")
    page.goto("/settings/processes")
    page.get_by_role("main").get_by_role("link", name="Enquiry, version 1").click()
    page.get_by_role("button", name="Edit a copy").click()
    page.wait_for_url("**/drafts/*")
    draft, found = page.url, look_at(page)
    for form in ("/state?at=0", "/move?at=0", "/state", "/move"):
        page.goto(draft + form)
        found += look_at(page) + _sent_empty(page)
    page.goto(draft)
    start = page.get_by_label("A new case begins in")
    usual = start.input_value()
    start.select_option("closed")
    expect(page.get_by_text("cannot be reached from the start").first).to_be_visible()
    start.select_option(usual)
    expect(page.get_by_text("Nothing to mend")).to_be_visible()
    page.get_by_label("Title").fill("Enquiry, plainer")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(draft + "/publish")
    expect(page.get_by_text("The title: “Enquiry” becomes “Enquiry, plainer”.")).to_be_visible()
    found += look_at(page) + _sent_empty(page)
    page.get_by_label("What changed, and why").fill("Plainer words.")
    page.get_by_role("button", name="Publish as version 2").click()
    page.wait_for_url("**/versions/*")
    found += look_at(page)
    page.get_by_role("link", name="Processes").click()
    page.get_by_role("link", name="Version 1 of Enquiry", exact=True).click()
    page.get_by_role("link", name="Move its open cases").click()
    page.get_by_role("button", name="Look at what would happen").click()
    found += look_at(page)
    page.get_by_role("button", name="Move ").click()
    page.wait_for_url("**/moving/*")
    found += look_at(page)
    assert not found, "\n".join(found)


def test_nobody_is_kept_out_of_a_late_holiday_and_another_limit(window: Callable[..., Page]) -> None:
    page = window("wen", reduced_motion="reduce")
    page.goto("/settings/calendars/1")
    page.get_by_role("button", name="Change it").click()
    page.wait_for_url("**/edit")
    page.get_by_label("Closed days").fill("Christmas")
    page.get_by_role("button", name="Keep the draft").click()
    expect(page.get_by_text("“Christmas” is not a date").first).to_be_visible()
    found = look_at(page)
    # No case reaches as far, so that the other tests find their due dates where they were.
    page.get_by_label("Closed days").fill("24 December 2031")
    page.get_by_label("Why it changes").fill("The heating is mended.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Wed 24 Dec 2031 was added to the closed days.")).to_be_visible()
    found += look_at(page)
    page.get_by_role("button", name="Look at what would happen").click()
    expect(page.get_by_role("button", name="Put it in force")).to_be_visible()
    expect(page.get_by_label("Why")).to_have_value("The heating is mended.")
    found += look_at(page) + _sent_empty(page)
    page.get_by_label("Why").fill("The heating is mended.")
    page.get_by_role("button", name="Put it in force").click()
    expect(page.get_by_text("In force since")).to_be_visible()
    found += look_at(page)
    page.goto("/settings/standards/2")
    page.get_by_role("button", name="Change it").click()
    page.wait_for_url("**/edit")
    found += look_at(page) + _sent_empty(page)
    page.goto(page.url.removesuffix("/edit"))
    page.locator("summary", has_text="Throw away").click()
    found += look_at(page)
    page.locator("button", has_text="Throw away").click()
    page.wait_for_url("**/standards")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("who", "address"), [("dana", "/cases/?view=open"), ("sol", "/improvement/")])
def test_the_menu_of_a_phone_and_the_list_of_keys_are_open_to_all(
    who: str, address: str, window: Callable[..., Page]
) -> None:
    page = window(who, reduced_motion="reduce")
    page.goto(address)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys on this page")).to_be_visible()
    found = look_at(page)
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 360, "height": 780})
    page.get_by_text("Menu", exact=True).click()
    expect(page.get_by_role("navigation", name="Main, small screen")).to_be_visible()
    found += look_at(page)
    assert not found, "\n".join(found)


def _look(page: Page, place: Place) -> list[str]:
    answer = page.goto(place.address)
    assert answer is not None
    assert answer.status < 400 or "there-is-no" in place.address or not place.endpoint, (
        f"{place}: {answer.status}"
    )
    return look_at(page) + (_sent_empty(page) if place.empty else [])


def _sent_empty(page: Page) -> list[str]:
    with page.expect_navigation() as sent:
        page.locator("main form:has(.btn-primary)").first.evaluate(SEND_EMPTY)
    problem = page.get_by_role("alert").filter(has_text="There is a problem")
    was_told = sent.value.status in REFUSED and problem.count() == 1
    found = look_at(page)
    return (
        found if was_told else [f"{page.url}: sent empty, status {sent.value.status}, no word of it", *found]
    )
