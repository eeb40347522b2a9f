"""Where in a channel's digest each article stands, and what a reader sees of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.digest.compose import SHORT, compose, labels, stand
from monitor.digest.story import grouped
from rules.model import Quote, Relevance, RuleSet, Stance
from tests.digest_samples import NOW, SENTENCE, TOPICS, article, channel, match, place

if TYPE_CHECKING:
    from monitor.digest.model import Digest
    from rules.model import Match, MatchedArticle, PlaceFound, Prominence


def composed(*articles: MatchedArticle, **wishes: object) -> Digest:
    """The digest of these articles in a channel with these wishes."""
    asking = channel(**wishes)
    standing, asides = stand(articles, asking, TOPICS)
    return compose(grouped(standing, asking.language), asking, TOPICS, title="Digest", delivery_id="d1", now=NOW,
                   asides=asides)


def test_article_stands_once_under_its_most_severe_match() -> None:
    """Severity decides the topic before the order of topics does, and the others are named."""
    made = composed(article(1, match("a", ("raids",)), match("b", ("detainers", "policy"), "high")))
    assert [("detainers", 1)] == [(section.topic, len(section.items)) for section in made.sections]
    assert ("Raids and arrests", "Sanctuary policy") == made.items[0].also_topics


def test_first_topic_in_order_wins_among_equals() -> None:
    """With equal severity the article stands under the topic that comes first."""
    made = composed(article(1, match("a", ("policy", "raids"))))
    assert ["Raids and arrests"] == [section.label for section in made.sections]


def test_the_headline_decides_among_equals() -> None:
    """With equal severity the article stands under the topic that its headline shows."""
    shown = replace(match("b", ("policy",)), title_marks=((0, 4),))
    made = composed(article(1, replace(match("a", ("raids",)), title_marks=()), shown))
    assert ["policy"] == [section.topic for section in made.sections]


def test_only_chosen_matches_and_topics_count() -> None:
    """A severe match that the channel did not choose moves nothing and explains nothing."""
    made = composed(article(1, match("a", ("policy", "raids")), match("b", ("raids",), "urgent")), topics=("policy",))
    assert [("policy", "why a")] == [(section.topic, section.items[0].why) for section in made.sections]


def test_order_of_sections_and_items() -> None:
    """Sections follow the order of topics, unknown ones after them, none last; items are newest first."""
    made = composed(
        article(1, match(topics=())),
        article(2, match(topics=("press-freedom",))),
        article(3, match(topics=("policy",)), hours_ago=9),
        article(4, match(topics=("policy",)), hours_ago=2),
        article(5, match()),
    )
    expected = [("Raids and arrests", [5]), ("Sanctuary policy", [4, 3]), ("Press freedom", [2]),
                ("Other matches", [1])]
    assert expected == [(section.label, [item.article_id for item in section.items]) for section in made.sections]


def test_what_is_not_chosen_stands_nowhere() -> None:
    """An article that the channel does not want stands nowhere."""
    assert ([], []) == stand([article(1, match())], channel(rules=("x",)), TOPICS)


def test_item_says_what_a_reader_needs() -> None:
    """Places the article is about come first; the time falls back to the first sight; a feed summary is named."""
    found = (place("Dover, DE", about=False, mentions=9), place("Baltimore, MD"), place("Towson, MD", mentions=3))
    made = composed(article(1, match(places=found), published_at=None, text_source="feed")).items[0]
    assert ("Towson, MD", "Baltimore, MD", "Dover, DE") == made.places
    assert (NOW, False, True) == (made.at, made.at_is_published, made.summary_only)
    assert ("why raid-rule", ("Raid-Rule",)) == (made.why, made.rule_names)


def test_the_channels_own_places_come_first() -> None:
    """In a channel for Baltimore an article about Chicago too is announced with Baltimore."""
    places = (place("Chicago, IL", mentions=9), place("Baltimore, MD", about=False))
    made = composed(article(1, match(places=places)), places=("baltimore, md",))
    assert ("Baltimore, MD", "Chicago, IL") == made.items[0].places


def test_quote_is_the_best_one_outside_the_headline() -> None:
    """The headline is not quoted below itself."""
    body = Quote("body", SENTENCE, ((0, 6),))
    made = composed(article(1, match(quotes=(Quote("title", "Headline 1", ()), body))))
    assert body == made.items[0].quote


def test_headline_marks_of_all_chosen_matches_show() -> None:
    """Words that another chosen rule found in the headline are marked too."""
    made = composed(article(1, match("a", title_marks=((9, 10),)), match("b", title_marks=((0, 8),))))
    assert ((0, 8), (9, 10)) == made.items[0].title_marks


def test_digest_carries_its_frame() -> None:
    """Channel, zone, title, id, time, language and footnotes come through unchanged."""
    spanish = channel(language="es", threads=False)
    made = compose([], spanish, TOPICS, title="T", delivery_id="d9", now=NOW, footnotes=("f",), kind="silence")
    assert ("d9", "C0DIGEST01", "T", "silence") == (made.id, made.channel_id, made.title, made.kind)
    assert (NOW, ("f",), "es", False) == (made.made_at, made.footnotes, made.language, made.threads)


def test_an_item_carries_what_renderers_put_into_words() -> None:
    """Words found, prominence, language without its country, rule, and when it was first seen."""
    found = replace(match(), terms=("agents", "arrest"), prominence="lead")
    item = composed(article(1, found, language="es-MX")).items[0]
    assert (("agents", "arrest"), "lead", "es", "raid-rule", NOW) == (
        item.terms, item.prominence, item.language, item.rule_id, item.seen_at)


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ((place("Dover, DE"), place("Towson, MD", mentions=3)), "towson, md"),
        ((place("Chicago, IL", mentions=9), place("Baltimore, MD")), "baltimore, md"),
        ((place("Chicago, IL", mentions=9), place("Baltimore, MD", about=False)), "chicago, il"),
        ((place("Dover, DE", about=False), replace(place("Essex, MD", about=False), near=True)), "essex, md"),
        ((place("Dover, DE", about=False),), ""),
        ((), ""),
    ],
)
def test_where_it_happens(places: tuple[PlaceFound, ...], expected: str) -> None:
    """A place the article is about or that stands beside the words found, the channel's own first; no mere mention."""
    found = article(1, match(places=(*places, place("Maryland", about=False, mentions=99))))
    (one,), _ = stand([found], channel(places=("Baltimore, MD", "Maryland")), TOPICS)
    assert expected == one.place_id


def test_labels_in_the_language_of_readers() -> None:
    """Where a rule file gives no Spanish label, the other one is better than none; the order stays."""
    ruleset = RuleSet(topics=TOPICS, topics_es={"raids": "Redadas"})
    assert TOPICS == labels(ruleset, "en")
    assert ["Redadas", "Detainers", "Sanctuary policy"] == list(labels(ruleset, "es").values())


def test_sections_know_what_others_call_their_topic() -> None:
    """So that a rule named like its topic is known for it in a channel of the other language."""
    ruleset = RuleSet(topics=TOPICS, topics_es={"raids": "Redadas"})
    asking = channel()
    standing, _ = stand([article(1, match()), article(2, match("x", ("other",)))], asking, TOPICS)
    stories = grouped(standing, "en")
    called = [[section.called for section in compose(stories, asking, labels(ruleset, language), title="T",
                                                     delivery_id="d", now=NOW).sections] for language in ("en", "es")]
    assert [[("Redadas",), ()], [("Raids and arrests",), ()]] == called


def unlikely(rule_id: str = "raid-rule") -> Match:
    """A match that a learned score holds for something else."""
    return replace(match(rule_id), relevance=Relevance(0.1, False))


def test_unlikely_articles_stand_aside() -> None:
    """What is probably about something else is no item, and is not lost: its headline stands apart."""
    made = composed(article(1, match()), article(2, unlikely()), article(3, unlikely()))

    assert ([1], [2, 3]) == ([item.article_id for item in made.items], [aside.article_id for aside in made.asides])
    assert (1, 2, 3) == made.article_ids
    assert "Headline 2" == made.asides[0].title


def test_one_likely_match_is_enough() -> None:
    """An article that one rule finds likely, or does not judge, is an item, explained by that match alone."""
    made = composed(article(1, unlikely("a"), match("b", ("policy",))))

    assert ["why b"] == [item.why for item in made.items]
    assert () == made.items[0].also_topics


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [("The council voted.", "The council voted."), (SENTENCE, ""), ("x" * (SHORT + 1), "")],
)
def test_a_stance_comes_with_its_sentence(sentence: str, shown: str) -> None:
    """In words, with the sentence that decided where it is short and is not quoted anyway."""
    stance = Stance("restricts", "limits cooperation with ICE", Quote("body", sentence, ()))
    item = composed(article(1, replace(match(), stance=stance))).items[0]

    assert ("limits cooperation with ICE", shown) == (item.stance, item.stance_quote)


@pytest.mark.parametrize(("says_es", "said"), [("limita la cooperación", "limita la cooperación"), ("", "limits it")])
def test_a_stance_in_the_language_of_readers(says_es: str, said: str) -> None:
    """In Spanish where the rule gives it; in its own words where not."""
    found = replace(match(), stance=Stance("restricts", "limits it", says_es=says_es))
    assert (said, "limits it") == (composed(article(1, found), language="es").items[0].stance,
                                   composed(article(1, found)).items[0].stance)


@pytest.mark.parametrize(
    ("prominences", "mention"),
    [(["passing"], True), (["body", "passing"], True), (["lead"], False), (["passing", "headline"], False)],
)
def test_a_mention_is_called_one(prominences: list[Prominence], mention: bool) -> None:
    """Where every rule hit deep in the text, the reader is told that the article is about something else."""
    found = [replace(match(f"r{at}"), prominence=prominence) for at, prominence in enumerate(prominences)]

    assert mention == composed(article(1, *found)).items[0].mention


def test_graphic_articles_show_their_headline_alone() -> None:
    """Neither quote nor reason nor words nor the sentence of a stance repeats what may disturb."""
    stance = Stance("x", "says x", Quote("body", "He was beaten.", ()))
    item = composed(article(1, replace(match("a"), graphic=True, stance=stance, terms=("x",)), match("b"))).items[0]

    assert (True, None, "", "says x", "") == (item.graphic, item.quote, item.why, item.stance, item.stance_quote)
    assert () == item.terms
