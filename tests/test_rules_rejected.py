"""Phrases behind rejected articles: what is offered, that its counts are the rule's own, and what never is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rules.engine.engine import Engine
from rules.engine.relevance import ALWAYS, Model, TopicModel
from rules.files.load import load_layers
from rules.model import Article, RuleSet
from rules.workbench.rejected import Judged, Mined, Phrase, mine, with_ignored
from tests.feedback_news import RULES, stories

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def rules(query: str, more: str = "") -> RuleSet:
    """A rule set of one rule, "one"."""
    return load_layers([{"a.toml": f"[[rule]]\nid = 'one'\nquery = '''{query}'''\n{more}"}])


def judged(rejected: list[str], kept: list[str] | None = None) -> list[Judged]:
    """Articles without a headline, numbered, first the rejected."""
    said = [(text, False) for text in rejected] + [(text, True) for text in kept or []]
    return [Judged(at, Article("", text), NOW, relevant) for at, (text, relevant) in enumerate(said)]


def words(found: Mined) -> list[str]:
    """The phrases that are offered."""
    return [phrase.words for phrase in found.phrases]


def test_counts_are_those_of_the_rule() -> None:
    """What a phrase is said to remove is what the rule with it in `ignore` no longer finds, and nothing else."""
    ruleset = load_layers([{"a.toml": RULES}])
    some = [Judged(at, Article(one.title, one.text), NOW, one.is_raid) for at, one in enumerate(stories())]
    found = mine(ruleset, "ice-raids", some)
    rule = ruleset.rules[0]
    left = {one.article_id for one in some}

    assert ["ice skating", "ice hockey"] == words(found)
    for phrase in found.phrases:
        rule = with_ignored(rule, phrase.words)
        engine = Engine(replace(ruleset, rules=(rule,)))
        after = {one.article_id for one in some if engine.match(one.article)}
        assert set(phrase.removed) == left - after
        left = after
    assert set(found.kept) <= left


SKATING = ["The ice skating hall was raided.", "An ice skating raid on the bar.", "Who raided the ice skating club?"]


@pytest.mark.parametrize(("rejected", "kept", "expected"), [
    (SKATING, [], ["ice skating"]),
    (SKATING[:2], [], []),  # two are no evidence
    (SKATING, ["Officers raided the ice skating hall."], []),  # it would cost a kept one
    (SKATING, ["ICE raided the ice skating hall."], ["ice skating"]),  # found by other words as well
    ([f"{one} The ice melted." for one in SKATING], [], []),  # still found by the other ice
    (["ICE raided it.", "A raid by ICE.", "Was ICE at the raid?"], [], []),  # nothing but the query's own words
    (["The raid of the ice.", "On the ice, a raid.", "A raid for the ice."], [], []),  # function words alone
    ([f"Raid: www.a.example ice, {at}." for at in "abc"], [], []),  # an address is no word
    (SKATING[:1] * 5, [], []),  # one agency's report in five outlets is one
    (["Raid 2019 on ice.", "Ice and raid 2019.", "Raid 2019: ice."], [], []),  # a number is no phrase
])
def test_what_is_offered(rejected: list[str], kept: list[str], expected: list[str]) -> None:
    """Only phrases that remove three rejected articles and lose no kept one."""
    assert expected == words(mine(rules("ice AND (raid OR raided)"), "one", judged(rejected, kept)))


def test_the_shortest_that_removes_most() -> None:
    """Of phrases that remove the same the shortest is taken; a shorter one that removes less is not."""
    longer = ["A crushed ice machine was raided.", "Raid on the crushed ice machine.", "The crushed ice machine raid."]

    assert ["crushed ice"] == words(mine(rules("ice AND (raid OR raided)"), "one", judged(longer)))
    mixed = mine(rules("ice AND (raid OR raided)"), "one", judged(
        [*longer, "The crushed ice was raided."], ["Agents raided a crushed ice depot."]))
    assert [("ice machine", 3)] == [(phrase.words, len(phrase.removed)) for phrase in mixed.phrases]


def test_what_it_would_cost_is_named() -> None:
    """A phrase that loses kept articles is told with them, and only where it removes three times as many."""
    kept = ["Officers raided the ice skating hall."]
    found = mine(rules("ice AND (raid OR raided)"), "one", judged(SKATING, kept))
    dearer = mine(rules("ice AND (raid OR raided)"), "one", judged(SKATING, kept * 2))

    assert Phrase("ice skating", (0, 1, 2), (3,)) == found.costly
    assert None is dearer.costly


def test_a_phrase_of_the_query_is_never_offered() -> None:
    """What the query asks for elsewhere, word by word or as a beginning, stays visible."""
    asked = judged(["Ice agents raid.", "A raid: ice agents.", "The ice agents' raid."])

    assert ["ice agents"] == words(mine(rules("ice AND raid"), "one", asked))
    assert [] == words(mine(rules('(ice AND raid) OR "ice agents at"'), "one", asked))
    assert [] == words(mine(rules("(ice AND raid) OR agent*"), "one", asked))


def test_an_example_that_would_break() -> None:
    """A phrase that an example of the rule needs is refused with its name, and the next best one is taken."""
    example = "[[rule.example]]\nexpect = 'match'\ntext = 'Raid at the ice skating hall'\n"
    some = ["The ice skating club was raided.", "An ice skating club raid.", "Who raided the ice skating club?"]
    found = mine(rules("ice AND (raid OR raided)", example), "one", judged(some))

    assert ["ice skating club"] == words(found)
    assert [("ice skating", True)] == [(phrase.words, "a.toml:4 (“Raid at the ice" in wrong)
                                       for phrase, wrong in found.refused]


def test_spanish_articles() -> None:
    """Words fold as in the article's own language, and the phrase is printed as it mostly stands there."""
    some = ["Los vecinos hablan de las redadas de precios que empezaron ayer en el mercado.",
            "Otra redada de precios llegó a las tiendas de la ciudad esta semana.",
            "La redada de precios de los comerciantes sigue en las calles de la ciudad."]

    assert ["redada de precios"] == words(mine(rules("redada"), "one", judged(some)))


def test_articles_that_the_rule_no_longer_finds() -> None:
    """They are counted and not tried."""
    found = mine(rules("ice AND raid"), "one", judged([*SKATING, "A bus strike."], ["Nothing at all."]))

    assert ((1,), (), 4) == (found.rejected, found.kept, found.silent)


@pytest.mark.parametrize("rule_id", ["one", "gone"])
def test_nothing_to_mine(rule_id: str) -> None:
    """Without rejected articles, or without the rule, there is nothing."""
    assert Mined(rule_id) == mine(rules("ice"), rule_id, judged([], ["ice"]))


def test_a_rule_that_expired_or_is_switched_off() -> None:
    """It alerted when readers judged it, so it is tried as it was."""
    off = "enabled = false\nexpires = 2026-01-01\n"

    assert ["ice skating"] == words(mine(rules("ice AND (raid OR raided)", off), "one", judged(SKATING)))


def test_the_learned_score_counts() -> None:
    """An article that alerts only because a model is sure of it is tried with that model."""
    ruleset = load_layers([{"a.toml": "topics = {t = 'T'}\n[[rule]]\nid = 'one'\ntopics = ['t']\nquery = 'ice'\n"
                            "alert_from = 'headline'\n"}])
    sure = Model({"t": TopicModel(0.5, {ALWAYS: 5.0})})

    assert ["ice skating"] == words(mine(ruleset, "one", judged(SKATING), sure))
    assert 3 == mine(ruleset, "one", judged(SKATING)).silent
