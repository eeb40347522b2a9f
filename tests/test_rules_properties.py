"""Promises that hold for any rule text, any article and any number of threads."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.article.document import index_words
from rules.engine.engine import Engine
from rules.files.load import load_texts
from rules.model import Article
from rules.query.parse import parse, parse_term

LISTS = """
[lists]
agents = ['ICE', 'federal agents', 'la migra', 'redada*', '@jails']
jails = ['jail', 'cárcel', 'juez NEAR/2 ley']
[[place]]
id = 'baltimore-md'
name = 'Baltimore'
state = 'MD'
within = ['maryland']
[[place]]
id = 'maryland'
name = 'Maryland'
state = 'MD'
kind = 'state'
"""
ENGLISH = ["raid", "raids", "ICE", "ice", "federal", "agents", "jail", "policy", "policies", "the", "of", "Baltimore",
           "Sun", "MD", "County", "arrest", "arrested", "I.C.E.", "anti-ICE", "287(g)", "’s", "U.S."]
SPANISH = ["juez", "jueces", "ley", "leyes", "redadas", "cárcel", "cárceles", "migra", "la", "de", "agentes", "no.",
           "Sra.", "detenciones", "detención", "¿", "locales", "local"]
SIGNS = [".", ",", "\n", "—", "(", ")", "&amp;", "\u00ad", "Photo:", "“", "?"]
PAIRS = 10_000
RULES = 100

PIECES = st.sampled_from(["AND", "OR", "NOT", "NEAR/3", "ONEAR/2", "NEAR/", "NOT NEAR/1", "(", ")", '"', "raid", "ICE",
                          "det*", "detain*", "@agents", "@none", "place:", "place:baltimore-md", "about:x", "title:",
                          "sentence(", "paragraph(", "ATLEAST/2(", "exact(", "W/5", "-word", "~5", "é", "*", ":"])


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(PIECES | st.text(max_size=6), max_size=15).map(" ".join))
def test_no_rule_text_crashes_the_parser(query: str) -> None:
    """It gives a tree or problems, each with a place in the text, and never raises."""
    for parsed in (parse(query), parse_term(query)):
        assert parsed.node is not None or parsed.problems
        assert all(0 <= problem.start <= problem.end <= len(query) + 1 for problem in parsed.problems)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(max_size=80), st.text(max_size=400), st.sampled_from(["", "en", "es"]))
def test_no_article_crashes_the_engine(title: str, text: str, language: str) -> None:
    """Any characters at all, in either folding; explanations included."""
    article = Article(title, text, outlet=text[:20], url=title, language=language)
    for match in ENGINE.match(article):
        assert all(0 <= low < high <= len(title) for low, high in match.title_marks)
        assert all(0 <= low < high <= len(quote.text) for quote in match.quotes for low, high in quote.marks)
    assert ENGINE.explain("q0", article).to_text()


def query(chance: random.Random, depth: int = 2) -> str:
    """A query at random, in which every construct of the language may stand."""
    if depth == 0 or chance.random() < 0.2:
        return leaf(chance)
    left, right = query(chance, depth - 1), query(chance, depth - 1)
    near = f"({leaf(chance)} OR {leaf(chance)})"
    return chance.choice([
        f"({left} AND {right})", f"({left} OR {right})", f"({left} AND NOT {right})",
        f"({leaf(chance)} NEAR/{chance.randint(0, 6)} {near})", f"({leaf(chance)} ONEAR/3 {leaf(chance)})",
        f"({leaf(chance)} NOT NEAR/2 {leaf(chance)})", f"sentence({left} AND {right})", f"paragraph({left})",
        f"ATLEAST/2({near})", f"{chance.choice(['title', 'lead', 'body', 'caption', 'any', 'source', 'url'])}:{near}",
        f"({left} AND {chance.choice(['place', 'about'])}:{chance.choice(['baltimore-md', 'maryland', 'watched'])})",
    ])


def leaf(chance: random.Random) -> str:
    """A word, a phrase, a prefix or a list."""
    words = [word for word in ENGLISH + SPANISH if word.isalpha()]
    return chance.choice([
        chance.choice(words), chance.choice(words), f'"{chance.choice(words)} {chance.choice(words)}"', "@agents",
        f"{chance.choice(['deten', 'arres', 'leyes', 'poli'])}*", f"exact({chance.choice(words)})", "@jails"])


def article(chance: random.Random) -> Article:
    """A short article at random, in English, Spanish or both."""
    words = chance.choice([ENGLISH, SPANISH, ENGLISH + SPANISH]) + SIGNS
    title, text = (" ".join(chance.choices(words, k=chance.randint(0, most))) for most in (8, 40))
    outlet = chance.choice(["", "The Herald", "Baltimore Sun"])
    return Article(title, text, outlet=outlet, url="https://example.org/raid", language=chance.choice(["en", "es"]))


def loaded(queries: list[str]) -> Engine:
    rules = "".join(f"[[rule]]\nid = 'q{at}'\nquery = '''{one}'''\n" for at, one in enumerate(queries))
    found = load_texts({"lists.toml": f"watch = ['Maryland']\n{LISTS}", "rules.toml": rules})
    assert () == found.errors
    return Engine(found)


def without_presearch(engine: Engine, one: Article) -> set[str]:
    """The rules whose query is true, each of them evaluated."""
    program, evaluation = engine.laid_out(one)
    view = evaluation.whole(program.shared_hidden(evaluation))
    return {compiled.rule.id for compiled in program.rules if evaluation.hits(compiled.node, view) is not None}


def test_presearch_loses_no_match() -> None:
    """On 10,000 random pairs the rules found through their rarest words are those that match, and search words hold."""
    chance = random.Random(20261123)
    engine = loaded([query(chance) for _ in range(RULES)])
    words = {f"q{at}": engine.search_words(f"q{at}") for at in range(RULES)}
    matched = 0
    for _ in range(PAIRS // RULES):
        one = article(chance)
        found = {match.rule_id for match in engine.match(one)}
        known = index_words(one)
        assert found == without_presearch(engine, one)
        for rule_id in found:
            wanted = words[rule_id]
            assert wanted is None or any(
                word in known or (word.endswith("*") and any(key.startswith(word[:-1]) for key in known))
                for word in wanted)
        matched += len(found)

    assert PAIRS // 10 < matched < PAIRS // 2


def test_an_engine_serves_many_threads() -> None:
    """Eight threads find what one finds, in two languages, and none of them waits for the Spanish program."""
    chance = random.Random(7)
    queries = [query(chance) for _ in range(30)]
    articles = [article(chance) for _ in range(60)]
    alone = [loaded(queries).match(one) for one in articles]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(loaded(queries).match, articles))

    assert alone == together


ENGINE = loaded([query(random.Random(seed)) for seed in range(40)])
