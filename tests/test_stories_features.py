"""From an article to what is stored of it, and back; and the keys under which it is found."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from monitor.stories.features import extract, from_json, keys, to_json
from monitor.stories.lexicon import COUNTED
from monitor.stories.shingles import KEPT, overlap
from monitor.stories.stored import member
from monitor.stories.vocabulary import common_words
from monitor.stories.voices import VOICES
from rules.model import Article, PlaceFound, RuleSet
from rules.query.parse import parse
from tests.story_labels import BUILT_WITH, labels

if TYPE_CHECKING:
    from collections.abc import Mapping

AT = datetime(2026, 3, 10, 18, tzinfo=UTC)
DOVER = PlaceFound("dover-de", "Dover, DE", about=True, mentions=2, within=("kent-county-de", "delaware"))
FIRE = Article(
    title="Bakery fire in Dover injures 28",
    text="A fire at Molino's Bakery in Dover injured 28 people on Tuesday.\nThe mayor said the ovens had exploded.",
    outlet="Dover Herald", home="Dover, DE", language="en",
)


def test_features_say_what_where_when_and_who() -> None:
    """Place, day, count, name, premises and voices of a short report."""
    found = extract(FIRE, [DOVER], ["fires"], (), AT)

    assert ("dover-de", True) == (found.places[0].place_id, found.places[0].first)
    assert (date(2026, 3, 10),) == found.days
    assert [(28, "injured")] == [(one.number, one.what) for one in found.counts]
    assert (("molino bakery",), ("bakery",), ("mayor",), ("fires",)) == (
        found.names, found.venues, found.voices, found.topics)


def test_words_of_the_rules_tell_nothing() -> None:
    """What every article has that the rules find is no mark of one."""
    assert "explod" in extract(FIRE, [DOVER], [], (), AT).words
    assert "explod" not in extract(FIRE, [DOVER], [], ("explod*",), AT).words


def test_the_vocabulary_of_a_rule_set_is_read_from_its_queries() -> None:
    """Words, and beginnings with their asterisk."""
    tree = parse('"kitchen fire" OR explod*').node

    assert tree is not None
    assert {"kitchen", "fire", "explod*"} <= common_words(RuleSet(queries={"fires": tree}))


@pytest.mark.parametrize("name", BUILT_WITH)
def test_features_survive_storage(name: str) -> None:
    """What is written as JSON is read as it was."""
    told = list(labels(name).features.values())

    assert told == [from_json(json.loads(json.dumps(to_json(one)))) for one in told]


def test_keys_fit_the_database_and_stay_few() -> None:
    """Signed 64-bit numbers, each once, at most 72 an article."""
    found = keys(extract(FIRE, [DOVER], [], (), AT))

    assert len(found) == len(set(found)) <= 72
    assert all(-(1 << 63) <= one < 1 << 63 for one in found)


@pytest.mark.parametrize("name", BUILT_WITH)
def test_nearly_all_articles_of_one_event_share_a_key(name: str) -> None:
    """An article that shares no key with its story is never compared with it."""
    told = labels(name)
    marks = {one: set(keys(features)) for one, features in told.features.items()}
    found = [bool(marks[pair.a] & marks[pair.b]) for pair in told.pairs if pair.same]

    assert sum(found) >= 0.95 * len(found)


def test_a_short_summary_is_compared_with_the_whole() -> None:
    """Forty words of a feed that open the page's text are contained in it."""
    sentences = [f"The {word} engine reached the burning bakery before the other crews could." for word in
                 ("first", "red", "old", "north", "county", "tower", "second", "harbor", "spare", "last")]
    whole, summary = (extract(Article("Fire", "\n".join(some), language="en"), [], [], (), AT)
                      for some in (sentences, sentences[:3]))

    assert (1.0, True) == (overlap(whole, summary).contained, summary.size < KEPT)


@dataclass(frozen=True)
class Row:
    """A stored row, as the storage gives it."""

    article_id: int
    story_id: int
    copy_of: int | None
    features: Mapping[str, Any] | None


def test_a_row_without_features_is_no_member() -> None:
    """Features are erased with the text."""
    found = extract(FIRE, [DOVER], [], (), AT)
    kept = member(Row(7, 3, None, to_json(found)))  # type: ignore[arg-type]  # taken by its attributes

    assert (7, 3, found) == (kept and kept.article_id, kept and kept.story_id, kept and kept.features)
    assert member(Row(7, 3, None, None)) is None  # type: ignore[arg-type]  # taken by its attributes


def test_what_is_counted_and_who_speaks_has_a_name() -> None:
    """Other rooms have words for readers for these."""
    assert {"arrests", "injured", "dead", "votes"} <= COUNTED.keys()
    assert {"mayor", "sheriff", "police"} <= VOICES.keys()
