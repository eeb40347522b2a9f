"""The learned score: what it learns, what it says, and the file in which it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from rules.engine.engine import Engine
from rules.engine.relevance import Model, Sampler, TopicModel
from rules.files.load import load_texts
from rules.files.relevance_file import load_relevance, parse_relevance, written
from rules.model import Article
from rules.workbench import learn as learning
from rules.workbench.labelled import LabelledArticle
from rules.workbench.learn import cross_judged, folds, learn

if TYPE_CHECKING:
    from pathlib import Path

    from rules.model import Relevance
    from rules.workbench.learn import Samples

RULES = load_texts({"ferries.toml": """\
[topics]
ferries = 'Ferries'
[[rule]]
id = 'ferry'
topics = ['ferries']
alert_from = 'lead'
query = 'ferry'
[[rule]]
id = 'bakery'
query = 'bakery'
"""})
TOWNS = ("Alma", "Bruin", "Corda", "Delve", "Ennis", "Fargo", "Gorham", "Hale", "Ipswich", "Jura", "Kiln", "Lorne")


def story(town: str) -> LabelledArticle:
    """An article about the end of a ferry."""
    text = (f"The council of {town} has cancelled the boat service from March.\nThe ferry carried 90 passengers a day, "
            "and the captain said that the ferry had been full.\nPassengers protested at the pier.")
    return LabelledArticle(town, Article(f"{town} ferry cancelled", text), frozenset({"ferries"}))


def mention(town: str) -> LabelledArticle:
    """An article that names a ferry, late, and is about food."""
    text = (f"A bakery has opened in {town} with rye bread and walnut cakes.\nThe baker learned the trade abroad.\n"
            "Bread is baked at four in the morning.\nCakes sell out before noon on most days of the week, she said, "
            "and a recipe is printed on every bag.\nIt is five minutes from the ferry.")
    return LabelledArticle(f"{town}, too", Article(f"New bakery in {town}", text), frozenset())


LABELLED = [make(town) for town in TOWNS for make in (story, mention)]


def samples_of(labelled: list[LabelledArticle]) -> list[Samples]:
    """The matches of each article with what a model looks at."""
    sampler = Sampler()
    engine = Engine(RULES, sampler)
    found: list[Samples] = []
    for one in labelled:
        engine.match(one.article)
        found.append(sampler.taken())
    return found


@pytest.fixture(scope="module")
def model() -> Model:
    """What is learned from all of them."""
    return learn(LABELLED, samples_of(LABELLED), ["ferries"])


def relevance(model: Model, article: Article, rule_id: str = "ferry") -> Relevance | None:
    """The score of a rule's match as the engine gives it."""
    return next(match.relevance for match in Engine(RULES, model).match(article) if match.rule_id == rule_id)


def test_what_it_had_not_seen_is_told_apart(model: Model) -> None:
    """A new story scores high, a new mention low, and each is on its side of the threshold."""
    good, bad = (relevance(model, make("Zeeland").article) for make in (story, mention))

    assert good is not None
    assert bad is not None
    assert (True, False) == (good.likely, bad.likely)
    assert good.score > 0.5 > bad.score


def test_reasons_are_words(model: Model) -> None:
    """The reasons name words and facts of the article on either side."""
    found = relevance(model, mention("Zeeland").article)

    assert found is not None
    assert ["speaks for it", "against"][-len(found.reasons):] == [reason.split(":")[0] for reason in found.reasons]
    assert any(f"“{word}”" in found.reasons[-1] for word in ("bread", "bakery", "cake", "new"))


def test_an_unlikely_match_is_not_hidden(model: Model) -> None:
    """A match that is prominent enough for its rule still alerts; it is only marked."""
    article = replace(mention("Zeeland").article, title="Ferry bakery with new bread, cakes and a recipe")
    match = next(found for found in Engine(RULES, model).match(article) if found.rule_id == "ferry")

    assert match.alerts
    assert match.relevance is not None


def test_a_sure_match_needs_no_prominence(model: Model) -> None:
    """A mention that the model is sure of alerts, where its rule alone would not."""
    topic = replace(model.topics["ferries"], threshold=0.0)
    article = mention("Zeeland").article
    alerts = [next(match.alerts for match in Engine(RULES, some).match(article) if match.rule_id == "ferry")
              for some in (None, Model({"ferries": topic}))]

    assert [False, True] == alerts


def test_other_topics_go_by_their_rules(model: Model) -> None:
    """A match whose topics nobody labelled has no score."""
    assert relevance(model, mention("Zeeland").article, "bakery") is None


def test_too_little_teaches_nothing() -> None:
    """With seven stories no model is made: it would have learned the seven."""
    few = [*map(story, TOWNS[:7]), *map(mention, TOWNS)]

    assert {} == learn(few, samples_of(few), ["ferries"]).topics


def test_learning_again_gives_the_same(model: Model) -> None:
    """Nothing is left to chance: the file changes only if the labels do."""
    again = learn(LABELLED, samples_of(LABELLED), ["ferries"])

    assert written(model, 24, date(2026, 5, 1)) == written(again, 24, date(2026, 5, 1))


def test_no_article_can_be_read_out_of_the_file(model: Model) -> None:
    """A word of fewer than three articles, such as a name, is not in the file."""
    text = written(model, 24, date(2026, 5, 1)).casefold()

    assert [] == [town for town in TOWNS if town.casefold() in text]
    assert '"passenger" = ' in text


def test_the_file_says_what_was_learned(tmp_path: Path, model: Model) -> None:
    """Written and read again it judges alike, but for rounding."""
    (tmp_path / "relevance.toml").write_text(written(model, 24, date(2026, 5, 1)))
    again, problems = load_relevance(tmp_path)
    article = story("Zeeland").article

    assert () == problems
    assert again is not None
    first, second = relevance(model, article), relevance(again, article)
    assert first is not None
    assert second is not None
    assert first.score == pytest.approx(second.score, abs=0.02)
    assert (24, 12) == (again.topics["ferries"].learned_from, again.topics["ferries"].stories)


def test_names_that_need_quotes() -> None:
    """Topics and words with signs in them survive the file."""
    model = Model({'a "b" c.d': TopicModel(0.4, {("text", "ñandú"): 1.0, ("found", "287 g"): -2.0}, 30, 10)})

    assert (model, ()) == parse_relevance(written(model, 30, date(2026, 5, 1)))


@pytest.mark.parametrize("folder", ["empty", "absent"])
def test_no_file_is_no_problem(tmp_path: Path, folder: str) -> None:
    """The score is optional."""
    (tmp_path / "empty").mkdir()

    assert (None, ()) == load_relevance(tmp_path / folder)


@pytest.mark.parametrize(("text", "line", "expected"), [
    ("[topic.ferries\nthreshold = 1", 1, ""),
    ("[[rule]]\nid = 'x'", 1, "no learned relevance"),
    ("[topic.ferries]\nlearned_from = 3", 1, "no `threshold`"),
    ("[topic.ferries]\nthreshold = 'high'", 1, "no `threshold`"),
    ("[topic.ferries]\nthreshold = 0.4\nwords = 3", 3, '"words" is not known here'),
    ("[topic.ferries]\nthreshold = 0.4\n[topic.ferries.text]\npier = 'much'", 4, 'the weight of "pier"'),
    ("[topic.ferries]\nthreshold = 0.4\n[topic.ferries.text]\npier = nan", 4, 'the weight of "pier"'),
])
def test_a_broken_file_is_told(text: str, line: int, expected: str) -> None:
    """A mistake made by hand is named with its line and a way out, and nothing of the file is used."""
    model, problems = parse_relevance(text)

    assert model is None
    assert (1, line) == (len(problems), problems[0].line)
    assert expected in problems[0].message
    assert "" != problems[0].help


@pytest.mark.parametrize("count", [2, 5])
def test_every_fold_has_its_share(count: int) -> None:
    """Folds differ by one article at most, in each label and in all."""
    labels = ["story"] * 11 + ["other"] * 26
    parts = folds(labels, count)

    for label in ("story", "other"):
        sizes = [sum(part == fold and name == label for part, name in zip(parts, labels, strict=True))
                 for fold in range(count)]
        assert max(sizes) - min(sizes) <= 1
    assert parts == folds(labels, count)


def test_no_article_is_scored_by_a_model_that_saw_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Labelled the other way round, an article keeps its own score and changes those of other folds."""
    monkeypatch.setattr(learning, "folds", lambda labels, count: [at // 2 % count for at in range(len(labels))])
    samples = samples_of(LABELLED)
    turned = [replace(LABELLED[0], topics=frozenset()), *LABELLED[1:]]
    first, second = (
        [next(match.relevance for match in found if match.rule_id == "ferry")
         for found in cross_judged(some, samples, ["ferries"], 4)]
        for some in (LABELLED, turned)
    )

    assert first[0] is not None
    assert first[0] == second[0]
    assert first[2] != second[2]
