"""Suggesting a category: what is learned, what is not, how sure it is, and what is said below the floor."""

import itertools
import random
from collections import Counter
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select

from casework.cases.models import Case, CasePerson, Channel, Issue, Kind, Relation
from casework.cases.models.suggestions import SuggestionModel, SuggestionWord
from casework.cases.suggestions import learning
from casework.cases.suggestions.bayes import Known, calibrated, guesses, ladder_of, put_right, shares_of
from casework.cases.suggestions.suggesting import suggest
from casework.cases.suggestions.words import MOST_TERMS, terms_of
from casework.catalogue.models import Category
from casework.catalogue.queries import current_process
from casework.catalogue.services import category_by_path
from casework.core.db import db, table_of, transaction
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast

ABOUT = {
    "Food safety › Not inspected": "kitchen restaurant inspector visit rat mouse hygiene cook food inspection",
    "Contact › No call back": "telephone phone call back voicemail hold line message ring waiting answer",
    "Permits › Fee wrong": "permit fee invoice charged refund payment bank amount licence bill",
}
SAID = "week month street told people office again please letter since help really morning person nothing"
SMALL_TALK = SAID.split()


def stories(about: str, how_many: int, seed: int) -> list[str]:
    """Made-up stories: a third of the words are about the matter, the rest is small talk or about something else."""
    dice, matter = random.Random(seed), ABOUT[about].split()
    others = " ".join(words for name, words in ABOUT.items() if name != about).split()
    return [
        " ".join([*dice.choices(matter, k=4), *dice.choices(others, k=3), *dice.choices(SMALL_TALK, k=6)])
        for _ in range(how_many)
    ]


def keep(cast: Cast, category: Category, texts: list[str], *, summary: str = "", **case: Any) -> list[int]:
    """Cases with these stories, put straight into their tables: thousands of services calls would prove no more."""
    version = current_process("complaint").id
    first = (db.session.scalar(select(func.max(Case.id))) or 0) + 1
    fixed = {
        "kind": Kind.COMPLAINT, "channel": Channel.PHONE, "title": "A case", "process_version_id": version,
        "state": "received", "state_since": NOW, "received_at": NOW, "link_nonce": "n", "created_at": NOW,
        "updated_at": NOW, "category_id": category.id, "service_id": cast.inspections.id, **case,
    }  # fmt: skip
    ids = list(range(first, first + len(texts)))
    pairs = list(zip(ids, texts, strict=True))
    with transaction():
        rows = [{**fixed, "id": n, "reference": f"S-{n}", "narrative": text} for n, text in pairs]
        db.session.execute(insert(table_of(Case)), rows)
        points = [
            {"case_id": n, "number": 1, "summary": summary, "category_id": category.id} for n, _ in pairs
        ]
        db.session.execute(insert(table_of(Issue)), points)
    return ids


def learned_agency(cast: Cast, each: int = 120) -> dict[str, Category]:
    """An agency whose past cases are of three categories, one of them with a fifth of the cases of the others."""
    made = {}
    for number, path in enumerate(ABOUT):
        with transaction():
            made[path] = category_by_path(path.split(" › "))
        keep(cast, made[path], stories(path, each if number else each // 5, seed=number))
    learning.learn_categories(NOW)
    return made


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The inspections, the INSPECTION!", {"inspection": 2}),
        ("Café cafe", {"cafe": 2}),
        ("companies company glass bus", {"company": 2, "glass": 1, "bus": 1}),
        ("a bb 555-0142 12.50 x_y", {}),
        ("<script>alert(1)</script>", {"script": 2, "alert": 1}),
        ("\x00 %' OR 1=1", {}),
        ("", {}),
    ],
)
def test_words_are_counted_without_accents_plurals_numbers_and_small_words(
    text: str, terms: dict[str, int]
) -> None:
    assert terms_of(text) == Counter(terms)


def test_a_text_of_any_length_costs_no_more_than_two_hundred_words() -> None:
    letters = "abcdefghij"
    words = [f"{a}{b}{c}x" for a in letters for b in letters for c in letters]
    assert len(terms_of(" ".join(words))) == MOST_TERMS
    assert terms_of("a" * 10_000_000) == Counter()


def test_a_word_speaks_for_the_label_outside_of_which_it_is_rare() -> None:
    counts = {"rat": {"food": 8, "phone": 0, "fee": 1}, "call": {"food": 1, "phone": 9, "fee": 1}}
    known = Known({"food": 9, "phone": 9, "fee": 2}, vocabulary=2)
    best = guesses({"rat": 2, "unheard": 5}, counts, known)
    assert (best[0].label, list(best[0].because)) == ("food", ["rat"])
    assert sum(guess.share for guess in best) == pytest.approx(1)
    assert guesses({"unheard": 5}, counts, known) == []


def test_shares_add_up_to_one_and_more_words_make_surer() -> None:
    few = shares_of({"a": 0.0, "b": -1.0}, 4, 1.0, 0.5)
    assert sum(few.values()) == pytest.approx(1)
    assert few["a"] > few["b"]
    assert shares_of({"a": 0.0, "b": -1.0}, 1, 1.0, 0.5)["a"] > few["a"]


def test_the_ladder_only_rises_and_brings_what_was_said_to_how_often_it_was_so() -> None:
    dice = random.Random(3)
    said = [(share, dice.random() < share / 2) for share in (dice.random() for _ in range(4000))]
    ladder = ladder_of(said)
    assert len(ladder) <= 20
    assert all(low[0] < high[0] and low[1] < high[1] for low, high in itertools.pairwise(ladder))
    for share in (0.2, 0.5, 0.9):
        assert put_right(share, ladder) == pytest.approx(share / 2, abs=0.06)
    assert put_right(1.0, ladder) < 1
    assert put_right(0.4, []) == 0.4


def test_without_held_out_cases_nothing_breaks() -> None:
    assert calibrated([]) == (1.0, 0.5, [])


def test_the_category_of_new_words_is_suggested_with_its_reasons_and_service(cast: Cast) -> None:
    made = learned_agency(cast)
    path = "Food safety › Not inspected"
    found = suggest("A rat in the kitchen", "No inspector came to the restaurant, the food is not safe.")
    best = found.categories[0]
    assert (best.id, best.label) == (made[path].id, path)
    assert best.is_likely
    assert {"rat", "kitchen"} & set(best.because)
    assert [service.id for service in found.services] == [cast.inspections.id]


def test_the_shares_say_how_often_the_first_is_right(cast: Cast) -> None:
    made = learned_agency(cast)
    said, right, n = 0.0, 0, 0
    # As many of each as there were among the past cases: what is promised holds for cases like those.
    for number, (path, category) in enumerate(made.items()):
        for text in stories(path, 60 if number else 12, seed=99):
            found = suggest("", text).categories
            if found:
                n, said, right = n + 1, said + found[0].share, right + (found[0].id == category.id)
    assert n > 60
    assert right / n > 0.6
    assert said / n == pytest.approx(right / n, abs=0.15)


@pytest.mark.parametrize("text", ["", "rat", "zxqv wvut qwop", "again please", "the and for"])
def test_below_the_floor_nothing_is_suggested(cast: Cast, text: str) -> None:
    learned_agency(cast)
    assert not suggest(text, "").categories


def test_before_anything_was_learned_nothing_is_suggested(cast: Cast) -> None:
    assert suggest("A rat in the kitchen", "").categories == ()


def words_learned() -> set[str]:
    return set(db.session.scalars(select(SuggestionWord.term)))


def test_words_of_restricted_cases_of_cases_about_staff_and_of_duplicates_are_not_learned(cast: Cast) -> None:
    category = cast.not_inspected
    first = keep(cast, category, ["ordinary kitchen story"] * 8)
    keep(cast, category, ["secretive whisper"] * 8, is_restricted=True)
    about = keep(cast, category, ["misconduct accusation"] * 8)
    keep(cast, category, ["twofold telling"] * 8, duplicate_of_id=first[0])
    with transaction():
        for case_id in about:
            db.session.add(CasePerson(case_id=case_id, user_id=cast.toni.id, relation=Relation.NAMED))
    learning.learn_categories(NOW)
    assert words_learned() == {"ordinary", "kitchen", "story"}


def test_a_rare_word_and_a_label_with_few_cases_are_not_learned(cast: Cast) -> None:
    keep(cast, cast.not_inspected, ["kitchen rat"] * 8 + ["kitchen unforgettable"] * 2)
    keep(cast, cast.no_call_back, ["kitchen telephone"] * 4)
    learning.learn_categories(NOW)
    assert words_learned() == {"kitchen", "rat", "telephone"}
    model = db.session.scalars(select(SuggestionModel)).one()
    assert set(model.facts["category"]["words"]) == {str(cast.not_inspected.id)}


def test_learning_again_takes_the_place_of_what_was_known_and_a_broken_one_is_never_used(cast: Cast) -> None:
    learned_agency(cast)
    before = suggest("rat kitchen", "")
    with transaction():
        db.session.add(SuggestionModel(learned_at=NOW))
    assert suggest("rat kitchen", "") == before
    learning.learn_categories(NOW)
    assert db.session.scalar(select(func.count()).select_from(SuggestionModel)) == 1
    assert db.session.scalar(select(func.count(func.distinct(SuggestionWord.model_id)))) == 1


def test_a_category_that_may_no_more_be_chosen_is_not_suggested(cast: Cast) -> None:
    made = learned_agency(cast)
    with transaction():
        made["Food safety › Not inspected"].is_active = False
    found = suggest("A rat in the kitchen", "No inspector came to the restaurant.")
    assert made["Food safety › Not inspected"].id not in {one.id for one in found.categories}


def test_the_page_shows_choices_that_set_the_row_and_asks_the_database_little(
    client: FlaskClient, cast: Cast, count_queries: Any
) -> None:
    made = learned_agency(cast)
    sign_in(client, cast.dana)
    with count_queries() as queries:
        page = client.get("/cases/new/suggest?summary=Rat+in+the+kitchen&narrative=restaurant+food&row=1")
    assert page.status_code == 200
    # Who asks; the facts; the words; the names of categories and services. The agency is for the page.
    assert len(queries) <= 6
    category = made["Food safety › Not inspected"]
    assert f'name="issues-1-suggested" value="{category.id}" data-sets="issues-1-category_id"' in page.text
    assert "because of:" in page.text


@pytest.mark.parametrize("row", ["-1", "20", "x", "1e9", "999999999999", "٣", "<script>"])
def test_a_row_that_is_not_on_the_form_is_answered_with_a_sentence(
    client: FlaskClient, cast: Cast, row: str
) -> None:
    sign_in(client, cast.dana)
    page = client.get("/cases/new/suggest", query_string={"row": row})
    assert page.status_code == 400
    assert "no such row" in page.text


def test_script_in_what_was_typed_or_in_a_name_is_shown_as_words(client: FlaskClient, cast: Cast) -> None:
    with transaction():
        nasty = category_by_path(["<script>alert(1)</script>"])
    keep(cast, nasty, ["<script>alert</script> banana mango"] * 8)
    keep(cast, cast.no_call_back, ["telephone voicemail"] * 8)
    learning.learn_categories(NOW)
    sign_in(client, cast.dana)
    page = client.get(
        "/cases/new/suggest", query_string={"summary": "<script>alert</script> banana mango\x00"}
    )
    assert "banana" in page.text
    assert "<script>" not in page.text


def test_the_command_says_what_was_learned(app: Any, cast: Cast) -> None:
    keep(cast, cast.not_inspected, stories("Food safety › Not inspected", 30, 1))
    done = app.test_cli_runner().invoke(args=["cases", "learn-categories"])
    assert done.exit_code == 0
    assert "30 issues learned, for 1 categories" in done.output
