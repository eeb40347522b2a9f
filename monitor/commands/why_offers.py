"""What `dateline why` offers: to post an article to a channel by hand, and to keep it as an example of a rule.

A post is written like any other digest, with its member row, so that nothing ever posts the article there again; a
running bot takes it from the outbox. An example is written only where the rule files still load and it holds.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.channels import kind_of
from monitor.commands import rule_folder
from monitor.commands.articles import known_rule
from monitor.commands.settings import rule_sources
from monitor.digest.compose import compose, labels, stand
from monitor.digest.story import grouped
from monitor.errors import DatelineError
from monitor.outbox.queue import queue
from monitor.stories.identity import url_key
from monitor.why.channels import named
from monitor.words.times import short_day
from rules.engine.engine import Engine
from rules.files.load import read_layers
from rules.model import Match
from rules.workbench import kept, trial
from storage import archive, articles, digests
from storage import why as asked
from storage.database import open_database

if TYPE_CHECKING:
    import argparse

    from sqlalchemy import Connection

    from monitor.settings import ChannelSettings, Language
    from monitor.why.desk import Desk
    from monitor.why.text import Report
    from rules.model import Article, MatchedArticle

EXPECTATIONS = {"match": "match", "no-match": "no match", "todo-match": "todo match", "todo-no-match": "todo no match"}


@dataclass(frozen=True, slots=True)
class _Words:
    """What a post by hand says of itself in a channel's language."""

    title: str
    footnote: str


_WORDS: dict[Language, _Words] = {
    "en": _Words("Posted by hand, {}", "Somebody of your team had this article posted here (dateline why)."),
    "es": _Words("Publicado a mano, {}", "Alguien de su equipo hizo publicar este artículo aquí (dateline why)."),
}


def asked_for(desk: Desk, report: Report, args: argparse.Namespace) -> list[str]:
    """Do what --post and --keep ask for; a sentence each. Raises DatelineError."""
    done = []
    if args.expect and not args.keep:
        raise DatelineError("--as says what a rule should make of the article: name the rule with --keep RULE")
    if args.post:
        done.append(post(desk, report, named(desk.channels, args.post)))
    if args.keep:
        done.append(keep(desk, report, args.keep, args.expect))
    return done


def offer(desk: Desk, report: Report, args: argparse.Namespace) -> None:
    """The same; where nothing was asked for and somebody sits in front of it, ask. Raises DatelineError."""
    if args.post or args.keep or args.expect:
        print("\n" + "\n".join(asked_for(desk, report, args)))
    elif sys.stdin.isatty() and report.article is not None:
        _ask(desk, report)


def post(desk: Desk, report: Report, channel: ChannelSettings) -> str:
    """Put the article into the outbox for one channel. Raises DatelineError where it stands there already."""
    if report.article is None:
        raise DatelineError("there is no article to post: its page could not be read")
    database = desk.database or open_database(desk.settings.storage.url)
    try:
        with database.write() as connection:
            article_id = report.article_id or _brought_in(connection, report, report.article, desk.now)
            _freeze(connection, _matched(connection, desk, report, article_id), channel, desk)
    finally:
        if desk.database is None:
            database.close()
    return (f"Article {article_id} waits in the outbox for {channel.name}: the running bot posts it within a minute, "
            "otherwise `dateline once` does. It is never posted there again.")


def _brought_in(connection: Connection, report: Report, article: Article, now: datetime) -> int:
    """The id of an article that no feed brought, stored under each of its addresses: no feed brings it again."""
    keys = [key for key in map(url_key, (article.url, report.named)) if key]
    article_id = asked.bring_in(connection, article, keys, now)
    if article_id is None:
        raise DatelineError("the bot has stored this article in this very moment: run the command again")
    return article_id


def _matched(connection: Connection, desk: Desk, report: Report, article_id: int) -> MatchedArticle:
    """The article with what rules found; with a match of nobody's rule where they found nothing."""
    (article,) = articles.by_ids(connection, [article_id])
    found = [replace(match, alerts=True, relevance=None) for match in report.matches]
    if not found:
        places = desk.engine.places(article.as_read()).found
        found = [Match("", "", (), "normal", places, (), (), (), "", (), "", prominence="headline")]
    return archive.with_matches(article, found)


def _freeze(connection: Connection, article: MatchedArticle, channel: ChannelSettings, desk: Desk) -> None:
    before = digests.placed(connection, channel.id, article.article_id)
    if before and before.place != "muted":
        raise DatelineError(f"it stands in a digest of {channel.name} already (dateline why {article.article_id}), and "
                            "nothing is posted twice to a channel")
    words, now = _WORDS[channel.language], desk.now
    day = now.astimezone(channel.zone).date()
    slot = (day, f"now by hand {now:%Y%m%dT%H%M%S.%f}")
    open_to_all = replace(channel, rules=(), topics=(), places=(), outlets=(), languages=(), severity="low",
                          prominence="passing")
    topics = labels(desk.loaded.ruleset, channel.language)
    standing, _ = stand([article], open_to_all, topics)
    digest = compose(grouped(standing, channel.language), open_to_all, topics,
                     title=words.title.format(short_day(day, channel.language)),
                     delivery_id=f"digest:{channel.id}:{slot[0]}:{slot[1]}", now=now, footnotes=(words.footnote,))
    if not article.matches[0].rule_id:  # nothing was found, so there is no topic, and no reason but the footnote
        digest = replace(digest, sections=tuple(replace(section, label="") for section in digest.sections))
    digests.freeze(connection, digest.id, channel.id, slot, digest.article_ids, now=now)
    queue(connection, channel.id, digest.id, digest.kind, kind_of(channel.id).digest(digest), now=now)


def keep(desk: Desk, report: Report, rule_id: str, expect: str | None) -> str:
    """Write the article into the team's rule files as an example. Raises DatelineError where it may not be written."""
    rule = known_rule(rule_id, desk.loaded.ruleset)
    article = report.article
    if article is None or not (article.text or article.title):
        raise DatelineError("there is no article to keep: its page could not be read, or its text was erased")
    if expect is None:
        raise DatelineError(f"say what {rule.id} should make of it: --as match, or --as no-match")
    before = next((one for one in rule.examples if one.title == article.title and article.url in one.why), None)
    if before:
        raise DatelineError(f"it is kept as an example of {rule.id} already, as “{before.expect}”: change it in the "
                            "rule files, where it stands below the rule")
    folder = rule_folder.own_folder(desk.settings)
    sources = rule_sources(desk.settings)
    alone = Engine(trial.only(desk.loaded.ruleset, {rule.id}))
    example = kept.example_of(alone, rule.id, article, EXPECTATIONS[expect], _why(article, desk.now))
    made = kept.keep(read_layers(sources), len(desk.settings.packs), folder.name, rule.id, example)
    if made.problems:
        raise DatelineError(f"with it the rule files would not load, so nothing was written:\n{made.problems[0]}")
    if made.failure:
        raise DatelineError(f"the example does not hold as the rule is now, so nothing was written: {made.failure}. "
                            f"Mend the rule first, or keep it as one to mend: --keep {rule.id} --as todo-{expect}")
    path = sources[made.layer].resolve().parent / made.name
    rule_folder.write_text(path, made.text)
    return (f"Kept as an example of {rule.id} in {path} ({example.expect}). A running bot takes it in by itself; to "
            f"try it: dateline rules test {rule.id}")


def _why(article: Article, now: datetime) -> str:
    at = article.published_at or now
    return ", ".join(filter(None, (article.outlet, f"{at.day} {at:%b %Y}", article.url)))


def _ask(desk: Desk, report: Report) -> None:
    """Ask for what the options would say. Enter is no."""
    print()
    if channel := _answer("Post it to a channel? Its name, or Enter for no:"):
        print(post(desk, report, named(desk.channels, channel)))
    if rule_id := _answer("Keep it as an example of a rule? The rule's id, or Enter for no:"):
        known_rule(rule_id, desk.loaded.ruleset)
        should = _answer("Should the rule find it? yes or no:").lower()
        if should not in ("yes", "no"):
            print("Nothing was kept.")
            return
        _keep_or_todo(desk, report, rule_id, "match" if should == "yes" else "no-match")


def _keep_or_todo(desk: Desk, report: Report, rule_id: str, expect: str) -> None:
    try:
        print(keep(desk, report, rule_id, expect))
    except DatelineError as error:
        print(error)
        if "--as todo-" in str(error) and _answer("Keep it as one to mend? yes or no:").lower() == "yes":
            print(keep(desk, report, rule_id, f"todo-{expect}"))


def _answer(question: str) -> str:
    try:
        return input(f"{question} ").strip()
    except EOFError:
        print()
        return ""
