"""Bars: Pareto, age bands, coverage, before and after."""

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from casework.measures.charts import (
    AgeBand,
    ParetoRow,
    age_bands,
    age_key,
    before_after,
    coverage_bar,
    coverage_key,
    pareto,
)

# A busy machine may pause for longer than an example is allowed to take, so no example has a deadline.
unhurried = settings(deadline=None, max_examples=60)

SVG = "{http://www.w3.org/2000/svg}"
CAUSES = [ParetoRow("Visit not rebooked", 41, "/a"), ParetoRow("Message lost", 33), ParetoRow("Other", 26)]


def first(markup: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(f"<all>{markup}</all>")[0]


def of_class(root: ElementTree.Element, *classes: str) -> list[ElementTree.Element]:
    return [element for element in root.iter() if element.get("class") in classes]


def said(root: ElementTree.Element) -> list[str]:
    return ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]


def test_bars_are_as_long_as_their_share_and_the_vital_few_stand_out() -> None:
    wide = first(pareto(CAUSES, ident="p", title="Causes", few=2))
    lengths = [float(bar.get("width", 0)) for bar in of_class(wide, "bf", "bb")]
    assert [length / lengths[0] * 41 for length in lengths] == pytest.approx([41, 33, 26], rel=0.01)
    assert [bar.get("class") for bar in of_class(wide, "bf", "bb")] == ["bf", "bf", "bb"]


def test_the_running_total_ends_at_all_and_eighty_per_cent_is_marked() -> None:
    wide = first(pareto(CAUSES, ident="p", title="Causes", few=2))
    assert {"41 %", "74 %", "100 %", "80 %"} <= set(said(wide))
    assert len(of_class(wide, "tgt")) == 1


def test_a_running_total_is_not_all_while_something_is_to_come() -> None:
    rows = [ParetoRow("Most", 9999), ParetoRow("Rest", 1)]
    assert "99 %" in said(first(pareto(rows, ident="p", title="t", few=1)))


def test_a_bar_with_cases_opens_them() -> None:
    (link,) = first(pareto(CAUSES, ident="p", title="Causes", few=2)).iter(f"{SVG}a")
    assert link.get("href") == "/a"
    assert link.get("aria-label") == "Visit not rebooked: 41, 41 %. Open the cases"


def test_a_long_name_is_cut_and_whole_under_the_pointer() -> None:
    name = "A name of a cause that is far too long for the room there is beside the bars"
    wide = first(pareto([ParetoRow(name, 3)], ident="p", title="t", few=0))
    assert any(words.endswith("…") and name.startswith(words[:-1]) for words in said(wide))
    assert f"{name}: 3" in [title.text for title in wide.iter(f"{SVG}title")]


@pytest.mark.parametrize("rows", [[], [ParetoRow("None", 0)]])
def test_nothing_to_compare_is_a_sentence(rows: list[ParetoRow]) -> None:
    assert "Nothing to compare yet" in pareto(rows, ident="p", title="t", few=0)


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer than none"):
        pareto([ParetoRow("x", -1)], ident="p", title="t", few=0)


counts = st.lists(st.integers(min_value=0, max_value=100_000), min_size=1, max_size=8)


@unhurried
@given(counts)
def test_the_parts_of_an_age_bar_fill_it_and_each_can_be_seen(numbers: list[int]) -> None:
    bands = [AgeBand(f"band {i}", n, "past" if i > 4 else "no") for i, n in enumerate(numbers)]
    markup = age_bands(bands, ident="a", title="Open cases by age")
    if not any(numbers):
        assert "No open cases" in markup
        return
    root = first(markup)
    rects = [rect for rect in root.iter(f"{SVG}rect") if (rect.get("class") or "").startswith("sg-")]
    assert len(rects) == sum(n > 0 for n in numbers)
    assert all(float(rect.get("width", 0)) >= 2.9 for rect in rects)
    assert float(rects[-1].get("x", 0)) + float(rects[-1].get("width", 0)) == pytest.approx(420, abs=0.2)


def test_what_is_past_the_standard_is_hatched_by_a_pattern_of_its_own_drawing() -> None:
    bands = [AgeBand("to 20", 5), AgeBand("21 to 40", 6, "past"), AgeBand("over 40", 3, "far_past")]
    for root in ElementTree.fromstring(f"<all>{age_bands(bands, ident='a', title='t')}</all>"):
        (pattern,) = root.iter(f"{SVG}pattern")
        (hatched,) = of_class(root, "sg-hatch")
        assert hatched.get("fill") == f"url(#{pattern.get('id')})"
        assert len(of_class(root, "sg-worst")) == 1


def test_the_keys_repeat_every_part_with_its_number() -> None:
    key = age_key([AgeBand("to 20", 1500), AgeBand("over 20", 0, "past")], ident="a")
    assert "to 20 <b>1,500</b>" in key
    assert "over 20 <b>0</b>" in key
    assert "Told <b>61</b>" in coverage_key(61, 22, 13, ident="c")


def test_a_coverage_bar_says_who_was_told_who_is_to_be_and_who_cannot() -> None:
    root = first(coverage_bar(61, 22, 13, ident="c", title="Of 96 customers"))
    descriptions = [element.text for element in root.iter(f"{SVG}desc")]
    assert descriptions == ["61 told, 22 to tell, 13 cannot be told"]
    widths = [float(e.get("width", 0)) for e in of_class(root, "sg-told", "sg-todo", "sg-dots")]
    assert [width / sum(widths) * 96 for width in widths] == pytest.approx([61, 22, 13], abs=0.3)
    assert "Nobody to tell yet" in coverage_bar(0, 0, 0, ident="c", title="t")


@pytest.mark.parametrize(
    ("meaning", "class_"), [("better", "b1"), ("worse", "b2"), ("none", "b0"), ("changed", "b0")]
)
def test_the_bar_of_now_shows_what_the_change_means(meaning: str, class_: str) -> None:
    markup = before_after(43, 14, ident="b", before_text="43 in 100", now_text="14 in 100", meaning=meaning)  # type: ignore[arg-type]
    before, now = list(first(markup).iter(f"{SVG}rect"))
    assert (before.get("class"), now.get("class")) == ("b0", class_)
    assert float(now.get("width", 0)) / float(before.get("width", 1)) == pytest.approx(14 / 43, rel=0.02)


def test_bars_of_nothing_are_slivers_and_less_than_nothing_is_refused() -> None:
    root = first(before_after(0, 0, ident="b", before_text="0", now_text="0"))
    assert [rect.get("width") for rect in root.iter(f"{SVG}rect")] == ["1", "1"]
    with pytest.raises(ValueError, match="shorter than nothing"):
        before_after(-1, 0, ident="b", before_text="x", now_text="y")
