"""Matching: what each construct finds in an article, and what a match shows a reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.article.document import index_words
from rules.engine import evidence
from rules.engine.engine import Engine
from rules.files.load import load_texts
from rules.model import Article, Match, RuleSet

LISTS = """
[lists]
feds = ['ICE', 'Border Patrol', 'federal agents', '@spanish']
spanish = ['la migra', 'redada*']
[[place]]
id = 'baltimore-md'
name = 'Baltimore'
state = 'MD'
"""


def ruleset(query: str, **keys: object) -> RuleSet:
    more = "".join(f"{key} = {value!r}\n" for key, value in keys.items())
    return load_texts({"lists.toml": LISTS, "one.toml": f"[[rule]]\nid = 'one'\nquery = '''{query}'''\n{more}"})


def match(query: str, text: str, title: str = "", article: Article | None = None, **keys: object) -> Match | None:
    loaded = ruleset(query, **keys)
    assert () == loaded.errors
    found = Engine(loaded).match(article or Article(title, text))
    return found[0] if found else None


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("raid", "Two raids.", True),
        ("raid", "The Raiders raided.", False),
        ("ICE", "Ice on the road.", False),
        ("ICE", "ICE’s plan.", True),
        ("ICE", "I.C.E. agents came.", True),
        ("ICE", "Write to press@ICE.gov today.", False),
        ("exact(Ice)", "ICE came.", False),
        ("exact(feds)", "The feds came.", True),
        ("exact(feds)", "The fed came.", False),
        ("anycase(ICE)", "The ice broke.", True),
        ("detain*", "Three detainees.", True),
        ("detain*", "They retain it.", False),
        ("SANC*", "sanctuary", False),
        ('"ICE raid"', "An ICE raid.", True),
        ('"ICE raid"', "An ICE-raid.", True),
        ('"ICE raid"', "An ice raid.", False),
        ('"ICE raid"', "They met ICE. Raids came.", False),
        ('"ICE raid"', "They met ICE\nraids came", False),
        ("a AND b", "a x b", True),
        ("a AND b", "a", False),
        ("a OR b", "See b.", True),
        ("a AND NOT b", "See a.", True),
        ("a AND NOT b", "a b", False),
        ("@feds", "Federal agents came.", True),
        ("@feds", "Redadas en la ciudad.", True),
        ("exact(@feds)", "federal agent", False),
        ("exact(@feds)", "federal agents", True),
        ("inmigracion", "La inmigración.", True),
        ("ano", "El año.", False),
    ])
def test_words_and_phrases(query: str, text: str, expected: bool) -> None:
    """Plurals fold, capitals count, phrases end with their sentence, lists stand for their members."""
    assert expected == bool(match(query, text))


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("a NEAR/2 b", "b x y a", True),
        ("a NEAR/2 b", "a x y z b", False),
        ("a NEAR/0 b", "a b", True),
        ("a NEAR/50 b", "a\nb", False),
        ("a NEAR/5 a", "a", False),
        ("a ONEAR/2 b", "b a", False),
        ("a ONEAR/2 b", "a x b", True),
        ("a NOT NEAR/2 b", "a b", False),
        ("a NOT NEAR/2 b", "a b x x x a", True),
        ("(a NEAR/2 b) NEAR/1 c", "a x b y c", True),
        ("(a NEAR/2 b) NEAR/1 c", "a x b y z c", False),
        ("sentence(a AND b)", "A b. C.", True),
        ("sentence(a AND b)", "See a. B it is.", False),
        ("sentence(a AND NOT b)", "See a here. B it is.", True),
        ("paragraph(a AND b)", "See a. B it is.", True),
        ("paragraph(a AND b)", "a\nb", False),
        ("ATLEAST/2(a OR b)", "a b", True),
        ("ATLEAST/2(a)", "a", False),
        ("ATLEAST/2(\"a b\" OR b)", "a b", False),
    ])
def test_distance_and_scope(query: str, text: str, expected: bool) -> None:
    """NEAR counts the words in between and never leaves the paragraph; scopes see one sentence or block."""
    assert expected == bool(match(query, text))


ARTICLE = Article(
    "Council votes", "One lead.\nTwo lead.\nThree lead.\nDeep body.\nMayor Lee, second from right, with dogs.",
    "https://example.org/buses/late-again", "The Example Post", section="Local news")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("title:council", True), ("title:deep", False), ("lead:two", True), ("lead:deep", False),
        ("lead:council", False),
        ("body:deep", True), ("body:council", False), ("caption:dogs", True), ("dogs", False), ("any:dogs", True),
        ("any:deep", True), ("source:post", True), ('source:"example post"', True), ("url:buses", True),
        ("url:example.org", True), ("section:local", True), ("source:council", False), ("post", False),
        ("NOT title:deep AND council", True), ("title:(council AND vote)", True),
        ("sentence(lead:two AND lead)", True),
    ])
def test_fields(query: str, expected: bool) -> None:
    """A field looks at its part of the article only; captions and the feed's fields are no text."""
    assert expected == bool(match(query, "", article=ARTICLE))


def test_capitals_prove_nothing_in_a_headline_of_capitals() -> None:
    """A missed raid costs more than a false one, so ICE matches there and nowhere else."""
    assert match("ICE", "", title="ICE RAIDS BAKERY")
    assert not match("ICE", "It was ice.", title="Ice raids bakery")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("The bird sanctuary opened.", False), ("A bird sanctuary in a sanctuary city.", True),
     ("BIRD SANCTUARIES", False)])
def test_ignored_phrases_hide_a_mention_not_an_article(text: str, expected: bool) -> None:
    """What is inside an ignored phrase does not count; the rest of the article does."""
    assert expected == bool(match("sanctuary", text, ignore=["bird sanctuary"]))


def test_shared_ignore_hides_from_every_rule() -> None:
    """A phrase at the top of any file is hidden from the rules of all files."""
    loaded = load_texts({"a.toml": "ignore = ['ice storm']", "b.toml": "[[rule]]\nid = 'b'\nquery = 'anycase(ice)'"})
    engine = Engine(loaded)

    assert () == engine.match(Article("An ice storm", ""))
    assert engine.match(Article("An ice cube", ""))


def test_places_are_facts_of_the_article() -> None:
    """`place:` takes ids and labels, and is no keyword: the newspaper is not the city."""
    assert match('place:"Baltimore, MD" AND raid', "A raid in Baltimore.")
    assert not match("place:baltimore-md AND raid", "A raid, The Baltimore Sun said.")
    assert not match("about:baltimore-md AND raid", "One way.\nTwo ways.\nThree ways.\nA raid, and a bus to Baltimore.")
    assert match("sentence(place:baltimore-md AND raid)", "A raid in Baltimore.")


def test_a_match_shows_where_and_why() -> None:
    """Words as printed, the densest sentence first, and a reason in one sentence."""
    text = "Buses ran.\nA raid was told of.\nICE’s agents made a raid in Baltimore. Raids end."
    found = match("ICE NEAR/9 raid AND place:baltimore-md", text, title="Raid")
    assert found

    assert "“ICE’s” near “raid”; place Baltimore, MD (about)" == found.why
    assert "ICE’s agents made a raid in Baltimore." == found.quotes[0].text
    assert ["ICE’s", "raid", "Baltimore"] == [found.quotes[0].text[low:high] for low, high in found.quotes[0].marks]
    assert {"ICE’s", "raid", "Baltimore"} == set(found.terms)


def test_title_marks_fit_the_title_as_given() -> None:
    """Entities and curly quotes in the title shift nothing."""
    title = "Mayor&#8217;s office &amp; ICE’s raids"
    found = match("title:(ICE AND raid AND mayor)", "", title=title)
    assert found

    assert ["Mayor&#8217;s", "ICE’s", "raids"] == [title[low:high] for low, high in found.title_marks]


def test_a_headline_match_quotes_the_opening() -> None:
    """Where only the headline matched, the first sentence is given, its words from the headline marked."""
    short = match("title:raid", "Buses ran late. Trains did not.", title="Raid in town")
    named = match("title:raid", "The raids began.", title="Raid in town")
    long = match("title:raid", "word " * 200, title="Raid in town")
    assert short
    assert long

    assert named
    assert ((4, 9),) == named.quotes[0].marks
    assert [("Buses ran late.", ())] == [(quote.text, quote.marks) for quote in short.quotes]
    assert long.quotes[0].text.endswith("word …")
    assert len(long.quotes[0].text) <= 280


def test_a_mark_takes_the_bracket_that_closes_it() -> None:
    """A term that holds an opening bracket is marked to its end."""
    found = match('"287 g"', "Deputies signed a 287(g) deal (again).")
    assert found
    assert ["287(g)"] == [found.quotes[0].text[low:high] for low, high in found.quotes[0].marks]


def test_a_long_quote_is_cut_between_words_around_its_marks() -> None:
    """At most 280 characters, whole words, an ellipsis at each cut, and the marks still on the words."""
    found = match("raid", f"{'word ' * 100}the raids came {'tail ' * 100}end.")
    assert found
    quote = found.quotes[0]

    assert len(quote.text) <= 280
    assert quote.text.startswith("… word ")
    assert quote.text.endswith(" tail …")
    assert ["raids"] == [quote.text[low:high] for low, high in quote.marks]


def test_matches_come_most_severe_first() -> None:
    """Then by id; rules that are switched off or have expired are silent."""
    rules = [("b", "'low'", ""), ("c", "'urgent'", ""), ("a", "'low'", ""), ("off", "'urgent'", "enabled = false"),
             ("old", "'urgent'", "expires = 2026-01-31")]
    files = {f"{name}.toml": f"[[rule]]\nid = '{name}'\nquery = 'raid'\nseverity = {severity}\n{more}"
             for name, severity, more in rules}
    found = Engine(load_texts(files)).match(Article("raid", ""), now=datetime(2026, 2, 1, tzinfo=UTC))

    assert ["c", "a", "b"] == [one.rule_id for one in found]


PLACES = """
watch = ['Hyattsville, MD']
[[place]]
id = 'maryland'
name = 'Maryland'
state = 'MD'
kind = 'state'
[[place]]
id = 'prince-georges-county-md'
name = "Prince George's County"
state = 'MD'
within = ['maryland']
[[place]]
id = 'hyattsville-md'
name = 'Hyattsville'
state = 'MD'
within = ['prince-georges-county-md', 'maryland']
"""


def placed(query: str, text: str, title: str = "", files: str = PLACES) -> Match | None:
    loaded = load_texts({"a.toml": f"{files}[[rule]]\nid = 'one'\nquery = '''{query}'''"})
    assert () == loaded.errors
    return next(iter(Engine(loaded).match(Article(title, text, language="en"))), None)


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("place:hyattsville-md", "A raid in Hyattsville.", True),
        ("place:prince-georges-county-md", "A raid in Hyattsville.", True),
        ("place:maryland AND raid", "A raid in Hyattsville.", True),
        ("about:maryland", "A raid in Hyattsville.", True),
        ("about:maryland", "One.\nTwo.\nThree.\nA bus to Hyattsville.", False),
        ("place:hyattsville-md", "A raid in Prince George's County.", False),
        ("place:watched", "A raid in Hyattsville.", True),
        ("raid AND place:watched", "A raid in Prince George's County.", False),
        ("about:watched", "A raid in Hyattsville.", True),
        ("sentence(raid AND place:maryland)", "A raid. Hyattsville.", False),
    ])
def test_a_place_is_found_by_what_lies_within_it(query: str, text: str, expected: bool) -> None:
    """A county by its towns, a state by its counties, never the other way round; `watched` are the team's own."""
    assert expected == bool(placed(query, text))


def test_no_place_is_watched_where_none_is_named() -> None:
    """Then place:watched is never true."""
    assert not placed("place:watched AND raid", "A raid in Hyattsville.", files=PLACES.partition("\n[[")[2] and (
        "[[" + PLACES.partition("\n[[")[2]))


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("", "A raid in Hyattsville.\nBuses.", True),
        ("", "A raid.\nBuses to Hyattsville.", False),
        ("Raid in town", "People of Hyattsville woke up.", True),
        ("Hyattsville wakes up", "A raid was told of.", True),
        ("", f"A raid. {'Word and word. ' * 60} Hyattsville.", False),
        ("", "Buses.\nA raid. Trains to Hyattsville.", False),
        ("", "Buses.\nA raid. Trains to Hyattsville.\nHyattsville.", True),
        ("", "Buses.\nA raid in Hyattsville.", True),
    ])
def test_a_place_beside_the_words_found_is_near(title: str, text: str, expected: bool) -> None:
    """In the same paragraph, or within 60 words where that is a page; the headline belongs to the first paragraph.

    What is named once, further down, must share the sentence.
    """
    found = placed("raid", text, title)
    assert found
    assert [expected] == [place.near for place in found.places]


NOW = datetime(2026, 3, 9, tzinfo=UTC)
CLAUSES = """
severity = 'high'
graphic = 'blood'
[[rule.escalate]]
when = 'tomorrow'
[[rule.escalate]]
when = 'soon'
severity = 'low'
"""


@pytest.mark.parametrize(
    ("text", "published_at", "expected"),
    [
        ("A raid tomorrow.", NOW, "urgent"),
        ("A raid tomorrow.", None, "urgent"),
        ("A raid tomorrow.", NOW - timedelta(hours=25), "high"),
        ("A raid soon.", NOW, "high"),
        ("A raid.", NOW, "high"),
    ])
def test_fresh_news_escalates(text: str, published_at: datetime | None, expected: str) -> None:
    """Raised, never lowered, and only within a day of publication; an undated article counts as fresh."""
    loaded = load_texts({"a.toml": f"[[rule]]\nid = 'one'\nquery = 'raid'{CLAUSES}"})
    assert () == loaded.errors
    (found,) = Engine(loaded).match(Article("", text, published_at=published_at), NOW)

    assert expected == found.severity


def test_graphic_is_a_query_or_the_whole_rule() -> None:
    """What only some articles show is asked of each."""
    whole = "[[rule]]\nid = 'two'\nquery = 'raid'\ngraphic = true"
    engine = Engine(load_texts({"a.toml": f"[[rule]]\nid = 'one'\nquery = 'raid'{CLAUSES}", "b.toml": whole}))

    assert [False, True] == [found.graphic for found in engine.match(Article("", "A raid."))]
    assert [True, True] == [found.graphic for found in engine.match(Article("", "A raid. Blood."))]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ICE AND raid", {"raid"}), ('"the raid"', {"raid"}), ("raid OR jueces", {"raid", "juece", "juec"}),
        ("detain* NEAR/3 the", {"detain*"}), ("@feds", {"ice", "border", "redada*", "migra"}),
        ("place:prince-georges-county-md", {"prince", "hyattsville"}),
    ])
def test_search_words_are_those_an_index_is_asked_for(query: str, expected: set[str]) -> None:
    """One of them stands in every article that can match, in either language; places by all names within them."""
    rule = f"[[rule]]\nid = 'one'\nquery = '{query}'"
    loaded = load_texts({"lists.toml": LISTS, "places.toml": PLACES, "one.toml": rule})
    found = Engine(loaded).search_words("one")
    assert found is not None

    assert expected <= found
    assert Engine(loaded).search_words("none") is None


def test_index_words_hold_both_foldings_of_everything_a_rule_may_read() -> None:
    """Title, text, captions, outlet, address and section."""
    article = Article("Leyes", "Photo: dogs", "https://example.org/late-again", "The Post", section="Local news")

    assert {"leye", "ley", "dog", "late", "post", "local"} <= index_words(article)


WORDS = st.sampled_from(["a", "b", "ICE", "ice", "raids", "raid", "Baltimore", "Sun", ",", ".", "County", "\n",
                         "x", "MD", "—", "federal", "agents", "é", "&amp;", "’s", "I.C.E.", "\u00ad", "(", "Photo:"])
QUERIES = ["a AND NOT b", "ICE NEAR/2 raid", "(a OR @feds) NEAR/3 raid", "sentence(a AND b)", "ATLEAST/2(raid)",
           "a NOT NEAR/2 b", "title:a OR caption:b", "place:baltimore-md AND NOT raid", "about:baltimore-md",
           "raid* AND a", "any:(a AND ICE)", "url:example", "paragraph(ICE AND NOT a)", '"ICE raid" OR "a b"',
           "@feds AND NOT (a OR b)"]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(WORDS, max_size=12).map(" ".join), st.lists(WORDS, max_size=40).map(" ".join), st.text(max_size=60))
def test_no_article_crashes_the_engine(title: str, text: str, noise: str) -> None:
    """Whatever the text: no rule raises, presearch loses no match, and every mark lies on its text."""
    article = Article(title, f"{text}\n{noise}", outlet=noise)
    for match in ENGINE.match(article):
        assert all(0 <= low < high <= len(title) for low, high in match.title_marks)
        assert all(0 <= low < high <= len(quote.text) for quote in match.quotes for low, high in quote.marks)
        assert all(len(quote.text) <= 300 for quote in match.quotes)
        assert all(term.strip() for term in match.terms)
    assert {found.rule_id for found in ENGINE.match(article)} == {
        f"q{at}" for at in range(len(QUERIES)) if not ENGINE.missing(f"q{at}", article)}


ENGINE = Engine(load_texts({
    "lists.toml": LISTS, "all.toml": "".join(f"[[rule]]\nid = 'q{at}'\nquery = '''{query}'''\n"
                                             for at, query in enumerate(QUERIES))}))


def test_a_hostile_page_costs_no_more_than_its_length() -> None:
    """A page that repeats one word gives a bounded match."""
    found = match("ATLEAST/3(a) AND (a NEAR/50 a) NEAR/50 a", "a " * 3000)
    assert found

    assert evidence.MAX_SPANS == len(found.spans)
    assert len(found.quotes[0].text) <= 280


def test_what_was_missing_is_said() -> None:
    """For a rule that did not match, the parts that failed, in the words of the query."""
    engine = Engine(ruleset("ICE NEAR/2 raid AND baker AND NOT snow"))
    article = Article("ICE", "Snow fell and then, hours later, a raid. ICE came")

    assert (
        "NOT snow excludes it (found: Snow)", "ICE NEAR/2 raid: both sides are there, in different paragraphs",
        "baker was not found",
    ) == engine.missing("one", replace(article, text="Snow fell and then, hours later, a raid.\nICE came."))
