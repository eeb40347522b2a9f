"""Measuring rules: labelled files as people write them, and what is counted as right, wrong or neither."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rules.engine.relevance import Model, TopicModel
from rules.model import Article, Match, PlaceFound, Relevance, Stance
from rules.workbench import score_text
from rules.workbench.labelled import LabelledArticle, parse_labelled, read_labelled
from rules.workbench.score import Report, Tally, is_shown, score, wilson

if TYPE_CHECKING:
    from pathlib import Path

MATCH = Match("ferry", "Ferries", ("ferries",), "normal", (), (), (), ("ferry",), "“ferry” in the headline", (), "",
              "lead", "2 of 3 paragraphs")
STORY = LabelledArticle("1", Article("Night ferry ends", "It sails no more."), frozenset({"ferries"}))
OTHER = LabelledArticle("2", Article("Bakery opens", "It stands at the ferry."), frozenset())


def line(**values: object) -> str:
    """A labelled article with what the test is about."""
    return json.dumps({"title": "Night ferry ends", "text": "It sails no more.", "topics": []} | values)


def judge(labelled: LabelledArticle, *matches: Match) -> Report:
    """The report on one article."""
    return score([labelled], [matches], ["ferries"], {"maine": "state"})


def found(place_id: str, label: str, *, about: bool = False, near: bool = False) -> PlaceFound:
    """A place of a match."""
    return PlaceFound(place_id, label, about, 2, near=near)


@pytest.mark.parametrize(("tally", "expected"), [
    (Tally(3, 1, 0), (0.75, 1.0, 6 / 7)),
    (Tally(0, 0, 4), (0.0, 0.0, 0.0)),
    (Tally(), (0.0, 0.0, 0.0)),
])
def test_ratios(tally: Tally, expected: tuple[float, float, float]) -> None:
    """Precision, recall and F1; nothing of nothing is 0."""
    assert expected == pytest.approx((tally.precision, tally.recall, tally.f1))


@pytest.mark.parametrize(("successes", "of", "expected"), [
    (8, 10, (0.4902, 0.9433)), (0, 10, (0.0, 0.2775)), (10, 10, (0.7225, 1.0)), (0, 0, (0.0, 1.0)),
])
def test_intervals(successes: int, of: int, expected: tuple[float, float]) -> None:
    """Wilson's intervals as published tables have them, within 0 and 1 at the ends."""
    assert expected == pytest.approx(wilson(successes, of), abs=1e-4)


@pytest.mark.parametrize(("match", "expected"), [
    (MATCH, True),
    (replace(MATCH, alerts=False), False),
    (replace(MATCH, relevance=Relevance(0.9, True)), True),
    (replace(MATCH, relevance=Relevance(0.1, False)), False),
])
def test_what_readers_see_is_what_counts(match: Match, expected: bool) -> None:
    """A match below its rule's prominence, or put away as improbable, is no alert."""
    assert expected == is_shown(match)


@pytest.mark.parametrize(("labelled", "matches", "expected"), [
    (STORY, (MATCH, MATCH), Tally(tp=1)),
    (STORY, (), Tally(fn=1)),
    (STORY, (replace(MATCH, alerts=False),), Tally(fn=1)),
    (STORY, (replace(MATCH, topics=("harbours",)),), Tally(fn=1)),
    (OTHER, (MATCH,), Tally(fp=1)),
    (OTHER, (replace(MATCH, alerts=False),), Tally()),
])
def test_topics_are_counted_by_article(
    labelled: LabelledArticle, matches: tuple[Match, ...], expected: Tally
) -> None:
    """Two matches of one article are one hit; other topics and mentions are none."""
    assert expected == judge(labelled, *matches).topics["ferries"]


def test_a_false_alert_is_explained() -> None:
    """The error names the article, what was expected, and the prominence and words that misled the rule."""
    error = judge(OTHER, MATCH).errors[0]

    assert ("2", "false alert", "nothing", "ferries") == (error.id, error.kind, error.expected, error.got)
    assert "lead (2 of 3 paragraphs); “ferry”" == error.why


@pytest.mark.parametrize(("matches", "expected"), [
    ((replace(MATCH, alerts=False),), "not prominent enough"),
    ((replace(MATCH, relevance=Relevance(0.1, False, ("against: “bakery”",))),), "put away as improbable (0.10)"),
    ((), "no word was found"),
])
def test_a_missed_story_is_explained(matches: tuple[Match, ...], expected: str) -> None:
    """The error says whether nothing was found, or what became of the match."""
    report = score([STORY], [matches], ["ferries"], missing=lambda *_: "no word was found")

    assert expected in report.errors[0].why


@pytest.mark.parametrize(("places", "expected"), [
    ((found("bath-me", "Bath, ME", about=True),), Tally(tp=1)),
    ((found("bath-me", "Bath, ME", near=True),), Tally(tp=1)),
    ((found("bath-me", "Bath, ME"),), Tally(fn=1)),
    ((found("bath-me", "Bath, ME", about=True), found("maine", "Maine, ME", about=True)), Tally(tp=1)),
    ((found("bath-me", "Bath, ME", about=True), found("knox", "Knox County, ME", near=True)), Tally(tp=1)),
    ((found("bath-me", "Bath, ME", about=True), found("rome", "Rome, ME", near=True)), Tally(tp=1, fp=1)),
    ((found("bath", "Bath", about=True),), Tally(fn=1)),
])
def test_places(places: tuple[PlaceFound, ...], expected: Tally) -> None:
    """Places named near the hit or that the story is about count; mentions, states and optional ones do not."""
    labelled = replace(STORY, places=frozenset({"Bath, ME"}), places_optional=frozenset({"Knox County, ME"}))

    assert expected == judge(labelled, replace(MATCH, places=places)).places


def test_places_that_nobody_labelled_are_not_measured() -> None:
    """Where the label is missing, no place is right or wrong; where it is an empty list, every place is wrong."""
    match = replace(MATCH, places=(found("bath-me", "Bath, ME", about=True),))

    assert Tally() == judge(STORY, match).places
    assert Tally(fp=1) == judge(replace(STORY, places=frozenset()), match).places


@pytest.mark.parametrize(("gold", "said", "expected"), [
    ("cuts", "cuts", (1, 1, 0)),
    ("cuts", "adds", (1, 0, 0)),
    ("mixed", "adds", (1, 0, 0)),
    ("cuts", "unclear", (0, 0, 1)),
    ("mixed", "mixed", (0, 0, 1)),
    (None, "adds", (0, 0, 0)),
])
def test_stance(gold: str | None, said: str, expected: tuple[int, int, int]) -> None:
    """Mixed and unclear are no verdicts; one on what a reader calls mixed is wrong; without a label none counts."""
    match = replace(MATCH, stance=Stance(said, said, points=((said, 3),)))
    report = judge(replace(STORY, stance=gold), match)

    assert expected == (report.verdicts, report.right, report.undecided)


def test_the_least_that_a_line_needs() -> None:
    """Feedback has a headline, a text and topics, and what is not labelled is unknown."""
    file = parse_labelled(line(topics=["ferries"]), "team.jsonl")

    assert () == file.problems
    labelled = file.articles[0]
    assert ("line 1", None, None, True) == (labelled.id, labelled.places, labelled.stance, labelled.clear)


@pytest.mark.parametrize(("written", "expected"), [
    ("2024-05-06", "2024-05-06T00:00:00+00:00"), ("2024-05-06T10:00:00-04:00", "2024-05-06T10:00:00-04:00"),
    ("May 6, 2024", "2024-05-06T00:00:00+00:00"), ("some day in May", None), (None, None),
])
def test_dates(written: str | None, expected: str | None) -> None:
    """ISO dates and American ones are read; another one is as good as none."""
    at = parse_labelled(line(date=written), "team.jsonl").articles[0].article.published_at

    assert expected == (at.isoformat() if at else None)


@pytest.mark.parametrize(("text", "message", "remedy"), [
    ("{oops", "not JSON", "one object a line"),
    ("[1]", "not an object", "one object a line"),
    ('{"title": "A", "topics": []}', '"text" is missing', "at least title, text and topics"),
    (line(topics="ferries"), '"topics" must be a list', '"topics": ["…"]'),
    (line(places="Bath, ME"), '"places" must be a list', '"places": ["…"]'),
    (line(title=7), '"title" must be text', '"title": "…"'),
    (line(clear="yes"), '"clear" must be true or false', '"clear": false'),
    (line(id="1"), 'the id "1" stands in line 1 as well', "its own id"),
])
def test_a_bad_line_is_named(text: str, message: str, remedy: str) -> None:
    """A line that cannot be used is told with its number and what to do, and the others are still read."""
    file = parse_labelled(f"{line(id='1')}\n\n{text}\n{line(id='3')}", "team.jsonl")
    problem = file.problems[0]

    assert ("team.jsonl", 3) == (problem.file, problem.line)
    assert message in problem.message
    assert remedy in problem.help
    assert ["1", "3"] == [one.id for one in file.articles]


@pytest.mark.parametrize(("content", "expected"), [(b"\xff\xfe", "not UTF-8"), (b"\n", "holds no article")])
def test_a_file_that_is_no_list_of_articles(tmp_path: Path, content: bytes, expected: str) -> None:
    """A file of another kind is a problem, not a crash."""
    path = tmp_path / "labels.jsonl"
    path.write_bytes(content)

    assert expected in read_labelled(path).problems[0].message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A wrong name is told with what to check."""
    assert "check its name" in read_labelled(tmp_path / "absent.jsonl").problems[0].help


def test_a_line_separator_inside_a_text() -> None:
    """U+2028, which web pages hold, ends no line of the file."""
    file = parse_labelled(json.dumps({"title": "A\u2028B", "text": "", "topics": []}, ensure_ascii=False), "x")

    assert "A\u2028B" == file.articles[0].article.title


def test_the_figures_as_json() -> None:
    """The keys that other programs rely on."""
    figures = score_text.as_json(judge(OTHER, MATCH), judge(OTHER))

    assert {"precision", "recall", "f1", "tp", "fp", "fn"} <= figures["topics"]["ferries"].keys()
    assert {"precision", "recall", "f1", "tp", "fp", "fn"} <= figures["places"].keys()
    assert {"verdicts", "right"} <= figures["stance"].keys()
    assert {"id", "title", "expected", "got", "why"} <= figures["errors"][0].keys()
    assert (1, 0) == (figures["topics"]["ferries"]["fp"], figures["learned"]["topics"]["ferries"]["fp"])


@pytest.mark.parametrize(("how", "expected"), [("score of relevance.toml", True), ("score, 5 folds", False)])
def test_a_score_that_knows_the_articles_is_warned_of(how: str, expected: bool) -> None:
    """Only in folds is it certain that no article was learned from."""
    assert expected == ("--folds 5" in score_text.as_text(judge(STORY), judge(STORY, MATCH), how))


@pytest.mark.parametrize(("after", "expected"), [((MATCH,), False), ((), True)])
def test_a_lesson_that_makes_things_worse_is_told(after: tuple[Match, ...], expected: bool) -> None:
    """Whoever learned is told where the rules alone are better."""
    model = Model({"ferries": TopicModel(0.4, {}, 30, 10)})

    told = score_text.as_lesson(model, judge(STORY, MATCH), judge(STORY, *after))

    assert expected == ("rules alone do better" in told)


def test_a_topic_without_a_model_is_told() -> None:
    """Too few matches to learn from is said, topic by topic."""
    assert "ferries: too few labelled matches" in score_text.as_lesson(Model({}), judge(STORY), judge(STORY))


def test_the_figures_as_text() -> None:
    """One row a topic, then each error with its reason, unclear ones marked."""
    text = score_text.as_text(judge(replace(OTHER, clear=False), MATCH))

    assert "ferries  0.00 (0.00-0.79)  0.00 (0.00-1.00)  0.00     0      1       0" in text
    assert "2  Bakery opens  [unclear]\n      ferries: lead" in text


def test_what_was_not_judged_is_not_measured() -> None:
    """A reader who decided about one topic says nothing of another one, for or against."""
    text = "\n".join([line(topics=["ferries"], judged=["ferries"], id=1), line(judged=["buses"], id=2),
                      line(judged=["ferries", "buses"], id=3)])
    file = parse_labelled(text, "labels.jsonl")
    buses = replace(MATCH, rule_id="bus", topics=("buses",))
    report = score(file.articles, [(MATCH, buses)] * 3, file.topics)

    assert ("buses", "ferries") == file.topics
    assert (Tally(fp=2), Tally(tp=1, fp=1)) == (report.topics["buses"], report.topics["ferries"])


def test_a_topic_that_was_not_judged() -> None:
    """A line that names a topic it leaves out of `judged` is a mistake, and is told with its remedy."""
    (problem,) = parse_labelled(line(topics=["ferries"], judged=["buses"]), "labels.jsonl").problems

    assert ("E501", True) == (problem.code, 'topic "ferries" is not among those in "judged"' in problem.message)
