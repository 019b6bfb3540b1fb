"""What is drawn: every drawing is well formed, named, escaped, free of inline style, and its words stand apart."""

import math
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from casework.measures.charts import (
    AgeBand,
    Note,
    ParetoRow,
    Series,
    age_bands,
    age_key,
    before_after,
    control_chart,
    control_key,
    coverage_bar,
    coverage_key,
    pareto,
    sparkline,
)
from casework.measures.charts.labels import Spot, text_width
from casework.measures.stats import Chart, effect_chart, p_chart, xmr_chart

# A busy machine may pause for longer than an example is allowed to take, so no example has a deadline.
unhurried = settings(deadline=None, max_examples=60)

SVG = "{http://www.w3.org/2000/svg}"
NASTY = "<script>alert('x')</script> & \"quotes\""
QUIET = [20, 22, 21, 23, 20, 24, 22, 25, 21, 23, 24, 20]


def months(n: int) -> list[date]:
    return [date(2010 + month // 12, month % 12 + 1, 1) for month in range(n)]


def drawn(chart: Chart, *, notes: tuple[Note, ...] = (), target: float | None = 20) -> Markup:
    n = len(chart.points)
    series = Series(months(n), "month", [f"/cases?period={i}" for i in range(n)], [3] * n)
    return control_chart(
        chart, ident="c1", title="Time to respond", unit="days", series=series, target=target, notes=notes
    )


def parsed(markup: Markup) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(f"<all>{markup}</all>"))


def named(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in root.iter() if element.tag.removeprefix(SVG) == name]


def pictures() -> dict[str, Markup]:
    bands = [AgeBand(NASTY, 17, href="/a?x=1&y=2"), AgeBand("6 to 10", 0), AgeBand("late", 6, "past")]
    rows = [ParetoRow(NASTY, 41, "/c?x=1&y=2"), ParetoRow("Letter unclear", 3), ParetoRow("Other", 1)]
    chart = xmr_chart([*QUIET, 90], better="down", rebase_at=[6])
    nasty = Series(months(13), "month", ["/c?a=1&b='\"<"] * 13, [1] * 13)
    notes = (Note(6, NASTY), Note(12, NASTY))
    return {
        "control": control_chart(chart, ident="a", title=NASTY, unit=NASTY, series=nasty, notes=notes),
        "key": control_key(chart, target_words=NASTY),
        "effect": drawn(effect_chart([40, 42, 41, 43, 40, 42, 41, 10, 12, 11], change_at=7, better="down")),
        "shares": drawn(p_chart([5, 6, 0] * 5, [50, 20, 0] * 5, better="up", per=100)),
        "pareto": pareto(rows, ident="b", title=NASTY, few=1),
        "ages": age_bands(bands, ident="d", title=NASTY),
        "age key": age_key(bands, ident="d"),
        "coverage": coverage_bar(61, 22, 13, ident="e", title=NASTY),
        "coverage key": coverage_key(61, 22, 13, ident="e"),
        "spark": sparkline(chart),
        "before and after": before_after(43, 14, ident="f", before_text=NASTY, now_text="14 in 100"),
    }


@pytest.mark.parametrize("name", list(pictures()))
def test_every_drawing_is_well_formed_escaped_and_has_no_inline_style_or_script(name: str) -> None:
    for root in parsed(pictures()[name]):
        for element in root.iter():
            assert element.tag.removeprefix(SVG) != "script"
            assert not {"style", "onclick", "onload"} & set(element.attrib)


@pytest.mark.parametrize(
    "name", ["control", "effect", "shares", "pareto", "ages", "coverage", "before and after"]
)
def test_every_drawing_has_a_name_and_a_description(name: str) -> None:
    for root in parsed(pictures()[name]):
        by_id = {element.get("id"): element.text for element in root.iter() if element.get("id")}
        assert root.get("role") in {"group", "img"}
        assert by_id[root.get("aria-labelledby")]
        assert by_id[root.get("aria-describedby")]


def test_no_id_is_used_twice_on_a_page() -> None:
    page = pictures()
    page["effect"] = Markup("")
    ids = [
        element.get("id")
        for markup in page.values()
        for root in parsed(markup)
        for element in root.iter()
        if element.get("id")
    ]
    assert len(ids) == len(set(ids))


def test_a_role_of_img_holds_no_links() -> None:
    for markup in pictures().values():
        for root in parsed(markup):
            assert not (root.get("role") == "img" and named(root, "a"))


def test_each_point_opens_its_cases_and_says_what_it_shows() -> None:
    wide, narrow = parsed(drawn(xmr_chart([*QUIET, 32], better="down")))
    for root in (wide, narrow):
        links = named(root, "a")
        assert [link.get("href") for link in links] == [f"/cases?period={i}" for i in range(13)]
        assert links[0].get("aria-label") == "January 2010: 20 days, 3 cases. Open the cases"
        assert links[12].get("aria-label") == (
            "January 2011: 32 days, 3 cases. Worse than chance would give: above the upper limit. Open the cases"
        )


def test_only_the_newest_point_and_signals_for_the_worse_are_in_the_tab_order() -> None:
    chart = xmr_chart([*QUIET, 90, 21, 22, *([10] * 8), 21], better="down")
    for root in parsed(drawn(chart)):
        reached = {place for place, link in enumerate(named(root, "a")) if link.get("tabindex") is None}
        worse = {point.index for point in chart.points if point.meaning == "worse"}
        assert reached == {*worse, 23}
        assert 12 in worse


@pytest.mark.parametrize(
    ("better", "shape", "class_"), [("down", "path", "p-w"), ("up", "path", "p-b"), ("none", "rect", "p-n")]
)
def test_a_signal_has_a_shape_of_its_own(better: str, shape: str, class_: str) -> None:
    chart = xmr_chart([*QUIET, 90], better=better)  # type: ignore[arg-type]
    last = named(parsed(drawn(chart))[0], "a")[-1]
    assert [(e.tag.removeprefix(SVG), e.get("class")) for e in last if e.get("class")] == [(shape, class_)]


def test_a_point_that_leads_nowhere_is_named_but_no_link() -> None:
    series = Series(months(1), "month")
    wide = parsed(control_chart(xmr_chart([5]), ident="c", title="t", unit="days", series=series))[0]
    assert not named(wide, "a")
    assert [group.get("aria-label") for group in named(wide, "g")] == ["January 2010: 5 days"]


def test_gaps_break_the_line() -> None:
    chart = xmr_chart([1, 2, None, 3, 4, 5, float("nan"), 6])
    wide = parsed(drawn(chart))[0]
    lines = [path.get("d", "") for path in named(wide, "path") if path.get("class") == "ser"]
    assert [line.count("L") + 1 for line in lines] == [2, 3]
    assert len(named(wide, "a")) == 6


@pytest.mark.parametrize("values", [[], [None, None]])
def test_without_figures_there_is_a_sentence(values: list[float | None]) -> None:
    markup = drawn(xmr_chart(values))
    assert markup.startswith("<p")
    assert "No figures yet" in markup
    assert control_key(xmr_chart(values)) == ""


@pytest.mark.parametrize(
    "values",
    [
        [5],
        [0] * 14,
        [0, 0],
        [3.1e9, 2.2e9] * 8,
        [1e-6, 2e-6] * 8,
        [-5, -3, 4] * 5,
        [7.0] * 200,
        [1e15, 1e15 + 1],
    ],
    ids=["one", "zeros", "two zeros", "huge", "tiny", "negative", "two hundred", "all but equal"],
)
def test_any_figures_stay_inside_the_drawing(values: list[float]) -> None:
    for root in parsed(drawn(xmr_chart(values), target=None)):
        width, height = (float(side) for side in root.get("viewBox", "").split()[2:])
        for element in root.iter():
            for name, most in (("x", width), ("cx", width), ("y", height), ("cy", height)):
                assert -4 <= float(element.get(name, 0)) <= most + 4


def test_two_hundred_points_in_a_narrow_drawing_mark_only_the_newest_and_the_signals() -> None:
    values = [20.0, 22.0] * 99 + [90.0, 21.0]
    wide, narrow = parsed(drawn(xmr_chart(values, better="down")))
    assert len(named(wide, "a")) == 200
    assert [link.get("href") for link in named(narrow, "a")] == ["/cases?period=198", "/cases?period=199"]


def boxes(root: ElementTree.Element) -> list[tuple[str, float, float, float, float]]:
    found = []
    for element in named(root, "text"):
        words = "".join(element.itertext())
        bold = "st" in element.get("class", "") or "tg" in element.get("class", "")
        spot = Spot(
            float(element.get("x", 0)), float(element.get("y", 0)), element.get("text-anchor", "start")
        )
        box = spot.box(text_width(words, bold=bold))
        found.append((words, box.left, box.top + 1, box.right, box.bottom - 1))
    return found


def overlaps(root: ElementTree.Element) -> list[tuple[str, str]]:
    placed = boxes(root)
    return [
        (one[0], two[0])
        for place, one in enumerate(placed)
        for two in placed[place + 1 :]
        if one[1] < two[3] and two[1] < one[3] and one[2] < two[4] and two[2] < one[4]
    ]


@unhurried
@given(
    st.lists(st.floats(min_value=0, max_value=1e5), min_size=2, max_size=60),
    st.sets(st.integers(min_value=1, max_value=59), max_size=3),
    st.lists(st.tuples(st.integers(0, 59), st.text("abc: ", min_size=1, max_size=40)), max_size=4),
    st.one_of(st.none(), st.floats(min_value=0, max_value=1e5)),
)
def test_words_never_lie_on_each_other(
    values: list[float], cuts: set[int], remarks: list[tuple[int, str]], target: float | None
) -> None:
    n = len(values)
    chart = xmr_chart(values, better="down", rebase_at=[cut for cut in cuts if cut < n])
    notes = tuple(Note(index, words) for index, words in remarks if index < n)
    for root in parsed(drawn(chart, notes=notes, target=target)):
        assert overlaps(root) == []


def test_where_lines_meet_their_labels_are_moved_apart() -> None:
    wide = parsed(drawn(xmr_chart([20.0] * 12), target=20))[0]
    heights = sorted(
        box[2] for box in boxes(wide) if box[0].split()[0] in {"Mean", "Standard", "Upper", "Lower"}
    )
    assert len(heights) == 4
    assert min(high - low for low, high in pairwise(heights)) >= 13.9


def test_a_rebase_is_an_upright_line_with_its_reason_and_the_old_figures_stay() -> None:
    chart = xmr_chart([*QUIET, *[v - 12 for v in QUIET]], better="down", rebase_at=[12])
    wide, narrow = parsed(drawn(chart, notes=(Note(12, "Rebased from January: phone triage began"),)))
    words = [box[0] for box in boxes(wide)]
    assert "Rebased from January: phone triage began" in words
    assert any(said.startswith("Mean 22.1, limits ") for said in words)
    assert "Rebased from January" in [box[0] for box in boxes(narrow)]
    for root in (wide, narrow):
        assert len([path for path in named(root, "path") if path.get("class") == "reb"]) == 1


def test_the_key_shows_only_what_the_chart_shows() -> None:
    quiet = control_key(xmr_chart(QUIET, better="down"))
    assert "within what chance gives" in quiet
    assert "worse" not in quiet
    assert "standard" not in quiet
    loud = control_key(xmr_chart([*QUIET, 90], better="down"), target_words="standard, 20 days")
    assert "worse, a signal" in loud
    assert "standard, 20 days" in loud
    few = control_key(xmr_chart([1, 2]))
    assert "limits" not in few
    assert "too few to judge" in few
    assert "chance" not in few


def test_what_belongs_to_the_points_must_be_as_many_as_they_are() -> None:
    with pytest.raises(ValueError, match="3 points came with 2"):
        control_chart(
            xmr_chart([1, 2, 3]), ident="c", title="t", unit="days", series=Series(months(2), "month")
        )


def test_a_sparkline_is_hidden_from_screen_readers_and_marks_the_newest_point() -> None:
    (root,) = parsed(Markup(f"<g>{sparkline(xmr_chart(QUIET * 3))}</g>"))
    (svg,) = list(root)
    assert svg.get("aria-hidden") == "true"
    assert len([e for e in svg.iter() if e.get("class") == "p-n"]) == 1
    assert math.isclose(float(svg.get("width", "0")), 132)


@pytest.mark.parametrize("values", [[], [5], [0] * 14, [None], [1, None, 2]])
def test_a_sparkline_of_little_or_nothing_is_still_a_drawing(values: list[float | None]) -> None:
    assert ElementTree.fromstring(sparkline(xmr_chart(values))).get("class") == "spark"
