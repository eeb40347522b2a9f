"""One article as two blocks: headline and quoted sentence, and the lines that say where, when and why.

Headlines and quotes are rich text, because there feed words need no escaping, bold works inside words, and the iOS app
leaves the "&" of an address alone (in mrkdwn links it does not). Our own lines around them are mrkdwn, with the menu of
the article beside them. Of a graphic article only the headline is shown: whoever wants more opens it.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.slack.render import elements
from monitor.slack.render.limits import ELLIPSIS, brief, cut_at, excerpt, fit, runs
from monitor.slack.render.mrkdwn import date, safe_url
from monitor.words import stories
from monitor.words.counts import counted
from monitor.words.items import WORDS, in_language, span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from zoneinfo import ZoneInfo

    from monitor.digest.model import Digest, Item, Section
    from monitor.settings import Language
    from monitor.slack.render.elements import Block
    from monitor.talk.model import Action
    from monitor.words.items import Words
    from rules.model import Quote

QUOTE, SHORT_QUOTE = 500, 200
_TITLE, _WHY, _NAME, _PLACES, _SOURCES, _TERMS = 300, 400, 60, 4, 3, 4
_BELIEVED = timedelta(days=30)
_INNER = str.maketrans({"“": "‘", "”": "’"})
_LINK_TEXT = 1_200  # characters that repeating the address for marked words may cost


def card(item: Item, section: Section, digest: Digest, quote: int = QUOTE) -> tuple[Block, Block]:
    """The article's blocks in the section of its topic, the quoted sentence of at most `quote` characters."""
    words = WORDS[digest.language]
    lines = "\n".join(told(item, section, digest))
    return story(item, words, quote), elements.section(lines, f"w:{item.article_id}", menu(item, digest))


def told(item: Item, section: Section, digest: Digest) -> list[str]:
    """Lines of our own: where and when, how far the story is carried, why it is here."""
    carried = stories.carried(item.tally, digest.language)
    lines = [origin(item, digest), f"*{carried}*" if carried else "", *reasons(item, section, digest.language)]
    return [line for line in lines if line]


def story(item: Item, words: Words, quote: int = QUOTE) -> Block:
    """Headline and, below it, the quoted sentence with what was found in bold."""
    parts = [elements.paragraph(headline(item, words))]
    if not item.graphic:
        quoted = _changes(item, words, quote // 2) if item.of_page else _excerpt(item.quote, quote)
        parts += [{"type": "rich_text_quote", "elements": quoted}] if quoted else []
    return elements.rich(parts, f"i:{item.article_id}")


def _excerpt(quote: Quote | None, limit: int) -> list[Block]:
    sentence, marks = excerpt(quote.text, quote.marks, limit) if quote else ("", ())
    return [elements.text(stretch, strong=marked) for stretch, marked in runs(sentence, marks)]


def _changes(item: Item, words: Words, limit: int) -> list[Block]:
    """What changed on a watched page, a line each, and how many changes more there are."""
    lines = [line for quote in item.changes if (line := _excerpt(quote, limit))]
    more = [[elements.text(counted(item.more_changes, words.more_changes))]] if item.more_changes else []
    parted = [part for line in (*lines, *more) for part in (elements.text("\n"), *line)]
    return parted[1:]


def headline(item: Item, words: Words) -> list[Block]:
    """The headline as a bold link, its matched words in italics too; as bold text where the address is unusable.

    Rich text has no link with styles inside, so marked words are links of their own to the same address; where that
    would repeat a long address too often, the headline is one link without marks.
    """
    at = cut_at(item.title, _TITLE)
    title = item.title if at == len(item.title) else item.title[:at] + ELLIPSIS
    stretches = runs(title, () if item.graphic else item.title_marks) or [(words.untitled, False)]
    address = safe_url(item.url)
    if address and len(address) * (len(stretches) - 1) > _LINK_TEXT:
        stretches = runs(title, ())
    return [_title_run(text, address, marked=marked) for text, marked in stretches]


def _title_run(text: str, address: str | None, *, marked: bool) -> Block:
    style = {"bold": True, "italic": True} if marked else {"bold": True}
    where = {"type": "link", "url": address} if address else {"type": "text"}
    return {**where, "text": text, "style": style}


def origin(item: Item, digest: Digest) -> str:
    """*Outlet* · other outlets that carried it · local (where others tell the story too) · places · time · what to know
    about how we read it."""
    words = WORDS[digest.language]
    foreign = item.language not in ("", digest.language)
    parts = [
        _strong(brief(item.outlet, _NAME)),
        words.also_from.format(_some(item.sources, _SOURCES, ", ", words)) if item.sources else "",
        stories.WORDS[digest.language].is_local if item.local and item.tally else "",
        _some(item.places, _PLACES, "; ", words),
        when(item, digest.zone, digest.language),
        in_language(brief(item.language, 12), words) if foreign else "",
        words.summary_only if item.summary_only else "",
        "" if safe_url(item.url) else words.no_link,
        words.also_topics.format(_listed(item.also_topics, words)) if item.also_topics else "",
    ]
    return " · ".join(part for part in parts if part)


def _strong(words: str) -> str:
    return f"*{words}*" if words else ""


def when(item: Item, zone: ZoneInfo, language: Language) -> str:
    """The time of publication, and how soon after it the article was found; or when it was updated since, or when the
    change of a watched page was seen."""
    words, at = WORDS[language], date(item.at, zone, language)
    if item.of_page:
        return words.change_seen.format(at)
    if updated := item.edited_at or item.updated_at:
        changed = date(updated, zone, language)
        return (words.updated_at.format(changed, at) if item.at_is_published else words.updated_only.format(changed))
    shown = at if item.at_is_published else words.first_seen.format(at)
    delay = _delay(item)
    return f"{shown} · {words.found_after.format(span(delay, words))}" if delay else shown


def _delay(item: Item) -> timedelta | None:
    """From publication until it was found; None where that is unknown or cannot be right.

    Midnight is how a feed says a day without a time, and a month is an old article that its feed shows again.
    """
    if not item.at_is_published or item.seen_at is None or not (item.at.hour or item.at.minute or item.at.second):
        return None
    delay = item.seen_at - item.at
    return max(delay, timedelta(seconds=1)) if timedelta(0) <= delay <= _BELIEVED else None


def reasons(item: Item, section: Section, language: Language) -> Iterator[str]:
    """Lines of why it is here and which way it goes; of a graphic article a neutral one."""
    words = WORDS[language]
    if item.graphic:
        yield words.graphic
    said = brief(item.stance, _NAME * 2)
    if said:
        sentence = "" if item.graphic else brief(item.stance_quote, _WHY)
        yield f"*{words.direction}:* {said}" + (f" ({_quoted(sentence)})" if sentence else "")
    # The rule's name where it says more than the heading above, which may say the same in another language.
    called = {label.casefold() for label in (section.label, *section.called)}
    named = next((brief(name, _NAME) for name in item.rule_names[:1] if name.casefold() not in called), "")
    why = "" if item.graphic else _why(item, language)
    if why:
        yield f"*{words.why}:* {why}" + (f" · {words.rule}: {named}" if named else "")
    elif named:
        yield f"*{words.rule.capitalize()}:* {named}"


def _why(item: Item, language: Language) -> str:
    """What was found, and how much the article makes of it."""
    words = WORDS[language]
    if not (item.terms or item.why or item.rule_names):
        return ""  # no rule found it: somebody posted it by hand
    if not item.terms and item.why and language == "en":  # the engine explains itself in English only
        return brief(item.why, _WHY)
    found, below = _parted(item) if item.prominence == "headline" else (item.terms, ())
    rest = _terms(below[:max(0, _TERMS - len(found))])
    said = [_terms(found[:_TERMS]), words.prominence[item.prominence], words.in_text.format(rest) if rest else ""]
    return " · ".join(part for part in said if part)


def _parted(item: Item) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What was found in the headline, and what only below it: the words found are those of the whole article.

    The headline may say them in another form; then they are what is marked there.
    """
    title = item.title.casefold()
    there = tuple(term for term in item.terms if re.search(rf"(?<!\w){re.escape(term.casefold())}(?!\w)", title))
    marked = tuple(words.strip() for words, found in runs(item.title, item.title_marks) if found)
    return there or marked, tuple(term for term in item.terms if term not in there)


def _terms(terms: Iterable[str]) -> str:
    return ", ".join(_quoted(words) for term in terms if (words := brief(term, _NAME)))


def _quoted(words: str) -> str:
    """In quotation marks, unless it begins with some; marks inside become single ones."""
    if words.startswith(("“", '"', "«", "‘")):
        return words
    return f"“{words.translate(_INNER)}”"


def menu(item: Item, digest: Digest) -> Block | None:
    """What a reader can do about one article, in the five lines that Slack has room for; None where nobody listens."""
    words = WORDS[digest.language]
    options: list[tuple[str, Action]] = [
        (words.relevant, "relevant"), (words.not_relevant, "not-relevant"), (words.take, "take"),
        (words.ask_why, "why"), (words.mute, "mute")]
    return elements.menu(options, item.article_id) if digest.talks else None


def _some(names: Sequence[str], most: int, joint: str, words: Words) -> str:
    shown = joint.join(brief(name, _NAME) for name in names[:most])
    left = len(names) - most
    return f"{shown} {words.and_more.format(left)}" if left > 0 else shown


def _listed(labels: Sequence[str], words: Words) -> str:
    kept, left = fit([brief(label, _NAME) for label in labels], 300, joint=2)
    return ", ".join(kept) + (f" {words.and_more.format(left)}" if left else "")
