"""What an article must hold: never more than a match needs, and as much as a query says together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.article.document import index_words
from rules.engine.engine import Engine
from rules.engine.needed import AllOf, AnyOf, Need, needed
from rules.files.load import load_texts
from rules.model import Article

LISTS = """
[lists]
agents = ['ICE', 'federal agents', 'la migra']
raids = ['raid*', 'redadas', '@agents NEAR/3 sweep']
"""
TERMS = ["raid", "raids", "Redadas", "detenciones", "detencion*", "sweep*", '"federal agents"', "@agents", "@raids",
         "ICE", "exact(ICE)", "ley*", "title:raid", "place:salem-or", '"la migra"', "source:ledger"]
WORDS = ["raid", "raids", "redada", "redadas", "detención", "detenciones", "leyes", "ley", "sweeping", "federal",
         "agents", "agent", "ICE", "ice", "la", "migra", "Salem", "the", "de", "y"]


def engine(query: str) -> Engine:
    """One rule with lists and a place."""
    place = "[[place]]\nid = 'salem-or'\nname = 'Salem'\nstate = 'OR'\n"
    return Engine(load_texts({"team.toml": f"{LISTS}{place}[[rule]]\nid = 'one'\nquery = '''{query}'''\n"}))


def holds(need: Need, keys: frozenset[str]) -> bool:
    """Whether an article with these keys has what is needed."""
    if isinstance(need, AllOf):
        return all(holds(part, keys) for part in need.parts)
    there = any(word in keys or (word[-1:] == "*" and any(key.startswith(word[:-1]) for key in keys))
                for word in need.words)
    return there or any(holds(part, keys) for part in need.parts)


def joined(parts: list[str], sign: str) -> str:
    """A query of several, in brackets."""
    return f"({f' {sign} '.join(parts)})"


QUERIES = st.recursive(st.sampled_from(TERMS), lambda inner: st.one_of(
    st.builds(joined, st.lists(inner, min_size=2, max_size=3), st.sampled_from(["AND", "OR"])),
    st.builds(joined, st.lists(inner, min_size=2, max_size=2), st.sampled_from(["NEAR/5", "AND NOT", "NOT NEAR/3"])),
    st.builds("sentence({})".format, inner), st.builds("ATLEAST/2({})".format, inner),
), max_leaves=6)


@settings(max_examples=300, deadline=None)
@given(query=QUERIES, words=st.lists(st.sampled_from(WORDS), max_size=14), language=st.sampled_from(["en", "es"]))
def test_no_match_lacks_what_is_needed(query: str, words: list[str], language: str) -> None:
    """Whatever a rule matches, in either language, holds what the rule needs."""
    one = engine(query)
    article = Article(" ".join(words[:4]), " ".join(words[4:]), outlet="Salem Ledger", language=language)
    need = needed(one, "one")

    assert not one.match(article) or need is None or holds(need, index_words(article))


@pytest.mark.parametrize(("query", "enough", "lacking"), [
    ("ICE AND raid", "ICE raid", "ICE"), ("ICE NEAR/5 raid", "raid ICE", "raid"), ('"la migra"', "migra la", "migra"),
    ("@raids", "federal agents sweep", "federal agents"), ("(b OR ICE) AND raid AND NOT x", "ICE raid", "x raid"),
    ("raid NOT NEAR/3 ICE", "raid", "ICE"), ("sentence(raid AND ICE)", "ICE raid", "raid"),
])
def test_words_are_needed_together(query: str, enough: str, lacking: str) -> None:
    """Words that a query joins must all be there; a negated one need not."""
    need = needed(engine(query), "one")

    assert need is not None
    assert [True, False] == [holds(need, index_words(Article(title, ""))) for title in (enough, lacking)]


def test_a_rule_of_places_needs_their_words() -> None:
    """Of places alone, the index asks for their names; of a rule that does not exist, for nothing."""
    assert AnyOf(frozenset({"salem"})) == needed(engine("place:salem-or"), "one")
    assert None is needed(engine("raid"), "two")


@pytest.mark.parametrize("line", ["Hazleton, Pa., was calm.", "In Hazleton, PA, it rained.", "Hazleton, Pennsylvania"])
def test_a_town_without_an_entry(line: str) -> None:
    """A rule about a state finds towns that nobody listed, so it needs the ways in which the state is printed."""
    state = "[[place]]\nid = 'pennsylvania'\nname = 'Pennsylvania'\nkind = 'state'\n"
    one = Engine(load_texts({"a.toml": f"{state}[[rule]]\nid = 'one'\nquery = '''place:pennsylvania AND calm*'''\n"}))
    article = Article("Calm in Hazleton", line, language="en")
    need = needed(one, "one")

    assert ("one",) == tuple(match.rule_id for match in one.match(article))
    assert need is not None
    assert holds(need, index_words(article))


def test_a_rule_of_thousands_of_words() -> None:
    """Where one of thousands of words is enough to begin with, nothing more is asked: they come in several queries."""
    need = needed(engine(" OR ".join(f"word{number}" for number in range(1_200))), "one")

    assert need is not None
    assert (1_200, ()) == (len(need.words), need.parts)
