"""Spans: NEAR against a reading word by word of what it promises, also where a page repeats its words without end."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules.article import spans
from rules.article.document import GAP
from rules.engine.engine import Engine
from rules.files.load import load_texts
from rules.model import Article
from rules.query.parse import parse
from rules.query.tree import Near, Node, Or, Term

WORDS = ("alpha", "beta", "gamma")
WORD = st.sampled_from([*WORDS, '"alpha beta"'])
SIDE = WORD | st.tuples(WORD, WORD).map(lambda pair: f"({pair[0]} OR {pair[1]})")
OPERATOR = st.builds("{}/{}".format, st.sampled_from(["NEAR", "ONEAR", "NOT NEAR"]), st.integers(0, 4))
POSITIVE = st.builds("{}/{}".format, st.sampled_from(["NEAR", "ONEAR"]), st.integers(0, 4))
PAIR = st.tuples(SIDE, POSITIVE, SIDE).map(" ".join)
TWICE = st.tuples(PAIR, OPERATOR, SIDE | PAIR.map("({})".format)).map("({0[0]}) {0[1]} {0[2]}".format)
TEXT = st.lists(st.sampled_from([*WORDS, "other", "\n"]), max_size=25).map(" ".join)


def engine_of(query: str) -> Engine:
    """One rule that asks for nothing but the query."""
    return Engine(load_texts({"a.toml": f"[[rule]]\nid = 'a'\nquery = '''{query}'''"}))


def finds(query: str, text: str) -> bool:
    """Whether a rule of that query finds an article of that text."""
    return bool(engine_of(query).match(Article("", text, language="en")))


def naive(node: Node, places: dict[int, str]) -> set[spans.Hit]:
    """Every span of a node among words at their positions: all pairs are tried, and none is left out."""
    if isinstance(node, Or):
        return set[spans.Hit]().union(*(naive(child, places) for child in node.children))
    if isinstance(node, Term):
        wanted = [word.surface for word in node.words]
        return {
            (at, at + len(wanted) - 1) for at in places
            if wanted == [places.get(at + beyond) for beyond in range(len(wanted))]}
    assert isinstance(node, Near)
    lefts, rights = naive(node.left, places), naive(node.right, places)
    if node.negated:
        return {left for left in lefts if all(gap(left, right) > node.distance for right in rights)}
    return {
        (min(left[0], right[0]), max(left[1], right[1])) for left, right in product(lefts, rights)
        if 0 <= gap(left, right) <= node.distance and (not node.ordered or left < right)}


def gap(one: spans.Hit, other: spans.Hit) -> int:
    """The words between two spans; -1 where they overlap."""
    return max(max(one[0], other[0]) - min(one[1], other[1]) - 1, -1)


def laid_out(text: str) -> dict[int, str]:
    """Words by position, paragraphs further apart than NEAR reaches."""
    lines = [line.split() for line in text.split("\n")]
    return {number * 2 * GAP + at: word for number, line in enumerate(lines) for at, word in enumerate(line)}


def truth(query: str, text: str) -> bool:
    """Whether some span satisfies the query."""
    node = parse(query).node
    assert node is not None
    return bool(naive(node, laid_out(text)))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TWICE | st.tuples(TWICE, POSITIVE, WORD).map("({0[0]}) {0[1]} {0[2]}".format), TEXT)
def test_near_is_every_pair(query: str, text: str) -> None:
    """NEAR in NEAR in NEAR finds what somebody finds who tries all pairs of words."""
    assert truth(query, text) == finds(query, text)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.tuples(PAIR, POSITIVE, SIDE).map("({0[0]}) {0[1]} {0[2]}".format), TEXT)
@example("(alpha ONEAR/4 beta) ONEAR/0 gamma", "alpha beta beta gamma")
@example("gamma ONEAR/0 (alpha ONEAR/4 beta)", "gamma alpha alpha beta")
def test_the_closest_pairs_are_enough(query: str, text: str) -> None:
    """A NEAR beside a NEAR is as true of the closest pairs, to which long pages are cut down, as of all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spans, "MAX_HITS", 0)
        assert truth(query, text) == finds(query, text)


@pytest.mark.parametrize("repeated", [600, 1_000, 9_000])
@pytest.mark.parametrize("operator", ["NEAR/0", "ONEAR/0"])
@pytest.mark.parametrize("ending", ["gamma", "\nalpha beta gamma"])
def test_repetition_hides_nothing(repeated: int, operator: str, ending: str) -> None:
    """What stands at the end of a page is found, whatever was repeated before it; two words away it is not."""
    page = "alpha beta " * repeated
    query = f"(alpha NEAR/50 beta) {operator} gamma"

    assert finds(query, page + ending)
    assert not finds(query, page + ending.replace("gamma", "other other gamma"))


@pytest.mark.parametrize("distance", [0, 9, 50])
def test_pairs_stay_few(distance: int) -> None:
    """However often two words are repeated, there are at most two pairs for each position."""
    firsts, seconds = ([(at, at) for at in range(start, 10_000, 2)] for start in (0, 1))

    assert len(spans.follow(firsts, seconds, distance)) <= max(spans.MAX_HITS, 20_000)
