"""Preparing and matching one article of 1,000 words, beside peers, as multiples of one tokenising pass in the same run.

The bound is a single `re.findall` over the same text: nothing that reads words can cost less. Language detection is
timed apart, for a feed may tell the language. Peers see the same articles and the same queries, as far as they
understand them: eldar has no NEAR, FTS5 no sentences, and an alternation only finds words.
"""

from __future__ import annotations

import gc
import re
import sqlite3
import statistics
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.synthetic import TOKEN, articles, queries, rules
from monitor.config.load import PACKS
from rules.article import language
from rules.engine.engine import Engine
from rules.files.load import load_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rules.model import Article, RuleSet

COUNTS = (100, 1_000, 10_000)
ROUNDS = 7
BUDGET = 8.0  # seconds for one line; slow peers see fewer articles
_OPERATORS = re.compile(r"\b(?:AND|OR|NOT|O?NEAR(?:/\d+)?|sentence|ATLEAST(?:/\d+)?)\b")


def seconds(work: Callable[[Article], object], texts: Sequence[Article]) -> float:
    """CPU seconds for all texts."""
    start = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - start


def bound(text: Article) -> object:
    return TOKEN.findall(text.text)


def ratio(work: Callable[[Article], object], texts: Sequence[Article]) -> tuple[float, float]:
    """Milliseconds an article and the multiple of the bound: the median of rounds, the bound timed before and after."""
    once = seconds(work, texts[:1])
    chosen = texts[:max(1, min(len(texts), int(BUDGET / ROUNDS / max(once, 1e-6))))]
    rounds = ROUNDS if once * ROUNDS < BUDGET else 1
    found = []
    for _ in range(rounds):
        before = seconds(bound, chosen)
        taken = seconds(work, chosen)
        found.append((taken * 1000 / len(chosen), 2 * taken / (before + seconds(bound, chosen))))
    return statistics.median(one for one, _ in found), statistics.median(multiple for _, multiple in found)


def show(name: str, work: Callable[[Article], object], texts: Sequence[Article]) -> None:
    milliseconds, multiple = ratio(work, texts)
    print(f"  {name:<34} {milliseconds:9.2f} ms {multiple:9.1f}x")


def words_of(query: str) -> list[str]:
    """The words and phrases of a query, without operators."""
    return [found.strip('"*') for found in re.findall(r'"[^"]+"|\w+\*?', _OPERATORS.sub(" ", query))]


def boolean(query: str) -> str:
    """A query for eldar: NEAR becomes AND, sentence() and ATLEAST lose their name."""
    plain = re.sub(r"O?NEAR/\d+", "AND", re.sub(r"(?:sentence|ATLEAST/\d+)\(", "(", query))
    return re.sub(r'(?<!["\w])([a-z]\w*\*?)(?!["\w])', r'"\1"', plain)


def for_sqlite(query: str) -> str:
    """A query for FTS5, where NOT needs no AND and NEAR is a function."""
    if near := re.fullmatch(r"(\w+\*?) NEAR/(\d+) (\w+\*?)", query):
        return f"NEAR({near[1]} {near[3]}, {near[2]})"
    return re.sub(r"(?:sentence|ATLEAST/\d+)\(", "(", query).replace("AND NOT", "NOT")


def show_alternation(wanted: Sequence[str], texts: Sequence[Article]) -> None:
    every = sorted({word for query in wanted for word in words_of(query)}, key=len, reverse=True)
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, every))})\b", re.IGNORECASE)
    show("re alternation (words only)", lambda text: pattern.findall(text.text), texts)


def show_sqlite(wanted: Sequence[str], texts: Sequence[Article]) -> None:
    """All articles in one index, built anew each time, and every query once."""
    database = sqlite3.connect(":memory:")
    asked = [for_sqlite(query) for query in wanted]

    def work(_: Article) -> None:
        database.execute("DROP TABLE IF EXISTS pages")
        database.execute("CREATE VIRTUAL TABLE pages USING fts5(text)")
        database.executemany("INSERT INTO pages VALUES (?)", [(text.text,) for text in texts])
        for query in asked:
            database.execute("SELECT rowid FROM pages WHERE pages MATCH ?", (query,)).fetchall()

    milliseconds, multiple = ratio(work, texts[:1])
    each, multiple = milliseconds / len(texts), multiple / len(texts)
    print(f"  {'SQLite FTS5, all articles at once':<34} {each:9.2f} ms {multiple:9.1f}x")


def show_eldar(wanted: Sequence[str], texts: Sequence[Article]) -> None:
    """One object a rule; of ten thousand rules a tenth is timed. eldar needs Unidecode and does not say so."""
    try:
        from eldar import Query
    except ModuleNotFoundError as error:
        print(f"  eldar cannot be imported: {error}")
        return
    share = max(1, len(wanted) // 1_000)
    objects = [Query(boolean(query), ignore_case=True, match_word=True) for query in wanted[::share]]
    milliseconds, multiple = ratio(lambda text: [one(text.text) for one in objects], texts)
    note = f" (every {share}th rule timed)" if share > 1 else ""
    print(f"  {'eldar, one object a rule':<34} {milliseconds * share:9.2f} ms {multiple * share:9.1f}x{note}")


def show_rules(name: str, ruleset: RuleSet, texts: Sequence[Article]) -> None:
    engine = Engine(ruleset)
    gc.freeze()  # as the bot does once its rules are loaded
    matches = sum(len(engine.match(text)) for text in texts) / len(texts)
    show(f"{name} ({matches:.1f} match)", engine.match, texts)
    gc.unfreeze()


def main() -> None:
    """Print the bound, the shipped rules, and made-up rules in growing number beside the peers."""
    texts = articles()
    pack = load_rules([PACKS / "immigration"])
    size = statistics.mean(len(TOKEN.findall(text.text)) for text in texts)
    print(f"{len(texts)} articles of {size:.0f} words, {len(pack.places)} places loaded")
    show("one re.findall pass", bound, texts)
    show("language detection", lambda text: language.detect(text.title, text.text), texts)
    show_rules("the shipped pack", pack, texts)
    for count in COUNTS:
        print(f"{count} rules")
        wanted = queries(texts, count)
        show_rules("Dateline", replace(rules(texts, count), places=pack.places), texts)
        show_alternation(wanted, texts)
        show_sqlite(wanted, texts)
        show_eldar(wanted, texts)


if __name__ == "__main__":
    main()
