"""`why URL`: what became of an article, as `dateline why` finds it, in a form that Slack shows well."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from monitor.talk.model import Answer, Find
from monitor.why import desk as asked
from monitor.words.commands import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.settings import Language
    from monitor.talk.desk import Desk
    from monitor.why.text import Report

_MARKS: Mapping[str, str] = {"passed": "✓", "waiting": "…", "stopped": "✗", "posted": "✓", "counted": "+",
                             "muted": "–", "refused": "✗"}


async def why(desk: Desk, named: str, language: Language) -> Answer:
    """The answer for an address or the number of a stored article.

    Where nothing of it is stored the page and its source's feeds are read now, by the rules that `dateline why` has
    for that: some seconds. Raises DatelineError where it is neither, or nothing is known under the number.
    """
    say, address = WORDS[language], named.partition(" ")[0].rstrip(",;")
    if not address:
        return Answer(say.why_title, (say.why_how.format(desk.settings.slack.command),))
    active = desk.active()
    looking = asked.Desk(desk.settings, active.loaded, active.engine, active.channels, desk.database, desk.clock())
    # In a thread, with a loop of its own for what is fetched: reading and matching hold this one for no moment.
    report = await asyncio.to_thread(asked.look_up, looking, address)
    return told(report, language)


def told(report: Report, language: Language) -> Answer:
    """The verdict, the article, every stage with whether it got past it, and every channel."""
    say, article = WORDS[language], report.article
    number = say.stored_as.format(report.article_id) if report.article_id else say.not_stored
    finds = (Find(article.title or article.url, article.url, " · ".join(filter(None, (article.outlet, number)))),
             ) if article else ()
    stages = [_line(stage.state, stage.words, stage.remedy) for stage in report.stages]
    places = [_line(place.fate, f"{place.channel.name}: {place.words}", place.remedy) for place in report.places]
    return Answer(say.why_title, tuple(filter(None, (report.verdict, say.english))), finds, (*stages, *places))


def _line(state: str, words: str, remedy: str) -> str:
    said = f"{_MARKS[state]} {words}"
    return f"{said} → {' '.join(remedy.split())}" if remedy else said
