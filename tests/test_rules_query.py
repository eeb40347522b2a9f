"""Queries: what they mean as trees, and what is said about those that mean nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.files.rewrite import applied
from rules.problem import Fix
from rules.query.foreign_entries import enumerated
from rules.query.parse import parse, parse_term
from rules.query.tree import And, AtLeast, Field, ListRef, Near, Node, Not, Or, PlaceRef, Term, Within


def shape(node: Node) -> str:
    """The tree in a short notation; words that insist on their letters are printed with them."""
    if isinstance(node, Term):
        words = [word.surface if word.case in ("capitals", "exact") else word.key for word in node.words]
        return " ".join(word + "*" * parsed.is_prefix for word, parsed in zip(words, node.words, strict=True))
    if isinstance(node, And | Or):
        return f"{type(node).__name__}({', '.join(map(shape, node.children))})"
    if isinstance(node, Near):
        kind = "NotNear" if node.negated else "Ordered" if node.ordered else "Near"
        return f"{kind}{node.distance}({shape(node.left)}, {shape(node.right)})"
    if isinstance(node, PlaceRef):
        return f"{'about' if node.about else 'place'}:{node.value}"
    if isinstance(node, ListRef):
        return f"@{node.name}"
    return f"{label(node)}({shape(node.child)})"


def label(node: Not | Within | AtLeast | Field) -> str:
    if isinstance(node, Not):
        return "Not"
    if isinstance(node, AtLeast):
        return f"{node.count}x"
    return node.unit if isinstance(node, Within) else node.name


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Raids", "raid"),
        ("ICE", "ICE"),
        ('"ICE raids"', "ICE raid"),
        ("“ICE raids”", "ICE raid"),
        ("anti-ICE", "anti ICE"),
        ('"287(g)"', "287 g"),
        ("detain*", "detain*"),
        ("a AND b AND NOT c", "And(a, b, Not(c))"),
        ("a AND (b OR c)", "And(a, Or(b, c))"),
        ("a OR b OR c", "Or(a, b, c)"),
        ("a NEAR/3 (b OR c)", "Near3(a, Or(b, c))"),
        ("a ONEAR/3 b", "Ordered3(a, b)"),
        ("a NOT NEAR/3 b", "NotNear3(a, b)"),
        ("(a NEAR/3 b) NEAR/9 @c", "Near9(Near3(a, b), @c)"),
        ("a NEAR/3 b AND c", "And(Near3(a, b), c)"),
        ("sentence(a AND NOT b)", "sentence(And(a, Not(b)))"),
        ("paragraph(a AND b)", "paragraph(And(a, b))"),
        ("ATLEAST/3(a OR b)", "3x(Or(a, b))"),
        ("exact(Feds OR feds)", "Or(Feds, feds)"),
        ("anycase(ICE)", "ice"),
        ("title:raid OR lead:(a AND b)", "Or(title(raid), lead(And(a, b)))"),
        ("url:example.org", "url(example org)"),
        ('place:(x-md OR "Baltimore, MD")', "Or(place:x-md, place:Baltimore, MD)"),
        ("about:x-md AND a", "And(about:x-md, a)"),
    ])
def test_what_a_query_means(query: str, expected: str) -> None:
    """Every construct of the language becomes its tree."""
    node = parse(query).node
    assert node is not None
    assert expected == shape(node)


@pytest.mark.parametrize(
    ("query", "code", "marked", "remedy"),
    [
        ("a OR b AND c", "E200", "OR b AND", "a OR (b AND c)   or   (a OR b) AND c"),
        ("a and b", "E201", "and", "AND"),
        ("a near/3 b", "E201", "near/3", "NEAR/3"),
        ('a AND "b', "E202", '"', "close"),
        ("(a AND b", "E203", "(", ")"),
        ("a)", "E203", ")", "remove"),
        ("", "E204", "", "word"),
        ("()", "E204", "()", "word"),
        ('""', "E204", '""', "word"),
        ("(" * 41 + "a" + ")" * 41, "E205", "(", "@lists"),
        ("titel:a", "E211", "titel:", "title:a"),
        ("a AND title:", "E211", "title:", "brackets"),
        ("a AND", "E212", "AND", "right"),
        ("OR a", "E212", "OR", "left"),
        ("a NEAR/3", "E212", "NEAR/3", "right"),
        ("ICE raid", "E213", "ICE raid", '"ICE raid"   or   ICE AND raid   or   ICE OR raid'),
        ("287(g)", "E213", "287(g)", '"287(g)"'),
        ("'city library' AND x", "E202", "'city library'", 'write "city library"'),
        ("x OR 'the city's library'", "E202", "'the city's library'", 'write "the city\'s library"'),
        ("ICE n5 raid", "E213", "n5", "write NEAR/5"),
        ("ICE w5 raid", "E213", "w5", "write ONEAR/5"),
        ("a AND title:ICE raid", "E213", "title:ICE raid", 'title:"ICE raid"   or   title:(ICE AND raid)'),
        ("place:Baltimore MD", "E213", "place:Baltimore MD", 'say which you mean: place:"Baltimore MD"'),
        ("@agents, @feds", "E213", "@agents, @feds", "@agents OR @feds"),
        ("x AND (a, b c, d)", "E213", "a, b c, d", 'a OR "b c" OR d'),
        ('"a b", "c, d"', "E213", '"a b", "c, d"', '"a b" OR "c, d"'),
        ("@a,@b", "E213", "@a,@b", "@a OR @b"),
        ("sentence(a, b)", "E213", "a, b", "a AND b"),
        ("a – b", "E213", "–", "AND or OR in its place"),
        ("sentence:(a AND b)", "E211", "sentence:", "write sentence("),
        ("a AND https://example.org", "E211", "https://example.org", 'write url:"example.org"'),
        ("location:Baltimore", "E211", "location:", "did you mean place:Baltimore"),
        ('"ICE * raid"', "E233", '"ICE * raid"', "write ICE ONEAR/1 raid"),
        ('"in the * of night"', "E233", '"in the * of night"', 'write "in the" ONEAR/1 "of night"'),
        ('"* * ICE * raid"', "E233", '"* * ICE * raid"', "write ICE ONEAR/1 raid"),
        ('"a * * b * c"', "E233", '"a * * b * c"', 'write a ONEAR/2 "b * c"'),
        ('"* *"', "E204", '"* *"', "word"),
        ("a NOT b", "E213", "NOT", "AND NOT"),
        ("a AND NOT b c", "E213", "NOT b c", 'NOT "b c"   or   NOT (b AND c)   or   NOT (b OR c)'),
        ("a NEAR/3 b c", "E213", "a NEAR/3 b c", 'a NEAR/3 "b c"   or   a NEAR/3 (b OR c)'),
        ("a AND b c d", "E213", "b c d", '"b c d"   or   b AND c AND d   or   (b OR c OR d)'),
        ("a OR @x b", "E213", "@x b", "mean: (@x AND b)   or   @x OR b"),
        ("(a)b", "E213", "(a)b", "(a) AND b"),
        ("raid(s)", "E213", "raid(s)", "write raid:"),
        ("ATLEAST/101(a)", "E215", "ATLEAST/101", "ATLEAST/100(...)"),
        ("ATLEAST101(a)", "E215", "ATLEAST101", "ATLEAST/3(a)"),
        ("a Or b", "E201", "Or", "write OR, or put"),
        ("Not b", "E201", "Not", "write NOT"),
        ("a near b", "E201", "near", "write NEAR/5"),
        ("`a AND b`", "E202", "`", "remove them"),
        ("a NEAR/3 b NEAR/3 c", "E214", "NEAR/3", "(a NEAR/3 b) NEAR/3"),
        ("a NEAR/51 b", "E215", "NEAR/51", "smaller"),
        ("ATLEAST/0(a)", "E215", "ATLEAST/0", "ATLEAST/3"),
        ("a NEAR/3 (b AND c)", "E216", "(b AND c)", "OR"),
        ("place:@x", "E217", "@x", "place:"),
        ("ra*", "E232", "ra*", "letters"),
        ("c*t", "E233", "c*t", "whole words"),
        ("NOT a", "E250", "NOT a", "AND NOT"),
        ("a OR NOT b", "E250", "NOT b", "must be there"),
        ("sentence(NOT a)", "E250", "sentence(NOT a)", "must be there"),
    ])
def test_what_is_wrong_with_a_query(query: str, code: str, marked: str, remedy: str) -> None:
    """Each mistake has its code, the characters it stands at, and a help line that can be pasted."""
    (problem,) = parse(query).problems

    assert (code, marked) == (problem.code, query[problem.start:problem.end])
    assert remedy in problem.help


@pytest.mark.parametrize(
    ("query", "remedy"),
    [
        ("a W/5 b", "NEAR/4"), ("a PRE/3 b", "ONEAR/2"), ("a W/s b", "sentence("), ("a w/p b", "paragraph("),
        ("detain!", "detain*"), ("ALLCAPS(ice)", "capitals"), ("CAPS(Ice)", "exact("), ("ATLEAST5(a)", "ATLEAST/5("),
        ("HEADLINE(a)", "title:("), ("{Ice} AND a", "exact(Ice)"), ("a NEAR/2f b", "ONEAR/2"),
        ("a NEAR b", "NEAR/4"), ('"a b c"~5', "(a NEAR/5 b) NEAR/5 c"), ("a -b", "AND NOT b"), ('a -"b c"', "AND NOT"),
        ("+a AND b", "write a"), ("intitle:a", "title:a"), ("site:x.org", "url:x.org"), ("headline:a", "title:a"),
        ("a AROUND(7) b", "NEAR/7"), ("a | b", "OR"),
        ("ICE NEAR5 raid", "write NEAR/5"), ("ICE N/5 raid", "write NEAR/5"),
        ("SUBJECT(a)", "title:(a)"), ("TERMS (a)", "title:(a)"), ("DATE(>2020) AND a", "remove it"),
        ("ICE(raid)", "ICE AND (raid)"), ("ICE(raid) OR x", "the functions are sentence(...)"),
        ("a w/75 b", "write NEAR/50"), ("a NEAR/ b", "NEAR/5"), ("a NEAR/x b", "NEAR/5"), ("ATLEAST/ a", "ATLEAST/3"),
        ("a UND b", "write AND"), ("a O b", "write OR"), ("a Y b", "write AND"), ("-\"a b\"", "say what must be there"),
        ("a +b OR c", "brackets around what OR joins"), ("a -b OR c AND d", "brackets around what OR joins"),
        ("a XOR b", "write OR;"), ("@x, OR a", "write @x"),
        ("ATLEAST(3, raid)", "write ATLEAST/3(raid)"),
        ("a AND/OR b", "write OR"), ("ATLEAST 3 raid", "write ATLEAST/3(raid)"),
        ("ATLEAST/3 @x", "ATLEAST/3(@x)"),
        ("BODY(raid)", "write body:(raid)"), ("HEADLINE(a b)", "title:(a b)"),
        ("near(a, b)", "write a NEAR/5 b"),
        ('near("b, c", d e, 7)', 'write "b, c" NEAR/7 "d e"'),
        ("a && b", "AND"), ("organi?e", "OR"),
    ])
def test_foreign_syntax_is_translated(query: str, remedy: str) -> None:
    """What admins paste from other tools is named and rewritten, never read as words."""
    (problem,) = parse(query).problems

    assert "E210" == problem.code
    assert remedy in problem.help


@pytest.mark.parametrize("query", [
    "W2 AND wage", "N95", "@x OR a", "sentence(a AND b)", '"a, b" AND c', "1,000 OR x", "children's OR parents'",
    "Y AND O", "Or", "near AND x", "ADJ AND x", "UND OR x", "title:And AND b", "(Or) AND b", "sentence (a AND b)",
    "'library'", '"at least 3 people"', '"287(g)" OR x', 'url:"x.org" OR b', '"x" AND "y *"', "raid, OR sweep"])
def test_what_only_looks_foreign_is_read(query: str) -> None:
    """Words with digits, commas inside a phrase, and possessives are what they are."""
    assert parse(query).node is not None


def test_all_foreign_words_are_named_at_once() -> None:
    """A pasted query is mended in one go."""
    assert ["W/5", "and", "-c"] == [
        "a W/5 b and d -c"[problem.start:problem.end] for problem in parse("a W/5 b and d -c").problems]


def mended(query: str) -> str:
    """The query with its corrections, until there are none left."""
    for _ in range(9):
        fixes = [Fix(*found.fix) for found in parse(query).problems if found.fix]
        if not fixes:
            return query
        query = applied(query, fixes)
    return "endless"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # Nexis: steps between words, alternatives first, units, endings, capitals
        ("detain! W/5 ICE", "detain* NEAR/4 ICE"),
        ("ICE OR feds W/5 raid OR sweep", "(ICE OR feds) NEAR/4 (raid OR sweep)"),
        ("a W/5 b W/5 c", "(a NEAR/4 b) NEAR/4 c"),
        ("a PRE/3 b AND c", "a ONEAR/2 b AND c"),
        ("a NOT W/5 b", "a NOT NEAR/4 b"),
        ("(ICE OR feds) W/s raid", "sentence((ICE OR feds) AND raid)"),
        ("ICE W/5 raid W/p city AND x", "paragraph(ICE NEAR/4 raid AND city) AND x"),
        ("ICE /s raid AND city", "sentence(ICE AND raid) AND city"),
        ("ALLCAPS(ice) AND raid", "ICE AND raid"),
        ("HEADLINE(ice W/3 raid)", "title:(ice NEAR/2 raid)"),
        ("HLEAD(raid)", "(title:(raid) OR lead:(raid))"),
        ("ATLEAST5(raid) AND NOCAPS(ice)", "ATLEAST/5(raid) AND exact(ice)"),
        # Brandwatch
        ("{BT} AND {united nations}", 'BT AND exact("united nations")'),
        ("raid NEAR/2f raw:Ice <<<a note>>>", "raid ONEAR/2 exact(Ice) "),
        # Lucene and Media Cloud
        ('"ice raid"~5 AND city', "ice NEAR/5 raid AND city"),
        ('title:"ice raid"~5', "title:(ice NEAR/5 raid)"),
        ('"ice raid sweep"~5 NEAR/3 x', "((ice NEAR/5 raid) NEAR/5 sweep) NEAR/3 x"),
        ('raid~2 && !"drug bust"', 'raid AND NOT "drug bust"'),
        ("raid^3 AND language:en", "raid"),
        # Google
        ("intitle:raid -drug +ICE", "title:raid AND NOT drug AND ICE"),
        ("-drug raid", "NOT drug AND raid"),
        ("raid AND -(drug OR gun)", "raid AND NOT (drug OR gun)"),
        ("raid AROUND(7) ICE | sweep", "raid NEAR/7 ICE OR sweep"),
        ('ICE -"drug raid" OR x', '(ICE OR x) AND NOT "drug raid"'),
        ("-drug ICE OR x -gun", "((ICE OR x) AND NOT gun) AND NOT drug"),
        # functions in other letters, and those of Nexis
        ("SENTENCE(ICE AND raid)", "sentence(ICE AND raid)"),
        ("Sentence (ICE AND raid) OR EXACT(May)", "sentence (ICE AND raid) OR exact(May)"),
        ("ATL5(raid) AND atleast3(x)", "ATLEAST/5(raid) AND ATLEAST/3(x)"),
        ("PUBLICATION(Washington Post) AND x", 'source:("Washington Post") AND x'),
        ("a OR b W/5 c W/5 d", "((a OR b) NEAR/4 c) NEAR/4 d"),
        ("a W/5 b OR c PRE/3 d AND e", "(a NEAR/4 (b OR c)) ONEAR/2 d AND e"),
        # numbers and distances as others write them
        ("ICE NEAR(5) raid", "ICE NEAR/5 raid"), ("ICE NEAR 5 raid", "ICE NEAR/5 raid"),
        ("ICE NEAR / 5 raid", "ICE NEAR/5 raid"), ("NEAR((ICE raid), 5)", "(ICE NEAR/5 raid)"),
        ("NEAR((ICE, raid), 5)", "(ICE NEAR/5 raid)"), ("ICE ADJ3 raid", "ICE NEAR/2 raid"),
        ("ICE WITHIN 5 WORDS OF raid", "ICE NEAR/5 raid"), ("ICE ODER raid", "ICE OR raid"),
        ("`ICE AND raid`", "ICE AND raid"), ("`drug raid` AND x", '"drug raid" AND x'),
        ("url:https://example.org/", 'url:"example.org/"'), ("site:https://example.org/", 'url:"example.org/"'),
        # Meltwater, and what belongs to nobody
        ("ICE NEAR raid", "ICE NEAR/4 raid"),
        ("ICE near/5 raid", "ICE NEAR/5 raid"),
        ("raid NOT drug", "raid AND NOT drug"),
        ("287(g)", '"287(g)"'),
        ("near(raid, ICE, 5) AND x", "(raid NEAR/5 ICE) AND x"),
        ("https://example.org AND raid", 'url:"example.org" AND raid'),
    ])
def test_foreign_queries_are_rewritten_whole(query: str, expected: str) -> None:
    """The corrections together make a query that can be read and means the same."""
    assert expected == mended(query)
    assert parse(expected).node is not None


@pytest.mark.parametrize(
    "query", ["a and b", "a OR b AND c", "a, b", "a b", "ra*", "(a", "NOT a", "title:a b", "a XOR b", "SUBJECT(a)",
              "(a)(b)", "DATE(>2020)", "ICE(raid)", "a w/75 b", "a near/75 b", '"a b"~75', "a NEAR/75f b", "a Or b",
              "a Y b",
              '-"a b"', '"a b"(c)', "a NEAR/3 b(c)", "title:a(b)", "W/5 a", "a +b OR c", "-a AND -b"])
def test_where_there_is_a_choice_nothing_is_rewritten(query: str) -> None:
    """A person says what was meant."""
    assert query == mended(query)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [("federal agents", "federal agent"), ('"federal agents"', "federal agent"), ("stop and frisk", "stop and frisk"),
     ("detain*", "detain*"), ("exact(Feds)", "Feds"), ("@other", "@other"), ("a NEAR/3 @b", "Near3(a, @b)"),
     ("(a OR b) NEAR/2 c", "Near2(Or(a, b), c)")])
def test_list_entries(entry: str, expected: str) -> None:
    """Several words without quotes are one phrase; whatever stands for words may stand in a list."""
    node = parse_term(entry).node
    assert node is not None
    assert expected == shape(node)


@pytest.mark.parametrize(
    ("entry", "code"),
    [("a W/5 b", "E210"), ("a near/5 b", "E210"), ("a W/5 b W/5 c", "E210"), ("a w/s b", "E210"), ("tram!", "E210"),
     ("deport! order", "E210"), ("det?in", "E210"), ("x -y", "E210"), ("x +y", "E210"), ("/x/", "E210"),
     ("raid~2", "E210"), ("{Ice}", "E210"), ("bus|tram", "E213"), ("bus; tram", "E213"), ("bus\ttram", "E213"),
     ("SENTENCE(a)", "E210")])
def test_what_is_foreign_in_a_list_entry_is_named(entry: str, code: str) -> None:
    """As a phrase it would be found nowhere, in silence."""
    (problem,) = parse_term(entry).problems

    assert code == problem.code
    assert problem.help


@pytest.mark.parametrize("entry", [
    "Democracy Now!", "build the wall!", "bus and tram", "search and rescue", "Hagerstown, Md.", "24/7 care", "9/11",
    "AT&T", "and/or", "ICE - raid", "Covid -19", "¿Qué pasa?", "1,000 people", '"a; b"', "a NEAR/5 b", "w/o papers"])
def test_names_and_phrases_in_a_list_are_no_foreign_syntax(entry: str) -> None:
    """Commas, slashes, dashes and exclamation marks belong to names."""
    assert parse_term(entry).node is not None


@pytest.mark.parametrize(
    ("entry", "expected"),
    [("light rail, metro", ("light rail", "metro")), ("Hagerstown, Md.", ()), ("Bed, Bath & Beyond", ()),
     ("red, white and blue", ()), ("equity, and inclusion", ()), ("1,000 people", ()), ('"no justice, no peace"', ())])
def test_an_enumeration_is_told_from_a_phrase(entry: str, expected: tuple[str, ...]) -> None:
    """Only small words behind every comma, and no "and" at the end, look like several entries."""
    assert expected == enumerated(entry)


@pytest.mark.parametrize("entry", ["a AND b", "NOT a", "title:a", "place:x", "sentence(a)"])
def test_a_list_entry_is_no_query(entry: str) -> None:
    """What is no word cannot be counted between words, so it cannot stand in a list."""
    assert parse_term(entry).node is None


PARTS = ["a", "ICE", '"', '"b c"', "(", ")", "AND", "OR", "NOT", "NEAR/3", "ONEAR/2", "title:", "place:", "@x", "*",
         "~3", "sentence(", "exact(", "ATLEAST/2(", "W/5", "-", "and", "'", "é", "\n", ":", "{", "\u00ad"]


FOREIGN = [
    "a", "ICE", '"b c"', "(d OR e)", "AND", "OR", "W/5", "W/75", "near/60", "NEAR", "-x", '-"y z"', "+x",
    "tram!", "SENTENCE(a)", "ICE(raid)", "287(g)", "ATL5(a)", "SUBJECT(a)", "NEAR(5)", "ADJ3", "intitle:a",
    "UND", "`a b`"]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(FOREIGN), min_size=1, max_size=7).map(" ".join))
def test_corrections_break_nothing(query: str) -> None:
    """They never end in a bracket, quote or number that is wrong, nor in a phrase that was an expression before."""
    after = mended(query)

    left = {problem.code for problem in parse(after).problems} - {problem.code for problem in parse(query).problems}
    assert not left & {"E202", "E203", "E204", "E211", "E212", "E215", "E219", "E250"}
    assert not any(set('(') & set(phrase) for phrase in after.split('"')[1::2] if phrase != "287(g)")


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PARTS), max_size=14).map(" ".join),
                 st.lists(st.sampled_from(PARTS), max_size=14).map("".join)))
def test_no_text_crashes_the_parser(query: str) -> None:
    """Every text gives a tree or a problem within the text, and never the parser's own words."""
    parsed = parse(query)

    assert (parsed.node is None) == bool(parsed.problems)
    for problem in parsed.problems:
        assert 0 <= problem.start <= len(query)
        assert "RPAR" not in problem.message
        assert problem.help
    parse_term(query)
