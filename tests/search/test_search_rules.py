"""What was typed, as what is looked for; and what a page shows of a text."""

import pytest

from casework.search.rules import (
    LONGEST,
    MOST_TERMS,
    PLACES,
    Term,
    asked,
    contact_part,
    plain,
    reference_in,
    strong_words,
)
from casework.search.snippets import marked, snippet, stems_of

NOTHING: list[list[str]] = [[], []]


def read(text: str) -> list[list[str]]:
    """What is wanted and what is not, words of a phrase joined by a space."""
    found = asked(text)
    return [[" ".join(term.words) for term in terms] for terms in (found.wanted, found.unwanted)]


@pytest.mark.parametrize(
    ("typed", "wanted", "unwanted"),
    [
        ("kitchen inspection", ["kitchen", "inspection"], []),
        ('kitchen "not inspected" mold', ["kitchen", "not inspected", "mold"], []),
        ("kitchen -mold", ["kitchen"], ["mold"]),
        ('kitchen -"not inspected"', ["kitchen"], ["not inspected"]),
        ("“not inspected”", ["not inspected"], []),
        ('"not closed', ["not closed"], []),
        ("call-back 26-04107", ["call back", "26 04107"], []),
        ("O'Brien dana@lakeford.example", ["o brien", "dana lakeford example"], []),
        ("José NÚÑEZ Łukasz ＡＢＣ", ["jose", "nunez", "lukasz", "abc"], []),
        ("kitchen kitchen", ["kitchen"], []),
        ("AND OR NOT NEAR", ["and", "or", "not", "near"], []),
        ("مرحبا עולם", ["مرحبا", "עולם"], []),
        ("a%b_c\x00d", ["a b c", "d"], []),
        ("-only", [], ["only"]),
    ],
)
def test_words_phrases_and_what_must_not_be_there(typed: str, wanted: list[str], unwanted: list[str]) -> None:
    assert read(typed) == [wanted, unwanted]


@pytest.mark.parametrize(
    "typed", ["", " ", "-", '"', '""', '-"', "* : ^ ( ) -", "%_", "😀👍", "\x00", "\u202e"]
)
def test_what_has_no_word_looks_for_nothing(typed: str) -> None:
    assert read(typed) == NOTHING


def test_a_star_lets_the_last_word_go_on() -> None:
    assert asked("kitch*").wanted == (Term(("kitch",), begins=True),)
    assert asked("k* *").wanted == (Term(("k",)),), "one letter would be the beginning of everything"


def test_more_than_is_looked_for_is_cut_and_said() -> None:
    assert not asked("a b c").cut
    many = asked(" ".join(f"w{n}" for n in range(MOST_TERMS + 1)))
    assert (len(many.wanted), many.cut) == (MOST_TERMS, True)
    long = asked("x" * 10_000)
    assert long.cut
    assert len(long.wanted[0].words[0]) < LONGEST


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("0142", "0142"),
        ("(555) 01-42", "(555) 01-42"),
        ("555", ""),
        ("26-04107", ""),
        ("dana@", "dana@"),
        ("dana@x and more", ""),
        ("route 4000", ""),
    ],
)
def test_what_may_be_a_part_of_a_number_or_an_address(typed: str, part: str) -> None:
    assert contact_part(typed) == part


def test_a_reference_may_be_typed_without_its_zeros() -> None:
    assert [reference_in(text) for text in ("26-4107", " 26-04107 ", "X-1", "٢٦-١")] == [
        "26-04107",
        "26-04107",
        "X-1",
        "٢٦-١",
    ]


def test_the_strong_words_say_what_it_is_about() -> None:
    assert strong_words("Nobody came to inspect the kitchen", "kitchen 2026") == ["inspect", "kitchen"]
    assert len(strong_words(" ".join(f"word{'x' * n}" for n in range(30)))) == 8


def test_the_index_takes_only_so_much_of_a_text() -> None:
    assert len(plain("ﷺ " * 100_000)) <= 60_000


def shown(text: str, typed: str) -> str:
    return str(marked(text, stems_of(asked(typed))))


@pytest.mark.parametrize(
    ("text", "typed", "html"),
    [
        ("Kitchens inspected", "kitchen inspection", "<mark>Kitchens</mark> <mark>inspected</mark>"),
        ("José Núñez called", "nunez", "José <mark>Núñez</mark> called"),
        ("The carpet", "car", "The carpet"),
        ("The kitchenette", "kitch*", "The <mark>kitchenette</mark>"),
        ("<b>kitchen</b>", "kitchen b", "&lt;<mark>b</mark>&gt;<mark>kitchen</mark>&lt;/<mark>b</mark>&gt;"),
        ("<script>alert(1)</script>", "alert", "&lt;script&gt;<mark>alert</mark>(1)&lt;/script&gt;"),
    ],
)
def test_words_are_marked_and_what_was_written_is_escaped(text: str, typed: str, html: str) -> None:
    assert shown(text, typed) == html


def test_a_snippet_is_where_most_of_the_words_stand_together() -> None:
    far = "nothing of note " * 40
    story = f"The kitchen. {far} The kitchen was not inspected for mold <i>. {far}"
    texts = {**dict.fromkeys(PLACES, ""), "story": story, "said": "mold"}
    place, words = snippet(texts, stems_of(asked("kitchen mold")))
    assert place == "story"
    assert "<mark>kitchen</mark> was not inspected for <mark>mold</mark> &lt;i&gt;" in words
    assert words.startswith("… ")
    assert words.endswith(" …")
    assert len(words.striptags()) < 260


def test_without_a_word_to_show_it_is_the_beginning_of_the_story() -> None:
    texts = {**dict.fromkeys(PLACES, ""), "title": "Kitchen", "story": "Nobody came."}
    assert snippet(texts, stems_of(asked("kitchen"))) == (None, "Nobody came.")
